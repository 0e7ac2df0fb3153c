import type { DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { formatAmount, readAmount } from '../../kernel/quotas/amount.ts'
import { planLedger } from '../../kernel/quotas/ledger.ts'
import { type Award, POLICY_AWARDS } from '../awards/collections.ts'
import { DUTIES, PAYMENTS, RECOVERIES, type Recovery } from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  ledgerOf,
  type MoneyDeps,
  madeId,
  notThere,
  readAward,
  requireFilesOf,
  requirePlanned,
  type StoredAward,
  wrongField,
} from './deeds.ts'
import { instantAt, positiveFen, wrongState } from './instalments.ts'
import { matterOf, paymentsOf } from './payments.ts'

export type StoredRecovery = Stored<Recovery>
type Deps = Pick<MoneyDeps, 'documents'>

export type RecoveryWish = {
  readonly award: string
  readonly duty?: string
  readonly reason: string
  readonly clause: string
  readonly amountFen: string
  readonly heardUntil: string
}

/** Money is to be asked back: no more than was paid and not returned, and one matter at a time. Nothing is paid meanwhile. */
export async function openRecovery(
  deps: Deps,
  { wish, deed }: { readonly wish: RecoveryWish; readonly deed: Deed },
): Promise<Done> {
  const award = await readAward(deps, wish.award)
  if (award.body.state !== 'paid' && award.body.state !== 'decided') {
    throw wrongState('Money of this award is being asked back already', '该奖补已在追回或已撤销')
  }
  await requireDutyOf(deps, wish)
  const amount = positiveFen(wish.amountFen, '/amountFen')
  const { paid } = await matterOf(deps.documents, award)
  if (amount > paid) {
    throw wrongField('/amountFen', {
      en: `No more than was paid and not returned can be asked back: ${paid} fen`,
      zh: `追回金额不能超过已付未退金额：${paid} 分`,
    })
  }
  const heardUntil = instantAt(wish.heardUntil, '/heardUntil')
  if (heardUntil <= deed.at) {
    throw wrongField('/heardUntil', {
      en: 'The enterprise is heard first: this is over already',
      zh: '须先听取企业陈述：该时间已过',
    })
  }
  const { reason, clause, duty } = wish
  const put: Recovery = {
    ...{ award: award.id, applicant: award.body.applicant, ledger: ledgerOf(award.body) },
    ...{ reason, clause, heardUntil, amountFen: formatAmount(amount) },
    ...(duty !== undefined && { duty }),
    ...{ openedBy: deed.author, openedAt: deed.at, state: 'opened' },
    ...{ returnedFen: '0', interestReturnedFen: '0' },
  }
  return {
    subject: madeId(deed),
    writes: [
      { collection: RECOVERIES, id: madeId(deed), expected: 0, put },
      changed(POLICY_AWARDS, award, { ...award.body, state: 'recovering' as const }),
    ],
  }
}

async function requireDutyOf({ documents }: Deps, { award, duty }: RecoveryWish): Promise<void> {
  if (duty === undefined) return
  if ((await documents.get(DUTIES, duty))?.body.award === award) return
  throw wrongField('/duty', { en: 'This is no duty of the award', zh: '该义务不属于此奖补' })
}

/** What the enterprise says to it, in its time. */
export async function answerRecovery(
  deps: Pick<MoneyDeps, 'files'>,
  recovery: StoredRecovery,
  of: { readonly text: string; readonly files: readonly string[]; readonly deed: Deed },
): Promise<Done> {
  const { body } = recovery
  const { text, files, deed } = of
  if (body.state !== 'opened' || deed.at >= body.heardUntil) {
    throw wrongState('The time for an answer is over, or it was given', '陈述时间已过，或已陈述')
  }
  await requireFilesOf(deps, body.applicant, files)
  const answer = { by: deed.author, at: deed.at, text, files: [...files] }
  const put: Recovery = { ...body, state: 'answered', answer }
  return { subject: recovery.id, writes: [changed(RECOVERIES, recovery, put)] }
}

export type RecoveryDecision = {
  readonly outcome: 'demand' | 'drop'
  readonly reason: string
  readonly reference: string
  readonly amountFen?: string
  readonly interest?: { readonly fen: string; readonly source: string }
  readonly endsPayment?: boolean
}

/** Decided by another person than the one who opened it, once the enterprise has spoken or had its time. */
export async function decideRecovery(
  deps: Deps,
  recovery: StoredRecovery,
  { wish, deed }: { readonly wish: RecoveryDecision; readonly deed: Deed },
): Promise<Done> {
  const { body } = recovery
  requireDecidable(body, deed)
  const award = await readAward(deps, body.award)
  const amount = demandedFen(body, wish)
  const { reason, reference, interest, endsPayment = false } = wish
  const isDemand = wish.outcome === 'demand'
  const decision = {
    ...{ by: deed.author, at: deed.at, reason, reference, amountFen: formatAmount(amount) },
    endsPayment: isDemand && endsPayment,
    ...(isDemand && interest !== undefined && { interest }),
  }
  const put: Recovery = { ...body, state: isDemand ? 'demanded' : 'dropped', decision }
  const ended = decision.endsPayment ? await endPayment(deps, award, { reference, deed }) : []
  const next: Award = isDemand ? award.body : { ...award.body, state: stateAfter(award.body) }
  return {
    subject: recovery.id,
    writes: [changed(RECOVERIES, recovery, put), changed(POLICY_AWARDS, award, next), ...ended],
  }
}

