import { conditionFaults, typeIn, typeInItem } from '../kernel/facts/condition.ts'
import type { Condition } from '../kernel/facts/condition-schema.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import type { Finding, Names, PackEntry } from '../kernel/packs/kind.ts'
import { unknownName } from '../kernel/packs/nearest.ts'
import { compare, rational } from '../lib/rational.ts'
import type { Text } from '../lib/text.ts'
import { ratioIn } from './formula.ts'
import type { Amount, Base, Measure } from './measure-schema.ts'

/** What measures of a pack may name. */
export type Known = {
  readonly facts: ReadonlyMap<string, FactType>
  readonly applicantTypes: ReadonlySet<string>
  readonly measures: ReadonlyMap<string, Measure>
}

type Tell = (pointer: string, reason: Text) => void

/** What is wrong with one measure beyond its schema: names, units, types, rates, caps without a sum, and what does not go together. */
export function measureFindings(entry: PackEntry<Measure>, known: Known): Finding[] {
  const { value: measure } = entry
  const findings: Finding[] = []
  const tell: Tell = (pointer, reason) => findings.push({ entry, pointer, reason })
  const typeOf = typeIn(known.facts)
  const inItem = measure.each === undefined ? typeOf : typeInItem(typeOf(measure.each.list), typeOf)
  for (const { pointer, condition, types } of conditionsOf(measure, typeOf, inItem)) {
    for (const fault of conditionFaults(condition, types, known.facts.keys())) {
      tell(`${pointer}${fault.pointer}`, fault.reason)
    }
  }
  for (const { pointer, name, type } of namesOf(measure)) {
    tellUnknown(name, { pointer, type, typeOf: inItem, known, tell })
  }
  for (const [index, name] of (measure.beneficiaries ?? []).entries()) {
    if (known.applicantTypes.has(name)) continue
    const word = { en: 'type of applicant', zh: '申请人类型' }
    tell(`/beneficiaries/${index}`, unknownName(name, known.applicantTypes, word))
  }
  tellCost(measure, tell)
  tellNumbers(measure, tell)
  tellTogether(measure, known, tell)
  return findings
}

type Naming = {
  readonly document?: string
  readonly owner?: readonly string[]
  readonly readings?: readonly string[]
}

/** The paper, the owners and the readings that an entry names are known to the region. */
export function namedFindings(entry: PackEntry<Naming>, names: Names): Finding[] {
  const { document, owner = [], readings = [] } = entry.value
  const one = (id: string, pointer: string, folder: string, word: Text) => {
    const isHeld = !names.knows(folder) || names.of(folder).has(id)
    return isHeld ? [] : [{ entry, pointer, reason: unknownName(id, names.of(folder), word) }]
  }
  return [
    ...(document === undefined ? [] : one(document, '/document', 'documents', PAPER)),
    ...owner.flatMap((id, at) => one(id, `/owner/${at}`, 'departments', DEPARTMENT)),
    ...readings.flatMap((id, at) => one(id, `/readings/${at}`, 'readings', READING)),
  ]
}

const PAPER = { en: 'paper', zh: '文件' }
const DEPARTMENT = { en: 'department', zh: '部门' }
const READING = { en: 'reading', zh: '解读' }

/** Conditions asked of one case, those within a list for each of so many items. */
const COST_MAX = 20_000
const COST_ITEMS = 100

function tellCost(measure: Measure, tell: Tell): void {
  const none: TypeOf = () => undefined
  const cost = conditionsOf(measure, none, none)
    .map(({ pointer, condition }) => {
      const isOfItems = pointer.startsWith('/each') || pointer.startsWith('/amount/of/lines/keep')
      return sizeOf(condition) * (isOfItems ? COST_ITEMS : 1)
    })
    .reduce((sum, it) => sum + it, 0)
  if (cost <= COST_MAX) return
  tell('', {
    en: `would ask up to ${cost} conditions of one case; at most ${COST_MAX} are allowed`,
    zh: `一个案例最多将检查 ${cost} 个条件，上限为 ${COST_MAX}`,
  })
}

function sizeOf(it: Condition): number {
  const parts = 'all' in it ? it.all : 'any' in it ? it.any : 'not' in it ? [it.not] : []
  return parts.reduce((sum, part) => sum + sizeOf(part), 1)
}

type Placed = { readonly pointer: string; readonly condition: Condition; readonly types: TypeOf }

