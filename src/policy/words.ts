import type { Leaf } from '../kernel/facts/condition-schema.ts'
import type { FactValue } from '../kernel/facts/fact.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import type { Finding } from '../kernel/facts/finding.ts'
import { formatYuan } from '../lib/money.ts'
import type { Text } from '../lib/text.ts'
import type { LimitName } from './limits.ts'
import type { Rules } from './rules.ts'

const SHOWN_ITEMS_MAX = 8

/** What facts are called, and of which type they are. */
export type Names = Pick<Rules, 'titles' | 'facts'>

/** What a fact is called; a part of it by its own name where it has none. */
export function titleOf(path: string, { titles }: Names): Text {
  const whole = titles.get(path) ?? titles.get(`determinations.${path}`)
  if (whole !== undefined) return whole
  const [top = '', ...rest] = path.split('.')
  const title = titles.get(top)
  const part = rest.join('.')
  if (title === undefined || part === '') return { en: path, zh: path }
  return { en: `${title.en} (${part})`, zh: `${title.zh}（${part}）` }
}

/** A value as people write it: money in yuan, the rest as it is. */
export function valueText(path: string, value: FactValue | null, names: Names): Text {
  if (value === null) return { en: 'not known', zh: '未知' }
  const type = typeIn(path, names)
  const title = typeof value === 'string' && hasTitles(type) ? names.titles.get(value) : undefined
  if (title !== undefined) return title
  if (typeof value === 'string' && type?.type === 'word') return wordText(value, names)
  if (typeof value === 'boolean') return value ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' }
  const plain = plainText(value, type)
  return { en: plain, zh: plain }
}

/** Words of no list, which may be kinds of applicant, and places may have titles of their own. */
function hasTitles(type: FactType | undefined): boolean {
  return type?.type === 'place' || (type?.type === 'word' && type.words === undefined)
}

function typeIn(path: string, { facts }: Names): FactType | undefined {
  const [top = '', field = ''] = path.split('.')
  const type = facts.get(path) ?? facts.get(top)
  return type?.type === 'record' && field !== '' ? type.fields[field] : type
}

function plainText(value: FactValue, type: FactType | undefined): string {
  if (typeof value === 'bigint') {
    const isMoney = type?.type === 'quantity' && type.decimals > 0
    return isMoney ? formatYuan(value) : value.toString()
  }
  if (typeof value !== 'object') return String(value)
  if (!Array.isArray(value)) return '{…}'
  const plain = value.filter((it) => typeof it !== 'object')
  if (plain.length < value.length) return `${value.length} × {…}`
  const shown = plain.slice(0, SHOWN_ITEMS_MAX).map((it) => plainText(it, undefined))
  return `[${shown.join(', ')}${plain.length > SHOWN_ITEMS_MAX ? ', …' : ''}]`
}

/** A condition in words; a joined one by how its parts are joined. */
export function conditionText({ condition }: Pick<Finding, 'condition'>, names: Names): Text {
  if ('all' in condition) return { en: 'all of these', zh: '同时满足' }
  if ('any' in condition) return { en: 'one of these at least', zh: '满足其一' }
  if ('not' in condition) return { en: 'not this', zh: '不满足' }
  return leafText(condition as Leaf, names)
}

function leafText(leaf: Leaf, names: Names): Text {
  if ('judged' in leaf) {
    const { en, zh } = titleOf(leaf.judged, names)
    return { en: `judged: ${en}`, zh: `认定：${zh}` }
  }
  if ('flag' in leaf) {
    const title = titleOf(leaf.flag, names)
    return leaf.is === false ? { en: `not: ${title.en}`, zh: `非：${title.zh}` } : title
  }
  if ('some' in leaf) return amongText(titleOf(leaf.some, names), leaf.oneOf, names)
  if ('day' in leaf) return daysText(leaf, names)
  if ('unit' in leaf) return comparedText(leaf, names)
  const title = titleOf(leaf.fact, names)
  if ('oneOf' in leaf) return amongText(title, leaf.oneOf, names)
  if ('sameAs' in leaf) {
    const other = titleOf(leaf.sameAs, names)
    return { en: `${title.en} is ${other.en}`, zh: `${title.zh}等于${other.zh}` }
  }
  return { en: `${title.en} is in the region`, zh: `${title.zh}在本区域内` }
}

function amongText(title: Text, words: readonly string[] | undefined, names: Names): Text {
  if (words === undefined) return { en: `${title.en}: any`, zh: `${title.zh}：任一` }
  const told = words.map((it) => wordText(it, names))
  return {
    en: `${title.en}: ${told.map((it) => it.en).join(' or ')}`,
    zh: `${title.zh}：${told.map((it) => it.zh).join('或')}`,
  }
}

