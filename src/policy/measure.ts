import { type Check, compileCondition } from '../kernel/facts/condition.ts'
import { contradictions, type Facts, type Scope } from '../kernel/facts/fact.ts'
import type { TypeOf } from '../kernel/facts/finding.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import type { ApplicantTypes } from './applicant-types.ts'
import { determinedAmount } from './formula.ts'
import { compileGroup } from './group.ts'
import { type GuideTerms, guideTerms } from './guide.ts'
import { compileItems, type Items } from './items.ts'
import { JudgedPart, type Reckoned } from './judged-part.ts'
import { compileLine } from './line.ts'
import type { Measure } from './measure-schema.ts'
import type { Part, Test } from './part.ts'
import { type Mode, standingTest } from './standing.ts'
import {
  batchTest,
  compileRegionTest,
  compileTypeTest,
  evidenceTests,
  oneTimeTest,
  quotaTest,
  topUpTest,
} from './tests.ts'

/** One case as a measure sees it. */
export type Case = {
  readonly mode: Mode
  readonly facts: Facts
  readonly scope: Scope
}

/** What one measure of a case is evaluated among. */
export type Among = {
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
  evaluate(given: Case, among?: Among): Part
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
  const testsOf = compileTests(measure, around)
  const remarks = (measure.remarks ?? []).map(({ when, code }) => ({
    check: compileCondition(when as never, here, typeOf),
    code,
  }))
  const itemsOf = compileItems(measure, here, typeOf)
  const lineOf = compileLine(measure, here, typeOf)
  const groupOf = compileGroup(measure)
  return {
    measure,
    evaluate(given, among = ALONE) {
      const { scope } = given
      const guide = guideTerms(measure, among.alsoNamed ?? NONE, scope)
      const items = itemsOf(scope)
      const tests = testsOf(given, among, guide)
      if (items.isListed) tests.push(listTest(items))
      const conflicts = contradictions(given.facts)
      const amountOf = (): Reckoned => {
        const determined = among.ignoresDecision ? undefined : determinedAmount(scope)
        const perLine = items.items.length === 1 ? determined : undefined
        const lines = items.items.map((item) => ({
          ...lineOf({ scope: item.scope, guide, determined: perLine }),
          // of a list that is not known only the list is told
          ...(items.isUnknown && { missing: [] }),
          id: items.isListed && !items.isUnknown ? item.id : undefined,
          year: item.year,
          item,
        }))
        const grouped = groupOf(lines, {
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
const ALONE: Among = {}
const CONFLICT = 'EVIDENCE_CONFLICT'

function listTest({ refused, open }: Items): Test {
  const truth = refused.length > 0 ? false : open.length > 0 ? null : true
  return { name: 'items', truth, refused, open, inputs: [] }
}

function compileTests(measure: Measure, { here, typeOf, types }: Around) {
  const ofApplicant = [...compileTypeTest(measure, types), ...compileRegionTest(measure, here)]
  const conditions = (measure.conditions ?? []).map((it) =>
    compileCondition(it as never, here, typeOf),
  )
  const on = measure.amount.form === 'top-up' ? measure.amount.on : undefined
  const addOwn = (tests: Test[], scope: Scope, { inCase }: Among) => {
    for (const check of conditions) tests.push(testOfFinding(check(scope)))
    if (on !== undefined) tests.push(...topUpTest(measure, scope, inCase?.get(on)))
  }
  /** Of one among many only what tops its award up is asked: the selection and what holds for all are the run's. */
  const ofOneInRun = (scope: Scope, among: Among) => {
    const tests: Test[] = []
    addOwn(tests, scope, among)
    return tests
  }
  return (given: Case, among: Among, guide: GuideTerms | undefined): Test[] => {
    const { scope } = given
    if (among.isRun === true && on !== undefined) return ofOneInRun(scope, among)
    const tests = [standingTest(measure, given.mode, scope)]
    if (guide !== undefined) tests.push(batchTest(guide, scope))
    const evidence = evidenceTests(scope)
    if (evidence.length > 0) tests.push(...evidence)
    if (among.isRun === true) return tests
    for (const make of ofApplicant) tests.push(make(scope))
    addOwn(tests, scope, among)
    if (measure.oneTime === true) tests.push(...oneTimeTest(measure, scope))
    if (measure.quota !== undefined) tests.push(...quotaTest(measure, given))
    return tests
  }
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
