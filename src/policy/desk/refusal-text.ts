import type { LedgerRefusal } from '../../kernel/quotas/ledger.ts'
import type { QuotaRefusal } from '../../kernel/quotas/refusals.ts'
import { formatYuan } from '../../lib/money.ts'
import type { Text } from '../../lib/text.ts'

/** Ledgers and limits of the desk count fen. */
export const FEN = { en: 'fen', zh: '分' } as const

/** Why a ledger, or a limit in fen, has not enough: in yuan, as people read it. Other refusals say what the kernel says. */
export function refusalText(reason: LedgerRefusal | QuotaRefusal): Text {
  if (reason.code === 'not-covered') {
    const [asked, holds] = [yuan(reason.asked), yuan(reason.holds)]
    const account = ACCOUNTS[reason.account]
    return {
      en: `${asked} yuan were to be taken from what is ${account.en} (${reason.account}), which is ${holds} yuan`,
      zh: `需从“${account.zh}”支出 ${asked} 元，余额为 ${holds} 元`,
    }
  }
  if (reason.code !== 'exhausted' || reason.unit.en !== FEN.en) return reason.text
  const [limit, taken] = [yuan(reason.limit), yuan(reason.taken)]
  const [asked, left] = [yuan(reason.asked), yuan(reason.left)]
  return {
    en: `Of ${limit} yuan, ${taken} were taken; ${asked} were asked for and ${left} are left`,
    zh: `共 ${limit} 元，已占用 ${taken} 元，剩余 ${left} 元，本次需要 ${asked} 元`,
  }
}

function yuan(fen: bigint): string {
  const [whole = '', cents] = formatYuan(fen).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return cents === undefined ? grouped : `${grouped}.${cents.padEnd(2, '0')}`
}

const ACCOUNTS = {
  source: { en: 'not appropriated', zh: '资金来源' },
  available: { en: 'free', zh: '可用' },
  committed: { en: 'set aside', zh: '已承诺' },
  paid: { en: 'paid out', zh: '已拨付' },
} as const
