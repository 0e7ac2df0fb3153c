import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from './config/settings.ts'
import { accessHooks } from './kernel/access/identify.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import { operatorExists } from './kernel/access/users.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import { openHandleAccess, openHandleAuthority } from './node-authority.ts'
import { type HandleExchange, openHandle } from './node-handle.ts'
import { startResolvers } from './node-processes.ts'
import { openRecursion } from './node-recursion.ts'
import { fastPaths, openResolving, tlsOf } from './node-resolving.ts'
import { openRooms } from './node-rooms.ts'
import { nodeRoutes } from './node-routes.ts'
import { policyTarget } from './policy/desk/address.ts'
import { answerUnknownMethod } from './protocols/handle/unknown-method.ts'
import { routableTarget } from './protocols/page/names.ts'
import { ICON } from './protocols/page/style.ts'
import { addressSet, keyRefusal, parseProxies } from './server/connection.ts'
import { openInnerDoor } from './server/hand-over.ts'
import { loadOrCreateHandleKey } from './server/handle-key.ts'
import { handlePlaceOf, handlePortOf, serveHandle } from './server/handle-server.ts'
import { openSiteSerial } from './server/handle-site-serial.ts'
import { handleTunnelRoutes, isTunnelled, TUNNEL_PATH } from './server/handle-tunnel.ts'
import { openHttp } from './server/http.ts'
import { type Log, logRequests, openLog } from './server/log.ts'
import { openApiRoutes } from './server/openapi.ts'
import { refuseUnknownParameters } from './server/parameters.ts'
import { problemReplies } from './server/problems.ts'
import { closeHttp } from './server/stop.ts'
import { reloadTls } from './server/tls-reload.ts'
import { VERSION } from './version.ts'

export type Node = AsyncDisposable & {
  /** Where it answers, without a slash at the end. */
  readonly url: string
  /** While there is no operator. */
  readonly setupCode: string | undefined
  /** Where it speaks the Handle protocol over TCP and UDP, if it does. */
  readonly handlePort: number | undefined
}

export type NodeOptions = { readonly clock?: Clock }

/** Builds every part once, in dependency order; disposing the node undoes it in reverse. */
export async function startNode(config: Config, options: NodeOptions = {}): Promise<Node> {
  const clock = options.clock ?? systemClock
  const log = openLog(config.logLevel)
  await using stack = new AsyncDisposableStack()
  const rooms = await openRooms(config, { stack, clock, log })
  const resolving = openResolving(config, rooms)
  const { onError } = rooms
  const recursion = openRecursion(config, { ...rooms, log })
  if (recursion !== undefined) stack.use(recursion)
  const { folder } = rooms
  const authority = openHandleAuthority(rooms, resolving.resolve)
  const key = loadOrCreateHandleKey(folder)
  key.catch(onError)
  const { serial: siteSerial, saved } = await openSiteSerial(folder, key, handlePlaceOf(config))
  stack.defer(async () => await saved.catch(onError))
  const opening = { config, clock, key, siteSerial, resolving, onError, authority }
  const handle = stack.use(openHandle({ ...opening, recurse: recursion?.recurse }))
  const { app, server, listener } = openHttp({
    log,
    trustedProxies: parseProxies(config.trustedProxies),
    fast: fastPaths(resolving, { recursion, plain: handle.plain }),
    routable: (target, request) =>
      isTunnelled(request) ? TUNNEL_PATH : policyTarget(routableTarget(target)),
    unparsed: answerUnknownMethod,
    ...tlsOf(config),
  })
  stack.adopt(app, (it) => closeHttp(it, server))
  problemReplies(app)
  logRequests(app)
  const proxies = addressSet(parseProxies(config.trustedProxies))
  accessHooks(app, { access: rooms.access, keyAllowed: keyRefusal(proxies) })
  refuseUnknownParameters(app)
  await openApiRoutes(app, { version: VERSION, logo: ICON })
  const handleAccess = openHandleAccess(rooms, authority, handle)
  const serving = { handleAccess, handleNumbers: handle.numbers, recursion }
  nodeRoutes(app, config, { ...rooms, ...resolving, ...serving })
  handleTunnelRoutes(app, handle)
  const { httpHost: host, httpPort: port } = config
  await app.listen({ host, port, ...(config.processes > 1 && { reusePort: true }) })
  stack.use(watchTls(config, server, { log, onError: rooms.onError }))
  const handlePort = await serveHandleOf(config, handle, { stack, server })
  if (config.processes > 1) {
    const { path: inner } = stack.use(await openInnerDoor(listener))
    const bound = portOf(config, server.address())
    const start = { config, inner, port: bound, handlePort, siteSerial }
    stack.use(await startResolvers(start, rooms.onError))
  }
  const { access } = rooms
  const setupCode = (await operatorExists(access)) ? undefined : await createSetupCode(access)
  const url = urlOf(config, server.address())
  log.info({ url, handlePort, version: VERSION }, 'the node serves')
  // who waits for others is told so before everything else waits for them
  if (recursion !== undefined) stack.use(recursion)
  const owned = stack.move()
  return { url, setupCode, handlePort, [Symbol.asyncDispose]: () => stopNode(owned, log) }
}

/** Opens TCP and UDP where they are wanted, and tells the site record which ports there are. */
async function serveHandleOf(
  config: Config,
  handle: HandleExchange,
  { stack, server }: { readonly stack: AsyncDisposableStack; readonly server: Server },
): Promise<number | undefined> {
  const web = portOf(config, server.address())
  const over = config.tlsCert === undefined ? { http: web } : { https: web }
  if (!config.handle) {
    handle.tellServed(over)
    return undefined
  }
  const served = stack.use(await serveHandle(handle, config, handlePortOf(config)))
  const { port } = served
  handle.tellServed({ udp: port, tcp: port, ...over }, served)
  return port
}

async function stopNode(parts: AsyncDisposableStack, log: Log): Promise<void> {
  log.info('the node stops')
  await parts.disposeAsync()
  log.info('the node has stopped')
}

type Watching = { readonly log: Log; readonly onError: (error: unknown) => void }

function watchTls(config: Config, server: Server, { log, onError }: Watching) {
  const onReload = () => log.info('new TLS certificate in force')
  return reloadTls({ server, tls: tlsOf(config).tls, onReload, onError })
}

function urlOf(config: Config, address: AddressInfo | string | null): string {
  const port = portOf(config, address)
  const scheme = config.tlsCert === undefined ? 'http' : 'https'
  const isAny = config.httpHost === '0.0.0.0' || config.httpHost === '::'
  const host = isAny ? 'localhost' : config.httpHost
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function portOf(config: Config, address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : config.httpPort
}
