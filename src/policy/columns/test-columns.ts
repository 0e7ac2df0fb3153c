import { isInPlace } from '../../kernel/facts/leaf.ts'
import { amongTypes } from '../applicant-types.ts'
import type { Around } from '../measure.ts'
import type { Measure } from '../measure-schema.ts'
import { type Mode, standingTest } from '../standing.ts'
import { evidenceTests, oneTimeTest, topUpTest } from '../tests.ts'
import type { ColumnSet } from './column-set.ts'
import { compileTruths, type FindTruths, textTruths } from './condition-columns.ts'
import { lower, NO, numberOf, OPEN, type TruthColumn, YES } from './truth-column.ts'

/** What every case is asked, whatever the amount. */
export type TestColumns = {
  /** The least of all tests. */
  readonly truths: TruthColumn
  /** 1 where the quota's places are used up, which names what refused. */
  readonly isOverQuota: Uint8Array
}

/** The same tests as those of a measure's closures, but for batches. */
export function compileTests(measure: Measure, { here, typeOf, types }: Around) {
  const conditions = (measure.conditions ?? []).map((it) =>
    compileTruths(it as never, here, typeOf),
  )
  const named = measure.beneficiaries
  const finds: FindTruths[] = [
    ...(named === undefined ? [] : [textTruths('applicant.type', amongTypes(named, types))]),
    ...(measure.region === 'free'
      ? []
      : [textTruths('applicant.location', (it) => isInPlace(it, here))]),
    ...conditions,
    evidence,
    ...(measure.oneTime === true ? [oneTime(measure)] : []),
    ...(measure.amount.form === 'top-up' ? [topUp(measure, measure.amount)] : []),
  ]
  return (columns: ColumnSet, mode: Mode): TestColumns => {
    const truths = standing(measure, mode, columns)
    for (const find of finds) lower(truths, find(columns))
    if (measure.quota === undefined) return { truths, isOverQuota: new Uint8Array(columns.count) }
    const quota = quotaTruths(measure.quota, columns)
    lower(truths, quota)
    return { truths, isOverQuota: quota.map((it) => (it === NO ? 1 : 0)) }
  }
}

/** One answer for each day that some case has. */
function standing(measure: Measure, mode: Mode, columns: ColumnSet): TruthColumn {
  const result = new Uint8Array(columns.count)
  const days = columns.texts('application_date')
  const { texts } = columns.dictionary
  const answers = new Map<number, number>()
  for (let row = 0; row < result.length; row++) {
    const code = days[row] as number
    let truth = answers.get(code)
    if (truth === undefined) {
      const day = code < 0 ? null : (texts[code] ?? null)
      truth = numberOf(standingTest(measure, mode, () => day).truth)
      answers.set(code, truth)
    }
    result[row] = truth
  }
  return result
}

const evidence: FindTruths = (columns) =>
  columns.kept('tests of evidence', () => {
    const truths = new Uint8Array(columns.count).fill(YES)
    for (const row of columns.rowsWith('evidence_required')) {
      if (evidenceTests(columns.scopeAt(row)).some((it) => it.truth !== true)) truths[row] = OPEN
    }
    return truths
  })

function oneTime(measure: Measure): FindTruths {
  return (columns) => {
    const truths = new Uint8Array(columns.count).fill(YES)
    for (const row of columns.rowsWith('prior_awards')) {
      if (oneTimeTest(measure, columns.scopeAt(row)).some((it) => it.truth === false))
        truths[row] = NO
    }
    return truths
  }
}

function topUp(measure: Measure, { member }: { readonly member: string }): FindTruths {
  return (columns) => {
    const truths = Uint8Array.from(columns.flags(member))
    for (const row of columns.rowsWith('prior_awards')) {
      const [test] = topUpTest(measure, columns.scopeAt(row), undefined)
      if (test !== undefined) truths[row] = numberOf(test.truth)
    }
    return truths
  }
}

/** Without an order nobody has a place; where the selection itself is recorded the place need not be known. */
function quotaTruths(quota: NonNullable<Measure['quota']>, columns: ColumnSet): TruthColumn {
  const truths = new Uint8Array(columns.count).fill(YES)
  const positions = columns.numbers('quota_position')
  const orders = columns.texts('ordering_rule')
  const isGivenOrder = columns.kept('given ordering_rule', () =>
    givenNull(columns, 'ordering_rule'),
  )
  const isGivenPlace = columns.kept('given quota_position', () =>
    givenNull(columns, 'quota_position'),
  )
  const isNeeded = quota.position !== 'if-known'
  for (let row = 0; row < columns.count; row++) {
    const position = positions[row] as number
    const isUnordered = (orders[row] as number) < 0 && (isGivenOrder[row] as number) === 1
    const isPlaceOpen = isNeeded || (isUnordered && (isGivenPlace[row] as number) === 1)
    const isOpen = Number.isNaN(position) ? isPlaceOpen : isUnordered
    truths[row] = isOpen ? OPEN : position > quota.places ? NO : YES
  }
  return truths
}

function givenNull(columns: ColumnSet, fact: string): Uint8Array {
  return Uint8Array.from({ length: columns.count }, (_, row) =>
    columns.isGivenNull(row, fact) ? 1 : 0,
  )
}
