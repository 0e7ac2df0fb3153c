import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { AmountSchema, readAmount } from '../../kernel/quotas/amount.ts'
import type { App } from '../../lib/http.ts'
import { ReferenceSchema, WordSchema } from './collections.ts'
import { doOnce, KeyWish, type MoneyDeps, PathId } from './deeds.ts'
import { readRecovery } from './recoveries.ts'
import { asItIs, RecoveryReply } from './shown-recovery.ts'
import { askUndo, leaveReturn, undoReturn } from './undo-return.ts'

const tags = ['policy']
const Params = Type.Object({ recovery: PathId })

/** A return that was booked by mistake: said by one person, set right by another. */
export function undoRoutes(app: App, deps: MoneyDeps): void {
  askRoute(app, deps)
  answerRoute(app, deps)
}

function askRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries/:recovery/undo', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askUndoReturn',
      summary: 'Say that a return was booked by mistake; another person sets it right',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          entry: Type.Integer({ minimum: 1, description: 'Number of the entry in the ledger' }),
          interestFen: Type.Optional(AmountSchema),
          reference: ReferenceSchema,
          reason: WordSchema,
        },
        { additionalProperties: false },
      ),
      response: { 200: RecoveryReply },
    },
    async handler({ caller, params: { recovery }, body: { key, ...body } }) {
      authorise(caller, 'policy.pay')
      const wish = { ...body, interestFen: readAmount(body.interestFen ?? '0') }
      const id = await doOnce(deps, caller, {
        asked: { deed: 'ask-undo-return', key, asked: [recovery, body] },
        decide: async (deed) => askUndo(deps, await readRecovery(deps, recovery), { wish, deed }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}

function answerRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries/:recovery/undo/answer', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'answerUndoReturn',
      summary: 'Book the contrary of a return that never came, or leave it; not by who asked',
      description:
        'Nothing is edited: two entries name the one they set right, and the money is owed again.',
      params: Params,
      body: Type.Object(
        { key: KeyWish, outcome: literals(['undo', 'leave']) },
        { additionalProperties: false },
      ),
      response: { 200: RecoveryReply },
    },
    async handler({ caller, params: { recovery }, body: { key, outcome } }) {
      authorise(caller, 'policy.pay')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'answer-undo-return', key, asked: [recovery, outcome] },
        decide: async (deed) => {
          const stored = await readRecovery(deps, recovery)
          return outcome === 'undo' ? undoReturn(deps, stored, deed) : leaveReturn(stored, deed)
        },
      })
      return await asItIs(deps, caller, id)
    },
  })
}
