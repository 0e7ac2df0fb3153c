import { networkInterfaces } from 'node:os'
import type { Config } from '../config/settings.ts'
import type { Askers } from '../identifiers/resolution/askers.ts'
import type { ClientLimit } from '../identifiers/resolution/client-limit.ts'
import type { Exchange } from '../protocols/exchange/exchange.ts'
import type { PlainAnswers } from '../protocols/exchange/plain-answers.ts'
import { HandleAdmission } from './handle-admission.ts'
import { type HandleTcp, listenHandleTcp } from './handle-tcp.ts'
import { type HandleUdp, listenHandleUdp } from './handle-udp.ts'

export type HandleServing = {
  readonly exchange: Exchange
  readonly plain: PlainAnswers
  readonly askers: Askers
  readonly siteSerial: number
  readonly excess: ClientLimit
}

/** For metrics. */
export type HandleNumbers = {
  /** Open TCP connections. */
  readonly connections: () => number
  /** Datagrams that were not answered, as too much had been sent to their network. */
  readonly unanswered: () => number
  /** Connections that were refused because of their network. */
  readonly refusedConnections: () => number
  /** Datagrams that were not looked into, because of their network or as too many waited. */
  readonly droppedDatagrams: () => number
}

export type HandleServer = AsyncDisposable &
  HandleNumbers & {
    /** Of TCP and UDP. */
    readonly port: number
  }

type ServingConfig = Pick<
  Config,
  | 'handleHost'
  | 'handleConnectionsMax'
  | 'handleConnectsPerSMax'
  | 'handleFaultsPerSMax'
  | 'processes'
>

export const HANDLE_PORT = 2641
/** Ports that are free for TCP may be taken for UDP. */
const TRIES_MAX = 10

/** TCP and UDP on one port, on every address of the configuration. @throws Problem that names the setting where a port is taken */
export async function serveHandle(
  serving: HandleServing,
  config: ServingConfig,
  port: number,
): Promise<HandleServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await serveOn(serving, config, port)
    } catch (error) {
      if (port !== 0 || tries === TRIES_MAX) throw error
    }
  }
}

async function serveOn(
  serving: HandleServing,
  config: ServingConfig,
  wanted: number,
): Promise<HandleServer> {
  await using stack = new AsyncDisposableStack()
  const tcp: HandleTcp[] = []
  const udp: HandleUdp[] = []
  const reusePort = config.processes > 1
  const admission = new HandleAdmission(serving.askers, {
    connectsPerSMax: config.handleConnectsPerSMax,
    faultsPerSMax: config.handleFaultsPerSMax,
  })
  const parts = { ...serving, admission, connectionsMax: config.handleConnectionsMax }
  let port = wanted
  for (const host of hostsOf(config)) {
    const listener = stack.use(await listenHandleTcp(parts, { host, port, reusePort }))
    port = listener.port
    tcp.push(listener)
    udp.push(stack.use(await listenHandleUdp(parts, { host, port, reusePort })))
  }
  const owned = stack.move()
  return {
    port,
    connections: () => tcp.reduce((sum, it) => sum + it.connections(), 0),
    unanswered: () => udp.reduce((sum, it) => sum + it.unanswered(), 0),
    refusedConnections: () => admission.refusedConnections,
    droppedDatagrams: () => admission.droppedDatagrams,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function hostsOf({ handleHost }: Pick<Config, 'handleHost'>): string[] {
  return handleHost.split(',').map((it) => it.trim())
}

/** The port that was wanted: who takes any port for HTTP takes any for this. */
export function handlePortOf({
  handlePort,
  httpPort,
}: Pick<Config, 'handlePort' | 'httpPort'>): number {
  return handlePort ?? (httpPort === 0 ? 0 : HANDLE_PORT)
}

/** All of where this server is found, as far as it is configured: another text where clients have to look elsewhere. */
export function handlePlaceOf(
  config: Pick<
    Config,
    'handle' | 'handleAddress' | 'handleHost' | 'handlePort' | 'httpPort' | 'tlsCert'
  >,
): string {
  const { handle, httpPort, tlsCert } = config
  const ports = [
    handle ? handlePortOf(config) : 'none',
    httpPort,
    tlsCert === undefined ? 'http' : 'https',
  ]
  return [handleAddressOf(config), ...ports].join(' ')
}

/** Where clients are told to find this server. */
export function handleAddressOf(config: Pick<Config, 'handleAddress' | 'handleHost'>): string {
  if (config.handleAddress !== undefined) return config.handleAddress
  const [host = ''] = hostsOf(config)
  if (host !== '0.0.0.0' && host !== '::') return host
  const all = Object.values(networkInterfaces()).flatMap((it) => it ?? [])
  return all.find((it) => !it.internal)?.address ?? '127.0.0.1'
}
