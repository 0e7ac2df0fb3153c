import { createHash } from 'node:crypto'
import { encodeRecord } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { compareKeys, inKeyOrder } from './ordering.ts'
import type {
  BatchDraft,
  BatchEntry,
  CommitAnswer,
  PrefixCounts,
  RecordStore,
  RecordWrite,
  StoreSizes,
} from './store.ts'

/** A store that forgets: the model the others are compared with, and what tests of other rooms use. */
export function openMemoryStore(): RecordStore {
  return new MemoryStore()
}

type Stored = { readonly write: RecordWrite; readonly record: IdRecord }

class MemoryStore implements RecordStore {
  /** All versions of each record, oldest first. */
  readonly #prefixes = new Map<PrefixKey, Map<HandleKey, IdRecord[]>>()
  readonly #claims = new Map<string, HandleKey>()
  readonly #batches: { entry: BatchEntry; keys: HandleKey[] }[] = []

  get(key: HandleKey): IdRecord | undefined {
    return this.#prefixes.get(prefixOf(key))?.get(key)?.at(-1)
  }

  getMany(keys: readonly HandleKey[]): (IdRecord | undefined)[] {
    return keys.map((key) => this.get(key))
  }

  async commit(batch: BatchDraft, options?: { readonly atomic?: boolean }): Promise<CommitAnswer> {
    inKeyOrder(batch.writes.map(({ next }) => next.key))
    const { writes } = batch
    const isStale = ({ expected, next }: RecordWrite) =>
      (this.get(next.key)?.version ?? 0) !== expected
    const stale = [...writes.keys()].filter((i) => isStale(writes[i] as RecordWrite))
    const claims = new Map(this.#claims)
    const taken = takenBy(batch, new Set(stale), claims)
    const left = new Set([...stale, ...taken.map(({ write }) => write)])
    const kept = options?.atomic && left.size > 0 ? [] : writes.filter((_, i) => !left.has(i))
    if (kept.length === 0) return { sequence: 0, stale, taken }
    this.#claims.clear()
    for (const [name, key] of claims) this.#claims.set(name, key)
    return { sequence: this.#store(batch, kept), stale, taken }
  }

  #store(batch: BatchDraft, writes: readonly RecordWrite[]): number {
    const sequence = this.#batches.length + 1
    const stored = writes.map((write) => ({ write, record: this.#next(write, batch, sequence) }))
    stored.sort((a, b) => compareKeys(a.record.key, b.record.key))
    const moved = movedBy(stored, (key) => this.get(key))
    for (const { record } of stored) this.#put(record)
    const hash = createHash('sha256')
    for (const { record } of stored) hash.update(encodeRecord(record))
    const { author, at, job } = batch
    const entry: BatchEntry = {
      sequence,
      author,
      at,
      ...(job === undefined ? {} : { job }),
      count: stored.length,
      created: stored.filter(({ record }) => record.version === 1).length,
      moved,
      digest: hash.digest('hex'),
    }
    this.#batches.push({ entry, keys: stored.map(({ record }) => record.key) })
    return sequence
  }

  #next({ expected, next }: RecordWrite, { at }: BatchDraft, sequence: number): IdRecord {
    const createdAt = this.get(next.key)?.createdAt ?? at
    return { ...next, version: expected + 1, createdAt, updatedAt: at, batch: sequence }
  }

  #put(record: IdRecord): void {
    const prefix = prefixOf(record.key)
    const records = this.#prefixes.get(prefix) ?? new Map<HandleKey, IdRecord[]>()
    this.#prefixes.set(prefix, records)
    records.set(record.key, [...(records.get(record.key) ?? []), record])
  }

  scan(prefix: PrefixKey, options: { after?: HandleKey; limit: number }): IdRecord[] {
    const { after, limit } = options
    const keys = [...(this.#prefixes.get(prefix)?.keys() ?? [])].sort(compareKeys)
    const from = after === undefined ? keys : keys.filter((key) => compareKeys(key, after) > 0)
    return this.getMany(from.slice(0, limit)).filter((it) => it !== undefined)
  }

  prefixes({ after, limit }: { after?: PrefixKey; limit: number }): PrefixKey[] {
    const all = [...this.#prefixes.keys()].sort(compareKeys)
    return all.filter((it) => after === undefined || compareKeys(it, after) > 0).slice(0, limit)
  }

  claimant(prefix: PrefixKey, claim: string): HandleKey | undefined {
    return this.#claims.get(claimName(prefix, claim))
  }

  counts(prefix: PrefixKey): PrefixCounts {
    return countOf(this.#current(prefix))
  }

  totals(): PrefixCounts {
    return countOf([...this.#prefixes.keys()].flatMap((prefix) => this.#current(prefix)))
  }

  #current(prefix: PrefixKey): IdRecord[] {
    const versions = this.#prefixes.get(prefix)?.values() ?? []
    return [...versions].flatMap((all) => all.slice(-1))
  }

  history(key: HandleKey): IdRecord[] {
    return [...(this.#prefixes.get(prefixOf(key))?.get(key) ?? [])]
  }

  batch(sequence: number): BatchEntry | undefined {
    return this.#batches[sequence - 1]?.entry
  }

  changes(after: number, limit: number): BatchEntry[] {
    return this.#batches.slice(after, after + limit).map(({ entry }) => entry)
  }

  batchKeys(sequence: number, limit?: number): HandleKey[] {
    return [...(this.#batches[sequence - 1]?.keys ?? [])].slice(0, limit)
  }

  async pack(): Promise<void> {}

  sizes(): StoreSizes {
    return {
      records: this.totals().total,
      blocks: 0,
      blockBytes: 0,
      recentRecords: 0,
      recentBytes: 0,
      historyBytes: 0,
      batchBytes: 0,
      claimBytes: 0,
      fileBytes: 0,
    }
  }

  async *verify(): AsyncGenerator<{ where: string; why: string }> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Applies the claims of the writes that are not stale, one write after the other, and tells which fail. */
function takenBy(
  { writes }: BatchDraft,
  stale: ReadonlySet<number>,
  claims: Map<string, HandleKey>,
): CommitAnswer['taken'] {
  const taken: CommitAnswer['taken'][number][] = []
  for (const [i, write] of writes.entries()) {
    if (stale.has(i)) continue
    const { key } = write.next
    const prefix = prefixOf(key)
    const holderOf = (claim: string) => claims.get(claimName(prefix, claim))
    const lost = (write.claims ?? []).find((claim) => (holderOf(claim) ?? key) !== key)
    if (lost !== undefined) {
      taken.push({ write: i, claim: lost, by: holderOf(lost) as HandleKey })
      continue
    }
    for (const claim of write.releases ?? []) {
      if (holderOf(claim) === key) claims.delete(claimName(prefix, claim))
    }
    for (const claim of write.claims ?? []) claims.set(claimName(prefix, claim), key)
  }
  return taken
}

function claimName(prefix: PrefixKey, claim: string): string {
  return `${prefix}/${claim}`
}

function countOf(records: readonly IdRecord[]): PrefixCounts {
  const registered = records.filter(({ state }) => state === 'registered').length
  const held = records.filter((record) => record.held).length
  return { total: records.length, registered, retired: records.length - registered, held }
}

function movedBy(
  stored: readonly Stored[],
  before: (key: HandleKey) => IdRecord | undefined,
): BatchEntry['moved'] {
  return [...Map.groupBy(stored, ({ record }) => prefixOf(record.key))].map(([prefix, group]) => {
    const now = countOf(group.map(({ record }) => record))
    const was = countOf(group.flatMap(({ record }) => before(record.key) ?? []))
    return {
      prefix,
      written: group.length,
      created: now.total - was.total,
      registered: now.registered - was.registered,
      retired: now.retired - was.retired,
      held: now.held - was.held,
    }
  })
}
