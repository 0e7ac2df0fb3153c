import { type FactValue, fieldOf, isList, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import { type Rational, rational, ZERO } from '../lib/rational.ts'
import { hasDocument } from './guide.ts'
import type { Amount } from './measure-schema.ts'
import { point, type Span } from './span.ts'

const ROWS_MAX = 1_000

type Row = { readonly metric: string; readonly atLeast: bigint; readonly award: bigint }

/**
 * The award by a supplied table: the highest row that is reached. Undefined where there is no table, it has no document, or a row
 * speaks of something that the measure does not know. With several metrics the larger of their awards counts.
 */
export function tierAward(
  form: Amount & { form: 'tiers' },
  scope: Scope,
  typeOf: TypeOf,
): { readonly span: Span; readonly missing: readonly string[] } | undefined {
  const table = scope(form.table)
  if (!isList(table) || table.length === 0 || table.length > ROWS_MAX) return undefined
  if (!hasDocument(scope)) return undefined
  const rows = table.map(rowOf)
  if (!rows.every((it): it is Row => it !== undefined && form.metrics.includes(it.metric))) {
    return undefined
  }
  const metrics = [...new Set(rows.map((it) => it.metric))]
  const unknown = metrics.filter((it) => scope(it) === null)
  const reached = metrics.map((metric) =>
    highest(rows, metric, scaled(scope(metric), typeOf(metric))),
  )
  const lo = reached.reduce((a, b) => (a > b ? a : b), 0n)
  if (unknown.length === 0) return { span: point(rational(lo)), missing: [] }
  const most: Rational = rows.reduce((a, { award }) => (award > a.over ? rational(award) : a), ZERO)
  return {
    span: { lo: rational(lo), hi: most },
    missing: unknown.map((it) => `MISSING_FACT:${it}`),
  }
}

function rowOf(row: FactValue): Row | undefined {
  const metric = fieldOf(row, 'metric')
  const atLeast = fieldOf(row, 'at_least_yuan') ?? fieldOf(row, 'at_least')
  const award = fieldOf(row, 'award_yuan')
  const isWhole = typeof atLeast === 'bigint' && typeof award === 'bigint'
  return typeof metric === 'string' && isWhole ? { metric, atLeast, award } : undefined
}

/** Rows tell their thresholds in hundredths, whatever the figure is counted in. */
const ROW_DECIMALS = 2

function scaled(value: FactValue | null, type: ReturnType<TypeOf>): bigint | undefined {
  if (typeof value !== 'bigint' || type?.type !== 'quantity') return undefined
  return value * 10n ** BigInt(Math.max(0, ROW_DECIMALS - type.decimals))
}

function highest(rows: readonly Row[], metric: string, figure: bigint | undefined): bigint {
  if (figure === undefined) return 0n
  const reached = rows
    .filter((it) => it.metric === metric && it.atLeast <= figure)
    .sort((a, b) => (a.atLeast < b.atLeast ? 1 : -1))
  return reached[0]?.award ?? 0n
}