function conditionsOf(measure: Measure, typeOf: TypeOf, inItem: TypeOf): Placed[] {
  const { each } = measure
  const lines = measure.amount.form === 'rate' ? measure.amount.of.lines : undefined
  const inLine = lines === undefined ? typeOf : typeInItem(typeOf(lines.list), typeOf)
  const place = (list: readonly unknown[] | undefined, pointer: string, types: TypeOf): Placed[] =>
    (list ?? []).map((it, at) => ({
      pointer: `${pointer}/${at}`,
      condition: it as Condition,
      types,
    }))
  const whens = (
    list: readonly { readonly when: unknown }[] | undefined,
    pointer: string,
    types: TypeOf,
  ) =>
    (list ?? []).map((it, at) => ({
      pointer: `${pointer}/${at}/when`,
      condition: it.when as Condition,
      types,
    }))
  return [
    ...place(measure.conditions, '/conditions', typeOf),
    ...place(each?.conditions, '/each/conditions', inItem),
    ...(each?.of === undefined
      ? []
      : [{ pointer: '/each/of', condition: each.of as Condition, types: inItem }]),
    ...whens(measure.remarks, '/remarks', typeOf),
    ...place(lines?.needs, '/amount/of/lines/needs', typeOf),
    ...whens(lines?.keep, '/amount/of/lines/keep', inLine),
  ]
}

type Name = {
  readonly pointer: string
  readonly name: string
  readonly type: FactType['type'] | 'money'
}

/** Facts that a measure names outside its conditions, and what they must be. */
function namesOf({ amount, each, publicFunds, caps }: Measure): Name[] {
  const names: Name[] = []
  const add: Add = (pointer, name, type) => {
    if (name !== undefined) names.push({ pointer, name, type })
  }
  addAmount(amount, add)
  add('/each/list', each?.list, 'list')
  add('/publicFunds/of', publicFunds?.of, 'money')
  for (const [at, name] of (publicFunds?.counted ?? []).entries()) {
    add(`/publicFunds/counted/${at}`, name, 'money')
  }
  for (const [at, cap] of (caps ?? []).entries()) {
    add(`/caps/${at}/byLevel/levels`, cap.byLevel?.levels, 'list')
  }
  return names
}

type Add = (pointer: string, name: string | undefined, type: Name['type']) => void

function addAmount(amount: Amount, add: Add): void {
  if (amount.form === 'rate') addBase(amount.of, add)
  if (amount.form === 'match') addMatch(amount, add)
  if (amount.form === 'tiers') {
    add('/amount/table', amount.table, 'list')
    for (const [at, name] of amount.metrics.entries()) {
      add(`/amount/metrics/${at}`, name, 'quantity')
    }
  }
  if (amount.form === 'top-up') add('/amount/member', amount.member, 'flag')
  if (amount.form === 'schedule') add('/amount/by', amount.by, 'word')
}

function addMatch({ of, guideRatio, byLevel }: Amount & { form: 'match' }, add: Add): void {
  for (const [at, name] of of.entries()) add(`/amount/of/${at}`, name, 'money')
  add('/amount/guideRatio', guideRatio, 'ratio')
  add('/amount/byLevel/levels', byLevel?.levels, 'list')
  for (const [at, row] of (byLevel?.order ?? []).entries()) {
    add(`/amount/byLevel/order/${at}/fact`, row.fact, 'money')
  }
}

function addBase(base: Base, add: Add): void {
  add('/amount/of/fact', base.fact, 'money')
  add('/amount/of/declared', base.declared, 'money')
  add('/amount/of/atMost', base.atMost, 'money')
  add('/amount/of/reading/other', base.reading?.other, 'money')
  add('/amount/of/lines/list', base.lines?.list, 'list')
}

const MONEY_UNIT = 'yuan'
const MONEY_DECIMALS = 2

function tellUnknown(
  name: string,
  of: {
    readonly pointer: string
    readonly type: Name['type']
    readonly typeOf: TypeOf
    readonly known: Known
    readonly tell: Tell
  },
): void {
  const type = of.typeOf(name)
  if (type === undefined) {
    const word = { en: 'fact', zh: '事实项' }
    of.tell(of.pointer, unknownName(name, of.known.facts.keys(), word))
    return
  }
  const isMoney =
    type.type === 'quantity' && type.unit === MONEY_UNIT && type.decimals === MONEY_DECIMALS
  if (of.type === 'money' ? isMoney : type.type === of.type) return
  of.tell(of.pointer, {
    en: `“${name}” is of type ${type.type}, and ${of.type} is asked for`,
    zh: `“${name}”的类型为 ${type.type}，此处需要 ${of.type}`,
  })
}

