import { type FactValue, fieldOf, isList, type Scope } from '../kernel/facts/fact.ts'
import type { Rational } from '../lib/rational.ts'
import type { Measure } from './measure-schema.ts'

/** What a yearly guide says of one measure. */
export type GuideTerms = {
  readonly isOpen: boolean
  readonly capFen: bigint | undefined
  readonly rate: Rational | undefined
}

/** The guide of the batch that is applied in; undefined where there is none. `alsoNamed`: articles of the measure. */
export function guideTerms(
  measure: Measure,
  alsoNamed: readonly string[],
  scope: Scope,
): GuideTerms | undefined {
  const batch = scope('batch')
  if (batch === null) return undefined
  const names = [measure.id, ...alsoNamed]
  const open = fieldOf(batch, 'open_measures')
  const keys = [...(measure.guide === undefined ? [] : [measure.guide.key]), ...names]
  const cap = measure.guide === undefined ? null : scope(`batch.caps_yuan.${measure.guide.key}`)
  const rate = keys.map((key) => scope(`batch.rates.${key}`)).find((it) => it !== null)
  const isBacked = isReference(fieldOf(batch, 'id')) || hasDocument(scope)
  return {
    isOpen: !isList(open) || names.some((name) => open.includes(name)),
    capFen: typeof cap === 'bigint' ? cap : undefined,
    rate: rate === undefined || !isBacked ? undefined : (rate as Rational),
  }
}

/** A guide's ratio counts only with its document. */
export function ratioOf(scope: Scope, fact: string): Rational | undefined {
  const ratio = scope(fact)
  return ratio === null || !hasDocument(scope) ? undefined : (ratio as Rational)
}

/** What somebody decided or supplied counts only with the document in which it stands. */
export function hasDocument(scope: Scope): boolean {
  return isReference(scope('determination_document'))
}

function isReference(value: FactValue | null): boolean {
  return typeof value === 'string' && value.trim() !== ''
}
