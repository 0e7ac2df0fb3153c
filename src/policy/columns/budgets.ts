import type { Pack } from '../../kernel/packs/pack.ts'
import type { BudgetLimit } from './simulate.ts'

const FEN_PER_YUAN = 100n

type WrittenBudget = {
  readonly id: string
  readonly document: string
  readonly amountYuan: number
  readonly approximate: boolean
}

/** The yearly budgets that packs hold. */
export function budgetsOf(packs: readonly Pack[]): BudgetLimit[] {
  return packs.flatMap((pack) =>
    pack.own('budgets').map(({ value }) => {
      const { id, document, amountYuan, approximate } = value as WrittenBudget
      return { id, document, fen: BigInt(amountYuan) * FEN_PER_YUAN, isAbout: approximate }
    }),
  )
}
