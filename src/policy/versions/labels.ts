import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { apart, type Text } from '../../lib/text.ts'
import { type Names, titleOf } from '../words.ts'
import { wholeCondition, yuanText } from './told-values.ts'

/** What the members of a measure are called, by their pointers without the numbers of entries. */
const LABELS: Readonly<Record<string, Text>> = {
  '/id': { en: 'id', zh: '编号' },
  '/document': { en: 'paper', zh: '文件' },
  '/article': { en: 'article', zh: '条款' },
  '/title/zh': { en: 'title in Chinese', zh: '中文名称' },
  '/title/en': { en: 'title in English', zh: '英文名称' },
  '/clause/zh': { en: 'clause in Chinese', zh: '条文（中文）' },
  '/clause/en': { en: 'clause in English', zh: '条文（英文）' },
  '/owner': { en: 'owner', zh: '责任部门' },
  '/layer': { en: 'layer', zh: '层级' },
  '/standing': { en: 'standing in law', zh: '法律地位' },
  '/inForce': { en: 'time in force', zh: '有效期' },
  '/beneficiaries': { en: 'kind of applicant', zh: '申请人类型' },
  '/region': { en: 'place asked for', zh: '地域要求' },
  '/conditions': { en: 'condition', zh: '条件' },
  '/amount': { en: 'amount', zh: '金额' },
  '/amount/yuan': { en: 'amount', zh: '金额' },
  '/amount/rate': { en: 'rate', zh: '比例' },
  '/amount/ratio': { en: 'ratio of the match', zh: '配套比例' },
  '/amount/ceiling': { en: 'the rate is a ceiling', zh: '比例为上限（不超过）' },
  '/amount/of': { en: 'base', zh: '基数' },
  '/amount/of/fact': { en: 'base', zh: '基数' },
  '/amount/of/declared': { en: 'declared figure of the base', zh: '基数的申报数' },
  '/amount/of/wording': { en: 'the paper’s word for the base', zh: '文件对基数的用语' },
  '/amount/rows': { en: 'sums by level', zh: '分级金额' },
  '/amount/rows/yuan': { en: 'sum of a level', zh: '某级金额' },
  '/amount/on': { en: 'measure that is topped up', zh: '被追加的措施' },
  '/caps': { en: 'cap', zh: '上限' },
  '/caps/yuan': { en: 'cap', zh: '上限' },
  '/caps/per': { en: 'what the cap is counted per', zh: '上限计算单位' },
  '/caps/prior': { en: 'earlier awards counted into the cap', zh: '计入上限的既往支持' },
  '/caps/byLevel/rows/yuan': { en: 'cap of a level', zh: '某级上限' },
  '/guide': { en: 'guide that narrows it', zh: '收窄上限的指南' },
  '/guide/clause': { en: 'clause of the guide', zh: '指南条款' },
  '/guide/wider': { en: 'what holds where the guide is wider', zh: '指南更宽时的处理' },
  '/publicFunds': { en: 'limit on all public money', zh: '财政资金合计限额' },
  '/publicFunds/ratio': { en: 'limit on all public money', zh: '财政资金合计限额' },
  '/publicFunds/counted': { en: 'public money that is counted', zh: '计入限额的财政资金' },
  '/quota': { en: 'quota', zh: '名额' },
  '/quota/places': { en: 'places of the quota', zh: '名额数' },
  '/quota/position': { en: 'whether one’s place must be known', zh: '是否须有名次' },
  '/each': { en: 'items that get an award each', zh: '逐项给予支持的事项' },
  '/each/conditions': { en: 'condition of an item', zh: '事项条件' },
  '/oneTime': { en: 'granted once', zh: '一次性' },
  '/rewards': { en: 'what is rewarded', zh: '奖励对象' },
  '/remarks': { en: 'remark', zh: '备注' },
  '/readings': { en: 'reading', zh: '解读' },
}

/** The name of a member; of one without a name, that of what holds it with the rest of its place. */
export function labelOf(pointer: string): Text {
  const plain = pointer.replaceAll(/\/\d+(?=\/|$)/g, '')
  for (let here = plain; here !== ''; here = here.slice(0, here.lastIndexOf('/'))) {
    const label = LABELS[here]
    if (label === undefined) continue
    const rest = plain.slice(here.length + 1).replaceAll('/', '.')
    return rest === '' ? label : { en: `${label.en} (${rest})`, zh: `${label.zh}（${rest}）` }
  }
  return { en: plain.slice(1), zh: plain.slice(1) }
}

const CHARS_MAX = 300
const CONDITION_KEYS = ['fact', 'flag', 'judged', 'some', 'day', 'sum', 'mean', 'all', 'any', 'not']

/** A value of a measure for people: names of facts by their titles, conditions in words, the rest as it is written. */
export function plainValue(value: unknown, names: Names): Text {
  if (value === undefined || value === null) return { en: 'none', zh: '无' }
  if (value === true) return { en: 'yes', zh: '是' }
  if (value === false) return { en: 'no', zh: '否' }
  if (typeof value === 'string') {
    const { en, zh } = titleOf(value, names)
    return { en: `“${apart(en)}”`, zh: `“${apart(zh)}”` }
  }
  if (isCondition(value)) return wholeCondition(value, names)
  if (isSum(value)) return yuanText(value.yuan)
  const text = JSON.stringify(value)
  const short = text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text
  return { en: short, zh: short }
}

function isCondition(value: unknown): value is Condition {
  return (
    typeof value === 'object' &&
    value !== null &&
    CONDITION_KEYS.some((it) => Object.hasOwn(value, it)) &&
    !Object.hasOwn(value, 'form') &&
    !Object.hasOwn(value, 'wording') &&
    !Object.hasOwn(value, 'declared')
  )
}

function isSum(value: unknown): value is { readonly yuan: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'yuan' in value &&
    typeof value.yuan === 'number'
  )
}
