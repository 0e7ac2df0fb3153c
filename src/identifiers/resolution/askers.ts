import type { PrefixKey } from '../handle.ts'
import type { ClientKind } from './client-kind.ts'
import type { ClientLimit } from './client-limit.ts'
import type { ResolutionCounts } from './counts.ts'
import type { Resolution } from './resolution.ts'

/** One who asks without HTTP: known by its network alone, and always a client of the Handle protocol. */
export type Asker = { readonly client: string; readonly address: string }

const OWN_ADDRESSES = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/**
 * Whether somebody asks from this machine itself: a tool, or a balancer behind which all clients look alike. What is done for a
 * network is bounded to leave room for others; here nobody could be told apart from them.
 */
export function isFromHere({ address }: Pick<Asker, 'address'>): boolean {
  return OWN_ADDRESSES.has(address)
}

/** What public resolution asks of such askers: the same limit and the same counts as over HTTP. */
export type Askers = {
  /** To be kept for as long as a connection lives. */
  readonly meet: (address: string) => Asker
  /** 0 when it may be answered now, else the seconds to wait. */
  readonly admit: (asker: Asker) => number
  readonly count: (prefix: PrefixKey, told: Resolution['kind']) => void
}

const KIND: ClientKind = 'handle-client'

export function watchAskers(limit: ClientLimit, counts: Pick<ResolutionCounts, 'count'>): Askers {
  return {
    meet: (address) => ({ client: limit.nameOf(address), address }),
    admit: ({ client }) => limit.take(client),
    count: (prefix, told) => counts.count(prefix, told, KIND),
  }
}
