import { pino } from 'pino'
import { handleKeyRoutes } from '../../src/identifiers/authority/key-routes.ts'
import { HandleKeyUses } from '../../src/identifiers/authority/key-uses.ts'
import { namespaceRoutes } from '../../src/identifiers/namespaces/routes.ts'
import { openPrefixBook, type PrefixBook } from '../../src/identifiers/prefixes/book.ts'
import { configureNode } from '../../src/identifiers/prefixes/node-settings.ts'
import { prefixRoutes } from '../../src/identifiers/prefixes/routes.ts'
import { protectedReads } from '../../src/identifiers/registration/protected-reads.ts'
import { Registry } from '../../src/identifiers/registration/registry.ts'
import {
  identifierRoutes,
  type RegistrationDeps,
} from '../../src/identifiers/registration/routes.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import type { RecordStore } from '../../src/identifiers/store/store.ts'
import { templateRoutes } from '../../src/identifiers/templates/routes.ts'
import { TemplateShelf } from '../../src/identifiers/templates/shelf.ts'
import { ANONYMOUS, type Caller } from '../../src/kernel/access/permissions.ts'
import { ReadTally } from '../../src/kernel/access/read-tally.ts'
import type { Documents } from '../../src/kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'
import type { Evidence } from '../../src/kernel/evidence/evidence.ts'
import type { App } from '../../src/lib/http.ts'
import { openHttp } from '../../src/server/http.ts'
import { problemReplies } from '../../src/server/problems.ts'

/** Who asks, by the name in the header `x-as`. */
export const CALLERS: Readonly<Record<string, Caller>> = {
  operator: { kind: 'user', id: 'u-op', name: 'op', nodeRoles: ['operator'], memberships: [] },
  auditor: { kind: 'user', id: 'u-aud', name: 'aud', nodeRoles: ['auditor'], memberships: [] },
  ann: member('ann', 'A', 'administrator'),
  abe: member('abe', 'A', 'member'),
  bob: member('bob', 'B', 'administrator'),
  writer: { kind: 'key', id: 'k-write', enterprise: 'A', scopes: ['identifiers.write'] },
}

function member(name: string, enterprise: string, role: 'administrator' | 'member'): Caller {
  return { kind: 'user', id: `u-${name}`, name, nodeRoles: [], memberships: [{ enterprise, role }] }
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
  readonly body: any
}

export type Ask = (
  as: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  options?: { readonly body?: unknown; readonly headers?: Record<string, string> },
) => Promise<Answer>

export type World = AsyncDisposable & {
  readonly documents: Documents
  readonly store: RecordStore
  readonly book: PrefixBook
  readonly clock: { now: number }
  readonly keyUses: HandleKeyUses
  readonly app: App
  readonly ask: Ask
}

type More = Partial<Pick<RegistrationDeps, 'search' | 'documents' | 'store'>> & {
  readonly evidence?: Pick<Evidence, 'about'>
}

/** A node 88.100 in memory with the identifier rooms' routes; time stands still unless `clock.now` is moved. */
export async function openIdentifierWorld(more: More = {}): Promise<World> {
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) }
  const read = () => clock.now
  const documents = more.documents ?? (await openMemoryDocuments({ clock: read }))
  const store = more.store ?? openMemoryStore()
  await documents.commit(configureNode({ nodePrefix: '88.100', name: 'Test' }, clock.now), {
    author: { kind: 'system', id: 'setup' },
  })
  const book = await openPrefixBook({ documents, pollMs: 0 })
  const shelf = new TemplateShelf(documents, book)
  const registry = new Registry({ documents, store, book, shelf, clock: read })
  const { app } = openHttp({
    log: pino({ level: 'error' }, pino.destination(2)),
    trustedProxies: [],
  })
  problemReplies(app)
  app.decorateRequest<Caller | null>('caller', null)
  app.addHook('onRequest', async (request) => {
    request.caller = CALLERS[String(request.headers['x-as'])] ?? ANONYMOUS
  })
  const isAdmitted = async (enterprise: string) => ['A', 'B', 'C'].includes(enterprise)
  prefixRoutes(app, {
    ...{ documents, store, book, clock: read, isAdmitted },
    evidence: more.evidence ?? { about: async () => [] },
    enterpriseName: async (id) => `${id} Ltd`,
  })
  const keyUses = new HandleKeyUses(documents, read)
  await keyUses.flush()
  handleKeyRoutes(app, { registry, store, book, uses: keyUses })
  namespaceRoutes(app, { registry, store, book })
  templateRoutes(app, { documents, book })
  identifierRoutes(app, {
    ...{ ...more, store, documents, book, registry, clock: read },
    protectedReads: protectedReads({ reads: new ReadTally(documents, read), book }),
  })
  await app.ready()
  return {
    documents,
    store,
    book,
    clock,
    keyUses,
    app,
    ask: asker(app),
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await book[Symbol.asyncDispose]()
    },
  }
}

function asker(app: App): Ask {
  return async (as, method, url, { body, headers = {} } = {}) => {
    const reply = await app.inject({
      method,
      url,
      headers: { 'x-as': as, ...headers },
      ...(body !== undefined && { payload: body as object }),
    })
    const isJson = String(reply.headers['content-type'] ?? '').includes('json')
    return {
      status: reply.statusCode,
      headers: reply.headers,
      body: isJson && reply.body !== '' ? JSON.parse(reply.body) : reply.body,
    }
  }
}

/** Does what must succeed for a test to begin, and answers the body. */
export async function must(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body
}

export function label(en: string, zh = en): { en: string; zh: string } {
  return { en, zh }
}

/** A, B with 88.100.1 and 88.100.2, and A's published template `product`. */
export async function furnish({ ask }: World): Promise<void> {
  await must(ask('operator', 'POST', '/api/v1/prefixes', { body: { enterprise: 'A' } }))
  await must(ask('operator', 'POST', '/api/v1/prefixes', { body: { enterprise: 'B' } }))
  await must(ask('ann', 'POST', '/api/v1/templates', { body: PRODUCT }))
  await must(ask('ann', 'POST', '/api/v1/templates/88.100.1/product/1/publish'))
}

export const PRODUCT = {
  prefix: '88.100.1',
  name: 'product',
  label: label('Product', '产品'),
  fields: [
    { name: 'name', type: 'text', label: label('Name', '名称'), required: true },
    { name: 'page', type: 'url', label: label('Page', '网页') },
    { name: 'serial', type: 'text', label: label('Serial', '序列号'), unique: true },
    { name: 'weight', type: 'number', label: label('Weight', '重量'), unit: 'kg', minimum: 0 },
    { name: 'cost', type: 'number', label: label('Cost', '成本'), public: false },
    { name: 'tags', type: 'list', label: label('Tags', '标签') },
  ],
} as const