const ONE = rational(1n)

function tellNumbers({ amount, caps, publicFunds }: Measure, tell: Tell): void {
  const atMostOne = (ratio: string | undefined, pointer: string) => {
    if (ratio === undefined || compare(ratioIn(ratio), ONE) <= 0) return
    tell(pointer, { en: `${ratio} is more than 1`, zh: `${ratio} 大于 1` })
  }
  if (amount.form === 'rate') atMostOne(amount.rate, '/amount/rate')
  if (amount.form === 'match') atMostOne(amount.ratio, '/amount/ratio')
  atMostOne(publicFunds?.ratio, '/publicFunds/ratio')
  for (const [at, cap] of (caps ?? []).entries()) {
    if ((cap.yuan === undefined) !== (cap.byLevel === undefined)) continue
    tell(`/caps/${at}`, {
      en: 'a cap has either one sum or one for each level',
      zh: '上限须为一个金额，或按级别各一个金额',
    })
  }
}

/** Things that only make sense together, or not together. */
function tellTogether(measure: Measure, known: Known, tell: Tell): void {
  const { amount, caps, guide, inForce, standing } = measure
  const needs = (isWrong: boolean, pointer: string, reason: Text) => {
    if (isWrong) tell(pointer, reason)
  }
  needs(amount.form === 'ceiling-only' && (caps ?? []).length === 0, '/amount', {
    en: 'an amount without a formula needs a cap',
    zh: '没有公式的金额须有上限',
  })
  needs(guide !== undefined && (caps ?? []).length === 0, '/guide', {
    en: 'a guide narrows a cap, and there is none',
    zh: '指南只能收窄上限，而此处没有上限',
  })
  needs(standing !== 'measure' && inForce !== undefined, '/inForce', {
    en: 'a draft or a letter is never in force',
    zh: '征求意见稿或复函不具有效期',
  })
  needs(standing === 'measure' && inForce === undefined, '/standing', {
    en: 'a measure says when it is in force',
    zh: '措施须写明有效期',
  })
  const [first, last] = inForce === undefined ? ['', ''] : edgesOf(inForce)
  needs(first > last, '/inForce', { en: 'ends before it begins', zh: '结束早于开始' })
  const base = amount.form === 'rate' ? amount.of : undefined
  needs(base !== undefined && base.fact === undefined && base.lines === undefined, '/amount', {
    en: 'a rate is of a fact or of a list’s items',
    zh: '比例须以某一事实项或列表为基数',
  })
  tellOthers(measure, known, tell)
}

const MEASURE = { en: 'measure', zh: '措施' }

/** What a measure says of other measures. */
function tellOthers({ amount, caps, guide }: Measure, { measures }: Known, tell: Tell): void {
  if (amount.form === 'top-up') {
    const on = measures.get(amount.on)
    if (on === undefined) tell('/amount/on', unknownName(amount.on, measures.keys(), MEASURE))
    else if (on.amount.form === 'top-up') {
      const reason = { en: 'a top-up tops up no other top-up', zh: '追加奖励不得再被追加' }
      tell('/amount/on', reason)
    }
  }
  if (guide === undefined) return
  const other = measures.get(guide.clause)
  if (other === undefined)
    tell('/guide/clause', unknownName(guide.clause, measures.keys(), MEASURE))
  const isWider = smallest(other?.caps) > smallest(caps) && other !== undefined
  if (!isWider || guide.wider === 'open') return
  tell('/guide/wider', {
    en: `${guide.clause} is wider than the measure’s own cap: which holds is open`,
    zh: `${guide.clause} 宽于本措施的上限：以何者为准须待定（open）`,
  })
}

function smallest(caps: Measure['caps']): number {
  return Math.min(...(caps ?? []).map((it) => it.yuan ?? Number.POSITIVE_INFINITY))
}

function edgesOf(inForce: NonNullable<Measure['inForce']>): [string, string] {
  return 'from' in inForce ? [inForce.from, inForce.to] : [inForce.fromMonth, inForce.toMonth]
}
