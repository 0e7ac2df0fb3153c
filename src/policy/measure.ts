import { type Check, compileCondition } from '../kernel/facts/condition.ts'
import { contradictions, type Facts, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import type { ApplicantTypes } from './applicant-types.ts'
import { determinedAmount } from './formula.ts'
import { groupLines } from './group.ts'
import { guideTerms } from './guide.ts'
import { compileItems, type Items } from './items.ts'
import { JudgedPart, type Reckoned } from './judged-part.ts'
import { compileLine } from './line.ts'
import type { Measure } from './measure-schema.ts'
import type { Part, Test } from './part.ts'
import { type Mode, standingTest } from './standing.ts'
import {
  batchTest,
  evidenceTests,
  oneTimeTest,
  quotaTest,
  regionTest,
  topUpTest,
  typeTest,
} from './tests.ts'

/** One case as a measure sees it. */
export type Case = {
  readonly mode: Mode
  readonly facts: Facts
  readonly scope: Scope
  /** Articles that a measure may be known by beside its id, for a batch that opens them. */
  readonly alsoNamed?: readonly string[]
  /** What became of the measures of the same case that others build on. */
  readonly inCase?: ReadonlyMap<string, Truth>
  /** Decisions on the amount are left aside: they are for the whole case. */
  readonly ignoresDecision?: boolean
  /** A selection among applicants: who applies, the selection itself and its conditions are not asked of one of them. */
  readonly isRun?: boolean
}

export type CompiledMeasure = {
  readonly measure: Measure
  /** Where it has several versions: each of them, the oldest first; `measure` is the newest. */
  readonly versions?: readonly CompiledMeasure[]
  evaluate(given: Case): Part
}

/** What compiling a measure needs of its surroundings. */
export type Around = {
  readonly here: string
  readonly typeOf: TypeOf
  readonly types: ApplicantTypes
}

/**
 * A measure as closures: every test is made, whatever the others said, and the amount as if all of them were met, when it is asked
 * for.
 */
export function compileMeasure(measure: Measure, around: Around): CompiledMeasure {
  const { here, typeOf } = around
  const conditions = (measure.conditions ?? []).map((it) =>
    compileCondition(it as never, here, typeOf),
  )
  const remarks = (measure.remarks ?? []).map(({ when, code }) => ({
    check: compileCondition(when as never, here, typeOf),
    code,
  }))
  const itemsOf = compileItems(measure, here, typeOf)
  const lineOf = compileLine(measure, here, typeOf)
  return {
    measure,
    evaluate(given) {
      const { scope } = given
      const guide = guideTerms(measure, [measure.id, ...(given.alsoNamed ?? [])], scope)
      const items = itemsOf(scope)
      const tests = testsOf(measure, given, { around, conditions, guide })
      if (items.isListed) tests.push(listTest(items))
      const conflicts = contradictions(given.facts)
      const amountOf = (): Reckoned => {
        const determined = given.ignoresDecision ? undefined : determinedAmount(scope)
        const perLine = items.items.length === 1 ? determined : undefined
        const lines = items.items.map((item) => ({
          ...lineOf({ scope: item.scope, guide, determined: perLine }),
          // of a list that is not known only the list is told
          ...(items.isUnknown && { missing: [] }),
          id: items.isListed && !items.isUnknown ? item.id : undefined,
          year: item.year,
          item,
        }))
        const grouped = groupLines(measure, lines, {
          scope,
          determined,
          isShared: lines.length > 1,
          isUnknown: items.isUnknown ?? false,
        })
        const told = remarks.flatMap(({ check, code }) =>
          check(scope).truth === true ? [code] : [],
        )
        return { lines, grouped, leftOut: items.leftOut, told }
      }
      return new JudgedPart({
        measure,
        tests,
        conflicts: conflicts.length === 0 ? NONE : conflicts.map((it) => `${CONFLICT}:${it.name}`),
        amountOf,
      })
    },
  }
}

const NONE: readonly never[] = []
const CONFLICT = 'EVIDENCE_CONFLICT'

function listTest({ refused, open }: Items): Test {
  const truth = refused.length > 0 ? false : open.length > 0 ? null : true
  return { name: 'items', truth, refused, open, inputs: [] }
}

function testsOf(
  measure: Measure,
  given: Case,
  {
    around,
    conditions,
    guide,
  }: {
    readonly around: Around
    readonly conditions: readonly Check[]
    readonly guide: ReturnType<typeof guideTerms>
  },
): Test[] {
  const { scope } = given
  const tests = [standingTest(measure, given.mode, scope)]
  tests.push(...batchTest(guide, scope), ...evidenceTests(scope))
  const on = measure.amount.form === 'top-up' ? given.inCase?.get(measure.amount.on) : undefined
  // of one among many only what tops its award up is asked: the selection and what holds for all are the run's
  if (given.isRun && measure.amount.form !== 'top-up') return tests
  if (given.isRun) tests.length = 0
  else
    tests.push(
      ...typeTest(measure, around.types, scope),
      ...regionTest(measure, around.here, scope),
    )
  for (const check of conditions) tests.push(testOfFinding(check(scope)))
  tests.push(...topUpTest(measure, scope, on))
  if (given.isRun) return tests
  const isGivenNull = (fact: string) => given.facts.get(fact)?.value === null
  tests.push(...oneTimeTest(measure, scope), ...quotaTest(measure, scope, isGivenNull))
  return tests
}

function testOfFinding(finding: ReturnType<Check>): Test {
  const { truth, refused, open, inputs } = finding
  return {
    name: 'condition',
    truth,
    refused: truth === false ? refused : NONE,
    open: truth === null ? open : NONE,
    inputs,
    finding,
  }
}
