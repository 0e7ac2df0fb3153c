import { type FactValue, fieldOf, isList, type Scope } from '../kernel/facts/fact.ts'
import { idOf } from './base.ts'
import { type Outcome, undecided } from './outcome.ts'

const PRO_RATA = 'pro_rata_round_down'

/**
 * Approvals against a budget. Within it they stand as they are; above it a supplied rule cuts them all by the same share, each rounded
 * down, and what is lost in rounding stays in the budget. Without a rule nothing is chosen.
 */
export function runBudget(scope: Scope): Outcome {
  const budget = scope('budget_yuan')
  const approved = scope('approved_yuan')
  const items = (isList(approved) ? approved : []).map((item, index) => ({
    id: idOf(item, index),
    fen: amountOf(item),
  }))
  const sum = items.reduce((total, { fen }) => total + (fen ?? 0n), 0n)
  const isAllKnown = isList(approved) && items.every((it) => it.fen !== null)
  const missing = [
    ...(typeof budget === 'bigint' ? [] : ['MISSING_FACT:budget_yuan']),
    ...(isAllKnown ? [] : ['MISSING_FACT:approved_yuan']),
  ]
  if (typeof budget !== 'bigint' || missing.length > 0) {
    return open(missing, isAllKnown ? sum : undefined)
  }
  if (sum <= budget) {
    return {
      ...GRANTED,
      amountFen: sum,
      basis: 'exact',
      limitedBy: 'sum',
      byItem: new Map(items.map((it) => [it.id, it.fen])),
      unallocatedFen: budget - sum,
    }
  }
  if (scope('budget_rule') !== PRO_RATA) return open(['BUDGET_EXCEEDED_NO_RULE'], sum)
  const cut = items.map(({ id, fen }) => ({
    id,
    fen: ((fen ?? 0n) * budget) / sum,
    isWhole: ((fen ?? 0n) * budget) % sum === 0n,
  }))
  const total = cut.reduce((all, { fen }) => all + fen, 0n)
  const rounded = cut.some((it) => !it.isWhole) ? ['ROUNDED_DOWN_TO_FEN'] : []
  return {
    ...GRANTED,
    amountFen: total,
    basis: 'determined',
    reasons: ['BUDGET_PRO_RATA', ...rounded],
    limitedBy: 'budget',
    byItem: new Map(cut.map((it) => [it.id, it.fen])),
    unallocatedFen: budget - total,
  }
}

const GRANTED = { eligible: true, reasons: [], capApplied: false, parts: [] } as const

function open(reasons: readonly string[], most: bigint | undefined): Outcome {
  return { ...undecided(reasons, most, []), limitedBy: 'budget' }
}

function amountOf(item: FactValue): bigint | null {
  const amount = fieldOf(item, 'amount_yuan')
  return typeof amount === 'bigint' ? amount : null
}
