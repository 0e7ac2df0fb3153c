import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from './config/settings.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { resolveLocally } from './identifiers/resolution/resolution.ts'
import { watchTraffic } from './identifiers/resolution/traffic.ts'
import { accessHooks } from './kernel/access/identify.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import { operatorExists } from './kernel/access/users.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { openRooms, type Rooms } from './node-rooms.ts'
import { nodeRoutes } from './node-routes.ts'
import { handleFastPath } from './protocols/handle/fast-path.ts'
import { madePrefixRecord } from './protocols/handle/prefix-record.ts'
import { addressSet, askerAddress, parseProxies } from './server/connection.ts'
import { openHttp } from './server/http.ts'
import { type Log, logRequests, openLog } from './server/log.ts'
import { openApiRoutes } from './server/openapi.ts'
import { problemReplies } from './server/problems.ts'
import { reloadTls } from './server/tls-reload.ts'
import { VERSION } from './version.ts'

export type Node = AsyncDisposable & {
  /** Where it answers, without a slash at the end. */
  readonly url: string
  /** While there is no operator. */
  readonly setupCode: string | undefined
}

export type NodeOptions = { readonly clock?: Clock }

/** Builds every part once, in dependency order; disposing the node undoes it in reverse. */
export async function startNode(config: Config, options: NodeOptions = {}): Promise<Node> {
  const clock = options.clock ?? systemClock
  const log = openLog(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const rooms = await openRooms(config, { stack, clock, log })
  const resolving = openResolving(config, rooms)
  const { app, server } = openHttp({
    log,
    trustedProxies: parseProxies(config.trustedProxies),
    fast: handleFastPath(resolving),
    ...tlsOf(config),
  })
  stack.adopt(app, (it) => it.close())
  problemReplies(app)
  logRequests(app)
  accessHooks(app, rooms.access)
  await openApiRoutes(app, VERSION)
  nodeRoutes(app, config, { ...rooms, ...resolving })
  await app.listen({ host: config.httpHost, port: config.httpPort })
  stack.use(watchTls(config, server, { log, onError: rooms.onError }))
  const { access } = rooms
  const setupCode = (await operatorExists(access)) ? undefined : await createSetupCode(access)
  const url = urlOf(config, server.address())
  const owned = stack.move()
  return { url, setupCode, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function openResolving(config: Config, { store, book, counts, clock }: Rooms) {
  const proxies = parseProxies(config.trustedProxies)
  return {
    traffic: watchTraffic({
      limit: new ClientLimit(rateOf(config), clock),
      counts,
      addressOf: askerAddress(addressSet(proxies)),
      behindProxy: proxies.length > 0,
    }),
    resolve: resolveLocally({
      store,
      prefixState: (prefix) => book.lookup(prefix),
      prefixRecord: madePrefixRecord,
    }),
  }
}

const UNLIMITED = 1e9

function rateOf({ resolutionsPerSMax, resolutionsBurstMax }: Config) {
  return resolutionsPerSMax === 0
    ? { perSecond: UNLIMITED, burst: UNLIMITED }
    : { perSecond: resolutionsPerSMax, burst: resolutionsBurstMax }
}

type Watching = { readonly log: Log; readonly onError: (error: unknown) => void }

function watchTls(config: Config, server: Server, { log, onError }: Watching) {
  const onReload = () => log.info('new TLS certificate in force')
  return reloadTls({ server, tls: tlsOf(config).tls, onReload, onError })
}

function tlsOf({ tlsCert, tlsKey }: Config): { tls?: { cert: string; key: string } } {
  return tlsCert === undefined || tlsKey === undefined
    ? {}
    : { tls: { cert: tlsCert, key: tlsKey } }
}
function urlOf(config: Config, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : config.httpPort
  const scheme = config.tlsCert === undefined ? 'http' : 'https'
  const isAny = config.httpHost === '0.0.0.0' || config.httpHost === '::'
  const host = isAny ? 'localhost' : config.httpHost
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
