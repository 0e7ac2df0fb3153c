import type { Config } from './config/settings.ts'
import { handleKeyRoutes } from './identifiers/authority/key-routes.ts'
import type { PrefixKey } from './identifiers/handle.ts'
import { exportRoutes } from './identifiers/imports/export-routes.ts'
import { importRoutes } from './identifiers/imports/routes.ts'
import { namespaceRoutes } from './identifiers/namespaces/routes.ts'
import { configureNode, getNodeSettings } from './identifiers/prefixes/node-settings.ts'
import { prefixRoutes } from './identifiers/prefixes/routes.ts'
import { identifierAudit } from './identifiers/registration/audited.ts'
import { identifierRoutes } from './identifiers/registration/routes.ts'
import { identifierTotals } from './identifiers/registration/totals.ts'
import { identifierWrites } from './identifiers/registration/write-feed.ts'
import type { Askers } from './identifiers/resolution/askers.ts'
import type { Resolver } from './identifiers/resolution/resolution.ts'
import { resolutionRoutes } from './identifiers/resolution/routes.ts'
import type { Traffic } from './identifiers/resolution/traffic.ts'
import { templateRoutes } from './identifiers/templates/routes.ts'
import { accessRoutes } from './kernel/access/routes.ts'
import { backupRoutes } from './kernel/backup/routes.ts'
import { evidenceRoutes } from './kernel/evidence/routes.ts'
import { FILES_AUDITED } from './kernel/files/collections.ts'
import { filesRoutes } from './kernel/files/routes.ts'
import { PARTIES_AUDITED } from './kernel/parties/audited.ts'
import { enterpriseExists, publicEnterprise } from './kernel/parties/enterprise.ts'
import { partiesRoutes } from './kernel/parties/routes.ts'
import type { App } from './lib/http.ts'
import { backupNode } from './node-backup.ts'
import { evidenceNames } from './node-names.ts'
import { prefixHooks } from './node-parties.ts'
import type { NodeRecursion } from './node-recursion.ts'
import { type Rooms, readKeepingOf } from './node-rooms.ts'
import { statisticsAndHealthRoutes } from './node-statistics.ts'
import { readAhead } from './policy/desk/ahead.ts'
import { POLICY_AUDITED } from './policy/desk/audited.ts'
import { policyRoutes } from './policy/desk/routes.ts'
import { explainRoutes } from './protocols/explain/routes.ts'
import { type HandleAccess, handleJsonRoutes } from './protocols/handle/routes.ts'
import { pageRoutes } from './protocols/page/routes.ts'
import { addressSet, askerCountry, parseProxies, signInRefusal } from './server/connection.ts'
import { consoleRoutes } from './server/console.ts'
import type { HandleNumbers } from './server/handle-server.ts'
import { healthRoutes } from './server/health.ts'
import { metricsRoutes } from './server/metrics.ts'

export type Resolving = {
  readonly resolve: Resolver
  readonly traffic: Traffic
  readonly askers: Askers
}

type Served = Rooms &
  Resolving & {
    readonly handleAccess?: HandleAccess
    readonly handleNumbers: HandleNumbers
    readonly recursion?: Pick<NodeRecursion, 'recurse' | 'numbers'> | undefined
  }

/** Every route of every room. */
export function nodeRoutes(app: App, config: Config, rooms: Served): void {
  serverRoutes(app, rooms)
  kernelRoutes(app, config, rooms)
  identifierRoomRoutes(app, rooms)
  policyRoutes(app, rooms)
  statisticsAndHealthRoutes(app, rooms)
  publicRoutes(app, config, rooms)
  consoleRoutes(app, { onPage: readAhead(rooms) })
}

function serverRoutes(app: App, rooms: Served): void {
  const { documents, evidence, store, folder, localToken, onError, handleNumbers } = rooms
  healthRoutes(app, {
    documents: async () => void (await documents.changes(Number.MAX_SAFE_INTEGER, 1)),
    identifiers: async () => void (await store.totals()),
    evidence: async () => void (await evidence.size()),
  })
  metricsRoutes(app, {
    waymark_identifiers: {
      help: 'Identifiers ever registered',
      read: async () => (await identifierTotals(store)).total,
    },
    waymark_handle_connections: {
      help: 'Open TCP connections of the Handle protocol, of this process',
      read: handleNumbers.connections,
    },
    waymark_handle_udp_unanswered: {
      help: 'Datagrams not answered since the start, as their network had been sent its share; of this process',
      read: handleNumbers.unanswered,
    },
    waymark_handle_refused_connections: {
      help: 'Connections of the Handle protocol refused since the start, as their network had opened too many or sent too much that cannot be read; of this process',
      read: handleNumbers.refusedConnections,
    },
    waymark_handle_dropped_datagrams: {
      help: 'Datagrams not looked into since the start, as their network had sent too much that cannot be read, or too many waited; of this process',
      read: handleNumbers.droppedDatagrams,
    },
    ...rooms.recursion?.numbers,
    waymark_evidence_entries: { help: 'Entries of the evidence log', read: () => evidence.size() },
  })
  backupRoutes(app, {
    folder: folder.backups,
    make: (path, signal) => backupNode(rooms, path, signal),
    isLocal: (request) => localToken.isShownBy(request),
    onError,
  })
}

