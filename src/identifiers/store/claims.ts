import { createHash } from 'node:crypto'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { Moment } from './engine.ts'
import type { CommitAnswer, RecordWrite } from './store.ts'
import { sealed, type Tables, unsealed } from './tables.ts'

/** Longer names are kept as their SHA-256, behind a byte that no UTF-8 text begins with. */
const CLAIM_BYTES_MAX = 512
const HASHED = 0xff

export function readClaimant(
  tables: Tables,
  at: { prefix: PrefixKey; claim: string; moment?: Moment },
): HandleKey | undefined {
  const stored = tables.claims.get(claimKey(at.prefix, at.claim), at.moment)
  return stored === undefined ? undefined : (unsealed(stored).toString() as HandleKey)
}

function claimKey(prefix: PrefixKey, claim: string): Buffer {
  const key = Buffer.from(`${prefix}/${claim}`)
  if (key.length <= CLAIM_BYTES_MAX) return key
  return Buffer.concat([Buffer.of(HASHED), createHash('sha256').update(key).digest()])
}

export function isClaiming({ claims, releases }: RecordWrite): boolean {
  return (
    (claims !== undefined && claims.length > 0) || (releases !== undefined && releases.length > 0)
  )
}

type Claiming = { readonly position: number; readonly write: RecordWrite }
type Held = {
  readonly name: Buffer
  readonly was: HandleKey | undefined
  now: HandleKey | undefined
}

/** The claims a commit touches: judged first, in the order of its writes, and stored with it. */
export class ClaimLedger {
  readonly #tables: Tables
  readonly #held = new Map<string, Held>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** Claims and releases what the writes ask for; answers those whose claim another record holds. */
  judge(claiming: readonly Claiming[]): CommitAnswer['taken'] {
    const taken: CommitAnswer['taken'][number][] = []
    const some = claiming.filter(({ write }) => isClaiming(write))
    for (const { position, write } of some.sort((a, b) => a.position - b.position)) {
      const lost = this.#apply(write)
      if (lost !== undefined) taken.push({ write: position, ...lost })
    }
    return taken
  }

  #apply({
    next,
    claims = [],
    releases = [],
  }: RecordWrite): { claim: string; by: HandleKey } | undefined {
    const prefix = prefixOf(next.key)
    const claimed = claims.map((claim) => this.#heldOf(prefix, claim))
    for (const [i, { now }] of claimed.entries()) {
      if (now !== undefined && now !== next.key) return { claim: claims[i] as string, by: now }
    }
    for (const release of releases) {
      const held = this.#heldOf(prefix, release)
      if (held.now === next.key) held.now = undefined
    }
    for (const held of claimed) held.now = next.key
    return undefined
  }

  #heldOf(prefix: PrefixKey, claim: string): Held {
    const id = `${prefix}/${claim}`
    const known = this.#held.get(id)
    if (known !== undefined) return known
    const was = readClaimant(this.#tables, { prefix, claim })
    const held = { name: claimKey(prefix, claim), was, now: was }
    this.#held.set(id, held)
    return held
  }

  /** Only within a write. */
  store(): void {
    for (const { name, was, now } of this.#held.values()) {
      if (now === was) continue
      if (now === undefined) this.#tables.claims.remove(name)
      else this.#tables.claims.put(name, sealed(Buffer.from(now)))
    }
  }
}
