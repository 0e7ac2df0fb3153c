import type { Condition } from '../../src/kernel/facts/condition-schema.ts'
import { isAmong } from '../../src/policy/applicant-types.ts'
import type { JsonCase } from '../../src/policy/columns/synthetic.ts'
import type { Measure } from '../../src/policy/measure-schema.ts'
import type { Rules } from '../../src/policy/rules.ts'

/** Conditions that every engine of rules has: comparisons with numbers, words out of a list, flags; all, any, not. */
export type Said =
  | { readonly all: readonly Said[] }
  | { readonly any: readonly Said[] }
  | { readonly not: Said }
  | { readonly fact: string; readonly among: readonly (string | boolean)[] }
  | { readonly fact: string; readonly compare: Comparator; readonly bound: number }

export type Comparator = '>=' | '>' | '<=' | '<'

/** A fixed sum or a share of a fact, in yuan, up to a cap. */
export type SaidAmount =
  | { readonly yuan: number }
  | { readonly of: string; readonly num: number; readonly den: number; readonly cap?: number }

export type SaidMeasure = {
  readonly id: string
  readonly when: Said
  readonly amount?: SaidAmount
  /** Nothing of it had to be left out, so that its amount can be compared with ours. */
  readonly isWhole: boolean
}

/** What peers are given: measures as far as they can be said, and how much of them that is. */
export type SaidRules = {
  readonly measures: readonly SaidMeasure[]
  readonly conditions: number
  readonly leftOut: number
  /** Facts they ask for: every one has a value in each case (-1 or `''` where it is not known, as peers have no open facts). */
  readonly facts: ReadonlyMap<string, 'number' | 'word' | 'flag'>
}

/** The measures of the packs in the words that peers have. */
export function saidRules(rules: Rules): SaidRules {
  const facts = new Map<string, 'number' | 'word' | 'flag'>()
  let conditions = 0
  let leftOut = 0
  const measures = [...rules.measures.values()].map(({ measure }): SaidMeasure => {
    const said = (measure.conditions ?? []).map((it) => sayCondition(it as Condition, facts))
    const own = said.filter((it) => it !== undefined)
    conditions += own.length
    leftOut += said.length - own.length
    const amount = sayAmount(measure, facts)
    const when = { all: [...applicantOf(rules, measure, facts), ...own] }
    const isWhole = own.length === said.length && amount !== undefined && !hasMore(measure)
    return { id: measure.id, when, isWhole, ...(amount !== undefined && { amount }) }
  })
  return { measures, conditions, leftOut, facts }
}

/** Limits that a peer would need another program for. */
function hasMore({ guide, publicFunds, quota, each, oneTime, rewards, caps = [] }: Measure) {
  const more = [guide, publicFunds, quota, each, oneTime, rewards]
  return more.some((it) => it !== undefined) || caps.some((it) => it.prior !== undefined)
}

type Facts = Map<string, 'number' | 'word' | 'flag'>

function applicantOf(rules: Rules, measure: Measure, facts: Facts): Said[] {
  const { id, beneficiaries, region } = measure
  const said: Said[] = []
  if (beneficiaries !== undefined) {
    const among = [...rules.types.keys()].filter((it) => isAmong(it, beneficiaries, rules.types))
    facts.set('applicant.type', 'word')
    said.push({ fact: 'applicant.type', among })
  }
  const here = rules.places.get(id)
  if (region === 'here' && here !== undefined) {
    const among = [...new Set(rules.places.values())].filter(
      (it) => it === here || it.startsWith(`${here}/`),
    )
    facts.set('applicant.location', 'word')
    said.push({ fact: 'applicant.location', among })
  }
  return said
}

