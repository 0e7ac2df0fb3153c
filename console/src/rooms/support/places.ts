import type { Me } from '../../api/me.ts'
import type { Text } from '../../frame/language.ts'
import { routes } from '../../frame/rooms.ts'

export type Place = { readonly path: string; readonly title: Text; readonly hint: Text }
export type Group = { readonly title: Text; readonly places: readonly Place[] }

/** What can be done in the room, in the order of the work. A place is shown where its page is there for whoever asks. */
const GROUPS: readonly Group[] = [
  {
    title: { zh: '找政策', en: 'Find' },
    places: [
      {
        path: '/support/fits',
        title: { zh: '我符合哪些措施', en: 'What fits me' },
        hint: {
          zh: '回答几个问题，即时看到符合、不符合、待定及金额。',
          en: 'Answer a few questions and see at once what fits, what does not, what is open, and how much.',
        },
      },
      {
        path: '/support/measures',
        title: { zh: '措施目录', en: 'All measures' },
        hint: {
          zh: '每项措施的条文、条件、计算方法、上限和采用的解释。',
          en: 'The clause, conditions, formula, caps and adopted readings of each measure.',
        },
      },
    ],
  },
  {
    title: { zh: '申请与办理', en: 'Apply and review' },
    places: [
      {
        path: '/support/calls',
        title: { zh: '申报通知', en: 'Calls' },
        hint: { zh: '正在受理和即将受理的批次。', en: 'Batches that are open or about to open.' },
      },
      {
        path: '/support/applications',
        title: { zh: '我的申请', en: 'My applications' },
        hint: {
          zh: '办理进度、补正要求和下一步日期。',
          en: 'Where each one stands, what is missing, and what comes when.',
        },
      },
      {
        path: '/support/results',
        title: { zh: '申报结果', en: 'Results of applications' },
        hint: {
          zh: '方案对您的申请的结果、理由、下一步和异议。',
          en: 'What became of your applications, why, what comes next, and how to object.',
        },
      },
      {
        path: '/support/cases',
        title: { zh: '办件', en: 'Cases' },
        hint: {
          zh: '待办的审核环节和时限。',
          en: 'Steps of review that wait, and their deadlines.',
        },
      },
      {
        path: '/support/panel',
        title: { zh: '专家评审', en: 'Expert panels' },
        hint: {
          zh: '抽取专家、回避和密封评分。',
          en: 'Seeded draws, interests and sealed scores.',
        },
      },
      {
        path: '/support/plans',
        title: { zh: '扶持方案', en: 'Plans of awards' },
        hint: {
          zh: '名额、会办、公示、异议和审批。',
          en: 'Quota, joint opinions, public notice, objections and approval.',
        },
      },
      {
        path: '/support/offices',
        title: { zh: '岗位', en: 'Who does what' },
        hint: {
          zh: '谁代表哪些部门、在哪一级审批；哪些还无人担任。',
          en: 'Who acts for which units and approves at which level; what nobody fills.',
        },
      },
      {
        path: '/support/calendars',
        title: { zh: '工作日历', en: 'Working calendars' },
        hint: {
          zh: '期限按哪些工作日计算；补充下一年。',
          en: 'By which days terms are reckoned; add the next year.',
        },
      },
    ],
  },
  {
    title: { zh: '结果与资金', en: 'Awards and money' },
    places: [
      {
        path: '/support/awards',
        title: { zh: '支持名单', en: 'Awards' },
        hint: {
          zh: '已作出的决定，每项都可复算。',
          en: 'What was decided; each can be computed again.',
        },
      },
      {
        path: '/support/verify',
        title: { zh: '核验决定', en: 'Verify an award' },
        hint: {
          zh: '在浏览器中离线复算一份决定。',
          en: 'Compute a decision again in the browser, offline.',
        },
      },
      {
        path: '/support/ledger',
        title: { zh: '预算账簿', en: 'Budget ledger' },
        hint: {
          zh: '安排、承诺、支付和退回。',
          en: 'Appropriations, commitments, payments and returns.',
        },
      },
      {
        path: '/support/payments',
        title: { zh: '拨付', en: 'Payments' },
        hint: { zh: '分期拨付及其条件。', en: 'Instalments and what each waits for.' },
      },
      {
        path: '/support/vouchers',
        title: { zh: '服务券', en: 'Vouchers' },
        hint: { zh: '发放、占用、兑付和到期。', en: 'Issued, held, redeemed and expired.' },
      },
      {
        path: '/support/aftercare',
        title: { zh: '后续义务', en: 'After the award' },
        hint: { zh: '义务、指标和追回。', en: 'Duties, indicators and recovery.' },
      },
    ],
  },
  {
    title: { zh: '制定与评估', en: 'Make and evaluate' },
    places: [
      {
        path: '/support/editor',
        title: { zh: '措施编辑', en: 'Encode a measure' },
        hint: {
          zh: '把文件变成可计算的措施，双人复核。',
          en: 'From a paper to a measure that computes, adopted by four eyes.',
        },
      },
      {
        path: '/support/simulate',
        title: { zh: '模拟', en: 'Simulate a change' },
        hint: {
          zh: '修改前看成本、得失企业和预算压力。',
          en: 'Cost, winners, losers and pressure on the budget before it is adopted.',
        },
      },
      {
        path: '/support/batches',
        title: { zh: '批量测算', en: 'Batches' },
        hint: { zh: '对全部企业测算全部措施。', en: 'All measures over all enterprises.' },
      },
      {
        path: '/support/evaluation',
        title: { zh: '效果评估', en: 'Evaluate' },
        hint: { zh: '投入、产出、目标和公平性。', en: 'Money in, outputs, targets and fairness.' },
      },
    ],
  },
  {
    title: { zh: '公开', en: 'Publish' },
    places: [
      {
        path: '/papers',
        title: { zh: '文件与征求意见', en: 'Papers and drafts' },
        hint: { zh: '政策文件、草案、意见和答复。', en: 'Papers, drafts, comments and replies.' },
      },
      {
        path: '/letters',
        title: { zh: '来信与投诉', en: 'Letters and complaints' },
        hint: { zh: '写信、查办理时限。', en: 'Write, and see by when it is answered.' },
      },
    ],
  },
]

/** The places whose pages are there for `me` (null: nobody signed in). */
export function placesFor(me: Me | null): readonly Group[] {
  const isThere = ({ path }: Place) => {
    const route = routes.find((it) => it.path === path)
    if (route === undefined) return false
    if (me === null) return route.frame === 'open'
    return route.for === undefined || route.for(me)
  }
  return GROUPS.map((it) => ({ ...it, places: it.places.filter(isThere) })).filter(
    (it) => it.places.length > 0,
  )
}
