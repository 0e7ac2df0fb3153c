import type { Scope } from '../kernel/facts/fact.ts'
import type { Measure } from './measure-schema.ts'
import type { Test } from './part.ts'

export const MODES = ['live', 'as_if_in_force'] as const
export type Mode = (typeof MODES)[number]

export function isMode(mode: string): mode is Mode {
  return (MODES as readonly string[]).includes(mode)
}

const NONE: readonly never[] = []

/**
 * Whether the source is in force on the day of application. A draft and a letter never are; a period known by month alone is certain
 * between its first and its last month.
 */
export function standingTest(
  { standing, inForce }: Pick<Measure, 'standing' | 'inForce'>,
  mode: Mode,
  scope: Scope,
): Test {
  const day = scope('application_date')
  const test = (truth: Test['truth'], code = ''): Test => ({
    name: 'standing',
    truth,
    refused: truth === false ? [code] : NONE,
    open: truth === null ? [code] : NONE,
    inputs: [{ fact: 'application_date', value: day }],
  })
  if (mode === 'as_if_in_force') return test(true)
  if (standing === 'letter') return test(false, 'SOURCE_NOT_A_MEASURE')
  if (standing === 'draft') return test(false, 'NOT_IN_FORCE_DRAFT')
  if (inForce === undefined) return test(false, 'OUT_OF_VALIDITY')
  if (typeof day !== 'string') return test(null, 'MISSING_FACT:application_date')
  if ('from' in inForce) {
    return test(day >= inForce.from && day <= inForce.to, 'OUT_OF_VALIDITY')
  }
  const month = day.slice(0, 7)
  if (month < inForce.fromMonth || month > inForce.toMonth) return test(false, 'OUT_OF_VALIDITY')
  const isEdge = month === inForce.fromMonth || month === inForce.toMonth
  return isEdge ? test(null, 'VALIDITY_DAY_UNSPECIFIED') : test(true)
}
