import { standingAlone, type Text } from '../lib/text.ts'
import type { Step } from './explain.ts'
import { type Names, titleOf } from './words.ts'

const TEXTS: Readonly<Record<string, Text>> = {
  AMOUNT_NOT_FIXED_BY_TEXT: {
    en: 'the paper names a most and no formula',
    zh: '文件只定上限，未定公式',
  },
  APPROVAL_MISSING: { en: 'an approval is missing', zh: '缺少批准' },
  AVERAGE_DENOMINATOR_AMBIGUOUS: {
    en: 'the paper does not say over which months the mean is taken',
    zh: '文件未明确按哪些月份求平均',
  },
  BASE_REDUCED_TO_AUDITED: {
    en: 'reckoned on what the audit confirmed, which is less than declared',
    zh: '审定数小于申报数，按审定数计算',
  },
  BUDGET_EXCEEDED_NO_RULE: {
    en: 'the budget is exceeded and no rule says how to cut',
    zh: '超出预算，且没有核减规则',
  },
  BUDGET_PRO_RATA: { en: 'cut in proportion to the budget', zh: '按预算同比例核减' },
  CAP_PER_ENTERPRISE: { en: 'cut to the cap per enterprise', zh: '按每家上限核减' },
  CAP_PER_ENTERPRISE_YEAR: {
    en: 'cut to the cap per enterprise and year',
    zh: '按每家每年上限核减',
  },
  CAP_PER_PROJECT: { en: 'cut to the cap per project', zh: '按每项目上限核减' },
  CERTIFICATE_EXPIRED: { en: 'the certificate has expired', zh: '证书已过期' },
  CONDITIONS_MET: { en: 'every condition is met', zh: '全部条件均已满足' },
  DUPLICATE_FUND_PROHIBITED: {
    en: 'a second fund of the kind is forbidden',
    zh: '禁止重复设立同类基金',
  },
  FEES_OUTSIDE_YEAR_EXCLUDED: {
    en: 'fees of other years are left out',
    zh: '不属于当年的费用不计',
  },
  GUIDE_CAP: { en: "cut to the cap of the year's guide", zh: '按年度指南上限核减' },
  GUIDE_RATE: { en: "the rate is the guide's", zh: '按指南比例计算' },
  MATCH_IS_CEILING: {
    en: 'the ratio is a ceiling: the award may be less',
    zh: '配套比例为上限，实际可低于此数',
  },
  MULTI_LEVEL_RECOGNITION: {
    en: 'recognised on several levels, and the paper does not say which counts',
    zh: '获多级认定，文件未明确以哪级为准',
  },
  NOT_IN_FORCE_DRAFT: { en: 'a draft is not in force', zh: '征求意见稿尚未生效' },
  NOT_OPEN_IN_BATCH: { en: 'the batch does not open this measure', zh: '本批次未开放此措施' },
  NO_STACKING_RULE_IN_TEXT: {
    en: 'the paper does not say whether several awards add',
    zh: '文件未规定可否叠加',
  },
  ONE_TIME_ALREADY_GRANTED: {
    en: 'granted once already, and only once',
    zh: '仅支持一次，此前已获支持',
  },
  OUT_OF_VALIDITY: { en: 'not in force on the day of application', zh: '申请日不在有效期内' },
  PREREQUISITE_AWARD_MISSING: {
    en: 'the award that this one tops up is missing',
    zh: '未获所追加的奖励',
  },
  PUBLIC_FUNDS_LIMIT: { en: 'cut to the limit on all public money', zh: '按财政资金合计限额核减' },
  PUBLIC_FUNDS_LIMIT_EXHAUSTED: {
    en: 'other public money has used up the limit',
    zh: '财政资金合计已达限额',
  },
  QUOTA_EXCEEDED: { en: 'no place is left within the quota', zh: '名额已满' },
  QUOTA_ORDER_UNSPECIFIED: {
    en: 'the paper has no order for the quota',
    zh: '文件未规定名额的排序',
  },
  QUOTA_TIE: { en: 'several stand at the last place of the quota', zh: '名额末位并列' },
  RATE_IS_CEILING: {
    en: 'the rate is a ceiling: the award may be less',
    zh: '比例为上限，实际可低于此数',
  },
  RECEIPTS_OUTSIDE_WINDOW_EXCLUDED: {
    en: 'receipts outside the period are left out',
    zh: '期间以外的到账不计',
  },
  ROUNDED_DOWN_TO_FEN: { en: 'rounded down to the fen', zh: '向下取整到分' },
  SAME_COST_CLAIMED_TWICE: { en: 'one cost is claimed twice', zh: '同一成本重复申报' },
  SOURCE_NOT_A_MEASURE: {
    en: 'reported by a letter, which grants nothing',
    zh: '仅见于复函，不是措施本身',
  },
  STANDARD_LEVEL_NOT_COVERED: {
    en: 'no award for standards of this level',
    zh: '该级别的标准不在奖励之列',
  },
  TIER_TABLE_APPLIED: { en: 'by the table of tiers', zh: '按分级表确定' },
  TIER_TABLE_MISSING: { en: 'the table of tiers has not been published', zh: '分级表尚未公布' },
  TOP_UP_GRANTED: { en: 'on top of the other award', zh: '在另一奖励之上追加' },
  TOP_UP_NOT_MET: { en: 'the conditions of the top-up are not met', zh: '未满足追加奖励的条件' },
  VALIDITY_DAY_UNSPECIFIED: {
    en: 'the paper names the month of its validity, not the day',
    zh: '文件只写明有效期的月份，未写明日',
  },
  WRONG_BENEFICIARY_TYPE: {
    en: 'not one of the kinds of applicant named',
    zh: '申请人类型不在支持对象之列',
  },
  WRONG_REGION: { en: 'the place is outside the region', zh: '不在本区域内' },
  PRIORITY: { en: 'given priority; it changes no amount', zh: '优先支持，不影响金额' },
}

