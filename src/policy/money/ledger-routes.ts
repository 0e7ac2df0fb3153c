import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { formatTime, PageQuery, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import type { DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { AmountSchema, readAmount } from '../../kernel/quotas/amount.ts'
import { checkLedger } from '../../kernel/quotas/check-ledger.ts'
import {
  ACCOUNTS,
  ENTRY_KINDS,
  LEDGER_ENTRIES,
  LEDGERS,
  type Ledger,
  type LedgerEntry,
} from '../../kernel/quotas/collections.ts'
import { ledgerId, openLedger, planLedger } from '../../kernel/quotas/ledger.ts'
import { csvLine } from '../../lib/csv-cell.ts'
import type { App } from '../../lib/http.ts'
import { FEN } from '../desk/refusal-text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { LEDGER_REASONS, ReferenceSchema, WordSchema } from './collections.ts'
import {
  type Deed,
  doOnce,
  KeyWish,
  ledgerNameOf,
  type MoneyDeps,
  notThere,
  PathId,
  requirePlanned,
  wrongField,
} from './deeds.ts'
import { positiveFen } from './instalments.ts'

const tags = ['policy']
const Params = Type.Object({ ledger: PathId })
const NAME = /^budget:(.+):(\d{4})$/
const PAGE = 100
const EXPORT_ENTRIES_MAX = 100_000
/** What is set right, and by which kind of entry. */
const BOOKED = ['appropriation', 'withdrawal'] as const

const BudgetText = Type.Object({ en: Type.String(), zh: Type.String() })

const LedgerReply = Type.Object({
  id: Type.String(),
  budget: Type.String(),
  year: Type.Integer(),
  balancesFen: Type.Object({
    source: AmountSchema,
    available: AmountSchema,
    committed: AmountSchema,
    paid: AmountSchema,
  }),
  entries: Type.Integer(),
})

const EntryReply = Type.Object({
  number: Type.Integer(),
  key: Type.String(),
  kind: literals(ENTRY_KINDS),
  debit: literals(ACCOUNTS),
  credit: literals(ACCOUNTS),
  amountFen: AmountSchema,
  at: TimeReply,
  matter: Type.Optional(Type.String({ description: 'The award or voucher it is about' })),
  reference: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  corrects: Type.Optional(Type.String({ description: 'Key of the entry it sets right' })),
})

/** The ledgers of the budgets, in double entry. */
export function ledgerRoutes(app: App, deps: MoneyDeps): void {
  listRoute(app, deps)
  openRoute(app, deps)
  readRoute(app, deps)
  entriesRoute(app, deps)
  exportRoute(app, deps)
  bookRoute(app, deps)
  checkRoute(app, deps)
}

function listRoute(app: App, { documents, rules }: MoneyDeps): void {
  app.get('/api/v1/policy/ledgers', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listLedgers',
      summary: 'Ledgers of the budgets with their balances in fen, and the budgets there are',
      querystring: Type.Object(PageQuery),
      response: {
        200: Type.Object({
          items: Type.Array(LedgerReply),
          next: Type.Optional(Type.String()),
          budgets: Type.Array(
            Type.Object({
              id: Type.String(),
              title: BudgetText,
              paper: Type.Object(BudgetText.properties, {
                description: 'The paper that gives it, and where in it',
              }),
            }),
          ),
        }),
      },
    },
    async handler({ caller, query: { after, limit = PAGE } }) {
      authorise(caller, 'policy.read')
      const where = { id: { startsWith: 'budget:' } }
      const wanted = { where, limit, ...(after !== undefined && { after }) }
      const { items, next } = await documents.query(LEDGERS, wanted)
      const told = { items: items.map(shownLedger), budgets: budgetsOf(await rules.open()) }
      return { ...told, ...(next !== undefined && { next }) }
    },
  })
}

type Words = Static<typeof BudgetText>
type Named = { readonly name: Words }
type Budget = {
  readonly id: string
  readonly title: Words
  readonly document: string
  readonly place: string
}

