import type { Fact, FactRecord, Facts, FactValue } from '../../kernel/facts/fact.ts'
import { isRecord } from '../../kernel/facts/fact.ts'
import type { FactType } from '../../kernel/facts/fact-type.ts'
import { type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'

/** One fact that is supposed to be another. */
export type Change = { readonly fact: string; readonly to: FactValue }

/** The facts with these changed, as stated by whoever asks. The facts given stay as they are. */
export function withChanges(facts: Facts, changes: readonly Change[]): Facts {
  const altered = new Map(facts)
  for (const { fact: path, to } of changes) altered.set(topOf(path), alteredFact(altered, path, to))
  return altered
}

function topOf(path: string): string {
  return path.split('.')[0] ?? path
}

function alteredFact(facts: Facts, path: string, to: FactValue): Fact {
  const [name = '', ...steps] = path.split('.')
  const known = facts.get(name)?.value ?? null
  return { name, value: placed(known, steps, to), trust: 'declared' }
}

function placed(value: FactValue | null, steps: readonly string[], to: FactValue): FactValue {
  const [step, ...rest] = steps
  if (step === undefined) return to
  const around: FactRecord = isRecord(value) ? value : {}
  return { ...around, [step]: placed(around[step] ?? null, rest, to) }
}

/** The type of a fact by its path within records; a map's entries have the map's. */
export function typeAt(types: ReadonlyMap<string, FactType>, path: string): FactType | undefined {
  const [name = '', ...steps] = path.split('.')
  let type = types.get(path) ?? types.get(name)
  if (types.has(path)) return type
  for (const step of steps) {
    if (type?.type === 'record') type = type.fields[step]
    else if (type?.type === 'map') type = type.of
    else return undefined
  }
  return type
}

/** A value as it is handed in: quantities with their decimals, ratios as `2/5`. */
export function factJson(value: FactValue | null, type: FactType | undefined): JsonDigits {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') {
    return new JsonNumber(decimalText(value, type?.type === 'quantity' ? type.decimals : 0))
  }
  if (Array.isArray(value)) {
    const of = type?.type === 'list' ? type.of : undefined
    return value.map((it: FactValue) => factJson(it, of))
  }
  if (type?.type === 'ratio') return ratioText(value)
  const fieldType = (name: string) =>
    type?.type === 'record' ? type.fields[name] : type?.type === 'map' ? type.of : undefined
  return Object.fromEntries(
    Object.entries(value as FactRecord).map(([name, it]) => [name, factJson(it, fieldType(name))]),
  )
}

function ratioText(value: FactValue): string {
  const { over, under } = value as { over: bigint; under: bigint }
  return `${over}/${under}`
}

/** An integer of its last decimal, written with its decimals, as many as it needs. */
export function decimalText(value: bigint, decimals: number): string {
  if (decimals === 0) return value.toString()
  const digits = value.toString().padStart(decimals + 1, '0')
  const part = digits.slice(-decimals).replace(/0+$/, '')
  return `${digits.slice(0, -decimals)}${part === '' ? '' : `.${part}`}`
}
