import { commitDecided } from '../../kernel/access/access.ts'
import type { Documents, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import { formatAmount, readAmount } from '../../kernel/quotas/amount.ts'
import { LEDGERS } from '../../kernel/quotas/collections.ts'
import { type Posting, planLedger } from '../../kernel/quotas/ledger.ts'
import { openQuota, planQuotas } from '../../kernel/quotas/quotas.ts'
import { type Series, VOUCHER_SERIES, VOUCHERS, type Voucher } from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  digestOf,
  type MoneyDeps,
  madeId,
  notThere,
  refused,
  requirePlanned,
  wrongField,
} from './deeds.ts'
import { coveredOf, fractionAt, instantAt, positiveFen, wrongState } from './instalments.ts'
import { parseVoucherCode, voucherCode } from './voucher-code.ts'

export type StoredSeries = Stored<Series>
export type StoredVoucher = Stored<Voucher>
type Deps = Pick<MoneyDeps, 'documents'>

const PLACES = { en: 'vouchers', zh: '张券' }
/** How many expire in one commit. */
const EXPIRED_MAX = 500

export type SeriesWish = Omit<
  Series,
  'validFrom' | 'validUntil' | 'state' | 'regions' | 'sectors' | 'providers'
> & {
  readonly regions?: string[]
  readonly sectors?: string[]
  readonly providers?: string[]
  readonly validFrom: string
  readonly validUntil: string
}

/** Vouchers of a new kind, of which there are so many; a budget is committed to with each that is issued. */
export async function openSeries(
  { documents, rules }: Pick<MoneyDeps, 'documents' | 'rules'>,
  { wish, deed }: { readonly wish: SeriesWish; readonly deed: Deed },
): Promise<Done> {
  const validFrom = instantAt(wish.validFrom, '/validFrom')
  const validUntil = instantAt(wish.validUntil, '/validUntil')
  if (validUntil <= validFrom || validUntil <= deed.at) {
    throw wrongField('/validUntil', {
      en: 'It ends after it begins, and not in the past',
      zh: '截止时间须晚于开始时间和当前时间',
    })
  }
  positiveFen(wish.faceFen, '/faceFen')
  fractionAt(wish.share, '/share')
  if (!(await rules.open()).rules.measures.has(wish.measure)) {
    throw wrongField('/measure', { en: 'There is no such measure', zh: '没有该措施' })
  }
  if ((await documents.get(LEDGERS, wish.ledger)) === undefined) {
    throw wrongField('/ledger', { en: 'There is no such ledger', zh: '没有该账簿' })
  }
  await requireEnterprises(documents, wish.providers ?? [])
  const { regions = [], sectors = [], providers = [], ...rest } = wish
  const put: Series = { ...rest, regions, sectors, providers, validFrom, validUntil, state: 'open' }
  const id = madeId(deed)
  const places = openQuota(placesOf(id), { unit: PLACES, limit: BigInt(wish.count) })
  return {
    subject: id,
    writes: [{ collection: VOUCHER_SERIES, id, expected: 0, put }, places],
  }
}

async function requireEnterprises(documents: Documents, ids: readonly string[]): Promise<void> {
  const found = await Promise.all(ids.map((it) => documents.get(ENTERPRISES, it)))
  const at = found.findIndex((it) => it?.body.state !== 'admitted')
  if (at < 0) return
  throw wrongField(`/providers/${at}`, {
    en: 'There is no such admitted enterprise',
    zh: '没有该已准入企业',
  })
}

/** No more of it are issued; those that are held stay good. */
export function closeSeries(series: StoredSeries): Done {
  if (series.body.state === 'closed') throw wrongState('It is closed already', '已停止发放')
  const put = { ...series.body, state: 'closed' as const }
  return { subject: series.id, writes: [changed(VOUCHER_SERIES, series, put)] }
}

/**
 * One voucher to one enterprise: a place of the series and its face out of the budget in one commit. Of two that ask for the last
 * one, one hears that none is left.
 * @param chance `VOUCHER_RANDOM_BYTES` by chance, of which the code is made
 */
