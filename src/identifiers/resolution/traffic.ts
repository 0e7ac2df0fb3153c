import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type HandleKey, prefixOf } from '../handle.ts'
import { type ClientKind, clientKind } from './client-kind.ts'
import type { ClientLimit } from './client-limit.ts'
import type { ResolutionCounts } from './counts.ts'
import type { Resolution } from './resolution.ts'

export type TrafficParts = {
  readonly limit: ClientLimit
  readonly counts: ResolutionCounts
  /** The asker's address; behind a trusted proxy the one it forwards. */
  readonly addressOf: (request: IncomingMessage) => string
  /** True when `addressOf` may differ between requests of one connection. */
  readonly behindProxy: boolean
}

/** What public resolution asks of every request, whichever way it is served: may it be answered, and count it. */
export type Traffic = {
  /** 0 when the client may be answered, else the seconds to wait. */
  readonly admit: (request: IncomingMessage) => number
  readonly count: (key: HandleKey, told: Resolution['kind'], request: IncomingMessage) => void
}

type Seen = { client: string; userAgent: string | undefined; kind: ClientKind }

/** Remembers of each open connection what it found out of its first request, so that later ones cost nothing. */
export function watchTraffic({ limit, counts, addressOf, behindProxy }: TrafficParts): Traffic {
  const seen = new WeakMap<Socket, Seen>()
  const lookAt = (request: IncomingMessage): Seen => {
    const userAgent = headerOf(request, 'user-agent')
    const known = seen.get(request.socket)
    if (known !== undefined && known.userAgent === userAgent && !behindProxy) return known
    const client = limit.nameOf(addressOf(request))
    const found = { client, userAgent, kind: clientKind(userAgent) }
    seen.set(request.socket, found)
    return found
  }
  return {
    admit: (request) => limit.take(lookAt(request).client),
    count: (key, told, request) => counts.count(prefixOf(key), told, lookAt(request).kind),
  }
}

/**
 * A header from the list as it arrived. Reading `request.headers` would build an object of all of them, which costs a
 * short answer more than everything else about it.
 */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const { rawHeaders } = request
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i]
    if (given?.length === name.length && given.toLowerCase() === name) return rawHeaders[i + 1]
  }
  return undefined
}
