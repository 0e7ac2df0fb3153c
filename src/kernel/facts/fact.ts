import type { Rational } from '../../lib/rational.ts'

/** How a value came to be known, in falling order of trust: counted by the node, confirmed by somebody else, stated. */
export type Trust = 'measured' | 'attested' | 'declared'

/** A thing of several fields; null is a field that is not known. */
export type FactRecord = { readonly [name: string]: FactValue | null }

/**
 * A fact's value: a quantity as an integer of its last decimal, a word, place or day as text, a flag, a ratio, a list, a record.
 */
export type FactValue = bigint | string | boolean | Rational | readonly FactValue[] | FactRecord

/** A fact with where it came from. `declared` is what was stated beside the value that counts. */
export type Fact = {
  readonly name: string
  readonly value: FactValue | null
  readonly trust: Trust
  /** Who measured or confirmed it. */
  readonly source?: string
  readonly declared?: FactValue
}

export type Facts = ReadonlyMap<string, Fact>

/** Finds a value by its path, `public_funds.city_yuan`; null: not known. */
export type Scope = (path: string) => FactValue | null

/** Values are kept once they were found: every measure asks for the same ones. */
export function scopeOf(facts: Facts): Scope {
  const kept = new Map<string, FactValue | null>()
  return (path) => {
    let value = kept.get(path)
    if (value === undefined) {
      value = at(facts, path)
      kept.set(path, value)
    }
    return value
  }
}

/** A value by its path through records. */
function at(facts: Facts, path: string): FactValue | null {
  const whole = facts.get(path)
  if (whole !== undefined) return whole.value
  let dot = path.indexOf('.')
  if (dot < 0) return null
  let value = facts.get(path.slice(0, dot))?.value ?? null
  while (dot >= 0 && value !== null) {
    const next = path.indexOf('.', dot + 1)
    value = fieldOf(value, path.slice(dot + 1, next < 0 ? undefined : next))
    dot = next
  }
  return value
}

/** Within an item of a list: its own fields first, then everything around it. */
export function itemScope(item: FactValue | null, around: Scope): Scope {
  return (path) =>
    isRecord(item) && Object.hasOwn(item, path) ? fieldOf(item, path) : around(path)
}

export function fieldOf(value: FactValue | null, name: string): FactValue | null {
  if (!isRecord(value) || !Object.hasOwn(value, name)) return null
  return (value as FactRecord)[name] ?? null
}

export function isList(value: FactValue | null): value is readonly FactValue[] {
  return Array.isArray(value)
}

/** A ratio counts as one too: it has no fields that anybody asks for. */
export function isRecord(value: FactValue | null): value is FactRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Measured or confirmed one way and stated another: shown, never averaged. Every measure asks the same of a case. */
export function contradictions(facts: Facts): readonly Fact[] {
  let found = CONTRADICTIONS.get(facts)
  if (found === undefined) {
    found = [...facts.values()].filter(
      ({ value, declared }) =>
        declared !== undefined && value !== null && plain(value) !== plain(declared),
    )
    CONTRADICTIONS.set(facts, found)
  }
  return found
}

const CONTRADICTIONS = new WeakMap<Facts, readonly Fact[]>()

function plain(value: FactValue): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
}
