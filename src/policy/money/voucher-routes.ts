import { randomBytes } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise, type Caller, mayDo, requireReach } from '../../kernel/access/permissions.ts'
import {
  EnterpriseId,
  formatTime,
  PageQuery,
  TimeReply,
  unstored,
} from '../../kernel/access/route-parts.ts'
import { publicEnterprise } from '../../kernel/parties/enterprise.ts'
import { AmountSchema } from '../../kernel/quotas/amount.ts'
import { QUOTAS } from '../../kernel/quotas/collections.ts'
import { takenOf } from '../../kernel/quotas/moves.ts'
import type { App } from '../../lib/http.ts'
import {
  Code,
  FractionSchema,
  PROVIDERS_MAX,
  ReferenceSchema,
  SERIES_STATES,
  TitleSchema,
  UNDO_NEXTS,
  VOUCHER_SERIES,
  VOUCHER_STATES,
  VOUCHERS,
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
import { isDesk, StampReply, shownStamp } from './shown.ts'
import { VOUCHER_RANDOM_BYTES } from './voucher-code.ts'
import {
  answerClaim,
  claimVoucher,
  closeSeries,
  issueVoucher,
  openSeries,
  payVoucher,
  placesOf,
  readSeries,
  readVoucher,
  type StoredSeries,
  type StoredVoucher,
} from './vouchers.ts'

const tags = ['policy']
const PAGE = 100
const Params = Type.Object({ voucher: PathId })
const SeriesParams = Type.Object({ series: PathId })

const SeriesBody = {
  title: TitleSchema,
  measure: Code,
  ledger: PathId,
  reference: ReferenceSchema,
  faceFen: AmountSchema,
  share: FractionSchema,
  count: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  perEnterpriseMax: Type.Integer({ minimum: 1, maximum: 1_000 }),
  validFrom: TimeReply,
  validUntil: TimeReply,
}
const SeriesLists = {
  regions: Type.Array(Type.String({ pattern: '^\\d{2,6}$' }), { maxItems: 50 }),
  sectors: Type.Array(Type.String({ pattern: '^\\d{2,4}$' }), { maxItems: 50 }),
  providers: Type.Array(EnterpriseId, { maxItems: PROVIDERS_MAX, uniqueItems: true }),
}

const SeriesReply = Type.Object({
  id: Type.String(),
  ...SeriesBody,
  ...SeriesLists,
  state: literals(SERIES_STATES),
  left: Type.Integer({ description: 'How many are left' }),
})

export const VoucherReply = Type.Object({
  id: Type.String(),
  series: Type.String(),
  holder: Type.String(),
  holderName: Type.Optional(Type.String()),
  faceFen: AmountSchema,
  validUntil: TimeReply,
  state: literals(VOUCHER_STATES),
  code: Type.Optional(Type.String({ description: 'Told to its holder alone' })),
  claim: Type.Optional(
    Type.Object({
      ...StampReply.properties,
      provider: Type.String(),
      providerName: Type.Optional(Type.String()),
      invoice: Type.String(),
      invoiceFen: AmountSchema,
      amountFen: AmountSchema,
    }),
  ),
  refusal: Type.Optional(Type.Object({ ...StampReply.properties, reason: Type.String() })),
  confirmed: Type.Optional(StampReply),
  paid: Type.Optional(StampReply),
  undoing: Type.Optional(
    Type.Object(
      { ...StampReply.properties, reason: Type.String(), next: literals(UNDO_NEXTS) },
      { description: 'Its payment is said to be a mistake, until another person settles that' },
    ),
  ),
})

/** Vouchers: issued, held, claimed by a provider, confirmed by the holder, paid. */
export function voucherRoutes(app: App, deps: MoneyDeps): void {
  listSeriesRoute(app, deps)
  openSeriesRoute(app, deps)
  closeSeriesRoute(app, deps)
  issueRoute(app, deps)
  listRoute(app, deps)
  claimRoute(app, deps)
  answerRoute(app, deps)
  payRoute(app, deps)
}

function listSeriesRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/voucher-series', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listVoucherSeries',
      summary: 'Vouchers there are: what they are worth, for whom, with whom, how many are left',
      querystring: Type.Object({ ...PageQuery, state: Type.Optional(literals(SERIES_STATES)) }),
      response: {
        200: Type.Object({ items: Type.Array(SeriesReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE, state } }) {
      if (!isDesk(caller)) requireReach(caller, 'applications.read')
      const { items, next } = await deps.documents.query(VOUCHER_SERIES, {
        where: { ...(state !== undefined && { state }) },
        order: { by: 'validUntil', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const shown = await Promise.all(items.map((it) => shownSeries(deps, it)))
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

function openSeriesRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/voucher-series', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'openVoucherSeries',
      summary: 'Open a series of vouchers on a budget, by a paper',
      body: Type.Object(
        {
          key: KeyWish,
          ...SeriesBody,
          regions: Type.Optional(SeriesLists.regions),
          sectors: Type.Optional(SeriesLists.sectors),
          providers: Type.Optional(SeriesLists.providers),
        },
        { additionalProperties: false },
      ),
      response: { 201: SeriesReply },
    },
    async handler({ caller, body: { key, ...wish } }, reply) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'open-voucher-series', key, asked: wish },
        decide: (deed) => openSeries(deps, { wish, deed }),
      })
      return reply.code(201).send(await shownSeries(deps, await readSeries(deps, id)))
    },
  })
}

function closeSeriesRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/voucher-series/:series/close', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'closeVoucherSeries',
      summary: 'Issue no more of a series; what is held stays good',
      params: SeriesParams,
      body: Type.Object({ key: KeyWish }, { additionalProperties: false }),
      response: { 200: SeriesReply },
    },
    async handler({ caller, params: { series }, body: { key } }) {
      authorise(caller, 'policy.review')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'close-voucher-series', key, asked: series },
        decide: async () => closeSeries(await readSeries(deps, series)),
      })
      return await shownSeries(deps, await readSeries(deps, id))
    },
  })
}

function issueRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/voucher-series/:series/vouchers', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'issueVoucher',
      summary: 'A voucher for an enterprise: taken by itself, or issued to it by the desk',
      params: SeriesParams,
      body: Type.Object(
        { key: KeyWish, enterprise: EnterpriseId },
        { additionalProperties: false },
      ),
      response: { 201: VoucherReply },
    },
    async handler({ caller, params: { series }, body: { key, enterprise } }, reply) {
      if (!mayDo(caller, 'policy.review')) authoriseOwner(caller, enterprise)
      const id = await doOnce(deps, caller, {
        asked: { deed: 'issue-voucher', key, asked: [series, enterprise] },
        decide: async (deed) => {
          const chance = randomBytes(VOUCHER_RANDOM_BYTES)
          const stored = await readSeries(deps, series)
          return await issueVoucher(deps, stored, { enterprise, deed, chance })
        },
      })
      return reply.code(201).send(await toldVoucher(deps, caller, await readVoucher(deps, id)))
    },
  })
}

function listRoute(app: App, { documents }: MoneyDeps): void {
  app.get('/api/v1/policy/vouchers', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listVouchers',
      summary: 'Vouchers: to an enterprise those it holds, or those it is to be paid by',
      querystring: Type.Object({
        ...PageQuery,
        as: Type.Optional(literals(['holder', 'provider'])),
        enterprise: Type.Optional(EnterpriseId),
        series: Type.Optional(PathId),
        state: Type.Optional(literals(VOUCHER_STATES)),
      }),
      response: {
        200: Type.Object({ items: Type.Array(VoucherReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const { after, limit = PAGE, as = 'holder', enterprise, series, state } = query
      const whose = withinReach(moneyReach(caller), enterprise)
      const { items, next } = await documents.query(VOUCHERS, {
        where: {
          ...(whose !== undefined && { [as]: whose }),
          ...(series !== undefined && { series }),
          ...(state !== undefined && { state }),
        },
        order: { by: 'validUntil' },
        limit,
        ...(after !== undefined && { after }),
      })
      const shown = await Promise.all(items.map((it) => toldVoucher({ documents }, caller, it)))
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

function claimRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/vouchers/claim', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'claimVoucher',
      summary: 'A provider asks to be paid by the voucher of this code, for an invoice',
      body: Type.Object(
        {
          key: KeyWish,
          provider: EnterpriseId,
          code: Type.String({ minLength: 1, maxLength: 60 }),
          invoice: Type.String({ minLength: 1, maxLength: 60 }),
          invoiceFen: AmountSchema,
        },
        { additionalProperties: false },
      ),
      response: { 200: VoucherReply },
    },
    async handler({ caller, body: { key, ...wish } }) {
      authoriseOwner(caller, wish.provider)
      const id = await doOnce(deps, caller, {
        asked: { deed: 'claim-voucher', key, asked: wish },
        decide: (deed) => claimVoucher(deps, { wish, deed }),
      })
      return await toldVoucher(deps, caller, await readVoucher(deps, id))
    },
  })
}

function answerRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/vouchers/:voucher/answer', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'answerVoucherClaim',
      summary: 'The holder says whether the service was had; if not, the voucher is theirs again',
      params: Params,
      body: Type.Object(
        { key: KeyWish, isRight: Type.Boolean(), reason: Type.Optional(WordSchema) },
        { additionalProperties: false },
      ),
      response: { 200: VoucherReply },
    },
    async handler({ caller, params: { voucher }, body: { key, isRight, reason } }) {
      authoriseOwner(caller, (await readVoucher(deps, voucher)).body.holder)
      const id = await doOnce(deps, caller, {
        asked: { deed: 'answer-voucher', key, asked: [voucher, isRight, reason] },
        decide: async (deed) =>
          answerClaim(await readVoucher(deps, voucher), { isRight, reason, deed }),
      })
      return await toldVoucher(deps, caller, await readVoucher(deps, id))
    },
  })
}

function payRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/vouchers/:voucher/pay', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'payVoucher',
      summary:
        'The provider is paid; what the voucher was worth beyond that goes back to the budget',
      params: Params,
      body: Type.Object(
        { key: KeyWish, reference: ReferenceSchema },
        { additionalProperties: false },
      ),
      response: { 200: VoucherReply },
    },
    async handler({ caller, params: { voucher }, body: { key, reference } }) {
      authorise(caller, 'policy.pay')
      const id = await doOnce(deps, caller, {
        asked: { deed: 'pay-voucher', key, asked: [voucher, reference] },
        decide: async (deed) =>
          payVoucher(deps, await readVoucher(deps, voucher), { reference, deed }),
      })
      return await toldVoucher(deps, caller, await readVoucher(deps, id))
    },
  })
}

async function shownSeries(
  { documents }: Pick<MoneyDeps, 'documents'>,
  { id, body }: StoredSeries,
): Promise<Static<typeof SeriesReply>> {
  const quota = await documents.get(QUOTAS, placesOf(id))
  const taken = quota === undefined ? 0 : Number(takenOf(quota.body))
  const { validFrom, validUntil, ...rest } = body
  return {
    id,
    ...rest,
    validFrom: formatTime(validFrom),
    validUntil: formatTime(validUntil),
    left: body.count - taken,
  }
}

/** With the names of both sides: they do business, and neither may look the other up. */
export async function toldVoucher(
  { documents }: Pick<MoneyDeps, 'documents'>,
  caller: Caller,
  voucher: StoredVoucher,
): Promise<Static<typeof VoucherReply>> {
  const { claim, ...shown } = shownVoucher(caller, voucher)
  const holderName = (await publicEnterprise(documents, shown.holder))?.name
  const providerName = claim && (await publicEnterprise(documents, claim.provider))?.name
  return {
    ...shown,
    ...(holderName !== undefined && { holderName }),
    ...(claim && { claim: { ...claim, ...(providerName !== undefined && { providerName }) } }),
  }
}

/** The code is its holder's: neither the desk nor a provider learns it here. */
function shownVoucher(caller: Caller, { id, body }: StoredVoucher): Static<typeof VoucherReply> {
  const { series, holder, faceFen, validUntil, state, claim, refusal, confirmed, paid } = body
  const { undoing } = body
  const isHolder =
    caller.kind === 'user'
      ? caller.memberships.some((it) => it.enterprise === holder)
      : caller.kind === 'key' && caller.enterprise === holder
  return {
    ...{ id, series, holder, faceFen, state, validUntil: formatTime(validUntil) },
    ...(isHolder && { code: body.code }),
    ...(claim && { claim: shownClaim(caller, claim) }),
    ...(refusal && { refusal: { ...shownStamp(caller, refusal), reason: refusal.reason } }),
    ...(confirmed && { confirmed: shownStamp(caller, confirmed) }),
    ...(paid && { paid: shownStamp(caller, paid) }),
    ...(undoing &&
      isDesk(caller) && {
        undoing: {
          ...shownStamp(caller, undoing),
          ...{ reason: undoing.reason, next: undoing.next },
        },
      }),
  }
}

function shownClaim(
  caller: Caller,
  claim: NonNullable<StoredVoucher['body']['claim']>,
): NonNullable<Static<typeof VoucherReply>['claim']> {
  const { provider, invoice, invoiceFen, amountFen } = claim
  return { ...shownStamp(caller, claim), provider, invoice, invoiceFen, amountFen }
}
