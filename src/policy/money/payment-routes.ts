import { type Static, type TObject, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import {
  EnterpriseId,
  formatTime,
  PageQuery,
  TimeReply,
  unstored,
} from '../../kernel/access/route-parts.ts'
import { publicEnterprise } from '../../kernel/parties/enterprise.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import type { App } from '../../lib/http.ts'
import { AWARD_STATES, POLICY_AWARDS } from '../awards/collections.ts'
import {
  FractionSchema,
  INSTALMENTS_MAX,
  PAYMENT_PLANS,
  PAYMENT_RULE,
  PAYMENT_STATES,
  PAYMENTS,
  ReferenceSchema,
  WordSchema,
} from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  doOnce,
  KeyWish,
  type MoneyDeps,
  moneyReach,
  PathId,
  type StoredAward,
  withinReach,
} from './deeds.ts'
import {
  confirmPayment,
  meetCondition,
  orderPayment,
  planPayments,
  RULE_ID,
  readPayment,
  reversePayment,
  type StoredPayment,
  withdrawOrder,
} from './payments.ts'
import { optionalTime, StampReply, shownStamp } from './shown.ts'

const tags = ['policy']
const PAGE = 100

const PaymentReply = Type.Object({
  id: Type.String(),
  award: Type.String(),
  applicant: Type.String(),
  measure: Type.String(),
  ledger: Type.String(),
  number: Type.Integer(),
  revision: Type.Integer(),
  share: Type.String(),
  amountFen: AmountSchema,
  dueAt: Type.Optional(TimeReply),
  condition: Type.Optional(Type.String()),
  met: Type.Optional(StampReply),
  state: literals(PAYMENT_STATES),
  order: Type.Optional(StampReply),
  paid: Type.Optional(StampReply),
})

const AwardReply = Type.Object({
  id: Type.String(),
  applicant: Type.String(),
  applicantName: Type.Optional(Type.String()),
  measure: Type.String(),
  budget: Type.Optional(Type.String()),
  year: Type.Integer(),
  amountFen: AmountSchema,
  paidFen: AmountSchema,
  recoveredFen: AmountSchema,
  state: literals(AWARD_STATES),
  decidedAt: TimeReply,
  isPlanned: Type.Boolean({ description: 'Whether it has a plan of instalments' }),
})

const RuleReply = Type.Object({
  aloneUpToFen: Type.Optional(AmountSchema),
  source: Type.Optional(Type.String()),
  at: Type.Optional(TimeReply),
})

/** What is paid of the awards, by whom and when. */
export function paymentRoutes(app: App, deps: MoneyDeps): void {
  awardsRoute(app, deps)
  listRoute(app, deps)
  planRoute(app, deps)
  deedRoutes(app, deps)
  ruleRoutes(app, deps)
}

