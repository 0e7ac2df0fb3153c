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
  /** A code for being open that no missing fact explains. */
  readonly unclear?: string
}
type Judge = (scope: Scope) => Judged

const NONE: readonly never[] = []

/** One comparison as a closure that tells what it saw. All that does not hang on the case is worked out here. */
export function compileLeaf(leaf: Leaf, around: Around): (scope: Scope) => Finding {
  const judge = judgeOf(leaf, around)
  const refused = [refusedCode(leaf)]
  const open = openCode(leaf)
  const missing = missingOf(leaf)
  return (scope) => {
    const { truth, inputs, unclear } = judge(scope)
    return {
      condition: leaf,
      truth,
      inputs,
      parts: NONE,
      refused: truth === false ? refused : NONE,
      open:
        truth !== null
          ? NONE
          : unclear === undefined
            ? (open ?? missing(inputs, scope))
            : [unclear],
    }
  }
}

/** The fact or judgement that codes carry. */
function subjectOf(leaf: Leaf): string {
  if ('judged' in leaf) return leaf.judged
  if ('flag' in leaf) return leaf.flag
  if ('some' in leaf) return leaf.some
  if ('day' in leaf) return leaf.day
  if ('mean' in leaf) return leaf.mean
  if ('sum' in leaf) return leaf.sum[0] ?? ''
  return leaf.fact
}

function refusedCode(leaf: Leaf): string {
  if (leaf.refused !== undefined) return leaf.refused
  const subject = subjectOf(leaf)
  return 'judged' in leaf ? `DETERMINATION_NEGATIVE:${subject}` : `THRESHOLD_NOT_MET:${subject}`
}

/** The code for being open where no fact that is missing tells it. */
function openCode(leaf: Leaf): readonly string[] | undefined {
  if (leaf.open !== undefined) return [leaf.open]
  return 'judged' in leaf ? [`MISSING_DETERMINATION:${leaf.judged}`] : undefined
}

/** What tells the facts that are not known. A leaf that asks for one fact builds no code anew. */
function missingOf(leaf: Leaf): (inputs: readonly Input[], scope: Scope) => readonly string[] {
  const codeOf = 'fact' in leaf || 'flag' in leaf ? missingCodes(subjectOf(leaf)) : undefined
  return (inputs, scope) => {
    if (codeOf !== undefined && inputs.length === 1) return codeOf(scope)
    const unknown = inputs.filter((it) => it.value === null)
    return [...new Set(unknown.map((it) => missingCode(it.fact, scope)))]
  }
}

/** `MISSING_FACT:` with the name of what is not known: the whole fact, or the part of it that is. */
export function missingCode(path: string, scope: Scope): string {
  const dot = path.indexOf('.')
  const top = dot < 0 ? path : path.slice(0, dot)
  const isWhole = dot >= 0 && scope(top) === null && scope(path) === null
  return `MISSING_FACT:${isWhole ? top : path}`
}

/** The same as a closure that has both codes ready. `path` is not known when it is asked. */
export function missingCodes(path: string): (scope: Scope) => readonly [string] {
  const dot = path.indexOf('.')
  const own = [`MISSING_FACT:${path}`] as const
  if (dot < 0) return () => own
  const top = path.slice(0, dot)
  const whole = [`MISSING_FACT:${top}`] as const
  return (scope) => (scope(top) === null && scope(path) === null ? whole : own)
}

function judgeOf(leaf: Leaf, around: Around): Judge {
  if ('judged' in leaf) return flag(`determinations.${leaf.judged}`, leaf.judged, true)
  if ('flag' in leaf) return flag(leaf.flag, leaf.flag, leaf.is ?? true)
  if ('some' in leaf) return (scope) => someOf(leaf, scope)
  if ('day' in leaf) return (scope) => within(leaf, scope)
  if ('mean' in leaf) return mean(leaf, around)
  if ('sum' in leaf) return sum(leaf, around)
  return ofOneFact(leaf, around)
}

function flag(path: string, fact: string, is: boolean): Judge {
  return (scope) => {
    const value = scope(path)
    return { truth: typeof value === 'boolean' ? value === is : null, inputs: [{ fact, value }] }
  }
}

type OneFact = Extract<Leaf, { readonly fact: string }>

