import type { Site } from '../../identifiers/values/site.ts'
import { canonicalAddress } from './endpoint.ts'

/** A server that was never asked is taken to answer so quickly: before slow ones, and after quick ones. */
const UNKNOWN_MS = 250
const FAILED_MS = 5_000
/** What was measured so long ago is not known any more. */
const KNOWN_MS_MAX = 600_000
const SERVERS_MAX = 4_096
/** What the newest measure counts. */
const NEWEST = 0.3

type Measured = { readonly ms: number; readonly atMs: number }

/** How quickly servers answered so far. */
export class Quickness {
  readonly #now: () => number
  /** By address; who was measured last is last. */
  readonly #measured = new Map<string, Measured>()

  constructor(now: () => number) {
    this.#now = now
  }

  answered(address: string, ms: number): void {
    const before = this.#of(address)
    this.#note(address, before === undefined ? ms : before * (1 - NEWEST) + ms * NEWEST)
  }

  failed(address: string): void {
    this.#note(address, Math.max(FAILED_MS, (this.#of(address) ?? 0) * 2))
  }

  /** The quickest first; those alike as they came. Where something is to be changed, primary sites alone, if there are any. */
  sorted(sites: readonly Site[], needsPrimary: boolean): Site[] {
    const primary = needsPrimary ? sites.filter((it) => it.primary) : []
    const all = primary.length > 0 ? primary : sites
    return all.toSorted((a, b) => this.#msOf(a) - this.#msOf(b))
  }

  #msOf({ servers }: Site): number {
    const known = servers.flatMap((it) => this.#of(canonicalAddress(it.address)) ?? [])
    return known.length === 0 ? UNKNOWN_MS : Math.min(...known)
  }

  #of(address: string): number | undefined {
    const it = this.#measured.get(address)
    return it === undefined || this.#now() - it.atMs > KNOWN_MS_MAX ? undefined : it.ms
  }

  #note(address: string, ms: number): void {
    this.#measured.delete(address)
    this.#measured.set(address, { ms, atMs: this.#now() })
    if (this.#measured.size <= SERVERS_MAX) return
    const [oldest] = this.#measured.keys()
    if (oldest !== undefined) this.#measured.delete(oldest)
  }
}
