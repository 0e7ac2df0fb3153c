import type { Condition, Leaf } from '../../kernel/facts/condition-schema.ts'
import { type FactValue, isList, type Scope } from '../../kernel/facts/fact.ts'
import type { FactType } from '../../kernel/facts/fact-type.ts'
import type { Finding } from '../../kernel/facts/finding.ts'
import { monthsAfter } from '../../lib/day.ts'
import type { Measure } from '../measure-schema.ts'
import type { Test } from '../part.ts'
import { type Change, typeAt } from './alter.ts'

/** What is needed to say which facts would have to be what. */
export type Around = {
  readonly measure: Measure
  /** Place of the region whose rule it is. */
  readonly here: string
  readonly scope: Scope
  readonly types: ReadonlyMap<string, FactType>
}

/** Ways to meet what failed: each a set of changes that belong together. */
export type Ways = readonly (readonly Change[])[]

const WAYS_MAX = 24
const MONTHS_A_YEAR = 12n

/**
 * Ways in which a test that failed would be met, by the thresholds, words and days that it names. None where no fact of the case
 * changes it: a draft stays a draft.
 */
export function waysToMeet(test: Test, around: Around): Ways {
  const { measure, here, scope } = around
  if (test.finding !== undefined) return waysOf(test.finding, around)
  switch (test.name) {
    case 'standing':
      return dayInForce(measure, scope('application_date')).map((to) => [
        { fact: 'application_date', to },
      ])
    case 'type':
      return (measure.beneficiaries ?? []).map((to) => [{ fact: 'applicant.type', to }])
    case 'region':
      return [[{ fact: 'applicant.location', to: here }]]
    case 'quota':
      return measure.quota === undefined
        ? []
        : [[{ fact: 'quota_position', to: BigInt(measure.quota.places) }]]
    case 'prerequisite':
      return measure.amount.form === 'top-up' ? [[{ fact: measure.amount.member, to: true }]] : []
    default:
      return []
  }
}

/** The nearest day on which it is certain that the measure is in force. */
function dayInForce({ standing, inForce }: Measure, day: FactValue | null): string[] {
  if (standing !== 'measure' || inForce === undefined || typeof day !== 'string') return []
  const [first, last] =
    'from' in inForce
      ? [inForce.from, inForce.to]
      : [monthsAfter(`${inForce.fromMonth}-01`, 1), monthsAfter(`${inForce.toMonth}-28`, -1)]
  return first > last ? [] : [day < first ? first : last]
}

function waysOf({ condition, parts, truth }: Finding, around: Around): Ways {
  if (truth !== false) return [[]]
  if ('not' in condition) return waysNot(condition.not)
  if ('any' in condition) return parts.flatMap((it) => waysOf(it, around)).slice(0, WAYS_MAX)
  if ('all' in condition) return together(parts.map((it) => waysOf(it, around)))
  return leafWays(condition as Leaf, around)
}

/** One way of each list, in every combination, up to a bound. */
export function together(lists: readonly Ways[]): Ways {
  return lists.reduce<Ways>(
    (found, ways) =>
      found.flatMap((before) => ways.map((way) => [...before, ...way])).slice(0, WAYS_MAX),
    [[]],
  )
}

function waysNot(inner: Condition): Ways {
  return 'flag' in inner ? [[{ fact: inner.flag, to: inner.is === false }]] : []
}

function leafWays(leaf: Leaf, around: Around): Ways {
  const { scope } = around
  if ('judged' in leaf) return [[{ fact: `determinations.${leaf.judged}`, to: true }]]
  if ('flag' in leaf) return [[{ fact: leaf.flag, to: leaf.is ?? true }]]
  if ('some' in leaf) {
    const had = scope(leaf.some)
    const list = isList(had) ? had : []
    return (leaf.oneOf ?? []).map((word) => [{ fact: leaf.some, to: [...list, word] }])
  }
  if ('day' in leaf) return dayWays(leaf, scope)
  if ('mean' in leaf) return meanWays(leaf, around)
  if ('sum' in leaf) return sumWays(leaf, around)
  return oneFactWays(leaf, around)
}

