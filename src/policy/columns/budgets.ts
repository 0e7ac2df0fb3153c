import type { Pack } from '../../kernel/packs/pack.ts'
import type { Text } from '../../lib/text.ts'
import type { BudgetLimit } from './simulate.ts'

const FEN_PER_YUAN = 100n

type WrittenBudget = {
  readonly id: string
  readonly title: Text
  readonly document: string
  readonly amountYuan: number
  readonly approximate: boolean
}

/** The yearly budgets that packs hold. */
export function budgetsOf(packs: readonly Pack[]): BudgetLimit[] {
  return packs.flatMap((pack) =>
    pack.own('budgets').map(({ value }) => {
      const { id, title, document, amountYuan, approximate } = value as WrittenBudget
      return { id, title, document, fen: BigInt(amountYuan) * FEN_PER_YUAN, isAbout: approximate }
    }),
  )
}
