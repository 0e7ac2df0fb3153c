import { yearsAfter } from '../../lib/day.ts'
import type { Leaf } from './condition-schema.ts'
import { type FactValue, isList, type Scope } from './fact.ts'
import type { Finding, Input, TypeOf } from './finding.ts'
import type { Truth } from './truth.ts'

/** What a leaf needs beside the facts. */
type Around = { readonly here: string; readonly typeOf: TypeOf }
type Judged = {
  readonly truth: Truth
  readonly inputs: readonly Input[]
  /** The name that codes carry where it is not that of the first fact. */
  readonly name?: string
  /** A code for being open that no missing fact explains. */
  readonly unclear?: string
}

/** One comparison, with what it saw. */
export function judge(leaf: Leaf, scope: Scope, around: Around): Finding {
  const judged = truthOf(leaf, scope, around)
  const { truth, inputs } = judged
  return {
    condition: leaf,
    truth,
    inputs,
    parts: NONE,
    refused: truth === false ? [refusedCode(leaf, judged)] : NONE,
    open: truth === null ? openCodes(leaf, judged, scope) : NONE,
  }
}

const NONE: readonly never[] = []

function subjectOf({ name, inputs }: Judged): string {
  return name ?? inputs[0]?.fact ?? ''
}

function refusedCode(leaf: Leaf, judged: Judged): string {
  if (leaf.refused !== undefined) return leaf.refused
  const subject = subjectOf(judged)
  return 'judged' in leaf ? `DETERMINATION_NEGATIVE:${subject}` : `THRESHOLD_NOT_MET:${subject}`
}

function openCodes(leaf: Leaf, judged: Judged, scope: Scope): readonly string[] {
  const { unclear, inputs } = judged
  const code = unclear ?? leaf.open
  if (code !== undefined) return [code]
  if ('judged' in leaf) return [`MISSING_DETERMINATION:${subjectOf(judged)}`]
  const unknown = inputs.filter((it) => it.value === null)
  return [...new Set(unknown.map((it) => missingCode(it.fact, scope)))]
}

/** `MISSING_FACT:` with the name of what is not known: the whole fact, or the part of it that is. */
export function missingCode(path: string, scope: Scope): string {
  const top = path.split('.')[0] ?? path
  return `MISSING_FACT:${scope(top) === null && scope(path) === null ? top : path}`
}

function truthOf(leaf: Leaf, scope: Scope, around: Around): Judged {
  if ('judged' in leaf) {
    const value = scope(`determinations.${leaf.judged}`)
    const truth = typeof value === 'boolean' ? value : null
    return { truth, inputs: [{ fact: leaf.judged, value }], name: leaf.judged }
  }
  if ('flag' in leaf) {
    const value = scope(leaf.flag)
    const truth = typeof value === 'boolean' ? value === (leaf.is ?? true) : null
    return { truth, inputs: [{ fact: leaf.flag, value }] }
  }
  if ('some' in leaf) return someOf(leaf, scope)
  if ('day' in leaf) return within(leaf, scope)
  if ('mean' in leaf) return mean(leaf, scope, around)
  if ('sum' in leaf) return sum(leaf, scope, around)
  return ofOneFact(leaf, scope, around)
}

type OneFact = Extract<Leaf, { readonly fact: string }>

function ofOneFact(leaf: OneFact, scope: Scope, { here, typeOf }: Around): Judged {
  const value = scope(leaf.fact)
  const inputs = [{ fact: leaf.fact, value }]
  if ('sameAs' in leaf) {
    const other = scope(leaf.sameAs)
    const truth = value === null || other === null ? null : value === other
    return { truth, inputs: [...inputs, { fact: leaf.sameAs, value: other }], name: leaf.fact }
  }
  if (value === null) return { truth: null, inputs }
  if ('oneOf' in leaf) return { truth: leaf.oneOf.includes(String(value)), inputs }
  if ('inPlace' in leaf) {
    const place = leaf.inPlace === 'here' ? here : leaf.inPlace
    return { truth: isInPlace(String(value), place), inputs }
  }
  return { truth: compares(value as bigint, leaf, scaleOf(leaf.fact, typeOf)), inputs }
}

/** A place lies in itself and in the places above it. */
export function isInPlace(place: string, above: string): boolean {
  return place === above || place.startsWith(`${above}/`)
}

function someOf(leaf: Extract<Leaf, { readonly some: string }>, scope: Scope): Judged {
  const value = scope(leaf.some)
  const inputs = [{ fact: leaf.some, value }]
  if (!isList(value)) return { truth: null, inputs }
  const { oneOf } = leaf
  const counts = oneOf === undefined ? value : value.filter((it) => oneOf.includes(String(it)))
  return { truth: counts.length > 0, inputs }
}

