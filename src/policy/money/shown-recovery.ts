import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import type { Caller } from '../../kernel/access/permissions.ts'
import { formatTime, TimeReply } from '../../kernel/access/route-parts.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import { RECOVERY_STATES, ReferenceSchema } from './collections.ts'
import type { MoneyDeps } from './deeds.ts'
import { readRecovery, type StoredRecovery } from './recoveries.ts'
import { isDesk, StampReply, shownStamp } from './shown.ts'

export const Interest = Type.Object(
  { fen: AmountSchema, source: ReferenceSchema },
  { additionalProperties: false },
)

/** A matter of money asked back, as it is told. */
export const RecoveryReply = Type.Object({
  id: Type.String(),
  award: Type.String(),
  ledger: Type.Optional(Type.String({ description: 'Told to the office' })),
  applicant: Type.String(),
  duty: Type.Optional(Type.String()),
  reason: Type.String(),
  clause: Type.String(),
  amountFen: AmountSchema,
  opened: StampReply,
  heardUntil: TimeReply,
  isHeard: Type.Boolean({ description: 'Whether it can be decided now' }),
  state: literals(RECOVERY_STATES),
  answer: Type.Optional(
    Type.Object({
      ...StampReply.properties,
      text: Type.String(),
      files: Type.Array(Type.String()),
    }),
  ),
  decision: Type.Optional(
    Type.Object({
      ...StampReply.properties,
      reason: Type.String(),
      amountFen: AmountSchema,
      interest: Type.Optional(Interest),
      endsPayment: Type.Boolean(),
    }),
  ),
  returnedFen: AmountSchema,
  interestReturnedFen: AmountSchema,
  undoing: Type.Optional(
    Type.Object(
      {
        ...StampReply.properties,
        entry: Type.Integer(),
        amountFen: AmountSchema,
        interestFen: AmountSchema,
        reason: Type.String(),
      },
      { description: 'A return that never came, until another person sets it right' },
    ),
  ),
})

/** One of them, read anew. */
export async function asItIs(
  deps: MoneyDeps,
  caller: Caller,
  id: string,
): Promise<Static<typeof RecoveryReply>> {
  return shownRecovery(caller, await readRecovery(deps, id), deps.clock())
}

/** What the office does with its own books is told to the office. */
export function shownRecovery(
  caller: Caller,
  { id, body }: StoredRecovery,
  now: number,
): Static<typeof RecoveryReply> {
  const { award, applicant, duty, reason, clause, amountFen, heardUntil, state } = body
  const { answer, decision, returnedFen, interestReturnedFen, openedBy: by, openedAt: at } = body
  const { undoing } = body
  return {
    ...{ id, award, applicant, reason, clause, amountFen, state, returnedFen, interestReturnedFen },
    ...(duty !== undefined && { duty }),
    ...(isDesk(caller) && { ledger: body.ledger }),
    opened: shownStamp(caller, { by, at }),
    heardUntil: formatTime(heardUntil),
    isHeard: state === 'answered' || (state === 'opened' && now >= heardUntil),
    ...(answer && {
      answer: { ...shownStamp(caller, answer), text: answer.text, files: answer.files },
    }),
    ...(decision && { decision: shownDecision(caller, decision) }),
    ...(undoing && isDesk(caller) && { undoing: { ...undoing, ...shownStamp(caller, undoing) } }),
  }
}

function shownDecision(
  caller: Caller,
  decision: NonNullable<StoredRecovery['body']['decision']>,
): NonNullable<Static<typeof RecoveryReply>['decision']> {
  const { reason, amountFen, interest, endsPayment } = decision
  return {
    ...shownStamp(caller, decision),
    ...{ reason, amountFen, endsPayment },
    ...(interest !== undefined && { interest }),
  }
}
