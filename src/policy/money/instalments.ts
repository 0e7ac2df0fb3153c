import { Problem } from '../../lib/problem.ts'
import {
  add,
  compare,
  floor,
  multiply,
  parseRational,
  type Rational,
  rational,
  ZERO,
} from '../../lib/rational.ts'
import { wrongField } from './deeds.ts'

/**
 * An amount in parts by exact shares of it, each a whole number of fen. What is due up to a part is rounded down, and the part is
 * what that adds to the ones before, so the parts come to the amount whatever the shares are.
 * @param shares fractions as text, `1/3`, that come to exactly 1
 * @throws Problem `invalid-input` where they do not come to 1, or a part would be of no fen at all
 */
export function instalmentsOf(amountFen: bigint, shares: readonly string[]): readonly bigint[] {
  const fractions = shares.map((it, at) => fractionAt(it, `/instalments/${at}/share`))
  const sum = fractions.reduce(add, ZERO)
  if (compare(sum, rational(1n)) !== 0) {
    throw wrongField('/instalments', {
      en: `The shares come to ${sum.over}/${sum.under}; they must come to exactly 1`,
      zh: `各期占比合计为 ${sum.over}/${sum.under}，必须恰好等于 1`,
    })
  }
  let upTo = ZERO
  let before = 0n
  return fractions.map((share, at) => {
    upTo = add(upTo, share)
    const due = floor(multiply(upTo, rational(amountFen)))
    const part = due - before
    before = due
    if (part > 0n) return part
    throw wrongField(`/instalments/${at}/share`, {
      en: 'This share is less than one fen',
      zh: '此占比不足一分钱',
    })
  })
}

/** What a voucher pays of an invoice: the share of it, rounded down to the fen, and no more than its face. */
export function coveredOf(invoiceFen: bigint, share: string, faceFen: bigint): bigint {
  const part = floor(multiply(fractionAt(share, '/share'), rational(invoiceFen)))
  return part < faceFen ? part : faceFen
}

/** A share of something. @throws Problem `invalid-input` unless it is above 0 and no more than 1 */
export function fractionAt(text: string, path: string): Rational {
  const fraction = parseRational(text)
  const isShare =
    fraction !== undefined && fraction.over > 0n && compare(fraction, rational(1n)) <= 0
  if (isShare) return fraction
  throw wrongField(path, {
    en: 'A share is a fraction above 0 and no more than 1, for example 3/10',
    zh: '占比为大于 0 且不超过 1 的分数，例如 3/10',
  })
}

/** An amount that somebody asks for. @throws Problem `invalid-input` unless it is above zero */
export function positiveFen(text: string, path: string): bigint {
  const amount = BigInt(text)
  if (amount > 0n) return amount
  throw wrongField(path, { en: 'An amount is above zero', zh: '金额必须大于零' })
}

/** An instant that somebody names. @throws Problem `invalid-input` where there is no such */
export function instantAt(text: string, path: string): number {
  const at = Date.parse(text)
  if (Number.isSafeInteger(at) && at >= 0) return at
  throw wrongField(path, { en: 'There is no such instant', zh: '没有该时刻' })
}

/** @throws Problem `wrong-state` */
export function wrongState(en: string, zh: string): Problem {
  return new Problem('wrong-state', { en, zh })
}