function awardsRoute(app: App, { documents }: MoneyDeps): void {
  app.get('/api/v1/policy/payments/awards', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listAwardsToPay',
      summary: 'Awards with what was paid and returned of each, the newest first',
      querystring: Type.Object({
        ...PageQuery,
        state: Type.Optional(literals(AWARD_STATES)),
        enterprise: Type.Optional(EnterpriseId),
      }),
      response: {
        200: Type.Object({ items: Type.Array(AwardReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE, state, enterprise } }) {
      const applicant = withinReach(moneyReach(caller), enterprise)
      const { items, next } = await documents.query(POLICY_AWARDS, {
        where: {
          ...(applicant !== undefined && { applicant }),
          ...(state !== undefined && { state }),
        },
        order: { by: 'decidedAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const plans = await Promise.all(items.map((it) => documents.get(PAYMENT_PLANS, it.id)))
      const names = await applicantNames(documents, items)
      const shown = items.map((it, at) => {
        const name = names.get(it.body.applicant)
        const award = shownAward(it, plans[at] !== undefined)
        return name === undefined ? award : { ...award, applicantName: name }
      })
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

async function applicantNames(documents: MoneyDeps['documents'], items: readonly StoredAward[]) {
  const ids = [...new Set(items.map((it) => it.body.applicant))]
  const found = await Promise.all(ids.map((it) => publicEnterprise(documents, it)))
  return new Map(ids.map((it, at) => [it, found[at]?.name]))
}

function listRoute(app: App, { documents }: MoneyDeps): void {
  app.get('/api/v1/policy/payments', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listPayments',
      summary: 'Instalments, what is due first at the head; to an enterprise its own',
      querystring: Type.Object({
        ...PageQuery,
        award: Type.Optional(PathId),
        state: Type.Optional(literals(PAYMENT_STATES)),
        enterprise: Type.Optional(EnterpriseId),
      }),
      response: {
        200: Type.Object({ items: Type.Array(PaymentReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE, award, state, enterprise } }) {
      const applicant = withinReach(moneyReach(caller), enterprise)
      const { items, next } = await documents.query(PAYMENTS, {
        where: {
          ...(applicant !== undefined && { applicant }),
          ...(award !== undefined && { award }),
          ...(state !== undefined && { state }),
        },
        order: { by: 'dueAt' },
        limit,
        ...(after !== undefined && { after }),
      })
      return {
        items: items.map((it) => shownPayment(caller, it)),
        ...(next !== undefined && { next }),
      }
    },
  })
}

const PlanWish = Type.Object(
  {
    key: KeyWish,
    instalments: Type.Array(
      Type.Object(
        {
          share: FractionSchema,
          dueAt: Type.Optional(TimeReply),
          condition: Type.Optional(WordSchema),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: INSTALMENTS_MAX },
    ),
  },
  { additionalProperties: false },
)

function planRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/awards/:award/payment-plan', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'planPayments',
      summary:
        'How an award is paid: shares that come to exactly 1, each with a day or a condition',
      params: Type.Object({ award: PathId }),
      body: PlanWish,
      response: { 201: Type.Object({ items: Type.Array(PaymentReply) }) },
    },
    async handler({ caller, params, body: { key, instalments } }, reply) {
      authorise(caller, 'policy.pay')
      const { award } = params
      const subject = await doOnce(deps, caller, {
        asked: { deed: 'plan-payments', key, asked: [award, instalments] },
        decide: (deed) => planPayments(deps, { award, wishes: instalments, deed }),
      })
      const { items } = await deps.documents.query(PAYMENTS, {
        where: { award: subject, state: 'planned' },
        order: { by: 'id' },
        limit: INSTALMENTS_MAX,
      })
      const shown = items.map((it) => shownPayment(caller, it))
      return reply.code(201).send({ items: shown.toSorted((a, b) => a.number - b.number) })
    },
  })
}

const ReferenceBody = Type.Object(
  { key: KeyWish, reference: ReferenceSchema },
  { additionalProperties: false },
)

type Wish = { readonly key: string; readonly reference?: string; readonly reason?: string }
type PaymentDeed = {
  readonly name: string
  readonly summary: string
  readonly body: TObject
  readonly decide: (payment: StoredPayment, wish: Wish, deed: Deed) => Promise<Done>
}

function deedRoutes(app: App, deps: MoneyDeps): void {
  for (const { name, summary, body, decide } of deedsOf(deps)) {
    app.post(`/api/v1/policy/payments/:payment/${name}`, {
      onRequest: unstored,
      schema: {
        tags,
        operationId: OPERATIONS[name] ?? name,
        summary,
        params: Type.Object({ payment: PathId }),
        body,
        response: { 200: PaymentReply },
      },
      async handler({ caller, params, body: sent }) {
        authorise(caller, 'policy.pay')
        const { payment } = params as { payment: string }
        const { key, ...asked } = sent as Wish
        const subject = await doOnce(deps, caller, {
          asked: { deed: name, key, asked: [payment, asked] },
          decide: async (deed) =>
            await decide(await readPayment(deps, payment), { key, ...asked }, deed),
        })
        return shownPayment(caller, await readPayment(deps, subject))
      },
    })
  }
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'meet-condition': 'meetPaymentCondition',
  order: 'orderPayment',
  'withdraw-order': 'withdrawPaymentOrder',
  confirm: 'confirmPayment',
  reverse: 'reversePayment',
}

function deedsOf(deps: MoneyDeps): readonly PaymentDeed[] {
  return [
    {
      name: 'meet-condition',
      summary: 'The condition of an instalment has come about, by a paper',
      body: ReferenceBody,
      decide: async (it, { reference = '' }, deed) => meetCondition(it, reference, deed),
    },
    {
      name: 'order',
      summary: 'Order an instalment to be paid',
      body: ReferenceBody,
      decide: (it, { reference = '' }, deed) => orderPayment(deps, it, { reference, deed }),
    },
    {
      name: 'withdraw-order',
      summary: 'Take back an order that is not confirmed yet',
      body: Type.Object({ key: KeyWish }, { additionalProperties: false }),
      decide: async (it) => withdrawOrder(it),
    },
    {
      name: 'confirm',
      summary: 'The money has gone; above the amount of the rule another person confirms it',
      body: ReferenceBody,
      decide: (it, { reference = '' }, deed) => confirmPayment(deps, it, { reference, deed }),
    },
    {
      name: 'reverse',
      summary: 'A payment was wrong or came back: contrary entries, and it stands to be paid again',
      body: Type.Object(
        { key: KeyWish, reference: ReferenceSchema, reason: WordSchema },
        { additionalProperties: false },
      ),
      decide: (it, { reference = '', reason = '' }, deed) =>
        reversePayment(deps, it, { reference, reason, deed }),
    },
  ]
}

function ruleRoutes(app: App, deps: MoneyDeps): void {
  const path = '/api/v1/policy/payment-rule'
  const response = { 200: RuleReply }
  const read = async (): Promise<Static<typeof RuleReply>> => {
    const rule = (await deps.documents.get(PAYMENT_RULE, RULE_ID))?.body
    if (rule === undefined) return {}
    return { aloneUpToFen: rule.aloneUpToFen, source: rule.source, at: formatTime(rule.at) }
  }
  app.get(path, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getPaymentRule',
      summary: 'Up to which amount one person may order and confirm a payment; none: never',
      response,
    },
    async handler({ caller }) {
      authorise(caller, 'policy.read')
      return await read()
    },
  })
  app.put(path, {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'setPaymentRule',
      summary: 'Say up to which amount one person may order and confirm a payment, by a paper',
      body: Type.Object(
        { key: KeyWish, aloneUpToFen: AmountSchema, source: ReferenceSchema },
        { additionalProperties: false },
      ),
      response,
    },
    async handler({ caller, body: { key, ...rule } }) {
      // not those who pay
      authorise(caller, 'policy.decide')
      await doOnce(deps, caller, {
        asked: { deed: 'set-payment-rule', key, asked: rule },
        decide: async ({ author, at }) => {
          const stored = await deps.documents.get(PAYMENT_RULE, RULE_ID)
          const put = { ...rule, by: author, at }
          const write =
            stored === undefined
              ? { collection: PAYMENT_RULE, id: RULE_ID, expected: 0, put }
              : changed(PAYMENT_RULE, stored, put)
          return { subject: RULE_ID, writes: [write] }
        },
      })
      return await read()
    },
  })
}

function shownPayment(caller: Caller, { id, body }: StoredPayment): Static<typeof PaymentReply> {
  const { dueAt, met, order, paid, reversals: _, condition, ...rest } = body
  return {
    id,
    ...rest,
    ...optionalTime('dueAt', dueAt),
    ...(condition !== undefined && { condition }),
    ...(met && { met: shownStamp(caller, met) }),
    ...(order && { order: shownStamp(caller, order) }),
    ...(paid && { paid: shownStamp(caller, paid) }),
  }
}

function shownAward({ id, body }: StoredAward, isPlanned: boolean): Static<typeof AwardReply> {
  const { applicant, measure, budget, year, amountFen, paidFen, recoveredFen, state } = body
  return {
    ...{ id, applicant, measure, year, amountFen, paidFen, recoveredFen, state, isPlanned },
    decidedAt: formatTime(body.decidedAt),
    ...(budget !== undefined && { budget }),
  }
}