/** The budgets of the regions, with the paper and the place in it that give them. */
function budgetsOf({ packs }: OpenRules) {
  const found = packs.flatMap((pack) =>
    pack.own('budgets').map(({ value }) => {
      const { id, title, document, place } = value as Budget
      const paper = (pack.find('documents', document)?.value as Named | undefined)?.name
      const { en, zh } = paper ?? { en: document, zh: document }
      return { id, title, paper: { en: `${en}, ${place}`, zh: `${zh}${place}` } }
    }),
  )
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function openRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/ledgers', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'openLedger',
      summary: 'Open the ledger of a budget for a year, with nothing in it',
      body: Type.Object(
        {
          key: KeyWish,
          budget: Type.String({ minLength: 1, maxLength: 200 }),
          year: Type.Integer({ minimum: 1900, maximum: 9999 }),
        },
        { additionalProperties: false },
      ),
      response: { 201: LedgerReply },
    },
    async handler({ caller, body: { key, budget, year } }, reply) {
      authorise(caller, 'policy.pay')
      const { budgets } = (await deps.rules.open()).rules
      if (!budgets.has(budget)) {
        throw wrongField('/budget', {
          en: 'No region has such a budget',
          zh: '各地区规则中没有该预算',
        })
      }
      const name = ledgerNameOf(budget, year)
      const asked = { deed: 'open-ledger', key, asked: name }
      const id = await doOnce(deps, caller, {
        asked,
        decide: async () => {
          const known = await deps.documents.get(LEDGERS, name)
          const writes = known === undefined ? [openLedger(name, FEN)] : []
          return { subject: name, writes }
        },
      })
      return reply.code(201).send(shownLedger(await readLedger(deps, id)))
    },
  })
}

function readRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/ledgers/:ledger', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'getLedger',
      summary: 'The balances of one ledger, in fen',
      params: Params,
      response: { 200: LedgerReply },
    },
    async handler({ caller, params }) {
      authorise(caller, 'policy.read')
      return shownLedger(await readLedger(deps, params.ledger))
    },
  })
}

function entriesRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/ledgers/:ledger/entries', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listLedgerEntries',
      summary: 'Entries of a ledger, the newest first',
      params: Params,
      querystring: Type.Object({
        ...PageQuery,
        matter: Type.Optional(PathId),
      }),
      response: {
        200: Type.Object({ items: Type.Array(EntryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, params, query: { after, limit = PAGE, matter } }) {
      authorise(caller, 'policy.read')
      const ledger = (await readLedger(deps, params.ledger)).id
      const { items, next } = await deps.documents.query(LEDGER_ENTRIES, {
        where: { ledger, ...(matter !== undefined && { matter }) },
        order: { by: 'number', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const shown = await Promise.all(items.map((it) => shownEntry(deps, it)))
      return { items: shown, ...(next !== undefined && { next }) }
    },
  })
}

function exportRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/ledgers/:ledger/export', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'exportLedger',
      summary: `Every entry of a ledger as CSV, in order; at most ${EXPORT_ENTRIES_MAX}`,
      params: Params,
    },
    async handler({ caller, params }, reply) {
      authorise(caller, 'policy.read')
      const { id } = await readLedger(deps, params.ledger)
      const lines = [csvLine(HEADINGS)]
      const query = { where: { ledger: id }, order: { by: 'number' } }
      for await (const entry of walkDocuments(deps.documents, LEDGER_ENTRIES, query)) {
        const it = await shownEntry(deps, entry)
        lines.push(csvLine(HEADINGS.map((name) => it[name])))
        if (lines.length > EXPORT_ENTRIES_MAX) break
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id.replaceAll(/\W/g, '-')}.csv"`)
        .send(`\uFEFF${lines.join('')}`)
    },
  })
}

const HEADINGS = [
  'number',
  'at',
  'kind',
  'debit',
  'credit',
  'amountFen',
  'matter',
  'reference',
  'reason',
  'corrects',
  'key',
] as const

const BookWish = Type.Object(
  {
    key: KeyWish,
    kind: literals(BOOKED),
    amountFen: AmountSchema,
    reference: ReferenceSchema,
    reason: Type.Optional(WordSchema),
    corrects: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Number of the entry that this sets right' }),
    ),
  },
  { additionalProperties: false },
)

function bookRoute(app: App, deps: MoneyDeps): void {
  app.post('/api/v1/policy/ledgers/:ledger/entries', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'bookLedgerEntry',
      summary: 'Book an appropriation or a withdrawal; what was wrong is set right by its contrary',
      description:
        'Nothing is edited. A correction names the entry it sets right, is of the contrary kind and no larger, and has a reason. Commitments are made by decisions, payments and returns by their own routes.',
      params: Params,
      body: BookWish,
      response: { 201: LedgerReply },
    },
    async handler({ caller, params, body }, reply) {
      authorise(caller, 'policy.pay')
      const { id: ledger } = await readLedger(deps, params.ledger)
      const { key, ...asked } = body
      await doOnce(deps, caller, {
        asked: { deed: 'book-entry', key, asked: [ledger, asked] },
        decide: async (deed) => ({
          subject: ledger,
          writes: await booked(deps, { ledger, body, deed }),
        }),
      })
      return reply.code(201).send(shownLedger(await readLedger(deps, ledger)))
    },
  })
}

