import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Config } from './config/settings.ts'
import type { PrefixDeps } from './identifiers/prefixes/allotment.ts'
import { openPrefixBook, type PrefixBook } from './identifiers/prefixes/book.ts'
import { configureNode } from './identifiers/prefixes/node-settings.ts'
import { prefixRoutes } from './identifiers/prefixes/routes.ts'
import { Registry } from './identifiers/registration/registry.ts'
import { identifierRoutes } from './identifiers/registration/routes.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { ResolutionCounts } from './identifiers/resolution/counts.ts'
import { resolveLocally } from './identifiers/resolution/resolution.ts'
import { watchTraffic } from './identifiers/resolution/traffic.ts'
import { openMemoryStore } from './identifiers/store/memory.ts'
import type { RecordStore } from './identifiers/store/store.ts'
import { templateRoutes } from './identifiers/templates/routes.ts'
import { TemplateShelf } from './identifiers/templates/shelf.ts'
import { type Access, openAccess } from './kernel/access/access.ts'
import { accessHooks } from './kernel/access/identify.ts'
import { accessRoutes } from './kernel/access/routes.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import { operatorExists } from './kernel/access/users.ts'
import type { Documents } from './kernel/documents/documents.ts'
import type { Evidence } from './kernel/evidence/evidence.ts'
import { evidenceRoutes } from './kernel/evidence/routes.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { Gate } from './lib/gate.ts'
import type { App } from './lib/http.ts'
import { openDocuments, openNodeEvidence } from './node-storage.ts'
import { handleFastPath } from './protocols/handle/fast-path.ts'
import { madePrefixRecord } from './protocols/handle/prefix-record.ts'
import { handleJsonRoutes } from './protocols/handle/routes.ts'
import { addressSet, askerAddress, parseProxies, signInRefusal } from './server/connection.ts'
import { consoleNotice } from './server/console-notice.ts'
import { lockDataFolder, makeDataFolder } from './server/data-folder.ts'
import { healthRoutes } from './server/health.ts'
import { openHttp } from './server/http.ts'
import { logRequests, openLog } from './server/log.ts'
import { metricsRoutes } from './server/metrics.ts'
import { openApiRoutes } from './server/openapi.ts'
import { problemReplies } from './server/problems.ts'
import { reloadTls } from './server/tls-reload.ts'

export type Node = AsyncDisposable & {
  /** Where it answers, without a slash at the end. */
  readonly url: string
  /** While there is no operator. */
  readonly setupCode: string | undefined
}

export type NodeOptions = { readonly clock?: Clock }

const VERSION = readVersion()

/** Builds every part once, in dependency order; disposing the node undoes it in reverse. */
export async function startNode(config: Config, options: NodeOptions = {}): Promise<Node> {
  const clock = options.clock ?? systemClock
  const log = openLog(config.logLevel)
  const gate = new Gate()
  await using stack = new AsyncDisposableStack()
  const folder = makeDataFolder(config.data)
  stack.use(lockDataFolder(folder))
  const documents = stack.use(await openDocuments(config, folder, { clock, gate }))
  const evidence = stack.use(await openNodeEvidence(folder, { clock, gate }))
  const store = stack.use(openMemoryStore())
  const onError = (err: unknown) => log.error({ err }, 'background work failed')
  const book = stack.use(await openPrefixBook({ documents, onError }))
  const counts = stack.use(new ResolutionCounts(documents, clock))
  const access = openAccess({ documents, clock })
  const rooms = { documents, evidence, store, book, access, clock }

  const proxies = parseProxies(config.trustedProxies)
  const traffic = watchTraffic({
    limit: new ClientLimit(rateOf(config), clock),
    counts,
    addressOf: askerAddress(addressSet(proxies)),
    behindProxy: proxies.length > 0,
  })
  const resolve = resolveLocally({
    store,
    prefixState: (prefix) => book.lookup(prefix),
    prefixRecord: madePrefixRecord,
  })
  const tls = tlsOf(config)
  const { app, server } = openHttp({
    log,
    trustedProxies: proxies,
    fast: handleFastPath({ resolve, traffic }),
    ...(tls && { tls }),
  })
  stack.adopt(app, (it) => it.close())
  problemReplies(app)
  logRequests(app)
  accessHooks(app, access)
  await openApiRoutes(app, VERSION)
  healthRoutes(app, {
    documents: async () => void (await documents.changes(Number.MAX_SAFE_INTEGER, 1)),
    identifiers: async () => void (await store.totals()),
    evidence: async () => void (await evidence.size()),
  })
  metricsRoutes(app, numbersOf(rooms))
  kernelRoutes(app, rooms, proxies)
  roomRoutes(app, rooms)
  handleJsonRoutes(app, { resolve, traffic })
  consoleNotice(app)

  await app.listen({ host: config.httpHost, port: config.httpPort })
  stack.use(
    reloadTls({ server, tls, onError, onReload: () => log.info('new TLS certificate in force') }),
  )
  const setupCode = (await operatorExists(access)) ? undefined : await createSetupCode(access)
  const owned = stack.move()
  return {
    url: urlOf(config, server.address()),
    setupCode,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

type Rooms = {
  readonly documents: Documents
  readonly evidence: Evidence
  readonly store: RecordStore
  readonly book: PrefixBook
  readonly access: Access
  readonly clock: Clock
}

function kernelRoutes(app: App, { access, evidence }: Rooms, proxies: readonly string[]): void {
  accessRoutes(app, {
    access,
    audited: [],
    enterpriseExists: async () => false,
    signInAllowed: signInRefusal(addressSet(proxies)),
    configureNode: async ({ nodeName, ...settings }) =>
      configureNode({ ...settings, ...(nodeName !== undefined && { name: nodeName }) }),
  })
  evidenceRoutes(app, { evidence })
}

function roomRoutes(app: App, { documents, store, book, clock }: Rooms): void {
  const prefixDeps: PrefixDeps = { documents, store, book, clock, isAdmitted: async () => true }
  prefixRoutes(app, prefixDeps)
  templateRoutes(app, { documents, book })
  const registry = new Registry({ store, book, clock, shelf: new TemplateShelf(documents, book) })
  identifierRoutes(app, { store, documents, book, registry, clock })
}

function numbersOf({ store, evidence }: Rooms) {
  return {
    waymark_identifiers: {
      help: 'Identifiers ever registered',
      read: async () => (await store.totals()).total,
    },
    waymark_evidence_entries: { help: 'Entries of the evidence log', read: () => evidence.size() },
  }
}

const UNLIMITED = 1e9

function rateOf({ resolutionsPerSMax, resolutionsBurstMax }: Config) {
  return resolutionsPerSMax === 0
    ? { perSecond: UNLIMITED, burst: UNLIMITED }
    : { perSecond: resolutionsPerSMax, burst: resolutionsBurstMax }
}

function tlsOf({ tlsCert, tlsKey }: Config): { cert: string; key: string } | undefined {
  return tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey }
}

function urlOf(config: Config, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : config.httpPort
  const scheme = config.tlsCert === undefined ? 'http' : 'https'
  const isAny = config.httpHost === '0.0.0.0' || config.httpHost === '::'
  const host = isAny ? 'localhost' : config.httpHost
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readVersion(): string {
  const path = join(import.meta.dirname, '..', 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
