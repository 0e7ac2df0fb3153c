import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { AmountSchema, readAmount } from '../../kernel/quotas/amount.ts'
import type { App } from '../../lib/http.ts'
import { ReferenceSchema, UNDO_NEXTS, WordSchema } from './collections.ts'
import { doOnce, KeyWish, type MoneyDeps, PathId } from './deeds.ts'
import { readRecovery } from './recoveries.ts'
import { asItIs, RecoveryReply } from './shown-recovery.ts'
import { askUndo, leaveReturn, undoReturn } from './undo-return.ts'
import { askUndoVoucher, leaveVoucher, undoVoucher } from './undo-voucher.ts'
import { toldVoucher, VoucherReply } from './voucher-routes.ts'
import { readVoucher } from './vouchers.ts'

const tags = ['policy']
const Params = Type.Object({ recovery: PathId })

const VoucherParams = Type.Object({ voucher: PathId })
const AnswerBody = Type.Object(
  { key: KeyWish, outcome: literals(['undo', 'leave']) },
  { additionalProperties: false },
)

/** A return, or the payment of a voucher, that was booked by mistake: said by one person, set right by another. */
export function undoRoutes(app: App, deps: MoneyDeps): void {
  askRoute(app, deps)
  answerRoute(app, deps)
  askVoucherRoute(app, deps)
  answerVoucherRoute(app, deps)
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
      body: AnswerBody,
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

function askVoucherRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/vouchers/:voucher/undo', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'askUndoVoucher',
      summary: 'Say that a voucher was paid by mistake; another person sets it right',
      params: VoucherParams,
      body: Type.Object(
        {
          key: KeyWish,
          reference: ReferenceSchema,
          reason: WordSchema,
          next: Type.Enum([...UNDO_NEXTS], {
            description:
              'pay-again: it is to be paid again; free: its claim falls, and it is its holder’s again',
          }),
        },
        { additionalProperties: false },
      ),
      response: { 200: VoucherReply },
    },
    async handler({ caller, params: { voucher }, body: { key, ...wish } }) {
      authorise(caller, 'policy.pay')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'ask-undo-voucher', key, asked: [voucher, wish] },
        decide: async (deed) => askUndoVoucher(await readVoucher(deps, voucher), { wish, deed }),
      })
      return await toldVoucher(deps, caller, await readVoucher(deps, id))
    },
  })
}

function answerVoucherRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/vouchers/:voucher/undo/answer', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'answerUndoVoucher',
      summary: 'Book the contrary of a voucher’s payment, or leave it; not by who asked',
      description:
        'Nothing is edited: what was paid is booked as returned and the voucher’s face as committed again, both naming the entry they set right.',
      params: VoucherParams,
      body: AnswerBody,
      response: { 200: VoucherReply },
    },
    async handler({ caller, params: { voucher }, body: { key, outcome } }) {
      authorise(caller, 'policy.pay')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'answer-undo-voucher', key, asked: [voucher, outcome] },
        decide: async (deed) => {
          const stored = await readVoucher(deps, voucher)
          return outcome === 'undo' ? undoVoucher(deps, stored, deed) : leaveVoucher(stored, deed)
        },
      })
      return await toldVoucher(deps, caller, await readVoucher(deps, id))
    },
  })
}