export async function issueVoucher(
  { documents }: Deps,
  series: StoredSeries,
  of: { readonly enterprise: string; readonly deed: Deed; readonly chance: Buffer },
): Promise<Done> {
  const { id, body } = series
  const { enterprise, deed, chance } = of
  const { at } = deed
  if (body.state !== 'open' || at < body.validFrom || at >= body.validUntil) {
    throw wrongState('No vouchers of this series are issued now', '该批券当前不发放')
  }
  await requireMayHold(documents, series, enterprise)
  const voucher = madeId(deed)
  const places = await planQuotas(
    documents,
    [{ do: 'take', quota: placesOf(id), key: voucher, amount: 1n }],
    at,
  )
  if (places.kind === 'refused') throw refused(places.reasons.map((it) => it.text))
  const { ledger, faceFen, reference, validUntil } = body
  const posting = {
    kind: 'commitment',
    key: `${voucher}-c`,
    amount: readAmount(faceFen),
    matter: voucher,
    reference,
  } as const
  const money = requirePlanned(await planLedger(documents, ledger, [posting], at))
  const code = voucherCode(chance)
  const put: Voucher = {
    ...{ series: id, holder: enterprise, ledger, faceFen, validUntil },
    ...{ code, codeDigest: digestOf(code), state: 'held' },
  }
  return {
    subject: voucher,
    writes: [
      ...places.writes,
      ...money,
      { collection: VOUCHERS, id: voucher, expected: 0, put },
      // so that a closing, or another of the same enterprise, is seen
      changed(VOUCHER_SERIES, series, body),
    ],
  }
}

async function requireMayHold(
  documents: Documents,
  { id, body }: StoredSeries,
  enterprise: string,
): Promise<void> {
  const stored = await documents.get(ENTERPRISES, enterprise)
  if (stored?.body.state !== 'admitted') {
    throw wrongField('/enterprise', {
      en: 'There is no such admitted enterprise',
      zh: '没有该已准入企业',
    })
  }
  const { region, sector } = stored.body.entry
  const isOf = (code: string, beginnings: readonly string[]) =>
    beginnings.length === 0 || beginnings.some((it) => code.startsWith(it))
  if (!isOf(region.code, body.regions) || !isOf(sector.code, body.sectors)) {
    throw wrongState(
      'These vouchers are for enterprises of other regions or sectors',
      '该批券面向其他地区或行业的企业',
    )
  }
  const has = await documents.count(VOUCHERS, { series: id, holder: enterprise })
  if (has < body.perEnterpriseMax) return
  throw wrongState(
    `An enterprise holds at most ${body.perEnterpriseMax} of these`,
    `每家企业最多领取 ${body.perEnterpriseMax} 张`,
  )
}

export type ClaimWish = {
  readonly provider: string
  readonly code: string
  readonly invoice: string
  readonly invoiceFen: string
}

/**
 * A provider asks to be paid by a voucher for an invoice. Whoever does not know the code hears nothing about the voucher. An invoice
 * stands behind one claim at a time.
 */
export async function claimVoucher(
  { documents }: Deps,
  { wish, deed }: { readonly wish: ClaimWish; readonly deed: Deed },
): Promise<Done> {
  const code = parseVoucherCode(wish.code)
  if (code === undefined) {
    throw wrongField('/code', {
      en: 'The code is mistyped: its last character does not fit',
      zh: '券码有误：校验位不符',
    })
  }
  const found = await documents.query(VOUCHERS, { where: { codeDigest: digestOf(code) }, limit: 1 })
  const voucher = found.items[0]
  const series = voucher && (await documents.get(VOUCHER_SERIES, voucher.body.series))
  if (voucher === undefined || series === undefined) throw notThere()
  const { body } = voucher
  requireProvider(series.body, body, wish.provider)
  if (body.state !== 'held') {
    throw wrongState('This voucher is claimed, used or expired', '该券已申报、已使用或已过期')
  }
  if (deed.at >= body.validUntil) throw wrongState('This voucher has expired', '该券已过期')
  const invoiceFen = positiveFen(wish.invoiceFen, '/invoiceFen')
  const amount = coveredOf(invoiceFen, series.body.share, readAmount(body.faceFen))
  if (amount === 0n) {
    throw wrongField('/invoiceFen', {
      en: 'The share of this invoice is less than one fen',
      zh: '该发票可抵扣金额不足一分钱',
    })
  }
  const invoice = plainInvoice(wish.invoice)
  const invoiceDigest = digestOf(invoice)
  if ((await documents.count(VOUCHERS, { invoiceDigest })) > 0) {
    throw wrongField('/invoice', {
      en: 'This invoice stands behind a voucher already',
      zh: '该发票已用于其他券',
    })
  }
  const { provider } = wish
  const claim = {
    ...{ by: deed.author, at: deed.at, provider, invoice },
    ...{ invoiceFen: formatAmount(invoiceFen), amountFen: formatAmount(amount) },
  }
  const { refusal: _, ...rest } = body
  const put: Voucher = { ...rest, state: 'claimed', claim, provider, invoiceDigest }
  return { subject: voucher.id, writes: [changed(VOUCHERS, voucher, put)] }
}

function requireProvider({ providers }: Series, { holder }: Voucher, provider: string): void {
  if (holder === provider) {
    throw wrongState('Nobody is paid by a voucher of their own', '不能以自己持有的券收款')
  }
  if (providers.length === 0 || providers.includes(provider)) return
  throw wrongState('This enterprise is not among the providers', '该企业不在服务机构名单内')
}

