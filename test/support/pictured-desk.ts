import {
  type As,
  as,
  BUDGET,
  callFrom,
  DAY_MS,
  decidedPlan,
  enterpriseOf,
  MEASURE,
  MINUTE_MS,
  openAwardWorld,
  PLAN,
} from './award-world.ts'
import { PAPER } from './papers-world.ts'
import { CALL, FORM } from './support-world.ts'

/** Addresses in the console by the names of their pictures. */
export type Pages = Readonly<Record<string, string>>

type Headers = Readonly<Record<string, string>>

/** A policy desk that has something of everything to show: a node in this process at a day of 2021, by its own clock. */
export type PicturedDesk = AsyncDisposable & {
  readonly url: string
  readonly clock: () => number
  readonly operator: Headers
  readonly applicant: Headers
  /** Pages of one thing each by their names, as the desk sees them and as who applied does. */
  readonly pages: { readonly desk: Pages; readonly applicant: Pages }
}

type People = { readonly [name in 'official' | 'approver' | 'treasurer' | 'otto']: As } & {
  readonly anybody: As
  readonly firms: readonly As[]
}

type Filling = {
  readonly people: People
  readonly now: number
  readonly enterprises: readonly string[]
}

const YUAN_100_000 = '10000000'

/** Fills a desk over the public API, as those would who work at it. */
export async function openPicturedDesk(): Promise<PicturedDesk> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openAwardWorld())
  const { url, clock } = world
  const decided = await decidedPlan(world)
  const operator = await world.official()
  const more = [2, 3].map((it) => enterpriseOf(url, as(url, operator), it))
  const enterprises = [...world.enterprises, ...(await Promise.all(more))]
  const second = await recommended(await peopleOf(world, url), enterprises, clock)
  const people = await peopleOf(world, url)
  const filling = { people, now: clock(), enterprises }
  const plan = await noticed(people, second)
  const call = await called(filling)
  const money = await paid(filling)
  const papers = await written(filling)
  const rules = await drafted(filling)
  const owned = stack.move()
  return {
    ...{ url, clock, operator, applicant: await world.applicant(0) },
    pages: {
      desk: {
        'plan-decided': `/console/support/plans/${decided}`,
        'plan-in-notice': `/console/support/plans/${plan}`,
        call: `/console/support/calls/${call.id}`,
        'call-new': '/console/support/calls/new',
        ...Object.fromEntries(
          CASE_STATES.map((it, at) => [`case-${it}`, `/console/support/cases/${call.cases[at]}`]),
        ),
        ...{ ...money, ...papers, ...rules },
      },
      applicant: {
        apply: `/console/support/calls/${call.id}/apply`,
        correction: `/console/support/cases/${call.cases[0]}`,
        notice: `/console/support/notices/${plan}`,
      },
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

type World = Awaited<ReturnType<typeof openAwardWorld>>

/** Sessions anew: the clock moves by days. */
async function peopleOf(world: World, url: string): Promise<People> {
  const person = world.person as (name: string) => Promise<Headers>
  const firms: As[] = []
  for (const at of [0, 1, 2, 3]) {
    firms.push(
      await world.applicant(at).then(
        (it) => as(url, it),
        () => as(url, {}),
      ),
    )
  }
  return {
    official: as(url, await world.official()),
    approver: as(url, await world.approver()),
    treasurer: as(url, await person('treasurer')),
    otto: as(url, await person('otto')),
    anybody: as(url, {}),
    firms,
  }
}

type Clock = World['clock']

/** A second round of the call, over by now: who applied in it is recommended. */
async function recommended(
  { official, firms }: People,
  enterprises: readonly string[],
  clock: Clock,
): Promise<string> {
  const title = { en: 'Awards on fund investment, second round', zh: '基金投资奖励申报（第二批）' }
  const { id } = await official('POST', '/policy/calls', { ...callFrom(clock()), title })
  for (const at of [2, 3]) {
    const form = {
      project: ['', '', '车规级传感器产线扩建', '精密模具智能工厂'][at],
      type: 'industrial_internet_enterprise',
      measures: [MEASURE],
      facts: { guidance_fund_investment_yuan: `${at * 8}600000.50` },
    }
    const handed = await firms[at]?.('POST', '/policy/applications', {
      ...{ call: id, enterprise: enterprises[at], form },
    })
    for (const outcome of ['accepted', 'recommended']) await advance(official, handed.case, outcome)
  }
  clock.advance(15 * MINUTE_MS)
  return id
}

async function advance(by: As, id: string, outcome: string): Promise<void> {
  await by('POST', `/policy/cases/${id}/deeds`, { event: { do: 'advance', outcome } })
}

/** A plan whose notice is out, and one objection to it. */
async function noticed({ official, firms }: People, call: string): Promise<string> {
  const title = { en: 'Awards on fund investment, second round', zh: '基金投资奖励方案（第二批）' }
  const { id } = await official('POST', '/policy/award-plans', { ...PLAN, title, call })
  const deed = (event: object) => official('POST', `/policy/award-plans/${id}/deeds`, { event })
  await deed({ do: 'advance', outcome: 'to-notice' })
  await deed({ do: 'publish-notice', text: '现将拟支持名单予以公示，公示期间可提出异议。' })
  await firms[1]?.('POST', `/policy/notices/${id}/objections`, {
    text: '同一基金已投资我司同类项目，请核实。',
  })
  await official('PUT', '/policy/offices/approval/bureau-head', {
    title: { zh: '局长', en: 'Head of the bureau' },
    version: 0,
  })
  return id
}

/** What became of each of them. */
const CASE_STATES = ['corrected', 'audited', 'accepted', 'new']
const PROJECTS = ['注塑车间数字化改造', '智能产线应用项目', '仓储物流标识应用', '设备远程运维平台']

/** A call that is open, with an application in each state, and one that is yet to open. */
async function called(filling: Filling): Promise<{ id: string; cases: readonly string[] }> {
  const { people, now, enterprises } = filling
  const window = (from: number, to: number) => ({
    opensAt: new Date(now + from * DAY_MS).toISOString(),
    closesAt: new Date(now + to * DAY_MS).toISOString(),
  })
  const days = (length: number) => ({
    ...{ length, unit: 'working-day', calendar: 'plain', source: '申报通知' },
  })
  const procedure = { ...CALL.procedure, terms: { accept: days(5), correct: days(10) } }
  const { official, firms } = people
  const next = { zh: '工业互联网标杆项目申报（预告）', en: 'Benchmark projects (to come)' }
  await official('POST', '/policy/calls', {
    ...{ ...CALL, procedure, ...window(10, 40), title: next },
  })
  const { id } = await official('POST', '/policy/calls', { ...CALL, procedure, ...window(0, 30) })
  const cases: string[] = []
  for (const [at, project] of PROJECTS.entries()) {
    const body = { call: id, enterprise: enterprises[at], form: { ...FORM, project } }
    const handed = await firms[at]?.('POST', '/policy/applications', body)
    cases.push(handed.case)
  }
  const [corrected = '', visited = '', accepted = ''] = cases
  await advance(official, visited, 'accepted')
  await advance(official, accepted, 'accepted')
  await advance(official, visited, 'to-audit')
  const points = [{ path: '发票明细第 2 行', reason: '金额与发票不符，请核对。' }]
  await official('POST', `/policy/cases/${corrected}/deeds`, {
    event: { do: 'request-correction', points },
  })
  return { id, cases }
}

type Payment = { readonly award: string; readonly number: number }

/** Instalments in each state, vouchers, a duty that is overdue and one that is reported on, and money asked back. */
async function paid({ people, now, enterprises }: Filling): Promise<Pages> {
  const { official, treasurer, firms } = people
  let keys = 0
  const keyed = (body: object) => ({ key: `pictured-${++keys}`, ...body })
  const ledger = `budget:${BUDGET}:2021`
  const day = (days: number) => new Date(now + days * DAY_MS).toISOString()
  const { items: awards } = await official('GET', '/policy/awards')
  const [first, other] = enterprises.map(
    (id) => awards.find((it: { enterprise: { id: string } }) => it.enterprise.id === id)?.id,
  )
  const instalments = [
    { share: '3/5', dueAt: day(20) },
    { share: '2/5', dueAt: day(200) },
  ]
  for (const it of [first, other]) {
    await official('POST', `/policy/awards/${it}/payment-plan`, keyed({ instalments }))
  }
  const { items: payments } = await treasurer('GET', '/policy/payments')
  const firstOf = (award: string): string =>
    payments.find((it: Payment) => it.award === award && it.number === 1)?.id
  const order = (id: string, reference: string) =>
    official('POST', `/policy/payments/${id}/order`, keyed({ reference }))
  await order(firstOf(first), '深宝财拨〔2021〕18号')
  await order(firstOf(other), '深宝财拨〔2021〕19号')
  const reference = '回单 20210903-0071'
  await treasurer('POST', `/policy/payments/${firstOf(first)}/confirm`, keyed({ reference }))
  const series = await official(
    'POST',
    '/policy/voucher-series',
    keyed({
      ...{
        title: '2021 年上云服务券',
        measure: 'D1-M06',
        ledger,
        reference: '深宝工信〔2021〕7号',
      },
      ...{ faceFen: YUAN_100_000, share: '1/2', count: 50, perEnterpriseMax: 2 },
      ...{ validFrom: day(-1), validUntil: day(180) },
      providers: [enterprises[1]],
    }),
  )
  const take = (at: number) =>
    firms[at]?.(
      'POST',
      `/policy/voucher-series/${series.id}/vouchers`,
      keyed({ enterprise: enterprises[at] }),
    )
  await take(2)
  const { code } = await take(0)
  await firms[1]?.(
    'POST',
    '/policy/vouchers/claim',
    keyed({ provider: enterprises[1], code, invoice: '25442000000098', invoiceFen: '15000000' }),
  )
  const indicator = { name: '带动投资', unit: '万元', target: '500', is: 'at-least' }
  const source = '《措施》第十九条'
  const duty = (body: object) =>
    official('POST', '/policy/duties', keyed({ award: first, source, ...body }))
  const reported = await duty({
    ...{ kind: 'indicator', title: '年度绩效报告', dueAt: day(30), indicator },
  })
  await duty({ kind: 'report', title: '投资进度报告', dueAt: day(-1) })
  await firms[0]?.(
    'POST',
    `/policy/duties/${reported.id}/reports`,
    keyed({ text: '项目已投产，带动投资 620 万元。', value: '620' }),
  )
  await official(
    'POST',
    '/policy/recoveries',
    keyed({
      ...{ award: first, reason: '部分投资未按期到位', clause: '《措施》第二十一条' },
      ...{ amountFen: '500000', heardUntil: day(7) },
    }),
  )
  return {
    ledger: `/console/support/ledger?ledger=${ledger}`,
    'vouchers-held': '/console/support/vouchers?show=held',
    'aftercare-indicators': '/console/support/aftercare?show=indicators',
    recoveries: '/console/support/aftercare?show=recoveries',
  }
}

/** A draft put to comment, with two comments of which one is answered; a letter, and a proposal. */
async function written({ people, now }: Filling): Promise<Pages> {
  const { otto, anybody } = people
  let keys = 0
  const keyed = (body: object) => ({ key: `pictured-paper-${++keys}`, ...body })
  const time = (days: number) => new Date(now + days * DAY_MS).toISOString()
  const { id, version } = await otto('POST', '/policy/paper-drafts', keyed(PAPER))
  await otto('POST', '/policy/paper-drafts', keyed({ ...PAPER, title: '宝安区上云扶持措施' }))
  const window = { opensAt: new Date(now - 1_000).toISOString(), closesAt: time(30) }
  await otto('POST', `/policy/paper-drafts/${id}/deeds`, {
    ...{ do: 'open-comments', version, ...window, source: '重大行政决策程序规定' },
  })
  const comment = (text: string, name?: string) =>
    anybody('POST', `/policy/consultations/${id}/comments`, keyed({ text, ...(name && { name }) }))
  await comment('建议提高上云补贴的上限，并简化申报材料。', '王先生')
  await comment('建议明确“平台”的认定标准。')
  const { items } = await otto('GET', `/policy/paper-drafts/${id}/comments`)
  await otto(
    'POST',
    `/policy/paper-drafts/${id}/answers`,
    keyed({
      ...{ comments: [items[0].id], gist: '明确平台认定标准', verdict: 'adopted' },
      reason: '已在第三条补充认定标准。',
    }),
  )
  const letter = (subject: string, text: string) =>
    anybody(
      'POST',
      '/policy/letters',
      keyed({ kind: 'letter', region: 'baoan', subject, text, name: '李女士' }),
    )
  await letter('服务券什么时候兑付', '我司三月提交的服务券仍未兑付，请回电 13812345678。')
  await letter('申报系统能否导出清单', '希望申报时可以导出已填的发票清单。')
  const { items: letters } = await otto('GET', '/policy/letters')
  await otto('POST', `/policy/letters/${letters[0].id}/deeds`, keyed({ do: 'accept' }))
  const proposal = await otto(
    'POST',
    '/policy/proposals',
    keyed({
      ...{ region: 'shenzhen', kind: 'proposal', number: '20210582', session: '七届二次' },
      ...{ title: '关于加快工业互联网标识应用的提案', lead: '李委员', signatories: 3 },
      ...{ receivedOn: time(-30).slice(0, 10), dueOn: time(60).slice(0, 10) },
      ...{ dueSource: '交办通知', leadUnit: 'city-industry', jointUnits: ['city-finance'] },
      points: [
        { question: '完善标识解析基础设施', answer: '已建成二级节点并接入国家顶级节点。' },
        { question: '加大资金支持', unit: 'city-finance' },
      ],
      ...{ publicity: 'summary', summary: '正在办理。', copiesTo: ['市政协提案委'] },
    }),
  )
  return {
    'paper-draft': `/console/papers/edit/${id}`,
    consultation: `/console/papers/drafts/${id}`,
    paper: '/console/papers/D3',
    letter: `/console/letters/${letters[0].id}`,
    proposal: `/console/papers/proposals/${proposal.id}`,
  }
}

/** A measure that is being revised, one that waits to be adopted, an evaluation, and a batch. */
async function drafted({ people }: Filling): Promise<Pages> {
  const { official } = people
  const copy = await official('POST', '/policy/drafts', { copy: MEASURE })
  await official('POST', '/policy/drafts', { copy: 'D1-M10' })
  const { version } = await official('PUT', `/policy/drafts/${copy.id}`, {
    ...{ place: copy.place, expected: copy.version, supersedes: true },
    body: { ...copy.body, inForce: { from: '2021-06-01', to: '2022-12-31' } },
  })
  await official('POST', `/policy/drafts/${copy.id}/propose`, { expected: version })
  await official('POST', '/policy/evaluations', {
    ...{ measure: MEASURE, year: 2021 },
    conclusion: '两家企业获得奖励，首期已拨付；建议保持比例，明确到账期限。',
  })
  await official('POST', '/policy/batches', {
    ...{ key: 'pictured-batch', population: { kind: 'synthetic', count: 200, seed: 7 } },
    mode: 'as_if_in_force',
  })
  return {
    'rule-draft': `/console/support/editor/${copy.id}`,
    measure: `/console/support/measures/${MEASURE}`,
  }
}