function within(leaf: Extract<Leaf, { readonly day: string }>, scope: Scope): Judged {
  const day = scope(leaf.day)
  const { from, to, inputs } = boundsOf(leaf, scope)
  const all = [{ fact: leaf.day, value: day }, ...inputs]
  if (typeof day !== 'string') return { truth: null, inputs: all }
  const isOutside = (from !== undefined && from !== null && day < from) || (to != null && day > to)
  if (isOutside) return { truth: false, inputs: all }
  return { truth: from === null || to === null ? null : true, inputs: all }
}

/** The first and the last day; null: not known, undefined: none is set. */
function boundsOf(leaf: Extract<Leaf, { readonly day: string }>, scope: Scope) {
  const inputs: Input[] = []
  const read = (fact: string): FactValue | null => {
    const value = scope(fact)
    inputs.push({ fact, value })
    return value
  }
  const dayOf = (value: FactValue | null | undefined) => (typeof value === 'string' ? value : null)
  if (leaf.period !== undefined) {
    const days = read(leaf.period)
    const pair = isList(days) && days.length === 2 ? days : []
    return { from: dayOf(pair[0]), to: dayOf(pair[1]), inputs }
  }
  const from = leaf.from === undefined ? undefined : dayOf(read(leaf.from))
  if (leaf.years !== undefined) {
    return { from, to: from == null ? null : yearsAfter(from, leaf.years), inputs }
  }
  return { from, to: leaf.to === undefined ? undefined : dayOf(read(leaf.to)), inputs }
}

const MONTHS_A_YEAR = 12n

function mean(
  leaf: Extract<Leaf, { readonly mean: string }>,
  scope: Scope,
  { typeOf }: Around,
): Judged {
  const total = scope(leaf.mean)
  const months = scope(leaf.months)
  const scale = scaleOf(leaf.mean, typeOf)
  const totalInput = { fact: leaf.mean, value: total }
  if (typeof total !== 'bigint') return { truth: null, inputs: [totalInput] }
  const over = (count: bigint) => compares(total, leaf, scale * count)
  const byCalendar = over(MONTHS_A_YEAR)
  const inputs = [totalInput, { fact: leaf.months, value: months }]
  if (typeof months === 'bigint') {
    const byOperation = over(months)
    if (byCalendar === byOperation) return { truth: byCalendar, inputs }
    return { truth: null, inputs, unclear: leaf.unclear }
  }
  // fewer months raise the mean: what passes over twelve passes over any, what fails over one month fails over all
  const overOne = over(1n)
  return { truth: byCalendar === overOne ? byCalendar : null, inputs }
}

function sum(
  leaf: Extract<Leaf, { readonly sum: readonly string[] }>,
  scope: Scope,
  { typeOf }: Around,
): Judged {
  const inputs = leaf.sum.map((fact) => ({ fact, value: scope(fact) }))
  const known = inputs.reduce(
    (total, { value }) => total + (typeof value === 'bigint' ? value : 0n),
    0n,
  )
  const truth = compares(known, leaf, scaleOf(leaf.sum[0] ?? '', typeOf))
  if (inputs.every((it) => it.value !== null)) return { truth, inputs }
  // what is not known can only add: a floor that is reached stays reached, a ceiling that is broken stays broken
  const onlyFloors = leaf.atMost === undefined && leaf.lessThan === undefined
  const onlyCeilings = leaf.atLeast === undefined && leaf.moreThan === undefined
  const isCertain = (onlyFloors && truth) || (onlyCeilings && !truth)
  return { truth: isCertain ? truth : null, inputs }
}

type Comparators = {
  readonly atLeast?: number | undefined
  readonly moreThan?: number | undefined
  readonly atMost?: number | undefined
  readonly lessThan?: number | undefined
}

function compares(value: FactValue & bigint, by: Comparators, scale: bigint): boolean {
  const at = (bound: number) => BigInt(bound) * scale
  return (
    (by.atLeast === undefined || value >= at(by.atLeast)) &&
    (by.moreThan === undefined || value > at(by.moreThan)) &&
    (by.atMost === undefined || value <= at(by.atMost)) &&
    (by.lessThan === undefined || value < at(by.lessThan))
  )
}

function scaleOf(fact: string, typeOf: TypeOf): bigint {
  const type = typeOf(fact)
  return type?.type === 'quantity' ? 10n ** BigInt(type.decimals) : 1n
}
