import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { PrefixKey } from '../handle.ts'
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

/** One asker, as far as resolution looks at them. */
export type Visitor = {
  /** 0 when they may be answered now, else the seconds to wait. */
  readonly waitS: number
  readonly kind: ClientKind
}

/** What public resolution asks of every request, whichever way it is served: may it be answered, and count it. */
export type Traffic = {
  readonly admit: (request: IncomingMessage) => Visitor
  readonly count: (prefix: PrefixKey, told: Resolution['kind'], visitor: Visitor) => void
}

type Seen = { client: string; userAgent: string | undefined; kind: ClientKind; waitS: number }

/** Remembers of each open connection what it found out of its first request, so that later ones cost nothing. */
export function watchTraffic({ limit, counts, addressOf, behindProxy }: TrafficParts): Traffic {
  // Kept on the socket itself: the collector goes through a map from sockets again and again.
  const seen: unique symbol = Symbol('seen by public resolution')
  const lookAt = (request: IncomingMessage): Seen => {
    const userAgent = headerOf(request, 'user-agent')
    const socket: Socket & { [seen]?: Seen } = request.socket
    const known = socket[seen]
    if (known !== undefined && known.userAgent === userAgent && !behindProxy) return known
    const client = limit.nameOf(addressOf(request))
    const found = { client, userAgent, kind: clientKind(userAgent), waitS: 0 }
    socket[seen] = found
    return found
  }
  return {
    admit: (request) => {
      const visitor = lookAt(request)
      visitor.waitS = limit.take(visitor.client)
      return visitor
    },
    count: (prefix, told, visitor) => counts.count(prefix, told, visitor.kind),
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
