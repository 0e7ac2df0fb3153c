import type { Config } from './config/settings.ts'
import { lineageOf } from './identifiers/prefixes/book.ts'
import { watchAskers } from './identifiers/resolution/askers.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { resolveLocally } from './identifiers/resolution/resolution.ts'
import { watchTraffic } from './identifiers/resolution/traffic.ts'
import type { Rooms } from './node-rooms.ts'
import type { Resolving } from './node-routes.ts'
import { madePrefixRecord } from './protocols/handle/prefix-record.ts'
import { addressSet, askerAddress, parseProxies } from './server/connection.ts'
import type { TlsFiles } from './server/http.ts'

/** Public resolution, with its limits and counts, in whichever process it runs. */
export function openResolving(
  config: Config,
  { store, book, counts, clock }: Pick<Rooms, 'store' | 'book' | 'counts' | 'clock'>,
): Resolving {
  const proxies = parseProxies(config.trustedProxies)
  const limit = new ClientLimit(rateOf(config), clock)
  return {
    askers: watchAskers(limit, counts),
    traffic: watchTraffic({
      limit,
      counts,
      addressOf: askerAddress(addressSet(proxies)),
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