function requireDecidable({ state, heardUntil, openedBy }: Recovery, { author, at }: Deed): void {
  const isHeard = state === 'answered' || (state === 'opened' && at >= heardUntil)
  if (!isHeard) {
    throw wrongState(
      'It is decided once the enterprise has answered or its time is over, and once only',
      '须在企业陈述后或陈述时间届满后作出决定，且只能决定一次',
    )
  }
  if (openedBy.kind === author.kind && openedBy.id === author.id) {
    throw wrongState('Another person decides than the one who opened it', '须由发起人以外的人决定')
  }
}

function demandedFen({ amountFen }: Recovery, wish: RecoveryDecision): bigint {
  if (wish.interest !== undefined) positiveFen(wish.interest.fen, '/interest/fen')
  if (wish.outcome === 'drop') return 0n
  const amount = positiveFen(wish.amountFen ?? amountFen, '/amountFen')
  if (amount <= readAmount(amountFen)) return amount
  throw wrongField('/amountFen', {
    en: 'No more can be demanded than the enterprise was heard on',
    zh: '决定金额不能超过告知企业的金额',
  })
}

/** What is committed and not paid goes back to the budget, and its instalments are cancelled. */
async function endPayment(
  { documents }: Deps,
  award: StoredAward,
  { reference, deed }: { readonly reference: string; readonly deed: Deed },
): Promise<readonly DocumentWrite[]> {
  const { committed } = await matterOf(documents, award)
  const open = (await paymentsOf(documents, award.id)).filter(
    ({ body }) => body.state === 'planned' || body.state === 'ordered',
  )
  const cancelled = open.map((it) =>
    changed(PAYMENTS, it, { ...it.body, state: 'cancelled' as const }),
  )
  if (committed === 0n) return cancelled
  const posting = {
    kind: 'decommitment',
    key: deed.id,
    amount: committed,
    matter: award.id,
    reference,
  }
  const planned = await planLedger(
    documents,
    ledgerOf(award.body),
    [{ ...posting, kind: 'decommitment' }],
    deed.at,
  )
  return [...cancelled, ...requirePlanned(planned)]
}

/** Money came back: the ledger, the recovery and the award in one commit. Interest is kept apart: it was never of the budget. */
export async function bookReturn(
  { documents }: Deps,
  recovery: StoredRecovery,
  of: {
    readonly amountFen: bigint
    readonly interestFen: bigint
    readonly reference: string
    readonly deed: Deed
  },
): Promise<Done> {
  const { body } = recovery
  const { amountFen, interestFen, reference, deed } = of
  if (body.state !== 'demanded' || body.decision === undefined) {
    throw wrongState('Nothing is demanded', '目前没有应退款项')
  }
  const demanded = readAmount(body.decision.amountFen)
  const interest = readAmount(body.decision.interest?.fen ?? '0')
  const returned = readAmount(body.returnedFen) + amountFen
  const interestReturned = readAmount(body.interestReturnedFen) + interestFen
  if (amountFen < 0n || interestFen < 0n || amountFen + interestFen === 0n) {
    throw wrongField('/amountFen', { en: 'An amount is above zero', zh: '金额必须大于零' })
  }
  requireWithin('/amountFen', returned, demanded)
  requireWithin('/interestFen', interestReturned, interest)
  const award = await readAward({ documents }, body.award)
  const ledger =
    amountFen === 0n
      ? []
      : requirePlanned(
          await planLedger(
            documents,
            body.ledger,
            [{ kind: 'return', key: deed.id, amount: amountFen, matter: award.id, reference }],
            deed.at,
          ),
        )
  const isWhole = returned === demanded && interestReturned === interest
  const put: Recovery = {
    ...body,
    state: isWhole ? 'returned' : 'demanded',
    returnedFen: formatAmount(returned),
    interestReturnedFen: formatAmount(interestReturned),
  }
  const recovered = readAmount(award.body.recoveredFen) + amountFen
  const next = { ...award.body, recoveredFen: formatAmount(recovered) }
  const { committed } = await matterOf(documents, award)
  const after = committed > 0n ? ('decided' as const) : ('recovered' as const)
  return {
    subject: recovery.id,
    writes: [
      ...ledger,
      changed(RECOVERIES, recovery, put),
      changed(POLICY_AWARDS, award, isWhole ? { ...next, state: after } : next),
    ],
  }
}

function requireWithin(path: string, sum: bigint, demanded: bigint): void {
  if (sum <= demanded) return
  throw wrongField(path, {
    en: `This would come to ${sum} fen of ${demanded} demanded`,
    zh: `累计将达 ${sum} 分，超过应退 ${demanded} 分`,
  })
}

/** As an award stands once nothing is asked back of it. */
function stateAfter({ amountFen, paidFen }: Award): Award['state'] {
  return readAmount(paidFen) >= readAmount(amountFen) ? 'paid' : 'decided'
}

export async function readRecovery({ documents }: Deps, id: string): Promise<StoredRecovery> {
  const stored = await documents.get(RECOVERIES, id)
  if (stored === undefined) throw notThere()
  return stored
}