/** What a word is called; as it is where nobody gave it a name. */
export function wordText(word: string, { titles }: Pick<Names, 'titles'>): Text {
  return titles.get(`word:${word}`) ?? { en: word, zh: word }
}

function daysText(leaf: Extract<Leaf, { readonly day: string }>, names: Names): Text {
  const day = titleOf(leaf.day, names)
  const from = leaf.from === undefined ? undefined : titleOf(leaf.from, names)
  const to = leaf.to === undefined ? undefined : titleOf(leaf.to, names)
  const within = leaf.period === undefined ? undefined : titleOf(leaf.period, names)
  if (within !== undefined)
    return { en: `${day.en} within ${within.en}`, zh: `${day.zh}在${within.zh}之内` }
  const start = {
    en: from === undefined ? '' : ` from ${from.en}`,
    zh: from === undefined ? '' : `自${from.zh}起`,
  }
  const years =
    leaf.years === undefined
      ? undefined
      : { en: ` for ${leaf.years} year`, zh: `${leaf.years}年内` }
  const end = years ?? {
    en: to === undefined ? '' : ` until ${to.en}`,
    zh: to === undefined ? '' : `至${to.zh}止`,
  }
  return { en: `${day.en}${start.en}${end.en}`, zh: `${day.zh}${start.zh}${end.zh}` }
}

type Compared = Extract<Leaf, { readonly unit: string }>

function comparedText(leaf: Compared, names: Names): Text {
  const facts = 'sum' in leaf ? leaf.sum : 'mean' in leaf ? [leaf.mean] : [leaf.fact]
  const titles = facts.map((it) => titleOf(it, names))
  const subject = {
    en: titles.map((it) => it.en).join(' + '),
    zh: titles.map((it) => it.zh).join('＋'),
  }
  const mean = 'mean' in leaf ? { en: ' a month on average', zh: '（月均）' } : { en: '', zh: '' }
  const bounds = boundsOf(leaf)
  return {
    en: `${subject.en}${mean.en} ${bounds.map((it) => it.en).join(' and ')} ${leaf.unit}`,
    zh: `${subject.zh}${mean.zh}${bounds.map((it) => it.zh).join('且')}（${leaf.unit}）`,
  }
}

function boundsOf(leaf: Compared): Text[] {
  const words: readonly (readonly [number | undefined, string, string])[] = [
    [leaf.atLeast, 'at least', '不低于'],
    [leaf.moreThan, 'more than', '超过'],
    ['atMost' in leaf ? leaf.atMost : undefined, 'at most', '不超过'],
    ['lessThan' in leaf ? leaf.lessThan : undefined, 'less than', '低于'],
  ]
  return words.flatMap(([bound, en, zh]) =>
    bound === undefined ? [] : [{ en: `${en} ${bound}`, zh: `${zh}${bound}` }],
  )
}

export const LIMIT_TEXTS: Readonly<Record<LimitName, Text>> = {
  determination: { en: 'recorded decision', zh: '认定决定' },
  fixed: { en: 'fixed amount', zh: '固定金额' },
  rate: { en: 'rate of the base', zh: '按基数比例' },
  match: { en: 'match of upper funds', zh: '按上级资金配套' },
  sum: { en: 'sum of the parts', zh: '各部分之和' },
  cap_project: { en: 'cap per project', zh: '每项目上限' },
  cap_enterprise: { en: 'cap per enterprise', zh: '每家上限' },
  cap_enterprise_year: { en: 'cap per enterprise and year', zh: '每家每年上限' },
  guide_cap: { en: "cap of the year's guide", zh: '年度指南上限' },
  public_funds_ratio: { en: 'limit on all public money', zh: '财政资金合计限额' },
  quota: { en: 'quota', zh: '名额' },
  budget: { en: 'budget', zh: '预算' },
}

const TEST_TEXTS: Readonly<Record<string, Text>> = {
  standing: { en: 'in force on the day of application', zh: '申请日在有效期内' },
  batch: { en: 'opened by the batch', zh: '本批次已开放' },
  type: { en: 'kind of applicant', zh: '申请人类型' },
  region: { en: 'place of the applicant', zh: '申请人所在地' },
  'one-time': { en: 'not granted before (one time)', zh: '此前未获支持（一次性）' },
  quota: { en: 'a place within the quota', zh: '名额之内' },
  prerequisite: { en: 'has the award that this one tops up', zh: '已获所追加的奖励' },
  items: { en: 'items that get an award of their own', zh: '逐项给予支持的事项' },
}

/** What was asked, by the name of the test. */
export function testText(name: string): Text {
  const [kind = '', subject = ''] = name.split(':')
  if (kind === 'evidence') return { en: `document: ${subject}`, zh: `材料：${subject}` }
  return TEST_TEXTS[kind] ?? { en: name, zh: name }
}
