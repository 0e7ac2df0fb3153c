import { allOf, type Truth } from '../kernel/facts/truth.ts'
import { floor } from '../lib/rational.ts'
import type { Formula } from './formula.ts'
import type { Grouped } from './group.ts'
import type { Item } from './items.ts'
import type { Line } from './line.ts'
import type { Measure } from './measure-schema.ts'
import type { Part, Test } from './part.ts'

type Weighed = Line & { readonly item: Item }

/** The amount of a measure as if all its tests were met. */
export type Reckoned = {
  readonly lines: readonly Weighed[]
  readonly grouped: Grouped
  /** Codes told of items that were left out beside others. */
  readonly leftOut: readonly string[]
  readonly told: readonly string[]
}

type Judged = {
  readonly measure: Measure
  readonly tests: readonly Test[]
  readonly conflicts: readonly string[]
  readonly amountOf: () => Reckoned
}

/** What one measure makes of a case. The amount of one that refuses is reckoned when somebody looks at it: most refuse. */
export class JudgedPart implements Part {
  readonly measure: Measure
  readonly tests: readonly Test[]
  readonly conflicts: readonly string[]
  readonly refused: readonly string[]
  readonly eligible: Truth
  readonly #amountOf: () => Reckoned
  #reckoned: Amount | undefined

  constructor({ measure, tests, conflicts, amountOf }: Judged) {
    this.measure = measure
    this.tests = tests
    this.conflicts = conflicts
    this.#amountOf = amountOf
    const refused = codesOf(tests, 'refused')
    // the limit of public money alone refuses by the amount
    const isJudged = refused.length > 0 && measure.publicFunds === undefined
    this.refused = isJudged ? refused : unique([...refused, ...refusedOf(this.lines)])
    this.eligible = this.refused.length > 0 ? false : this.#amount.truth
  }

  get lines(): readonly Weighed[] {
    return this.#amount.lines
  }

  get fen() {
    return this.#amount.grouped.fen
  }

  get by() {
    return this.#amount.grouped.by
  }

  get basis() {
    return this.#amount.grouped.basis
  }

  get losesFraction() {
    return this.#amount.grouped.losesFraction
  }

  get open() {
    return this.#amount.open
  }

  get unfixed() {
    return this.#amount.grouped.unfixed
  }

  get told(): readonly string[] {
    const { lines, grouped, told, leftOut, truth } = this.#amount
    const all: string[] = []
    for (const it of lines) all.push(...it.told)
    all.push(...grouped.told, ...told, ...this.conflicts)
    // what was left out beside others is told with an award alone
    if (this.refused.length === 0 && truth === true) all.push(...leftOut)
    return unique(all)
  }

  get things(): readonly string[] {
    const { rewards, each } = this.measure
    if (rewards === undefined) return []
    // things of a list are rewarded one by one; else the thing is rewarded as a whole
    if (each?.list !== rewards.thing) return [rewards.thing]
    return this.lines.map(({ item }) => `${rewards.thing}#${item.index}`)
  }

  get byItem() {
    return this.#amount.grouped.byItem
  }

  get byYear() {
    return this.#amount.grouped.byYear
  }

  get auditedBase(): bigint | undefined {
    return this.lines.length === 1 ? auditedBase(this.lines[0]?.formula) : undefined
  }

  get other(): Part['other'] {
    const other = this.lines.length === 1 ? this.lines[0]?.other : undefined
    return other === undefined ? undefined : { name: other.name, fen: floor(other.result.span.lo) }
  }

  get isDecided() {
    return this.#amount.grouped.isDecided
  }

  get #amount(): Amount {
    this.#reckoned ??= withOpen(this.tests, this.#amountOf())
    return this.#reckoned
  }
}

type Amount = Reckoned & { readonly open: readonly string[]; readonly truth: Truth }

function withOpen(tests: readonly Test[], reckoned: Reckoned): Amount {
  const { lines, grouped } = reckoned
  const codes = [...codesOf(tests, 'open')]
  for (const it of lines) codes.push(...it.missing)
  codes.push(...grouped.missing)
  const open = unique(codes)
  const truth = allOf(tests.map((it) => it.truth))
  return { ...reckoned, open, truth: truth === true && open.length > 0 ? null : truth }
}

/** Of one line alone; of several one that is refused leaves the others as they are. */
function refusedOf(lines: readonly Weighed[]): readonly string[] {
  return lines.length === 1 ? (lines[0]?.refused ?? []) : []
}

function codesOf(tests: readonly Test[], name: 'refused' | 'open'): readonly string[] {
  const codes: string[] = []
  for (const test of tests) {
    for (const code of test[name]) if (!codes.includes(code)) codes.push(code)
  }
  return codes
}

function auditedBase(formula: Formula | undefined): bigint | undefined {
  const base = formula?.base
  return base?.isAudited === true && base.missing.length === 0 ? floor(base.span.lo) : undefined
}

export function unique(codes: readonly string[]): readonly string[] {
  return codes.length > 1 ? [...new Set(codes)] : codes
}
