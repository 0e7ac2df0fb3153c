import type { IncomingMessage } from 'node:http'
import type { Config } from './config/settings.ts'
import { lineageOf } from './identifiers/prefixes/book.ts'
import { watchAskers } from './identifiers/resolution/askers.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { resolveLocally } from './identifiers/resolution/resolution.ts'
import { watchTraffic } from './identifiers/resolution/traffic.ts'
import type { Rooms } from './node-rooms.ts'
import type { Resolving } from './node-routes.ts'
import type { PlainAnswers } from './protocols/exchange/plain-answers.ts'
import { type FastRecursion, handleFastPath } from './protocols/handle/fast-path.ts'
import { madePrefixRecord } from './protocols/handle/prefix-record.ts'
import { addressSet, askerAddress, parseProxies } from './server/connection.ts'
import { tunnelFastPath } from './server/handle-tunnel.ts'
import type { HttpOptions, TlsFiles } from './server/http.ts'

type HttpResolving = Resolving & {
  /** Whose request it is; behind a trusted proxy the address that it forwards. */
  readonly addressOf: (request: IncomingMessage) => string
}

/** Public resolution, with its limits and counts, in whichever process it runs. */
export function openResolving(
  config: Config,
  { store, book, counts, clock }: Pick<Rooms, 'store' | 'book' | 'counts' | 'clock'>,
): HttpResolving {
  const proxies = parseProxies(config.trustedProxies)
  const limit = new ClientLimit(rateOf(config), clock)
  const addressOf = askerAddress(addressSet(proxies))
  return {
    addressOf,
    askers: watchAskers(limit, counts),
    traffic: watchTraffic({
      limit,
      counts,
      addressOf,
      behindProxy: proxies.length > 0,
    }),
    resolve: resolveLocally({
      store,
      prefixState: (prefix) => book.lookup(prefix),
      prefixRecord: madePrefixRecord,
      lineage: (prefix) => lineageOf(book, prefix),
    }),
  }
}

type FastPaths = {
  readonly recursion?: FastRecursion | undefined
  /** Answers what comes by the tunnel of the Handle protocol, where that is spoken. */
  readonly plain?: PlainAnswers | undefined
}

/** Sees every HTTP request first, and answers what is asked most. */
export function fastPaths(
  resolving: HttpResolving,
  { recursion, plain }: FastPaths,
): NonNullable<HttpOptions['fast']> {
  const json = handleFastPath({ ...resolving, recursion })
  const tunnel = plain && tunnelFastPath({ ...resolving, plain })
  return (request, response, otherwise) =>
    json(request, response, otherwise) || tunnel?.(request, response, otherwise) === true
}

const UNLIMITED = 1e9

function rateOf({ resolutionsPerSMax, resolutionsBurstMax }: Config) {
  return resolutionsPerSMax === 0
    ? { perSecond: UNLIMITED, burst: UNLIMITED }
    : { perSecond: resolutionsPerSMax, burst: resolutionsBurstMax }
}

export function tlsOf({ tlsCert, tlsKey, tlsClientCertificates }: Config): { tls?: TlsFiles } {
  return tlsCert === undefined || tlsKey === undefined
    ? {}
    : { tls: { cert: tlsCert, key: tlsKey, asksClients: tlsClientCertificates } }
}