type Booking = {
  readonly ledger: string
  readonly body: Static<typeof BookWish>
  readonly deed: Deed
}

async function booked(
  { documents }: Pick<MoneyDeps, 'documents'>,
  { ledger, body, deed: { author, at, id } }: Booking,
): Promise<readonly DocumentWrite[]> {
  const { kind, reference, reason } = body
  const amount = positiveFen(body.amountFen, '/amountFen')
  const wrong = body.corrects === undefined ? undefined : await entryOf(body.corrects)
  if (wrong !== undefined) judgeCorrection(wrong, { kind, amount, reason })
  const posting = { kind, key: id, amount, reference }
  const planned = requirePlanned(await planLedger(documents, ledger, [posting], at))
  const told = {
    ledger,
    by: author,
    ...(reason !== undefined && { reason }),
    ...(wrong !== undefined && { corrects: wrong.key }),
  }
  return [
    ...planned,
    { collection: LEDGER_REASONS, id: ledgerId(ledger, id), expected: 0, put: told },
  ]

  async function entryOf(number: number): Promise<LedgerEntry> {
    const { items } = await documents.query(LEDGER_ENTRIES, { where: { ledger, number }, limit: 1 })
    if (items[0] !== undefined) return items[0].body
    throw wrongField('/corrects', { en: 'There is no such entry', zh: '没有该分录' })
  }
}

function judgeCorrection(
  wrong: LedgerEntry,
  by: { readonly kind: string; readonly amount: bigint; readonly reason: string | undefined },
): void {
  const isContrary = wrong.kind !== by.kind && BOOKED.some((it) => it === wrong.kind)
  if (!isContrary || by.amount > readAmount(wrong.amount)) {
    throw wrongField('/corrects', {
      en: 'An appropriation is set right by a withdrawal of no more than it, and the other way round',
      zh: '拨入以不超过其金额的收回更正，收回以不超过其金额的拨入更正',
    })
  }
  if (by.reason !== undefined) return
  throw wrongField('/reason', { en: 'Say why it was wrong', zh: '请说明更正原因' })
}

function checkRoute(app: App, deps: MoneyDeps): void {
  app.get('/api/v1/policy/ledgers/:ledger/check', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'checkLedger',
      summary: 'Prove the balances of a ledger by its entries alone; no fault: all agrees',
      params: Params,
      response: {
        200: Type.Object({
          faults: Type.Array(
            Type.Object({
              code: Type.String(),
              number: Type.Optional(Type.Integer()),
              account: Type.Optional(literals(ACCOUNTS)),
              matter: Type.Optional(Type.String()),
            }),
          ),
        }),
      },
    },
    async handler({ caller, params }) {
      authorise(caller, 'policy.read')
      const { id } = await readLedger(deps, params.ledger)
      return { faults: [...(await checkLedger(deps.documents, id))] }
    },
  })
}

async function readLedger(
  { documents }: Pick<MoneyDeps, 'documents'>,
  id: string,
): Promise<Stored<Ledger>> {
  const stored = NAME.test(id) ? await documents.get(LEDGERS, id) : undefined
  if (stored === undefined) throw notThere()
  return stored
}

function shownLedger({ id, body }: Stored<Ledger>): Static<typeof LedgerReply> {
  const [, budget = '', year = ''] = NAME.exec(id) ?? []
  return { id, budget, year: Number(year), balancesFen: body.balances, entries: body.entries }
}

async function shownEntry(
  { documents }: Pick<MoneyDeps, 'documents'>,
  { id, body }: Stored<LedgerEntry>,
): Promise<Static<typeof EntryReply>> {
  const { number, key, kind, debit, credit, amount, at, matter, reference } = body
  const told = (await documents.get(LEDGER_REASONS, id))?.body
  return {
    ...{ number, key, kind, debit, credit, amountFen: amount, at: formatTime(at) },
    ...(matter !== undefined && { matter }),
    ...(reference !== undefined && { reference }),
    ...(told?.reason !== undefined && { reason: told.reason }),
    ...(told?.corrects !== undefined && { corrects: told.corrects }),
  }
}
