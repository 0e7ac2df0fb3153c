import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Config } from './config/settings.ts'
import { Imports } from './identifiers/imports/imports.ts'
import { importRoutes } from './identifiers/imports/routes.ts'
import type { PrefixDeps } from './identifiers/prefixes/allotment.ts'
import { openPrefixBook } from './identifiers/prefixes/book.ts'
import { configureNode } from './identifiers/prefixes/node-settings.ts'
import { PREFIXES } from './identifiers/prefixes/prefix.ts'
import { prefixRoutes } from './identifiers/prefixes/routes.ts'
import { Registry } from './identifiers/registration/registry.ts'
import { identifierRoutes } from './identifiers/registration/routes.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { ResolutionCounts } from './identifiers/resolution/counts.ts'
import { resolveLocally } from './identifiers/resolution/resolution.ts'
import { watchTraffic } from './identifiers/resolution/traffic.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { templateRoutes } from './identifiers/templates/routes.ts'
import { TemplateShelf } from './identifiers/templates/shelf.ts'
import { openAccess } from './kernel/access/access.ts'
import { accessHooks } from './kernel/access/identify.ts'
import { accessRoutes } from './kernel/access/routes.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import { operatorExists } from './kernel/access/users.ts'
import { announceCommits } from './kernel/documents/announce.ts'
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
import { type Log, logRequests, openLog } from './server/log.ts'
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
/** A packed copy runs as JavaScript. */
const IMPORT_THREAD = new URL(`./import-thread${extname(import.meta.filename)}`, import.meta.url)

/** Builds every part once, in dependency order; disposing the node undoes it in reverse. */
export async function startNode(config: Config, options: NodeOptions = {}): Promise<Node> {
  const log = openLog(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const rooms = await openRooms(config, options.clock ?? systemClock, { stack, log })
  const { app, server, resolve, traffic } = openApp(config, rooms, log)
  stack.adopt(app, (it) => it.close())
  await openApiRoutes(app, VERSION)
  serverRoutes(app, rooms)
  kernelRoutes(app, rooms, config)
  roomRoutes(app, rooms)
  handleJsonRoutes(app, { resolve, traffic })
  consoleNotice(app)
  await app.listen({ host: config.httpHost, port: config.httpPort })
  stack.use(
    reloadTls({
      server,
      tls: tlsOf(config),
      onReload: () => log.info('new TLS certificate in force'),
      onError: rooms.onError,
    }),
  )
  const { access } = rooms
  const setupCode = (await operatorExists(access)) ? undefined : await createSetupCode(access)
  const url = urlOf(config, server.address())
  const owned = stack.move()
  return { url, setupCode, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

type Rooms = Awaited<ReturnType<typeof openRooms>>
type Opening = { readonly stack: AsyncDisposableStack; readonly log: Log }

/** Everything behind the routes. */
async function openRooms(config: Config, clock: Clock, { stack, log }: Opening) {
  const onError = (err: unknown) => log.error({ err }, 'background work failed')
  const gate = new Gate()
  const folder = makeDataFolder(config.data)
  stack.use(lockDataFolder(folder))
  const stored = stack.use(await openDocuments(config, folder, { clock, gate }))
  const evidence = stack.use(await openNodeEvidence(folder, { clock, gate }))
  const store = stack.use(await openLmdbStore({ path: folder.identifiers, gate }))
  const book = stack.use(await openPrefixBook({ documents: stored, onError }))
  const documents = announceCommits(stored, PREFIXES, async () => {
    // the first may be one that began before this commit
    await book.refresh()
    await book.refresh()
  })
  const shelf = new TemplateShelf(documents, book)
  const place = {
    kind: 'thread',
    entry: IMPORT_THREAD,
    storeOptions: folder.identifiers,
    gate,
  } as const
  const imports = stack.use(
    new Imports({ documents, book, shelf, clock, onError, folder: folder.imports, place }),
  )
  const counts = stack.use(new ResolutionCounts(documents, clock))
  const access = openAccess({ documents, clock })
  return { documents, evidence, store, book, shelf, imports, counts, access, clock, onError }
}

/** The HTTP application with what comes before any route, and resolution on its own short way. */
function openApp(config: Config, { store, book, counts, access, clock }: Rooms, log: Log) {
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
  const fast = handleFastPath({ resolve, traffic })
  const opened = openHttp({ log, trustedProxies: proxies, fast, ...(tls && { tls }) })
  problemReplies(opened.app)
  logRequests(opened.app)
  accessHooks(opened.app, access)
  return { ...opened, resolve, traffic }
}

function serverRoutes(app: App, { documents, evidence, store }: Rooms): void {
  healthRoutes(app, {
    documents: async () => void (await documents.changes(Number.MAX_SAFE_INTEGER, 1)),
    identifiers: async () => void (await store.totals()),
    evidence: async () => void (await evidence.size()),
  })
  metricsRoutes(app, {
    waymark_identifiers: {
      help: 'Identifiers ever registered',
      read: async () => (await store.totals()).total,
    },
    waymark_evidence_entries: { help: 'Entries of the evidence log', read: () => evidence.size() },
  })
}

function kernelRoutes(app: App, { access, evidence }: Rooms, config: Config): void {
  const trusted = addressSet(parseProxies(config.trustedProxies))
  accessRoutes(app, {
    access,
    audited: [],
    enterpriseExists: async () => false,
    signInAllowed: signInRefusal(trusted),
    configureNode: async ({ nodeName, ...settings }) =>
      configureNode({ ...settings, ...(nodeName !== undefined && { name: nodeName }) }),
  })
  evidenceRoutes(app, { evidence })
}

function roomRoutes(app: App, rooms: Rooms): void {
  const { documents, store, book, clock, shelf, imports } = rooms
  const prefixDeps: PrefixDeps = { documents, store, book, clock, isAdmitted: async () => true }
  prefixRoutes(app, prefixDeps)
  templateRoutes(app, { documents, book })
  const registry = new Registry({ store, book, clock, shelf })
  identifierRoutes(app, { store, documents, book, registry, clock })
  importRoutes(app, { documents, imports })
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