/** One spelling of an invoice's number (with its code before it, where it has one). */
function plainInvoice(typed: string): string {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
  if (plain.length >= 6 && plain.length <= 40) return plain
  throw wrongField('/invoice', {
    en: 'The number of an invoice has 6 to 40 letters and digits',
    zh: '发票号码为 6 至 40 位字母或数字',
  })
}

/** The holder says that the service was had; or not, and the voucher is theirs again. */
export function answerClaim(
  voucher: StoredVoucher,
  of: { readonly isRight: boolean; readonly reason: string | undefined; readonly deed: Deed },
): Done {
  const { body } = voucher
  const { isRight, reason, deed } = of
  if (body.state !== 'claimed') throw wrongState('Nothing is claimed on it', '该券没有待确认的申报')
  const stamp = { by: deed.author, at: deed.at }
  if (isRight) {
    const put: Voucher = { ...body, state: 'confirmed', confirmed: stamp }
    return { subject: voucher.id, writes: [changed(VOUCHERS, voucher, put)] }
  }
  if (reason === undefined) {
    throw wrongField('/reason', { en: 'Say why it is not right', zh: '请说明理由' })
  }
  const { claim: _claim, provider: _provider, invoiceDigest: _digest, ...rest } = body
  const put: Voucher = { ...rest, state: 'held', refusal: { ...stamp, reason } }
  return { subject: voucher.id, writes: [changed(VOUCHERS, voucher, put)] }
}

/** The provider is paid, and what the voucher was worth beyond that goes back to the budget. */
export async function payVoucher(
  { documents }: Deps,
  voucher: StoredVoucher,
  { reference, deed }: { readonly reference: string; readonly deed: Deed },
): Promise<Done> {
  const { id, body } = voucher
  if (body.state !== 'confirmed' || body.claim === undefined) {
    throw wrongState('Its holder has not confirmed it', '持券企业尚未确认')
  }
  const amount = readAmount(body.claim.amountFen)
  const rest = readAmount(body.faceFen) - amount
  const common = { matter: id, reference }
  const keys = entryKeys(voucher)
  const postings: Posting[] = [{ kind: 'payment', key: keys.payment, amount, ...common }]
  if (rest > 0n) postings.push({ kind: 'decommitment', key: keys.rest, amount: rest, ...common })
  const planned = requirePlanned(await planLedger(documents, body.ledger, postings, deed.at))
  const paid = { by: deed.author, at: deed.at, reference }
  const put: Voucher = { ...body, state: 'paid', paid }
  return { subject: id, writes: [...planned, changed(VOUCHERS, voucher, put)] }
}

/** Keys of what is booked when it is paid; paid again, they are others. */
export function entryKeys({ id, body: { reversals = 0 } }: StoredVoucher) {
  const again = reversals === 0 ? '' : `${reversals + 1}`
  return { payment: `${id}-p${again}`, rest: `${id}-d${again}` }
}

const EXPIRY = { kind: 'system', id: 'vouchers' } as const

/**
 * Vouchers that nobody used in their time, by the node's clock: what each was worth goes back to its budget in the same commit. What
 * was claimed in time stays. Answers whether there may be more.
 */
export async function expireVouchers({
  documents,
  clock,
}: Pick<MoneyDeps, 'documents' | 'clock'>): Promise<boolean> {
  return await commitDecided(documents, EXPIRY, async () => {
    const at = clock()
    const { items } = await documents.query(VOUCHERS, {
      where: { state: 'held', validUntil: { to: at } },
      order: { by: 'validUntil' },
      limit: EXPIRED_MAX,
    })
    const ledger = items[0]?.body.ledger
    if (ledger === undefined) return { writes: [], answer: false }
    const over = items.filter((it) => it.body.ledger === ledger)
    const postings = over.map(({ id, body }): Posting => {
      const amount = readAmount(body.faceFen)
      return { kind: 'decommitment', key: `${id}-e`, amount, matter: id }
    })
    const planned = requirePlanned(await planLedger(documents, ledger, postings, at))
    const expired = over.map((it): DocumentWrite => {
      const put: Voucher = { ...it.body, state: 'expired' }
      return changed(VOUCHERS, it, put)
    })
    return { writes: [...planned, ...expired], answer: true }
  })
}

/** The name of the quota that counts the vouchers of a series. */
export function placesOf(series: string): string {
  return `vouchers:${series}`
}

export async function readSeries({ documents }: Deps, id: string): Promise<StoredSeries> {
  const stored = await documents.get(VOUCHER_SERIES, id)
  if (stored === undefined) throw notThere()
  return stored
}

export async function readVoucher({ documents }: Deps, id: string): Promise<StoredVoucher> {
  const stored = await documents.get(VOUCHERS, id)
  if (stored === undefined) throw notThere()
  return stored
}
