import type { Documents, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { formatAmount, readAmount } from '../../kernel/quotas/amount.ts'
import { LEDGER_MATTERS } from '../../kernel/quotas/collections.ts'
import { ledgerId, planLedger } from '../../kernel/quotas/ledger.ts'
import type { Author } from '../../lib/author.ts'
import type { Text } from '../../lib/text.ts'
import { type Award, POLICY_AWARDS } from '../awards/collections.ts'
import {
  LEDGER_REASONS,
  PAYMENT_PLANS,
  PAYMENT_RULE,
  PAYMENTS,
  type Payment,
} from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  ledgerOf,
  type MoneyDeps,
  madeId,
  notThere,
  readAward,
  requirePlanned,
  type StoredAward,
  wrongField,
} from './deeds.ts'
import { instalmentsOf, instantAt, wrongState } from './instalments.ts'

export type StoredPayment = Stored<Payment>
type Deps = Pick<MoneyDeps, 'documents'>

/** The id of the one rule. */
export const RULE_ID = 'rule'

export type InstalmentWish = {
  readonly share: string
  readonly dueAt?: string
  readonly condition?: string
}

/**
 * How an award is paid: its instalments come to the award to the fen. What was planned before is cancelled, as long as nothing of
 * it is ordered or paid.
 */
export async function planPayments(
  { documents }: Deps,
  of: { readonly award: string; readonly wishes: readonly InstalmentWish[]; readonly deed: Deed },
): Promise<Done> {
  const { deed, wishes } = of
  const award = await readAward({ documents }, of.award)
  requirePayable(award.body)
  const { applicant, measure, amountFen } = award.body
  const parts = instalmentsOf(
    readAmount(amountFen),
    wishes.map((it) => it.share),
  )
  const plan = await documents.get(PAYMENT_PLANS, award.id)
  const before = await paymentsOf(documents, award.id)
  if (before.some((it) => it.body.state !== 'planned' && it.body.state !== 'cancelled')) {
    throw wrongState(
      'Something of this plan is ordered or paid; it can no longer be made anew',
      '计划中已有期次下达或支付，不能重新制定',
    )
  }
  const revision = (plan?.body.revision ?? 0) + 1
  const common = { award: award.id, applicant, measure, ledger: ledgerOf(award.body), revision }
  const made = wishes.map((wish, at): DocumentWrite => {
    const { share, condition, dueAt } = wish
    requireDue(wish, at)
    const put: Payment = {
      ...common,
      ...{ number: at + 1, share, amountFen: formatAmount(parts[at] ?? 0n) },
      ...{ state: 'planned', reversals: 0 },
      ...(dueAt !== undefined && { dueAt: instantAt(dueAt, `/instalments/${at}/dueAt`) }),
      ...(condition !== undefined && { condition }),
    }
    return { collection: PAYMENTS, id: `${madeId(deed)}-${at + 1}`, expected: 0, put }
  })
  const put = { award: award.id, applicant, revision, instalments: wishes.length }
  return {
    subject: award.id,
    writes: [
      { collection: PAYMENT_PLANS, id: award.id, expected: plan?.version ?? 0, put },
      // whoever pays, recovers or plans at once is the slower
      changed(POLICY_AWARDS, award, award.body),
      ...before
        .filter((it) => it.body.state === 'planned')
        .map((it) => changed(PAYMENTS, it, { ...it.body, state: 'cancelled' as const })),
      ...made,
    ],
  }
}

function requireDue({ condition, dueAt }: InstalmentWish, at: number): void {
  if (condition !== undefined || dueAt !== undefined) return
  throw wrongField(`/instalments/${at}/dueAt`, {
    en: 'Say when it is due, or on what condition',
    zh: '请填写到期时间或支付条件',
  })
}

/** What had to come about has come about, by a paper. */
export function meetCondition(payment: StoredPayment, reference: string, deed: Deed): Done {
  const { body } = payment
  requireState(body, 'planned')
  if (body.condition === undefined) {
    throw wrongState('This instalment has no condition', '该期没有支付条件')
  }
  const met = { by: deed.author, at: deed.at, reference }
  return { subject: payment.id, writes: [changed(PAYMENTS, payment, { ...body, met })] }
}

/** The order to pay, by a treasurer. */
export async function orderPayment(
  deps: Deps,
  payment: StoredPayment,
  { reference, deed }: { readonly reference: string; readonly deed: Deed },
): Promise<Done> {
  const { body } = payment
  requireState(body, 'planned')
  const award = await readAward(deps, body.award)
  requirePayable(award.body)
  if (body.condition !== undefined && body.met === undefined) {
    throw wrongState('Its condition has not come about yet', '支付条件尚未达成')
  }
  const order = { by: deed.author, at: deed.at, reference }
  const put = { ...body, state: 'ordered' as const, order }
  return {
    subject: payment.id,
    writes: [changed(PAYMENTS, payment, put), changed(POLICY_AWARDS, award, award.body)],
  }
}

/** The order is taken back before it is confirmed. */
export function withdrawOrder(payment: StoredPayment): Done {
  requireState(payment.body, 'ordered')
  const { order: _, ...rest } = payment.body
  const put: Payment = { ...rest, state: 'planned' }
  return { subject: payment.id, writes: [changed(PAYMENTS, payment, put)] }
}