/** Codes that carry the name of a fact. */
const OF_FACT: Readonly<Record<string, (title: Text) => Text>> = {
  MISSING_FACT: ({ en, zh }) => ({ en: `not known: ${en}`, zh: `尚缺：${zh}` }),
  MISSING_DETERMINATION: ({ en, zh }) => ({ en: `not judged yet: ${en}`, zh: `尚未认定：${zh}` }),
  MISSING_EVIDENCE: ({ en, zh }) => ({ en: `document missing: ${en}`, zh: `缺少材料：${zh}` }),
  THRESHOLD_NOT_MET: ({ en, zh }) => ({ en: `condition not met: ${en}`, zh: `未满足条件：${zh}` }),
  DETERMINATION_NEGATIVE: ({ en, zh }) => ({
    en: `judged otherwise: ${en}`,
    zh: `认定结果为否：${zh}`,
  }),
  RECOGNITION_MISSING: ({ en, zh }) => ({
    en: `recognition missing: ${en}`,
    zh: `未获认定：${zh}`,
  }),
  EVIDENCE_CONFLICT: ({ en, zh }) => ({
    en: `stated otherwise than it was measured: ${en}`,
    zh: `申报与实测不一致：${zh}`,
  }),
  BASE_READING: ({ en, zh }) => ({
    en: `reckoned on a reading of the base: ${en}`,
    zh: `按所采用的基数解释计算：${zh}`,
  }),
  CAP_CONFLICT: ({ en, zh }) => ({
    en: `two caps contradict each other: ${en}`,
    zh: `两个上限相互矛盾：${zh}`,
  }),
  WRONG_REGION: ({ en, zh }) => ({ en: `outside the region: ${en}`, zh: `不在本区域内：${zh}` }),
}

/** What names in codes mean that are no facts: a thing that is recognised, a sum or mean that is compared. */
const SUBJECTS: Readonly<Record<string, Text>> = {
  guangdong_supply_pool: { en: 'supply pool of Guangdong', zh: '广东省供给资源池' },
  innovation_centre: { en: 'innovation centre', zh: '创新中心' },
  integration_assessment: { en: 'assessment of integration', zh: '两化融合评定' },
  ministry_double_cross: {
    en: 'cross-industry and cross-domain, by the ministry',
    zh: '部级双跨平台',
  },
  upper_funding: { en: 'money of an upper level', zh: '上级资金' },
  mean_monthly_resolutions: { en: 'resolutions a month on average', zh: '月均解析量' },
  intelligent_part: { en: 'the intelligent part', zh: '智能化部分' },
  pilot_of_the_kind: { en: 'pilot of the kind', zh: '同类试点' },
  customer: { en: 'customer', zh: '客户' },
}

/** A step of an explanation that says what its codes mean. */
export type ToldStep = Omit<Step, 'steps'> & {
  readonly reasons?: readonly Text[]
  readonly steps?: readonly ToldStep[]
}

/** The steps of an explanation with their codes in words beside. */
export function withReasons(steps: readonly Step[], names: Names): ToldStep[] {
  return steps.map(({ steps: inner, ...step }) => ({
    ...step,
    ...(step.codes !== undefined &&
      step.codes.length > 0 && { reasons: step.codes.map((it) => reasonText(it, names)) }),
    ...(inner !== undefined && { steps: withReasons(inner, names) }),
  }))
}

/** A reason code in words, which stand alone; one that nobody has words for stands as it is. */
export function reasonText(code: string, names: Names): Text {
  const at = code.indexOf(':')
  const [kind, subject] = at < 0 ? [code, undefined] : [code.slice(0, at), code.slice(at + 1)]
  const say = subject === undefined ? undefined : OF_FACT[kind]
  if (say !== undefined && subject !== undefined) {
    return standingAlone(say(SUBJECTS[subject] ?? titleOf(subject, names)))
  }
  const text = TEXTS[kind]
  return text === undefined ? { en: code, zh: code } : standingAlone(text)
}
