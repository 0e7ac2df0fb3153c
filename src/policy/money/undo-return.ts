import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { formatAmount, readAmount } from '../../kernel/quotas/amount.ts'
import { LEDGER_ENTRIES, type LedgerEntry } from '../../kernel/quotas/collections.ts'
import { ledgerId, planLedger } from '../../kernel/quotas/ledger.ts'
import { POLICY_AWARDS } from '../awards/collections.ts'
import { LEDGER_REASONS, MONEY_DEEDS, RECOVERIES, type Recovery } from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  isAnotherPerson,
  type MoneyDeps,
  readAward,
  requirePlanned,
  wrongField,
} from './deeds.ts'
import { wrongState } from './instalments.ts'
import type { StoredRecovery } from './recoveries.ts'

type Deps = Pick<MoneyDeps, 'documents'>

export type UndoWish = {
  /** Number of the entry in the ledger. */
  readonly entry: number
  /** Of the interest that was booked, what never came. */
  readonly interestFen: bigint
  readonly reference: string
  readonly reason: string
}

/** A return was booked that never came: one person says so; it stands until another books the contrary. */
export async function askUndo(
  deps: Deps,
  recovery: StoredRecovery,
  { wish, deed }: { readonly wish: UndoWish; readonly deed: Deed },
): Promise<Done> {
  const { body } = recovery
  if (body.undoing !== undefined) {
    throw wrongState('One return is being set right already', '已有一笔退款正在更正')
  }
  const wrong = await requireReturn(deps.documents, recovery, wish.entry)
  if (wish.interestFen < 0n || wish.interestFen > readAmount(body.interestReturnedFen)) {
    throw wrongField('/interestFen', {
      en: 'No more interest than was booked',
      zh: '不能超过已入账的利息',
    })
  }
  const { entry, reference, reason } = wish
  const undoing = {
    ...{ by: deed.author, at: deed.at, entry, reference, reason, amountFen: wrong.amount },
    interestFen: formatAmount(wish.interestFen),
  }
  const put: Recovery = { ...body, undoing }
  return { subject: recovery.id, writes: [changed(RECOVERIES, recovery, put)] }
}

/** The return of this recovery under a number, not set right yet. */
async function requireReturn(
  documents: Documents,
  { id, body }: StoredRecovery,
  number: number,
): Promise<LedgerEntry> {
  const { ledger } = body
  const { items } = await documents.query(LEDGER_ENTRIES, { where: { ledger, number }, limit: 1 })
  const entry = items[0]?.body
  const made = entry && (await documents.get(MONEY_DEEDS, entry.key))?.body
  if (entry?.kind !== 'return' || made?.subject !== id) {
    throw wrongField('/entry', {
      en: 'This is no return of this matter',
      zh: '该分录不是此追回事项的退款',
    })
  }
  if (await documents.get(LEDGER_ENTRIES, ledgerId(ledger, `${entry.key}${CONTRARY[0]}`))) {
    throw wrongField('/entry', { en: 'It was set right already', zh: '该分录已更正' })
  }
  return entry
}

/** What follows the key of an entry in those that set it right: the money is committed anew, and paid as it was. */
const CONTRARY = ['-u', '-up'] as const

/** Somebody else leaves the return as it stands. */
export function leaveReturn(recovery: StoredRecovery, deed: Deed): Done {
  const { undoing: _, ...put } = recovery.body
  requireAsked(recovery, deed)
  return { subject: recovery.id, writes: [changed(RECOVERIES, recovery, put)] }
}

/**
 * Somebody else books the contrary: two entries that name the one they set right, and the money is owed again. Refused where the
 * budget no longer holds what was given back to it.
 */
export async function undoReturn(deps: Deps, recovery: StoredRecovery, deed: Deed): Promise<Done> {
  const { undoing, ...body } = recovery.body
  const asked = requireAsked(recovery, deed)
  const award = await readAward(deps, body.award)
  if (body.state === 'returned' && award.body.state === 'recovering') {
    throw wrongState(
      'Money of this award is being asked back in another matter; that is ended first',
      '该奖补另有追回事项在办，须先办结',
    )
  }
  const wrong = await requireReturn(deps.documents, recovery, asked.entry)
  const amount = readAmount(wrong.amount)
  const recovered = readAmount(award.body.recoveredFen) - amount
  const put: Recovery = {
    ...body,
    state: 'demanded',
    returnedFen: formatAmount(readAmount(body.returnedFen) - amount),
    interestReturnedFen: formatAmount(
      readAmount(body.interestReturnedFen) - readAmount(asked.interestFen),
    ),
  }
  const next = { ...award.body, recoveredFen: formatAmount(recovered) }
  return {
    subject: recovery.id,
    writes: [
      ...(await contrary(deps, { wrong, asked, deed, ledger: body.ledger })),
      changed(RECOVERIES, recovery, put),
      changed(POLICY_AWARDS, award, { ...next, state: 'recovering' as const }),
    ],
  }
}

type Contrary = {
  readonly wrong: LedgerEntry
  readonly asked: NonNullable<Recovery['undoing']>
  readonly deed: Deed
  readonly ledger: string
}

async function contrary({ documents }: Deps, { wrong, asked, deed, ledger }: Contrary) {
  const { reference, reason } = asked
  const common = {
    amount: readAmount(wrong.amount),
    reference,
    ...(wrong.matter !== undefined && { matter: wrong.matter }),
  }
  const keys = CONTRARY.map((it) => `${wrong.key}${it}`)
  const [commit = '', pay = ''] = keys
  const postings = [
    { kind: 'commitment', key: commit, ...common },
    { kind: 'payment', key: pay, ...common },
  ] as const
  const told = { ledger, reason, corrects: wrong.key, by: deed.author }
  return [
    ...requirePlanned(await planLedger(documents, ledger, postings, deed.at)),
    ...keys.map((key) => {
      return { collection: LEDGER_REASONS, id: ledgerId(ledger, key), expected: 0, put: told }
    }),
  ]
}

/** What was asked, where this is another person than who asked. A program's key is no person. */
function requireAsked(
  { body: { undoing } }: Stored<Recovery>,
  { author }: Deed,
): NonNullable<Recovery['undoing']> {
  if (undoing === undefined) throw wrongState('No return is to be set right', '没有待更正的退款')
  if (isAnotherPerson(undoing.by, author)) return undoing
  throw wrongState(
    'A return is set right by another person than the one who asked for it',
    '退款的更正须由提出人以外的另一人确认',
  )
}
