import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { type Me, may } from '../../api/me.ts'
import { useLanguage } from '../../frame/language.ts'

type Items<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: infer R } }
}
  ? Json<R> extends { items: (infer I)[] }
    ? I
    : never
  : never

export type Ledger = Items<'/api/v1/policy/ledgers'>
export type Entry = Items<'/api/v1/policy/ledgers/{ledger}/entries'>
export type Payment = Items<'/api/v1/policy/payments'>
export type Award = Items<'/api/v1/policy/payments/awards'>
export type Duty = Items<'/api/v1/policy/duties'>
export type Recovery = Items<'/api/v1/policy/recoveries'>
export type Series = Items<'/api/v1/policy/voucher-series'>
export type Voucher = Items<'/api/v1/policy/vouchers'>

export const ROWS_A_PAGE = 50
const FEN_DIGITS = 2

/** For a deed: the same key again is the same deed once. */
export function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** Fen, as decimal text, the way money is written where the reader is; exact whatever the size. */
export function useMoney(): (fen: string) => string {
  const locale = useLanguage() === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  })
  return (fen) => format.format(yuanText(fen) as Intl.StringNumericLiteral)
}

/** Fen as yuan with two decimals: `150` is `1.50`. */
export function yuanText(fen: string): string {
  const sign = fen.startsWith('-') ? '-' : ''
  const digits = fen.replace('-', '').padStart(FEN_DIGITS + 1, '0')
  return `${sign}${digits.slice(0, -FEN_DIGITS)}.${digits.slice(-FEN_DIGITS)}`
}

/** Yuan as somebody types it, in fen; undefined for what is none, or has more than two decimals. */
export function parseYuan(typed: string): string | undefined {
  const plain = typed.trim().replaceAll(/[,，\s]/g, '')
  const match = /^(\d{1,20})(?:\.(\d{1,2}))?$/.exec(plain)
  if (match === null) return undefined
  const [, whole = '', part = ''] = match
  return BigInt(`${whole}${part.padEnd(FEN_DIGITS, '0')}`).toString()
}

/** A share as people type it, `30` or `12.5` percent, as the exact fraction that is sent; undefined for what is none. */
export function parsePercent(typed: string): string | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(typed.trim().replace(/[%％]$/, ''))
  if (match === null) return undefined
  const [, whole = '', part = ''] = match
  const [over, under] = [BigInt(`${whole}${part}`), 100n * 10n ** BigInt(part.length)]
  return over > 0n && over <= under ? `${over}/${under}` : undefined
}

/** A share as people type it: a fraction, or percent. */
export function parseShare(typed: string): string | undefined {
  const [, over = '', under = ''] = /^(\d{1,18})\s*\/\s*([1-9]\d{0,17})$/.exec(typed.trim()) ?? []
  return under === '' ? parsePercent(typed) : `${over}/${under}`
}

/** What instalments by these shares come to, in fen, as the node reckons them; undefined from the first that is no share on. */
export function instalmentsOf(
  amountFen: string,
  shares: readonly string[],
): (string | undefined)[] {
  let upTo: readonly [bigint, bigint] | undefined = [0n, 1n]
  let before = 0n
  return shares.map((typed) => {
    const [over, under] = (parseShare(typed) ?? '').split('/')
    if (upTo === undefined || !over || !under) {
      upTo = undefined
      return undefined
    }
    upTo = [upTo[0] * BigInt(under) + BigInt(over) * upTo[1], upTo[1] * BigInt(under)]
    const due: bigint = (BigInt(amountFen) * upTo[0]) / upTo[1]
    const part = due - before
    before = due
    return part.toString()
  })
}

/** A fraction as percent where that is exact, or as it is. */
export function shareText(fraction: string): string {
  const [over = '0', under = '1'] = fraction.split('/')
  const scaled = BigInt(over) * 100_000_000n
  if (scaled % BigInt(under) !== 0n) return fraction
  const digits = (scaled / BigInt(under)).toString().padStart(7, '0')
  return `${`${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '')}%`
}

/** The first instant after a day of the reader's calendar: the day itself is inside. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + 1).toISOString()
}

export function startOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date).toISOString()
}

/** The last day inside a term that ends at an instant. */
export function lastDay(instant: string): Date {
  return new Date(new Date(instant).getTime() - 1)
}

/** The enterprises that somebody may act for in matters of support. */
export function ownEnterprises(me: Me): readonly string[] {
  return me.memberships
    .map((it) => it.enterprise)
    .filter((it) =>
      me.memberships.some(
        (of) => of.enterprise === it && of.permissions.includes('applications.write'),
      ),
    )
}

/** Whether somebody looks at the whole desk's money rather than at their own. */
export const seesDesk = (me: Me) => me.permissions.includes('policy.read')
export const mayPay = (me: Me) => me.permissions.includes('policy.pay')
export const mayReview = (me: Me) => me.permissions.includes('policy.review')
export const mayDecide = (me: Me) => me.permissions.includes('policy.decide')
export const mayApply = (me: Me) => may(me, 'applications.write')

type PageOf<T> = { readonly items: T[]; readonly next?: string }

/** A list page by page. */
export function usePages<T>(
  key: readonly unknown[],
  ask: (after: { readonly after?: string }) => Promise<PageOf<T>>,
  isAsked = true,
) {
  const found = useInfiniteQuery({
    queryKey: ['money', ...key],
    enabled: isAsked,
    initialPageParam: '',
    getNextPageParam: (last: PageOf<T>) => last.next,
    queryFn: ({ pageParam }) => ask(pageParam === '' ? {} : { after: pageParam }),
  })
  return { ...found, rows: found.data?.pages.flatMap((it) => it.items) ?? [] }
}

/** The newest awards, to choose one of. */
export function useAwards(isAsked = true) {
  return useQuery({
    queryKey: ['money', 'awards', 'all'],
    enabled: isAsked,
    queryFn: () =>
      answer(api.GET('/api/v1/policy/payments/awards', { params: { query: { limit: 500 } } })),
  })
}
