import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { exportRoutes } from '../../src/identifiers/imports/export-routes.ts'
import { ImportThreads } from '../../src/identifiers/imports/import-threads.ts'
import { Imports } from '../../src/identifiers/imports/imports.ts'
import { importRoutes } from '../../src/identifiers/imports/routes.ts'
import type { ImportPlace } from '../../src/identifiers/imports/run.ts'
import { openPrefixBook } from '../../src/identifiers/prefixes/book.ts'
import { configureNode } from '../../src/identifiers/prefixes/node-settings.ts'
import { prefixRoutes } from '../../src/identifiers/prefixes/routes.ts'
import { protectedReads } from '../../src/identifiers/registration/protected-reads.ts'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import type { RecordStore } from '../../src/identifiers/store/store.ts'
import { templateRoutes } from '../../src/identifiers/templates/routes.ts'
import { TemplateShelf } from '../../src/identifiers/templates/shelf.ts'
import { ANONYMOUS, type Caller } from '../../src/kernel/access/permissions.ts'
import { ReadTally } from '../../src/kernel/access/read-tally.ts'
import type { Documents } from '../../src/kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { readHandleJson } from '../../src/protocols/handle/record-json.ts'
import { openHttp } from '../../src/server/http.ts'
import { problemReplies } from '../../src/server/problems.ts'
import { CALLERS, PRODUCT } from './identifier-world.ts'

export type ImportWorld = AsyncDisposable & {
  readonly url: string
  readonly store: RecordStore
  readonly documents: Documents
  readonly imports: Imports
  readonly folder: string
  call(as: string, method: string, path: string, body?: unknown): Promise<Response>
}

/**
 * A listening node with imports and exports, prefixes 88.100.1 of A and 88.100.2 of B, and A's template `product`.
 * `folder`: kept, with its own LMDB store and SQLite documents, and imports on a thread; else all is in memory.
 */
export async function openImportWorld(
  folder?: string,
  port = 0,
  uploadBytesMax = 10 ** 9,
): Promise<ImportWorld> {
  await using stack = new AsyncDisposableStack()
  const clock = Date.now
  const path = folder ?? (await mkdtemp(join(tmpdir(), 'waymark-import-')))
  if (folder === undefined) stack.defer(() => rm(path, { recursive: true, force: true }))
  const storePath = join(path, 'store')
  const store = stack.use(
    folder === undefined ? openMemoryStore() : await openLmdbStore({ path: storePath }),
  )
  const documents = stack.use(
    folder === undefined
      ? await openMemoryDocuments({ clock })
      : await openSqliteDocuments({ path: join(path, 'documents.sqlite'), clock }),
  )
  const system = { author: { kind: 'system', id: 'setup' } } as const
  const isNew = (await documents.changes(0, 1)).length === 0
  if (isNew)
    await documents.commit(configureNode({ nodePrefix: '88.100', name: 'T' }, clock()), system)
  const book = stack.use(await openPrefixBook({ documents, pollMs: 0 }))
  const shelf = new TemplateShelf(documents, book)
  const { app } = openHttp({
    log: pino({ level: 'error' }, pino.destination(2)),
    trustedProxies: [],
  })
  problemReplies(app)
  app.decorateRequest<Caller | null>('caller', null)
  app.addHook('onRequest', async (request) => {
    const { authorization, 'x-as': as } = request.headers
    request.caller = CALLERS[authorization?.slice('Bearer '.length) ?? String(as)] ?? ANONYMOUS
  })
  prefixRoutes(app, {
    ...{ documents, store, book, clock },
    isAdmitted: async () => true,
    evidence: { about: async () => [] },
    enterpriseName: async () => undefined,
  })
  templateRoutes(app, { documents, book })
  const place: ImportPlace =
    folder === undefined
      ? { kind: 'here', store, readHandleJson }
      : {
          kind: 'thread',
          threads: stack.use(
            new ImportThreads({
              entry: new URL('./import-thread.ts', import.meta.url),
              storeOptions: { path: storePath },
            }),
          ),
        }
  const onError = (error: unknown) => console.error('import world:', error)
  const parts = { documents, place, book, shelf, folder: join(path, 'imports'), clock, onError }
  const imports = stack.use(new Imports({ ...parts, uploadBytesMax }))
  importRoutes(app, { documents, imports })
  const reads = stack.use(new ReadTally(documents, clock))
  exportRoutes(app, {
    store,
    documents,
    book,
    shelf,
    protectedReads: protectedReads({ reads, book }),
  })
  await app.listen({ host: '127.0.0.1', port })
  stack.defer(() => app.close())
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const call = caller(url)
  if (isNew) await furnish(call)
  const owned = stack.move()
  return {
    url,
    store,
    documents,
    imports,
    folder: path,
    call,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function caller(url: string): ImportWorld['call'] {
  return (as, method, path, body) => {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    return fetch(url + path, {
      method,
      headers: {
        'x-as': as,
        accept: 'application/x-ndjson, application/json',
        ...(isRaw ? {} : { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
    })
  }
}

async function furnish(call: ImportWorld['call']): Promise<void> {
  const steps = [
    ['operator', '/api/v1/prefixes', { enterprise: 'A' }],
    ['operator', '/api/v1/prefixes', { enterprise: 'B' }],
    ['ann', '/api/v1/templates', PRODUCT],
    ['ann', '/api/v1/templates/88.100.1/product/1/publish', undefined],
  ] as const
  for (const [as, path, body] of steps) {
    const answer = await call(as, 'POST', path, body)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
}
