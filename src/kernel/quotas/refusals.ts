import type { Text } from '../../lib/text.ts'
import type { Hold, Quota } from './collections.ts'

/** Why a quota was not taken of. `text` is for whoever asked, and names nobody else. */
export type QuotaRefusal = { readonly text: Text; readonly quota: string } & (
  | Exhausted
  | {
      readonly code:
        | 'no-quota'
        | 'no-hold'
        | 'wrong-amount'
        | 'key-used-otherwise'
        | 'hold-spent'
        | 'too-many-parts'
        | 'below-taken'
    }
)

/** What was asked for, how much was taken until when, and what is left. */
export type Exhausted = {
  readonly code: 'exhausted'
  readonly unit: Text
  readonly limit: bigint
  readonly taken: bigint
  /** Not below zero, also where a limit was brought that lies below what was taken before. */
  readonly left: bigint
  readonly asked: bigint
  /** Milliseconds since 1970 of the last taking; absent where nothing was. */
  readonly takenAt?: number
  readonly isApproximate: boolean
  /** Those that the limit is over; absent: all. */
  readonly parts?: readonly string[]
}

export function exhausted(of: {
  readonly name: string
  readonly quota: Quota
  readonly limit: bigint
  readonly taken: bigint
  readonly asked: bigint
  readonly parts?: readonly string[]
}): QuotaRefusal {
  const { name, quota, limit, taken, asked, parts } = of
  const { takenAt, unit, isApproximate } = quota
  const left = taken > limit ? 0n : limit - taken
  const until = takenAt === undefined ? undefined : new Date(takenAt).toISOString()
  return {
    code: 'exhausted',
    quota: name,
    unit,
    limit,
    taken,
    left,
    asked,
    isApproximate,
    ...(takenAt !== undefined && { takenAt }),
    ...(parts && { parts }),
    text: {
      en: `Of ${limit} ${unit.en}, ${taken} were taken${until ? ` by ${until}` : ''}; ${asked} were asked for and ${left} are left`,
      zh: `共 ${limit} ${unit.zh}，${until ? `截至 ${until} ` : ''}已占用 ${taken}，剩余 ${left}，本次需要 ${asked}`,
    },
  }
}

export function noQuota(quota: string): QuotaRefusal {
  return { code: 'no-quota', quota, text: { en: 'There is no such quota', zh: '没有该额度' } }
}

export function noHold(quota: string, key: string): QuotaRefusal {
  const text = { en: `Nothing is reserved under “${key}”`, zh: `“${key}”没有预留记录` }
  return { code: 'no-hold', quota, text }
}

export function wrongAmount(quota: string, key: string): QuotaRefusal {
  const text = {
    en: `The amount for “${key}” must be above zero and no more than was reserved`,
    zh: `“${key}”的数量必须大于零，且不超过已预留数量`,
  }
  return { code: 'wrong-amount', quota, text }
}

export function differs(quota: string, key: string): QuotaRefusal {
  const text = {
    en: `“${key}” was used for another amount or part`,
    zh: `“${key}”已用于另一数量或部分`,
  }
  return { code: 'key-used-otherwise', quota, text }
}

export function spent({ quota, key, state }: Hold): QuotaRefusal {
  const zh = { reserved: '预留', confirmed: '确认', released: '释放' }[state]
  return {
    code: 'hold-spent',
    quota,
    text: { en: `“${key}” is ${state} already`, zh: `“${key}”已${zh}` },
  }
}

export function tooManyParts(quota: string, max: number): QuotaRefusal {
  const text = { en: `A quota has at most ${max} parts`, zh: `一个额度最多 ${max} 个部分` }
  return { code: 'too-many-parts', quota, text }
}

export function belowTaken(quota: string, taken: bigint): QuotaRefusal {
  const text = {
    en: `${taken} are taken already; the limit cannot be below that`,
    zh: `已占用 ${taken}，限额不能低于此数`,
  }
  return { code: 'below-taken', quota, text }
}
