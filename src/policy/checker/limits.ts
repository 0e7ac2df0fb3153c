import type { Cap, Measure } from '../measure-schema.ts'
import {
  isJson,
  itemsAt,
  listAt,
  look,
  missing as missingFact,
  numberAt,
  type Scope,
} from './facts.ts'
import {
  compare,
  decimalOf,
  type Fraction,
  least,
  most,
  ratioOf,
  subtract,
  sumOf,
  times,
  whole,
  ZERO,
} from './fraction.ts'
import type { Limit, Span } from './span.ts'

const CAPS = {
  project: { name: 'cap_project', code: 'CAP_PER_PROJECT' },
  enterprise: { name: 'cap_enterprise', code: 'CAP_PER_ENTERPRISE' },
  enterprise_year: { name: 'cap_enterprise_year', code: 'CAP_PER_ENTERPRISE_YEAR' },
  guide: { name: 'guide_cap', code: 'GUIDE_CAP' },
} as const

/** What a cap still allows, less the awards that used it up. */
export function capLimit(
  cap: Cap,
  { measure, scope, year }: { measure: Measure; scope: Scope; year?: number | undefined },
): Limit | undefined {
  const full = capYuan(cap, scope)
  if (full === undefined) return undefined
  const used =
    cap.prior === undefined
      ? ZERO
      : usedBy(measure.id, scope, cap.prior === 'year' ? (year ?? yearOf(scope)) : undefined)
  return { ...CAPS[cap.per], value: most(ZERO, subtract(full, used)) }
}

/** The year of the figures; that of the application where none is named. */
function yearOf(scope: Scope): number | undefined {
  const named = look(scope, 'reference_year')
  if (typeof named === 'number') return named
  const day = look(scope, 'application_date')
  return typeof day === 'string' ? Number(day.slice(0, 4)) : undefined
}

function capYuan({ yuan, byLevel }: Cap, scope: Scope): Fraction | undefined {
  if (byLevel === undefined) return yuan === undefined ? undefined : whole(yuan)
  const levels = listAt(scope, byLevel.levels)
  const row = byLevel.rows.find((it) => levels?.includes(it.level))
  // which level is not known: the highest is the most that there can be
  return row === undefined
    ? byLevel.rows.map((it) => whole(it.yuan)).reduce(most, ZERO)
    : whole(row.yuan)
}

function usedBy(id: string, scope: Scope, year: number | undefined): Fraction {
  const awards = (itemsAt(scope, 'prior_awards') ?? []).filter(
    (it) => it.measure === id && (year === undefined || it.year === year),
  )
  return sumOf(awards.map((it) => decimalOf(it.amount_yuan) ?? ZERO))
}

/** A guide’s cap beside the measure’s own: lower, it binds; higher, the own one holds or it is open which. */
export function guideLimits(measure: Measure, own: Limit | undefined, scope: Scope): GuideSaid {
  const caps = look(scope, 'batch.caps_yuan')
  const { guide } = measure
  const value = guide !== undefined && isJson(caps) ? decimalOf(caps[guide.key]) : undefined
  if (guide === undefined || value === undefined) return { limit: undefined, conflict: undefined }
  const isWider = own !== undefined && compare(value, own.value) > 0
  if (isWider && guide.wider === 'open') {
    return {
      limit: undefined,
      conflict: { value, code: `CAP_CONFLICT:${measure.id}|${guide.clause}` },
    }
  }
  return { limit: { name: 'guide_cap', code: 'GUIDE_CAP', value }, conflict: undefined }
}

export type GuideSaid = {
  readonly limit: Limit | undefined
  readonly conflict: { readonly value: Fraction; readonly code: string } | undefined
}

/** Two caps are possible: from what the lower one leaves to what the higher one does. */
export function inConflict(
  span: Span,
  own: Limit,
  conflict: { readonly value: Fraction; readonly code: string },
): Span | undefined {
  if (span.high !== undefined && compare(span.high, own.value) <= 0) return undefined
  return {
    ...span,
    low: least(span.low, own.value),
    high: span.high === undefined ? conflict.value : least(span.high, conflict.value),
    unsettled: [...span.unsettled, conflict.code],
  }
}

export type Headroom =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'missing'
      readonly codes: readonly string[]
      readonly limit: Limit | undefined
    }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'left'; readonly limit: Limit }

/** What the share of public money in the total investment still allows. */
export function headroom({ publicFunds }: Measure, scope: Scope): Headroom {
  if (publicFunds === undefined) return { kind: 'none' }
  const total = numberAt(scope, publicFunds.of)
  const known = publicFunds.counted
    .map((it) => numberAt(scope, it))
    .filter((it) => it !== undefined)
  const names = [publicFunds.of, ...publicFunds.counted]
  const codes = names
    .filter((it) => numberAt(scope, it) === undefined)
    .map((it) => missingFact(it, scope))
  if (total === undefined) return { kind: 'missing', codes, limit: undefined }
  // what is not known can only take more of it
  const left = subtract(times(total, ratioOf(publicFunds.ratio)), sumOf(known))
  if (compare(left, ZERO) <= 0) return { kind: 'exhausted' }
  const limit = fundsLimit(left)
  return codes.length > 0 ? { kind: 'missing', codes, limit } : { kind: 'left', limit }
}

function fundsLimit(value: Fraction): Limit {
  return { name: 'public_funds_ratio', code: 'PUBLIC_FUNDS_LIMIT', value }
}
