import { type Static, Type } from 'typebox'

/** Of one amount, its sign left out: beyond every currency's smallest unit. */
export const AMOUNT_DIGITS_MAX = 30

/** A whole number of some unit as decimal text: JSON's own numbers end at 2^53. */
export const AmountSchema = Type.String({ pattern: `^(0|-?[1-9]\\d{0,${AMOUNT_DIGITS_MAX - 1}})$` })

export type Amount = Static<typeof AmountSchema>

/** Of one taking or entry, so that sums of many stay within the digits. */
export const AMOUNT_MAX = 10n ** 24n

/** Above zero, and no more than `AMOUNT_MAX`. */
export function isAmount(value: bigint): boolean {
  return value > 0n && value <= AMOUNT_MAX
}

/** The number an amount is; what was stored was judged by its schema. */
export function readAmount(amount: Amount): bigint {
  return BigInt(amount)
}

/** @throws RangeError beyond `AMOUNT_DIGITS_MAX` */
export function formatAmount(value: bigint): Amount {
  const text = value.toString()
  if (text.replace('-', '').length > AMOUNT_DIGITS_MAX) {
    throw new RangeError(`an amount has at most ${AMOUNT_DIGITS_MAX} digits`)
  }
  return text
}