function oneFactWays(leaf: Extract<Leaf, { readonly fact: string }>, around: Around): Ways {
  const { scope } = around
  if ('sameAs' in leaf) {
    const to = scope(leaf.sameAs)
    return to === null ? [] : [[{ fact: leaf.fact, to }]]
  }
  if ('oneOf' in leaf) return leaf.oneOf.map((to) => [{ fact: leaf.fact, to }])
  if ('inPlace' in leaf) {
    return [[{ fact: leaf.fact, to: leaf.inPlace === 'here' ? around.here : leaf.inPlace }]]
  }
  const to = bounded(scope(leaf.fact), leaf, scaleOf(leaf.fact, around))
  return to === undefined ? [] : [[{ fact: leaf.fact, to }]]
}

type Comparators = {
  readonly atLeast?: number | undefined
  readonly moreThan?: number | undefined
  readonly atMost?: number | undefined
  readonly lessThan?: number | undefined
}

/** The number nearest to `value` that is within the bounds; undefined where it is within them, or none is. */
function bounded(value: FactValue | null, by: Comparators, scale: bigint): bigint | undefined {
  if (typeof value !== 'bigint') return undefined
  const at = (bound: number) => BigInt(bound) * scale
  const least = [
    ...(by.atLeast === undefined ? [] : [at(by.atLeast)]),
    ...(by.moreThan === undefined ? [] : [at(by.moreThan) + 1n]),
  ].reduce((a, b) => (a > b ? a : b), 0n)
  const most = [
    ...(by.atMost === undefined ? [] : [at(by.atMost)]),
    ...(by.lessThan === undefined ? [] : [at(by.lessThan) - 1n]),
  ].toSorted((a, b) => (a < b ? -1 : 1))[0]
  if (most !== undefined && most < least) return undefined
  if (value < least) return least
  return most !== undefined && value > most ? most : undefined
}

function scaleOf(fact: string, { types }: Around): bigint {
  const type = typeAt(types, fact)
  return type?.type === 'quantity' ? 10n ** BigInt(type.decimals) : 1n
}

function sumWays(leaf: Extract<Leaf, { readonly sum: readonly string[] }>, around: Around): Ways {
  const known = leaf.sum.map((fact) => {
    const value = around.scope(fact)
    return { fact, value: typeof value === 'bigint' ? value : 0n }
  })
  const total = known.reduce((sum, it) => sum + it.value, 0n)
  const wanted = bounded(total, leaf, scaleOf(leaf.sum[0] ?? '', around))
  if (wanted === undefined) return []
  return known.flatMap(({ fact, value }) => {
    const to = value + wanted - total
    return to < 0n ? [] : [[{ fact, to }]]
  })
}

/** The total that suffices over twelve months, and so over fewer. */
function meanWays(leaf: Extract<Leaf, { readonly mean: string }>, around: Around): Ways {
  const scale = scaleOf(leaf.mean, around) * MONTHS_A_YEAR
  const to = bounded(around.scope(leaf.mean), leaf, scale)
  return to === undefined ? [] : [[{ fact: leaf.mean, to }]]
}

function dayWays(leaf: Extract<Leaf, { readonly day: string }>, scope: Scope): Ways {
  const value = scope(leaf.day)
  const period = leaf.period === undefined ? null : scope(leaf.period)
  const [first, last] = isList(period)
    ? period
    : [leaf.from && scope(leaf.from), leaf.to && scope(leaf.to)]
  if (typeof value !== 'string') return []
  if (typeof first === 'string' && value < first) return [[{ fact: leaf.day, to: first }]]
  return typeof last === 'string' && value > last ? [[{ fact: leaf.day, to: last }]] : []
}
