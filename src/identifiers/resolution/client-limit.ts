import { hash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Clock } from '../../lib/clock.ts'

export type Rate = {
  /** What a client may ask for, sustained and at once. */
  readonly perSecond: number
  readonly burst: number
}

/** Generous to a packing line behind one address, and far below what one process answers. */
export const RATE_DEFAULT: Rate = { perSecond: 2000, burst: 4000 }

/** Clients remembered at once, in each of two generations; some 20 MB when both are full. */
const CLIENTS_MAX = 100_000

type Bucket = { tokens: number; at: number }

/**
 * A token bucket per client network (IPv4 address, IPv6 /64). A client is remembered by a hash under a key that lives and
 * dies with the process, and forgotten once its bucket is full again: nothing is kept about who asked, but who was the last.
 */
export class ClientLimit {
  readonly #rate: Rate
  readonly #clock: Clock
  readonly #key = randomBytes(16).toString('hex')
  readonly #refillMs: number
  #current = new Map<string, Bucket>()
  #previous = new Map<string, Bucket>()
  #turnedAt: number
  /** Whose name was wanted last: a client that opens one connection after the other is named once. */
  #last: { readonly address: string; readonly name: string } | undefined

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#refillMs = Math.ceil((rate.burst / rate.perSecond) * 1000)
    this.#turnedAt = clock()
  }

  /** The name a client is remembered by, for as long as this process runs. */
  nameOf(address: string): string {
    const last = this.#last
    if (last?.address === address) return last.name
    const name = hash('sha256', this.#key + networkOf(address), 'base64url').slice(0, 22)
    this.#last = { address, name }
    return name
  }

  /** Takes one token of the client's, or more; 0 when there were as many, else the seconds until there are. */
  take(client: string, tokens = 1): number {
    const now = this.#clock()
    const bucket = this.#bucketOf(client, now)
    const { perSecond, burst } = this.#rate
    const refilled = Math.min(bucket.tokens + ((now - bucket.at) / 1000) * perSecond, burst)
    bucket.at = now
    if (refilled < tokens) {
      bucket.tokens = refilled
      return Math.ceil((tokens - refilled) / perSecond)
    }
    bucket.tokens = refilled - tokens
    return 0
  }

  /** Clients remembered now. */
  get size(): number {
    return this.#current.size + this.#previous.size
  }

  #bucketOf(client: string, now: number): Bucket {
    const isOld = now - this.#turnedAt > this.#refillMs
    if (isOld || this.#current.size >= CLIENTS_MAX) {
      // Whoever is only in the generation dropped here has not asked since its bucket could fill up.
      this.#previous = this.#current
      this.#current = new Map()
      this.#turnedAt = now
    }
    const known = this.#current.get(client)
    if (known !== undefined) return known
    const bucket = this.#previous.get(client) ?? { tokens: this.#rate.burst, at: now }
    this.#current.set(client, bucket)
    return bucket
  }
}

/** The network a client is told apart by: an IPv6 customer has at least a /64 to choose addresses from. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after]
  return groups
    .slice(0, 4)
    .map((it) => it.replace(/^0+(?=.)/, ''))
    .join(':')
}
