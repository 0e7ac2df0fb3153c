import {
  type Ask,
  type Endpoint,
  isKept,
  isRepeatable,
  type Outgoing,
  type Received,
} from './endpoint.ts'
import { HttpTunnel } from './http.ts'
import { askTcpAlone } from './tcp.ts'
import { TcpPool } from './tcp-pool.ts'
import { askUdp, forbidden } from './udp.ts'

export type TransportLimits = {
  /** A datagram is sent once for each, and its answer waited for so long; as deployed clients do. */
  readonly udpWaitsMs: readonly number[]
  readonly connectMsMax: number
  /** Until a message of an answer is whole. */
  readonly answerMsMax: number
  readonly connectionsPerServerMax: number
  readonly pipelinedMax: number
  readonly serversKeptMax: number
  readonly idleMsMax: number
}

export const TRANSPORT_LIMITS: TransportLimits = {
  udpWaitsMs: [500, 1_000, 1_500],
  connectMsMax: 5_000,
  answerMsMax: 15_000,
  connectionsPerServerMax: 16,
  pipelinedMax: 64,
  serversKeptMax: 256,
  idleMsMax: 30_000,
}

export type TransportOptions = {
  readonly limits?: Partial<TransportLimits> | undefined
  /** Whether an address may be asked at all; asked before every connection and every datagram. */
  readonly mayConnect?: ((address: string, port: number) => boolean) | undefined
  /** What HTTP and TLS call a server; its address where absent. */
  readonly hostOf?: ((address: string) => string | undefined) | undefined
}

export type Transports = Disposable & { readonly ask: Ask }

/** The ways to ask a server of the Handle protocol. */
export function openTransports(options: TransportOptions): Transports {
  const { limits, mayConnect = () => true, hostOf = () => undefined } = options
  const all = { ...TRANSPORT_LIMITS, ...limits }
  const pool = new TcpPool(all)
  const tunnel = new HttpTunnel(all)

  async function* ask(
    endpoint: Endpoint,
    request: Outgoing,
    { signal }: { readonly signal?: AbortSignal },
  ): AsyncGenerator<Received> {
    if (!mayConnect(endpoint.address, endpoint.port)) throw forbidden(endpoint)
    switch (endpoint.protocol) {
      case 'UDP':
        yield await askUdp(endpoint, request, { waitsMs: all.udpWaitsMs, mayConnect, signal })
        return
      case 'TCP':
        if (isKept(request.bytes) && isRepeatable(request.bytes)) {
          yield await pool.ask(endpoint, request, { ...(signal && { signal }) })
        } else yield* askTcpAlone(endpoint, request, { ...all, signal })
        return
      case 'HTTP':
      case 'HTTPS':
        yield* tunnel.ask(called(endpoint), request, { signal })
    }
  }

  function called(endpoint: Endpoint): Endpoint {
    const host = endpoint.host ?? hostOf(endpoint.address)
    return host === undefined ? endpoint : { ...endpoint, host }
  }

  return {
    ask,
    [Symbol.dispose]() {
      pool[Symbol.dispose]()
      tunnel[Symbol.dispose]()
    },
  }
}