function ofOneFact(leaf: OneFact, { here, typeOf }: Around): Judge {
  const { fact } = leaf
  if ('sameAs' in leaf) return (scope) => same(leaf, scope)
  const holds = testOf(leaf, { here, typeOf })
  return (scope) => {
    const value = scope(fact)
    return { truth: value === null ? null : holds(value), inputs: [{ fact, value }] }
  }
}

function same(leaf: Extract<Leaf, { readonly sameAs: string }>, scope: Scope): Judged {
  const value = scope(leaf.fact)
  const other = scope(leaf.sameAs)
  const inputs = [
    { fact: leaf.fact, value },
    { fact: leaf.sameAs, value: other },
  ]
  return { truth: value === null || other === null ? null : value === other, inputs }
}

type OfValue = Exclude<OneFact, { readonly sameAs: string }>

function testOf(leaf: OfValue, { here, typeOf }: Around): (value: FactValue) => boolean {
  if ('oneOf' in leaf) {
    const words = new Set(leaf.oneOf)
    return (value) => words.has(String(value))
  }
  if ('inPlace' in leaf) {
    const place = leaf.inPlace === 'here' ? here : leaf.inPlace
    return (value) => isInPlace(String(value), place)
  }
  const isWithin = comparing(leaf, scaleOf(leaf.fact, typeOf))
  return (value) => isWithin(value as bigint)
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

function mean(leaf: Extract<Leaf, { readonly mean: string }>, { typeOf }: Around): Judge {
  const scale = scaleOf(leaf.mean, typeOf)
  const overYear = comparing(leaf, scale * MONTHS_A_YEAR)
  const overOne = comparing(leaf, scale)
  return (scope) => {
    const total = scope(leaf.mean)
    const totalInput = { fact: leaf.mean, value: total }
    if (typeof total !== 'bigint') return { truth: null, inputs: [totalInput] }
    const months = scope(leaf.months)
    const byCalendar = overYear(total)
    const inputs = [totalInput, { fact: leaf.months, value: months }]
    if (typeof months === 'bigint') {
      if (byCalendar === comparing(leaf, scale * months)(total))
        return { truth: byCalendar, inputs }
      return { truth: null, inputs, unclear: leaf.unclear }
    }
    // fewer months raise the mean: what passes over twelve passes over any, what fails over one month fails over all
    return { truth: byCalendar === overOne(total) ? byCalendar : null, inputs }
  }
}

function sum(leaf: Extract<Leaf, { readonly sum: readonly string[] }>, { typeOf }: Around): Judge {
  const isWithin = comparing(leaf, scaleOf(leaf.sum[0] ?? '', typeOf))
  const onlyFloors = leaf.atMost === undefined && leaf.lessThan === undefined
  const onlyCeilings = leaf.atLeast === undefined && leaf.moreThan === undefined
  return (scope) => {
    const inputs = leaf.sum.map((fact) => ({ fact, value: scope(fact) }))
    const known = inputs.reduce(
      (total, { value }) => total + (typeof value === 'bigint' ? value : 0n),
      0n,
    )
    const truth = isWithin(known)
    if (inputs.every((it) => it.value !== null)) return { truth, inputs }
    // what is not known can only add: a floor that is reached stays reached, a ceiling that is broken stays broken
    const isCertain = (onlyFloors && truth) || (onlyCeilings && !truth)
    return { truth: isCertain ? truth : null, inputs }
  }
}

type Comparators = {
  readonly atLeast?: number | undefined
  readonly moreThan?: number | undefined
  readonly atMost?: number | undefined
  readonly lessThan?: number | undefined
}

/** Whether a value lies within bounds that are told in wholes, the value itself in parts of which `scale` make one. */
function comparing(by: Comparators, scale: bigint): (value: bigint) => boolean {
  const at = (bound: number | undefined) =>
    bound === undefined ? undefined : BigInt(bound) * scale
  const [atLeast, moreThan] = [at(by.atLeast), at(by.moreThan)]
  const [atMost, lessThan] = [at(by.atMost), at(by.lessThan)]
  return (value) =>
    (atLeast === undefined || value >= atLeast) &&
    (moreThan === undefined || value > moreThan) &&
    (atMost === undefined || value <= atMost) &&
    (lessThan === undefined || value < lessThan)
}

function scaleOf(fact: string, typeOf: TypeOf): bigint {
  const type = typeOf(fact)
  return type?.type === 'quantity' ? 10n ** BigInt(type.decimals) : 1n
}