function kernelRoutes(app: App, config: Config, rooms: Rooms): void {
  const { access, reads, evidence, store, book, documents, files, prefixDeps } = rooms
  const signInAllowed = signInRefusal(addressSet(parseProxies(config.trustedProxies)))
  accessRoutes(app, {
    access,
    audited: [...identifierAudit(book), ...PARTIES_AUDITED, ...FILES_AUDITED, ...POLICY_AUDITED],
    feeds: [identifierWrites({ store, book })],
    readKeeping: readKeepingOf(config),
    enterpriseExists: (id) => enterpriseExists(documents, id),
    enterpriseName: async (id) => (await publicEnterprise(documents, id))?.name,
    signInAllowed,
    configureNode: async ({ nodeName, ...settings }) =>
      configureNode({ ...settings, ...(nodeName !== undefined && { name: nodeName }) }),
  })
  partiesRoutes(app, { access, files, signInAllowed, ...prefixHooks(prefixDeps) })
  filesRoutes(app, { documents, files, reads })
  evidenceRoutes(app, { evidence, documents, nameOf: evidenceNames(documents) })
}

function identifierRoomRoutes(app: App, rooms: Rooms): void {
  const { documents, store, book, clock, shelf, imports, registry, search, prefixDeps } = rooms
  prefixRoutes(app, prefixDeps)
  handleKeyRoutes(app, { registry, store, book, uses: rooms.keyUses })
  namespaceRoutes(app, { registry, store, book })
  templateRoutes(app, { documents, book })
  identifierRoutes(app, {
    store,
    documents,
    book,
    registry,
    clock,
    protectedReads: rooms.protectedReads,
    search: (wish) => search.search(wish),
  })
  importRoutes(app, { documents, imports })
  exportRoutes(app, {
    ...{ store, documents, book, shelf, search: (wish) => search.search(wish) },
    protectedReads: rooms.protectedReads,
  })
  resolutionRoutes(app, { documents, prefixState: (prefix) => book.lookup(prefix) })
}

/** What anybody who scans a code meets. */
function publicRoutes(app: App, config: Config, rooms: Served): void {
  const { resolve, traffic, store, shelf, documents, files, book } = rooms
  const enterpriseName = async (id: string) => (await publicEnterprise(documents, id))?.name
  const publicUrl = async () =>
    (config.publicUrl ?? (await getNodeSettings(documents))?.body.publicUrl)?.replace(/\/$/, '')
  handleJsonRoutes(app, {
    ...{ resolve, traffic, protectedReads: rooms.protectedReads },
    ...(rooms.handleAccess && { access: rooms.handleAccess }),
    recurse: rooms.recursion?.recurse,
  })
  const proxies = addressSet(parseProxies(config.trustedProxies))
  const countryOf = askerCountry(proxies, config.countryHeader)
  const prefixState = (prefix: PrefixKey) => book.lookup(prefix)
  explainRoutes(app, { resolve, traffic, prefixState, enterpriseName, publicUrl })
  pageRoutes(app, {
    resolve,
    traffic,
    history: (key) => store.history(key),
    template: async (prefix, name) => (await shelf.find(prefix, name))?.template,
    enterpriseName,
    publicFileName: (id) => files.publicName(id),
    node: async () => {
      const settings = (await getNodeSettings(documents))?.body
      const publicUrl = config.publicUrl?.replace(/\/$/, '') ?? settings?.publicUrl
      return {
        name: settings?.name ?? 'Waymark 路标',
        ...(settings && { prefix: settings.nodePrefix }),
        ...(publicUrl !== undefined && { publicUrl }),
      }
    },
    registeredTotal: async () => (await identifierTotals(store)).total,
    timeZone: config.timeZone,
    countryOf: ({ raw }) => countryOf(raw),
    noIndex: config.pagesNoIndex,
  })
}