/** Undefined where some part of it cannot be said. */
function sayCondition(condition: Condition, facts: Facts): Said | undefined {
  if ('all' in condition) {
    const all = condition.all.map((it) => sayCondition(it, facts))
    return all.includes(undefined) ? undefined : { all: all as Said[] }
  }
  if ('any' in condition) {
    const any = condition.any.map((it) => sayCondition(it, facts))
    return any.includes(undefined) ? undefined : { any: any as Said[] }
  }
  if ('not' in condition) {
    const not = sayCondition(condition.not, facts)
    return not && { not }
  }
  return sayLeaf(condition, facts)
}

const COMPARATORS = { atLeast: '>=', moreThan: '>', atMost: '<=', lessThan: '<' } as const

function sayLeaf(leaf: Condition, facts: Facts): Said | undefined {
  if ('flag' in leaf) return sayFlag(leaf.flag, leaf.is ?? true, facts)
  if ('judged' in leaf) return sayFlag(`determinations.${leaf.judged}`, true, facts)
  if (!('fact' in leaf)) return undefined
  const { fact } = leaf
  if ('oneOf' in leaf) {
    facts.set(fact, 'word')
    return { fact, among: leaf.oneOf }
  }
  if (!('unit' in leaf)) return undefined
  facts.set(fact, 'number')
  const names = Object.keys(COMPARATORS) as (keyof typeof COMPARATORS)[]
  const all = names.flatMap((name): Said[] => {
    const bound = leaf[name]
    return bound === undefined ? [] : [{ fact, compare: COMPARATORS[name], bound }]
  })
  return { all }
}

function sayFlag(fact: string, is: boolean, facts: Facts): Said {
  facts.set(fact, 'flag')
  return { fact, among: [is] }
}

function sayAmount({ amount, caps = [] }: Measure, facts: Facts): SaidAmount | undefined {
  if (amount.form === 'fixed') return { yuan: amount.yuan }
  if (amount.form !== 'rate' || amount.of.fact === undefined) return undefined
  const [num = 0, den = 1] = amount.rate.split('/').map(Number)
  const yuan = caps.flatMap((it) => it.yuan ?? [])
  if (yuan.length < caps.length) return undefined
  facts.set(amount.of.fact, 'number')
  const cap = yuan.length === 0 ? {} : { cap: Math.min(...yuan) }
  return { of: amount.of.fact, num, den, ...cap }
}

export type PlainCase = Readonly<Record<string, number | string | boolean>>

/** A case as flat names and values. */
export function plainCase({ facts: names }: SaidRules, { facts }: JsonCase): PlainCase {
  return Object.fromEntries(
    [...names].map(([name, type]) => {
      const value = name.split('.').reduce<unknown>((at, it) => {
        return typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[it] : null
      }, facts)
      if (type === 'number') return [name, typeof value === 'number' ? value : -1]
      return [name, typeof value === 'string' || typeof value === 'boolean' ? value : '']
    }),
  )
}

/** By measure, what a peer grants each case in fen; null where it refuses. */
export type PeerAmounts = ReadonlyMap<string, readonly (number | null)[]>

/** How a peer's amounts stand to ours, for a note; ours undefined where it is open or not exact. */
export function compareFen(
  peer: PeerAmounts,
  ours: (id: string, index: number) => bigint | undefined,
): string {
  let compared = 0
  const off: { readonly fen: number; readonly id: string }[] = []
  for (const [id, amounts] of peer) {
    for (const [index, amount] of amounts.entries()) {
      const own = ours(id, index)
      if (own === undefined) continue
      compared++
      if (BigInt(amount ?? 0) !== own) off.push({ id, fen: (amount ?? 0) - Number(own) })
    }
  }
  const most = off.toSorted((a, b) => Math.abs(b.fen) - Math.abs(a.fen))[0]
  const told = `${compared} amounts compared`
  if (most === undefined) return `${told}: equal to the fen`
  const by = new Set(off.map((it) => it.id)).size
  return `${told}: ${off.length} of ${by} measures differ, by ${most.fen.toLocaleString('en')} fen at most (${most.id})`
}
