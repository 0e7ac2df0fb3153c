import { readAmount } from '../../kernel/quotas/amount.ts'
import { LEDGER_MATTERS } from '../../kernel/quotas/collections.ts'
import { ledgerId, planLedger } from '../../kernel/quotas/ledger.ts'
import { LEDGER_REASONS, VOUCHERS, type Voucher } from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  isAnotherPerson,
  type MoneyDeps,
  requirePlanned,
} from './deeds.ts'
import { wrongState } from './instalments.ts'
import { entryKeys, type StoredVoucher } from './vouchers.ts'

type Deps = Pick<MoneyDeps, 'documents'>
type Undoing = NonNullable<Voucher['undoing']>

export type UndoVoucherWish = Pick<Undoing, 'reference' | 'reason' | 'next'>

/** A voucher was paid by mistake: one person says so; the payment stands until another books the contrary. */
export function askUndoVoucher(
  voucher: StoredVoucher,
  { wish, deed }: { readonly wish: UndoVoucherWish; readonly deed: Deed },
): Done {
  const { body } = voucher
  if (body.undoing !== undefined) {
    throw wrongState('Its payment is being set right already', '该券的兑付已在更正')
  }
  if (body.state !== 'paid') throw wrongState('It was not paid', '该券尚未兑付')
  const { reference, reason, next } = wish
  const undoing = { by: deed.author, at: deed.at, reference, reason, next }
  return { subject: voucher.id, writes: [changed(VOUCHERS, voucher, { ...body, undoing })] }
}

/** Somebody else leaves the payment as it stands. */
export function leaveVoucher(voucher: StoredVoucher, deed: Deed): Done {
  requireAsked(voucher, deed)
  const { undoing: _, ...put } = voucher.body
  return { subject: voucher.id, writes: [changed(VOUCHERS, voucher, put)] }
}

/**
 * Somebody else books the contrary: what was paid comes back, and the voucher's whole face is committed again, as it was before. Two
 * entries name the one they set right. Refused where the budget no longer holds what the face needs beyond what comes back.
 */
export async function undoVoucher(
  { documents }: Deps,
  voucher: StoredVoucher,
  deed: Deed,
): Promise<Done> {
  const { id, body } = voucher
  const asked = requireAsked(voucher, deed)
  const { ledger } = body
  const { payment } = entryKeys(voucher)
  const paid = readAmount(
    (await documents.get(LEDGER_MATTERS, ledgerId(ledger, id)))?.body.paid ?? '0',
  )
  const common = { matter: id, reference: asked.reference }
  const postings = [
    { kind: 'return', key: `${payment}-u`, amount: paid, ...common },
    { kind: 'commitment', key: `${payment}-uc`, amount: readAmount(body.faceFen), ...common },
  ] as const
  const told = { ledger, reason: asked.reason, corrects: payment, by: deed.author }
  return {
    subject: id,
    writes: [
      ...requirePlanned(await planLedger(documents, ledger, postings, deed.at)),
      ...postings.map(({ key }) => {
        return { collection: LEDGER_REASONS, id: ledgerId(ledger, key), expected: 0, put: told }
      }),
      changed(VOUCHERS, voucher, undone(body, asked)),
    ],
  }
}

/** To be paid again, or its holder's again: whose time is over expires as any other. */
function undone(body: Voucher, { next, by, at, reason }: Undoing): Voucher {
  const { undoing: _undoing, paid: _paid, ...rest } = body
  const reversals = (body.reversals ?? 0) + 1
  if (next === 'pay-again') return { ...rest, state: 'confirmed', reversals }
  const { claim: _claim, provider: _provider, invoiceDigest: _digest, ...free } = rest
  const { confirmed: _confirmed, ...put } = free
  return { ...put, state: 'held', refusal: { by, at, reason }, reversals }
}

/** What was asked, where this is another person than who asked. */
function requireAsked({ body: { undoing } }: StoredVoucher, { author }: Deed): Undoing {
  if (undoing === undefined) throw wrongState('No payment is to be set right', '没有待更正的兑付')
  if (isAnotherPerson(undoing.by, author)) return undoing
  throw wrongState(
    'A payment is set right by another person than the one who asked for it',
    '兑付的更正须由提出人以外的另一人确认',
  )
}
