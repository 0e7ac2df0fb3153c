import { itemsAt, type Json, missing, numberAt, textAt } from './facts.ts'
import {
  compare,
  decimalOf,
  type Fraction,
  fenToYuan,
  subtract,
  sumOf,
  toFen,
  ZERO,
} from './fraction.ts'
import { type Outcome, undecided, yuanOf } from './outcome.ts'

/** Approvals against a budget: what fits is paid; what does not is open until a rule is supplied. */
export function judgeBudget(facts: Json): Outcome {
  const budget = numberAt([facts], 'budget_yuan')
  const items = itemsAt([facts], 'approved_yuan')
  const approved = (items ?? []).map((it, at) => ({
    id: typeof it.id === 'string' ? it.id : `#${at + 1}`,
    amount: decimalOf(it.amount_yuan) ?? ZERO,
  }))
  const isAllKnown = items?.every((it) => decimalOf(it.amount_yuan) !== undefined) === true
  const sum = sumOf(approved.map((it) => it.amount))
  if (budget === undefined || !isAllKnown) {
    const codes = [
      ...(budget === undefined ? [missing('budget_yuan')] : []),
      ...(isAllKnown ? [] : [missing('approved_yuan')]),
    ]
    return undecided(codes, { low: ZERO, high: isAllKnown ? sum : undefined }, 'budget')
  }
  if (compare(sum, budget) <= 0)
    return paid(approved, { budget, reasons: [], by: 'sum', basis: 'exact' })
  if (textAt([facts], 'budget_rule') !== 'pro_rata_round_down') {
    return undecided(['BUDGET_EXCEEDED_NO_RULE'], { low: ZERO, high: sum }, 'budget')
  }
  const cut = approved.map(({ id, amount }) => {
    const { fen, lost } = toFen([amount[0] * budget[0] * sum[1], amount[1] * budget[1] * sum[0]])
    return { id, amount: fenToYuan(fen), lost }
  })
  const isLost = cut.some((it) => it.lost)
  const reasons = ['BUDGET_PRO_RATA', ...(isLost ? ['ROUNDED_DOWN_TO_FEN'] : [])]
  return paid(cut, { budget, reasons, by: 'budget', basis: 'determined' })
}

type Paid = {
  readonly budget: Fraction
  readonly reasons: readonly string[]
  readonly by: string
  readonly basis: 'exact' | 'determined'
}

function paid(
  awards: readonly { readonly id: string; readonly amount: Fraction }[],
  { budget, reasons, by, basis }: Paid,
): Outcome {
  const sum = sumOf(awards.map((it) => it.amount))
  return {
    eligible: true,
    amount_fen: Number(toFen(sum).fen),
    amount_basis: basis,
    reasons: [...reasons].sort(),
    cap_applied: false,
    limited_by: by,
    by_item: Object.fromEntries(awards.map(({ id, amount }) => [id, yuanOf(amount)])),
    unallocated_yuan: yuanOf(subtract(budget, sum)),
  }
}
