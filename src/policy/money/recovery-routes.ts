import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { EnterpriseId, PageQuery, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import type { App } from '../../lib/http.ts'
import {
  FilesSchema,
  RECOVERIES,
  RECOVERY_STATES,
  ReferenceSchema,
  WordSchema,
} from './collections.ts'
import {
  authoriseOwner,
  doOnce,
  KeyWish,
  type MoneyDeps,
  moneyReach,
  PathId,
  withinReach,
} from './deeds.ts'
import {
  answerRecovery,
  bookReturn,
  decideRecovery,
  openRecovery,
  readRecovery,
} from './recoveries.ts'
import { asItIs, Interest, RecoveryReply, shownRecovery } from './shown-recovery.ts'

const tags = ['policy']
const PAGE = 100
const Params = Type.Object({ recovery: PathId })

/** Money that is asked back: why, what the enterprise says, what is decided, what came back. */
export function recoveryRoutes(app: App, deps: MoneyDeps): void {
  listRoute(app, deps)
  openRoute(app, deps)
  answerRoute(app, deps)
  decideRoute(app, deps)
  returnRoute(app, deps)
}

function listRoute(app: App, { documents, clock }: MoneyDeps): void {
  app.get('/api/v1/policy/recoveries', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listRecoveries',
      summary: 'Money that is asked back, the newest first; to an enterprise its own',
      querystring: Type.Object({
        ...PageQuery,
        award: Type.Optional(PathId),
        enterprise: Type.Optional(EnterpriseId),
        state: Type.Optional(literals(RECOVERY_STATES)),
      }),
      response: {
        200: Type.Object({ items: Type.Array(RecoveryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE, award, enterprise, state } }) {
      const applicant = withinReach(moneyReach(caller), enterprise)
      const { items, next } = await documents.query(RECOVERIES, {
        where: {
          ...(applicant !== undefined && { applicant }),
          ...(award !== undefined && { award }),
          ...(state !== undefined && { state }),
        },
        order: { by: 'openedAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const shown = items.map((it) => shownRecovery(caller, it, clock()))
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

function openRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'openRecovery',
      summary:
        'Begin to ask money back: why, by which clause, how much, and until when it is heard',
      body: Type.Object(
        {
          key: KeyWish,
          award: PathId,
          duty: Type.Optional(PathId),
          reason: WordSchema,
          clause: ReferenceSchema,
          amountFen: AmountSchema,
          heardUntil: TimeReply,
        },
        { additionalProperties: false },
      ),
      response: { 201: RecoveryReply },
    },
    async handler({ caller, body: { key, ...wish } }, reply) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'open-recovery', key, asked: wish },
        decide: (deed) => openRecovery(deps, { wish, deed }),
      })
      return reply.code(201).send(await asItIs(deps, caller, id))
    },
  })
}

function answerRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries/:recovery/answer', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'answerRecovery',
      summary: 'What the enterprise says to it, before its time is over',
      params: Params,
      body: Type.Object(
        { key: KeyWish, text: WordSchema, files: Type.Optional(FilesSchema) },
        { additionalProperties: false },
      ),
      response: { 200: RecoveryReply },
    },
    async handler({ caller, params: { recovery }, body: { key, text, files = [] } }) {
      authoriseOwner(caller, (await readRecovery(deps, recovery)).body.applicant)
      const id = await doOnce(deps, caller, {
        asked: { deed: 'answer-recovery', key, asked: [recovery, text, files] },
        decide: async (deed) =>
          answerRecovery(deps, await readRecovery(deps, recovery), { text, files, deed }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}

function decideRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries/:recovery/decision', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'decideRecovery',
      summary: 'Demand the money or part of it, or drop the matter; not by who opened it',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          outcome: literals(['demand', 'drop']),
          reason: WordSchema,
          reference: ReferenceSchema,
          amountFen: Type.Optional(AmountSchema),
          interest: Type.Optional(Interest),
          endsPayment: Type.Optional(
            Type.Boolean({ description: 'What is not paid yet goes back to the budget' }),
          ),
        },
        { additionalProperties: false },
      ),
      response: { 200: RecoveryReply },
    },
    async handler({ caller, params: { recovery }, body: { key, ...wish } }) {
      authorise(caller, 'policy.decide')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'decide-recovery', key, asked: [recovery, wish] },
        decide: async (deed) =>
          decideRecovery(deps, await readRecovery(deps, recovery), { wish, deed }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}

function returnRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/recoveries/:recovery/returns', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'bookReturn',
      summary: 'Money came back, whole or in part: booked in the ledger with its paper',
      params: Params,
      body: Type.Object(
        {
          key: KeyWish,
          amountFen: AmountSchema,
          interestFen: Type.Optional(AmountSchema),
          reference: ReferenceSchema,
        },
        { additionalProperties: false },
      ),
      response: { 200: RecoveryReply },
    },
    async handler({ caller, params: { recovery }, body }) {
      authorise(caller, 'policy.pay')
      const { key, amountFen, interestFen = '0', reference } = body
      const id = await doOnce(deps, caller, {
        asked: { deed: 'book-return', key, asked: [recovery, amountFen, interestFen, reference] },
        decide: async (deed) =>
          bookReturn(deps, await readRecovery(deps, recovery), {
            amountFen: BigInt(amountFen),
            interestFen: BigInt(interestFen),
            reference,
            deed,
          }),
      })
      return await asItIs(deps, caller, id)
    },
  })
}