/** The money has gone: the ledger, the instalment and the award in one commit. */
export async function confirmPayment(
  deps: Deps,
  payment: StoredPayment,
  { reference, deed }: { readonly reference: string; readonly deed: Deed },
): Promise<Done> {
  const { id, body } = payment
  requireState(body, 'ordered')
  const amount = readAmount(body.amountFen)
  await requireFourEyes(deps.documents, {
    ...{ first: body.order?.by, amount, author: deed.author, of: PAYMENT },
  })
  const award = await readAward(deps, body.award)
  requirePayable(award.body)
  const posting = {
    kind: 'payment',
    key: entryKey(payment),
    amount,
    matter: award.id,
    reference,
  } as const
  const ledger = requirePlanned(await planLedger(deps.documents, body.ledger, [posting], deed.at))
  const paid = { by: deed.author, at: deed.at, reference }
  return {
    subject: id,
    writes: [
      ...ledger,
      changed(PAYMENTS, payment, { ...body, state: 'paid' as const, paid }),
      changed(POLICY_AWARDS, award, withPaid(award.body, amount)),
    ],
  }
}

/** A payment that was booked by mistake or came back: contrary entries, and the instalment stands to be paid again. */
export async function reversePayment(
  { documents }: Deps,
  payment: StoredPayment,
  of: { readonly reference: string; readonly reason: string; readonly deed: Deed },
): Promise<Done> {
  const { body } = payment
  const { deed, reference, reason } = of
  requireState(body, 'paid')
  const award = await readAward({ documents }, body.award)
  if (award.body.state === 'recovering' || award.body.state === 'recovered') {
    throw wrongState('Money of this award is being asked back', '该奖补正在追回，不能冲正')
  }
  const amount = readAmount(body.amountFen)
  await requireFourEyes(documents, {
    first: body.paid?.by,
    amount,
    author: deed.author,
    of: REVERSAL,
  })
  const key = `${entryKey(payment)}-r`
  const common = { amount, matter: award.id, reference }
  const planned = await planLedger(
    documents,
    body.ledger,
    [
      { kind: 'return', key, ...common },
      { kind: 'commitment', key: `${key}c`, ...common },
    ],
    deed.at,
  )
  const { order: _order, paid: _paid, ...rest } = body
  const put: Payment = { ...rest, state: 'planned', reversals: body.reversals + 1 }
  const told = { ledger: body.ledger, reason, corrects: entryKey(payment), by: deed.author }
  return {
    subject: payment.id,
    writes: [
      ...requirePlanned(planned),
      { collection: LEDGER_REASONS, id: ledgerId(body.ledger, key), expected: 0, put: told },
      changed(PAYMENTS, payment, put),
      changed(POLICY_AWARDS, award, withPaid(award.body, -amount)),
    ],
  }
}

/** Every instalment of an award that was not planned anew, and those that were. */
export async function paymentsOf(documents: Documents, award: string): Promise<StoredPayment[]> {
  const found: StoredPayment[] = []
  for await (const it of walkDocuments(documents, PAYMENTS, { where: { award } })) found.push(it)
  return found
}

export async function readPayment({ documents }: Deps, id: string): Promise<StoredPayment> {
  const stored = await documents.get(PAYMENTS, id)
  if (stored === undefined) throw notThere()
  return stored
}

/** What is committed for an award and not paid yet, and what was paid and not returned. */
export async function matterOf(
  documents: Documents,
  { id, body }: StoredAward,
): Promise<{ readonly committed: bigint; readonly paid: bigint }> {
  const stored = await documents.get(LEDGER_MATTERS, ledgerId(ledgerOf(body), id))
  return {
    committed: readAmount(stored?.body.committed ?? '0'),
    paid: readAmount(stored?.body.paid ?? '0'),
  }
}

function entryKey({ id, body }: StoredPayment): string {
  return `${id}.${body.reversals + 1}`
}

function withPaid(award: Award, more: bigint): Award {
  const paid = readAmount(award.paidFen) + more
  const state = paid >= readAmount(award.amountFen) ? 'paid' : 'decided'
  return { ...award, paidFen: formatAmount(paid), state }
}

function requirePayable({ state }: Award): void {
  if (state === 'decided' || state === 'paid') return
  throw wrongState(
    'Money of this award is being asked back, or it was revoked; nothing is paid for it',
    '该奖补正在追回或已撤销，不能支付',
  )
}

function requireState({ state }: Payment, wanted: Payment['state']): void {
  if (state === wanted) return
  throw wrongState(
    `This instalment is ${state}, not ${wanted}`,
    `该期${ZH[state]}，并非${ZH[wanted]}`,
  )
}

const ZH: Readonly<Record<Payment['state'], string>> = {
  planned: '待支付',
  ordered: '已下达',
  paid: '已支付',
  cancelled: '已取消',
}

type FourEyes = {
  readonly first: Author | undefined
  readonly amount: bigint
  readonly author: Author
  readonly of: Text
}

const PAYMENT: Text = {
  en: 'A payment of this amount is confirmed by another person than the one who ordered it',
  zh: '此金额的支付须由下达人以外的另一人确认',
}
const REVERSAL: Text = {
  en: 'A payment of this amount is reversed by another person than the one who confirmed it',
  zh: '此金额的支付须由确认人以外的另一人冲正',
}

/**
 * Above the amount of the rule, and always without one, a payment is confirmed by a person who did not order it, and reversed by one
 * who did not confirm it. A program's key is no person.
 */
async function requireFourEyes(
  documents: Documents,
  { first, amount, author, of }: FourEyes,
): Promise<void> {
  const rule = (await documents.get(PAYMENT_RULE, RULE_ID))?.body
  if (rule !== undefined && amount <= readAmount(rule.aloneUpToFen)) return
  const areTwo = first?.kind === 'user' && author.kind === 'user' && first.id !== author.id
  if (areTwo) return
  throw wrongState(of.en, of.zh)
}
