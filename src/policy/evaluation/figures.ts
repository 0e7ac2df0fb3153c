import { readAmount } from '../../kernel/quotas/amount.ts'
import { parseDecimal } from '../../lib/money.ts'
import type { Award } from '../awards/collections.ts'
import type { Size } from './size.ts'

/** Groups of fewer applicants are told together, so that nobody is told by their group. */
export const GROUP_APPLICANTS_MIN = 5
const DECIMALS = 6
const SCALE = 10n ** 6n

/** An award with what is known of its applicant. */
export type Granted = Pick<
  Award,
  'applicant' | 'amountFen' | 'paidFen' | 'recoveredFen' | 'state'
> & {
  /** The first two digits of the sector (GB/T 4754); absent where it is not known. */
  readonly sector?: string
  /** Kind of applicant as the case has it. */
  readonly kind?: string
  readonly size: Size
}

/** An indicator that was reported and accepted. Decimal text. */
export type Reported = {
  readonly name: string
  readonly unit: string
  readonly target: string
  readonly is: 'at-least' | 'at-most'
  readonly value: string | undefined
}

export type MoneyFigures = {
  readonly awards: number
  readonly applicants: number
  readonly decidedFen: bigint
  readonly paidFen: bigint
  readonly recoveredFen: bigint
  /** Paid and not recovered. */
  readonly netFen: bigint
}

/** Money in, of awards that were not revoked. */
export function moneyOf(awards: readonly Granted[]): MoneyFigures {
  const sum = (of: (award: Granted) => string) =>
    awards.reduce((total, it) => total + readAmount(of(it)), 0n)
  const standing = awards.filter((it) => it.state !== 'revoked')
  const paidFen = sum((it) => it.paidFen)
  const recoveredFen = sum((it) => it.recoveredFen)
  return {
    awards: standing.length,
    applicants: new Set(standing.map((it) => it.applicant)).size,
    decidedFen: standing.reduce((total, it) => total + readAmount(it.amountFen), 0n),
    paidFen,
    recoveredFen,
    netFen: paidFen - recoveredFen,
  }
}

export type OutputFigures = {
  readonly name: string
  readonly unit: string
  /** How many obligations there are, how many were reported, and how many of these reached their target. */
  readonly due: number
  readonly reported: number
  readonly met: number
  /** Sum of what was reported, in decimal text. */
  readonly total: string
  /** Net money for one unit of it, rounded down to the fen; absent where nothing came out. */
  readonly perUnitFen?: bigint
}

/** What came out, by indicator and unit, and what one of it cost. */
export function outputsOf(reports: readonly Reported[], netFen: bigint): OutputFigures[] {
  const groups = Map.groupBy(reports, (it) => `${it.name}\u0000${it.unit}`)
  return [...groups.values()].map((list): OutputFigures => {
    const values = list.flatMap((it) => {
      const value = it.value === undefined ? undefined : parseDecimal(it.value, DECIMALS)
      return value === undefined ? [] : [{ value, isMet: reaches(value, it) }]
    })
    const total = values.reduce((sum, it) => sum + it.value, 0n)
    const { name = '', unit = '' } = list[0] ?? {}
    return {
      ...{ name, unit, due: list.length, reported: values.length },
      met: values.filter((it) => it.isMet).length,
      total: decimalText(total),
      ...(total > 0n && netFen >= 0n && { perUnitFen: (netFen * SCALE) / total }),
    }
  })
}

function reaches(value: bigint, { target, is }: Reported): boolean {
  const bound = parseDecimal(target, DECIMALS)
  if (bound === undefined) return false
  return is === 'at-least' ? value >= bound : value <= bound
}

function decimalText(scaled: bigint): string {
  const [sign, size] = scaled < 0n ? ['-', -scaled] : ['', scaled]
  const part = (size % SCALE).toString().padStart(DECIMALS, '0').replace(/0+$/, '')
  return `${sign}${size / SCALE}${part === '' ? '' : `.${part}`}`
}

export type GroupFigures = {
  /** Undefined: applicants of small groups, and of whom it is not known, together. */
  readonly group: string | undefined
  readonly applicants: number
  readonly awards: number
  readonly decidedFen: bigint
}

/**
 * Who got it, by a property. Groups of fewer than five applicants are told together; while these are fewer than five still, the
 * smallest group that is told joins them, so that no group can be reckoned from the others.
 */
export function sharesOf(
  awards: readonly Granted[],
  by: (award: Granted) => string | undefined,
): GroupFigures[] {
  const standing = awards.filter((it) => it.state !== 'revoked')
  const groups = [...Map.groupBy(standing, by)]
    .map(([group, list]) => ({ group, list, count: applicantsOf(list) }))
    .sort((a, b) => b.count - a.count)
  const told = groups.filter((it) => it.group !== undefined && it.count >= GROUP_APPLICANTS_MIN)
  let rest = groups.filter((it) => !told.includes(it)).flatMap((it) => it.list)
  while (rest.length > 0 && applicantsOf(rest) < GROUP_APPLICANTS_MIN) {
    const smallest = told.pop()
    // all of them are too few: nothing is told of groups
    if (smallest === undefined) return []
    rest = [...rest, ...smallest.list]
  }
  const figures = told.map(({ group, list }) => figuresOf(group, list))
  return rest.length === 0 ? figures : [...figures, figuresOf(undefined, rest)]
}

function applicantsOf(list: readonly Granted[]): number {
  return new Set(list.map((it) => it.applicant)).size
}

function figuresOf(group: string | undefined, list: readonly Granted[]): GroupFigures {
  const decidedFen = list.reduce((sum, it) => sum + readAmount(it.amountFen), 0n)
  return { group, applicants: applicantsOf(list), awards: list.length, decidedFen }
}

/** Cases just below a threshold and just at it or above, by tenths of it; null where there are one to four. */
export type NearFigures = {
  readonly fact: string
  readonly threshold: number
  readonly below: number | null
  readonly above: number | null
  /** Of those above, how many were granted something. */
  readonly granted: number | null
}

const NEAR_TENTHS = 2n
const TENTHS = 10n

/** Whether those near a threshold stand evenly on both sides of it. `values` in units of the threshold. */
export function nearOf(
  { fact, threshold }: { readonly fact: string; readonly threshold: number },
  values: readonly { readonly value: bigint; readonly isGranted: boolean }[],
): NearFigures {
  const bound = BigInt(threshold)
  const width = (bound * NEAR_TENTHS) / TENTHS
  const below = values.filter((it) => it.value < bound && it.value >= bound - width)
  const above = values.filter((it) => it.value >= bound && it.value <= bound + width)
  return {
    ...{ fact, threshold },
    below: told(below.length),
    above: told(above.length),
    granted: told(above.length) === null ? null : told(above.filter((it) => it.isGranted).length),
  }
}

function told(count: number): number | null {
  return count === 0 || count >= GROUP_APPLICANTS_MIN ? count : null
}
