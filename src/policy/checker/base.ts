import type { Condition } from '../../kernel/facts/condition-schema.ts'
import type { Base } from '../measure-schema.ts'
import { holds, type Place } from './conditions.ts'
import { itemsAt, type Json, missing as missingFact, numberAt, type Scope } from './facts.ts'
import { add, compare, type Fraction, ZERO } from './fraction.ts'

/** What an amount is reckoned on: one number, or not known and at most `atMost`. */
export type Reckoned = {
  readonly value: Fraction | undefined
  readonly atMost: Fraction | undefined
  readonly told: readonly string[]
  readonly missing: readonly string[]
  /** Summed out of a list by the rules of an audit. */
  readonly isAudited: boolean
}

export function reckonBase(base: Base, scope: Scope, here: Place): Reckoned {
  const named = base.fact === undefined ? undefined : numberAt(scope, base.fact)
  const atMost = base.atMost === undefined ? undefined : numberAt(scope, base.atMost)
  const isNothing = named === undefined && atMost !== undefined && compare(atMost, ZERO) === 0
  const reckoned =
    named === undefined &&
    base.lines !== undefined &&
    (base.fact === undefined || itemsAt(scope, base.lines.list))
      ? summedBase(base.lines, scope, here)
      : plainBase(base, isNothing ? ZERO : named)
  const declared = base.declared === undefined ? undefined : numberAt(scope, base.declared)
  const { value } = reckoned
  const isLess = declared !== undefined && value !== undefined && compare(value, declared) < 0
  return {
    ...reckoned,
    atMost,
    told: [
      ...reckoned.told,
      ...(isLess ? ['BASE_REDUCED_TO_AUDITED'] : []),
      ...(base.reading === undefined || value === undefined ? [] : [base.reading.code]),
    ],
  }
}

function plainBase(base: Base, value: Fraction | undefined): Reckoned {
  return {
    value,
    atMost: undefined,
    told: [],
    missing: value === undefined ? [missingFact(base.fact ?? 'base')] : [],
    isAudited: false,
  }
}

type Lines = Exclude<Base['lines'], undefined>

function summedBase(lines: Lines, scope: Scope, here: Place): Reckoned {
  const items = itemsAt(scope, lines.list)
  const needs = (lines.needs ?? []).map((it) => holds(it as Condition, scope, here))
  const missing = needs.flatMap((it) => [...it.open, ...it.refused])
  if (items === undefined) missing.push(missingFact(lines.list))
  const told: string[] = []
  let sum = ZERO
  for (const item of items ?? []) {
    const kept = keptOf(item, lines, { scope, here })
    told.push(...kept.told)
    missing.push(...kept.missing)
    if (kept.value !== undefined) sum = add(sum, kept.value)
  }
  const value = missing.length === 0 ? sum : undefined
  return { value, atMost: undefined, told, missing, isAudited: true }
}

type Kept = {
  readonly value: Fraction | undefined
  readonly told: readonly string[]
  readonly missing: readonly string[]
}

function keptOf(
  item: Json,
  lines: Lines,
  at: { readonly scope: Scope; readonly here: Place },
): Kept {
  const scope = [item, ...at.scope]
  const tried = lines.keep.map(({ when, excluded }) => ({
    excluded,
    ...holds(when as Condition, scope, at.here),
  }))
  const out = tried.filter((it) => it.holds === false)
  const reduced = lines.reduced === undefined ? [] : [lines.reduced]
  if (out.length > 0) {
    const codes = out.flatMap((it) => (it.excluded === undefined ? [] : [it.excluded]))
    return { value: undefined, told: [...codes, ...reduced], missing: [] }
  }
  const open = tried.flatMap((it) => it.open)
  const value = numberAt([item], lines.amount)
  if (value === undefined) open.push(missingFact(lines.amount))
  const dropped = lines.dropped === undefined ? undefined : numberAt([item], lines.dropped)
  const isReduced = dropped !== undefined && compare(dropped, ZERO) > 0
  return { value, told: isReduced ? reduced : [], missing: open }
}
