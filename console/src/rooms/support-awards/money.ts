import { useLanguage } from '../../frame/language.ts'

const FEN_DIGITS = 2

/** Fen, as decimal text, the way money is written where the reader is; exact whatever the size. */
export function useMoney(): (fen: string) => string {
  const locale = useLanguage() === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  })
  return (fen) => {
    const digits = fen.padStart(FEN_DIGITS + 1, '0')
    const yuan = `${digits.slice(0, -FEN_DIGITS)}.${digits.slice(-FEN_DIGITS)}`
    return format.format(yuan as Intl.StringNumericLiteral)
  }
}

/** Yuan as somebody types it, in fen; undefined for what is none, or has more than two decimals. */
export function parseYuan(typed: string): string | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,2}))?$/.exec(typed.trim().replaceAll(/[,，\s]/g, ''))
  if (match === null) return undefined
  const [, whole = '', part = ''] = match
  return BigInt(`${whole}${part.padEnd(FEN_DIGITS, '0')}`).toString()
}
