import { typeIn } from '../../kernel/facts/condition.ts'
import { type Facts, scopeOf } from '../../kernel/facts/fact.ts'
import type { Truth } from '../../kernel/facts/truth.ts'
import { unknownName } from '../../kernel/packs/nearest.ts'
import { Problem } from '../../lib/problem.ts'
import { evaluateMeasures } from '../evaluate.ts'
import type { FenSpan, LimitName } from '../limits.ts'
import type { AmountBasis, Outcome } from '../outcome.ts'
import type { Rules } from '../rules.ts'
import type { Mode } from '../standing.ts'
import { versionOn } from '../versions-in-force.ts'
import { at, type ColumnSet, columnsOf } from './column-set.ts'
import { BASES } from './formula-columns.ts'
import { LIMIT_NAMES } from './limit-columns.ts'
import { type AwardColumns, compileAwards, type FindAwards } from './measure-columns.ts'
import { numberOf, truthOf } from './truth-column.ts'

/** One measure's answer to one case, the parts of an outcome that columns hold. Money in fen. */
export type Cell = {
  readonly eligible: Truth
  /** Null while it is not determined; 0 where refused. */
  readonly amountFen: bigint | null
  readonly limitedBy: LimitName | null
  readonly basis: AmountBasis
  /** Given with an undetermined amount. */
  readonly bounds?: FenSpan
}

/** What one measure makes of a population. */
export type MeasureTable = {
  readonly measure: string
  readonly awards: AwardColumns
  /** Of cases with more fen than a double holds exactly: their exact span. */
  readonly large: ReadonlyMap<number, FenSpan>
  /** How many cases the closures had to do. */
  readonly leftCount: number
}

/** Cases as they are evaluated by columns, the facts kept for what is left to the closures. */
export type Population = {
  readonly cases: readonly Facts[]
  readonly columns: ColumnSet
}

export function populationOf(cases: readonly Facts[]): Population {
  return { cases, columns: columnsOf(cases) }
}

/** The rules' measures over columns. */
export type ColumnRules = {
  readonly rules: Rules
  readonly finds: ReadonlyMap<string, FindAwards>
}

/**
 * Compiles measures to columns: the same answers as the closures, to the fen.
 * @param ids measures; by default all
 * @throws Problem `invalid-input` for a measure that there is not
 */
export function compileColumns(
  rules: Rules,
  ids: Iterable<string> = rules.measures.keys(),
): ColumnRules {
  return { rules, finds: new Map([...ids].map((id) => [id, compileOne(rules, id)])) }
}

function compileOne(rules: Rules, id: string): FindAwards {
  const compiled = rules.measures.get(id)
  if (compiled === undefined) {
    throw new Problem(
      'invalid-input',
      unknownName(id, rules.measures.keys(), { en: 'measure', zh: '措施' }),
    )
  }
  const here = rules.places.get(id) ?? ''
  const around = { here, typeOf: typeIn(rules.facts), types: rules.types }
  const article = [...rules.articles.values()].find((it) =>
    it.branches.some((branch) => branch.measure === id),
  )?.id
  const alsoNamed = article === undefined ? [] : [article]
  const versions = compiled.versions ?? [compiled]
  const finds = versions.map(({ measure }) => ({
    measure,
    find: compileAwards(measure, around, alsoNamed),
  }))
  const [only] = finds
  if (only !== undefined && finds.length === 1) return only.find
  return (columns, mode) => byVersion(finds, columns, mode)
}

type Version = { readonly measure: Parameters<typeof compileAwards>[0]; readonly find: FindAwards }

/** Of several versions each case has that of its day. */
function byVersion(versions: readonly Version[], columns: ColumnSet, mode: Mode): AwardColumns {
  const tables = versions.map((it) => it.find(columns, mode))
  const days = columns.texts('application_date')
  const result = structuredClone(at(tables, versions.length - 1))
  for (let row = 0; row < columns.count; row++) {
    const code = days[row] as number
    const day = code < 0 ? null : at(columns.dictionary.texts, code)
    const version = versionOn(versions, day, (it) => it.measure)
    const from = version === undefined ? undefined : tables[versions.indexOf(version)]
    if (from === undefined) continue
    for (const name of ['eligible', 'lo', 'hi', 'by', 'basis', 'isLeft'] as const) {
      result[name][row] = at(from[name], row)
    }
  }
  return result
}

/** What one of the measures makes of a population. */
export function evaluateTable(
  { rules, finds }: ColumnRules,
  id: string,
  { population, mode }: { readonly population: Population; readonly mode: Mode },
): MeasureTable {
  const find = finds.get(id)
  if (find === undefined) throw new RangeError(`not compiled: ${id}`)
  const awards = find(population.columns, mode)
  const large = new Map<number, FenSpan>()
  let leftCount = 0
  for (let row = 0; row < awards.isLeft.length; row++) {
    if (awards.isLeft[row] === 0) continue
    leftCount++
    const facts = at(population.cases, row)
    put(awards, large, row, evaluateMeasures(rules, [id], { mode, facts, scope: scopeOf(facts) }))
  }
  return { measure: id, awards, large, leftCount }
}

function put(
  awards: AwardColumns,
  large: Map<number, FenSpan>,
  row: number,
  outcome: Outcome,
): void {
  const { eligible, amountFen, bounds, limitedBy, basis } = outcome
  const span =
    amountFen === null ? (bounds ?? { lo: 0n, hi: undefined }) : { lo: amountFen, hi: amountFen }
  awards.eligible[row] = numberOf(eligible)
  awards.lo[row] = Number(span.lo)
  awards.hi[row] = span.hi === undefined ? Number.POSITIVE_INFINITY : Number(span.hi)
  awards.by[row] = limitedBy === null ? 0 : LIMIT_NAMES.indexOf(limitedBy)
  awards.basis[row] = BASES.indexOf(basis)
  if ((span.hi ?? span.lo) > BigInt(Number.MAX_SAFE_INTEGER)) large.set(row, span)
}

/** One case of a table as an outcome tells it. */
export function cellAt({ awards, large }: MeasureTable, row: number): Cell {
  const basis = at(BASES, awards.basis[row] as number)
  const span = spanAt(awards, large, row)
  const limitedBy = at(LIMIT_NAMES, awards.by[row] as number)
  const eligible = truthOf(awards.eligible[row] as number)
  if (basis === 'undetermined') return { eligible, amountFen: null, limitedBy, basis, bounds: span }
  return { eligible, amountFen: span.lo, limitedBy, basis }
}

function spanAt(
  { lo, hi }: AwardColumns,
  large: ReadonlyMap<number, FenSpan>,
  row: number,
): FenSpan {
  const exact = large.get(row)
  if (exact !== undefined) return exact
  const most = hi[row] as number
  return {
    lo: BigInt(lo[row] as number),
    hi: most === Number.POSITIVE_INFINITY ? undefined : BigInt(most),
  }
}
