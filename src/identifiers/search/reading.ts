import type { HandleKey, PrefixKey } from '../handle.ts'
import { prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { compareKeys } from '../store/ordering.ts'
import type { BatchEntry } from '../store/store.ts'

/** What the search reads of a store that answers at once. */
export type SearchedStore = {
  getMany(keys: readonly HandleKey[]): (IdRecord | undefined)[]
  scan(
    prefix: PrefixKey,
    options: { readonly after?: HandleKey; readonly limit: number },
  ): IdRecord[]
  prefixes(options: { readonly after?: PrefixKey; readonly limit: number }): PrefixKey[]
  batch(sequence: number): BatchEntry | undefined
  changes(after: number, limit: number): BatchEntry[]
  batchKeys(sequence: number): HandleKey[]
  history(key: HandleKey): IdRecord[]
}

/** The newest batch, found by doubling steps: sequences are dense. */
export function newestSequence(store: Pick<SearchedStore, 'batch'>, known: number): number {
  let newest = known
  let step = 1
  while (store.batch(newest + step) !== undefined) {
    newest += step
    step *= 2
  }
  for (; step >= 1; step = Math.floor(step / 2)) {
    if (store.batch(newest + step) !== undefined) newest += step
  }
  return newest
}

const PREFIXES_READ = 1_024

/** The prefixes of a store, read again only where something was committed since: a node has tens of thousands. */
export class PrefixList {
  readonly #store: Pick<SearchedStore, 'batch' | 'prefixes'>
  #sequence = 0
  #all: readonly PrefixKey[] | undefined

  constructor(store: Pick<SearchedStore, 'batch' | 'prefixes'>) {
    this.#store = store
  }

  /** All of them, in order. */
  all(): readonly PrefixKey[] {
    const newest = newestSequence(this.#store, this.#sequence)
    if (this.#all !== undefined && newest === this.#sequence) return this.#all
    this.#sequence = newest
    this.#all = this.#read()
    return this.#all
  }

  #read(): readonly PrefixKey[] {
    const all: PrefixKey[] = []
    for (;;) {
      const after = all.at(-1)
      const range = { limit: PREFIXES_READ, ...(after !== undefined && { after }) }
      const some = this.#store.prefixes(range)
      for (const prefix of some) all.push(prefix)
      if (some.length < PREFIXES_READ) return all
    }
  }
}

/** What a record, as it is now, was as of one batch and is as of a later one; undefined where it was not there. */
export function changeOf(
  store: Pick<SearchedStore, 'history'>,
  record: IdRecord,
  { after, through }: { readonly after: number; readonly through: number },
): { readonly before: IdRecord | undefined; readonly now: IdRecord | undefined } {
  if (record.batch <= after) return { before: record, now: record }
  if (record.version === 1) {
    return { before: undefined, now: record.batch <= through ? record : undefined }
  }
  const versions = store.history(record.key)
  return {
    before: versions.findLast(({ batch }) => batch <= after),
    now: versions.findLast(({ batch }) => batch <= through),
  }
}

/** Records of a prefix in key order, after a name, and before another. Each chunk sees one moment. */
export function* chunksOf(
  store: SearchedStore,
  it: {
    readonly prefix: PrefixKey
    readonly after?: HandleKey | undefined
    readonly end?: string | undefined
    readonly limit?: number
  },
): Generator<readonly IdRecord[]> {
  const { prefix, end, limit = CHUNK_RECORDS } = it
  let { after } = it
  for (;;) {
    const records = store.scan(prefix, after === undefined ? { limit } : { after, limit })
    const last = records.at(-1)
    if (last === undefined) return
    if (end !== undefined && compareKeys(last.key, end) >= 0) {
      const within = records.findIndex(({ key }) => compareKeys(key, end) >= 0)
      if (within > 0) yield records.slice(0, within)
      return
    }
    yield records
    if (records.length < limit) return
    after = last.key
  }
}

const CHUNK_RECORDS = 512

/** Keys in order, each once. */
export function sortedKeys(keys: readonly HandleKey[]): readonly HandleKey[] {
  const isRising = keys.every((key, i) => i === 0 || compareKeys(keys[i - 1] as string, key) < 0)
  if (isRising) return keys
  const sorted = keys.toSorted(compareKeys)
  return sorted.filter((key, i) => key !== sorted[i - 1])
}

const DENSE_RECORDS = 256
/** Of the records scanned, how many must be wanted for the scan to be cheaper than single reads. */
const DENSE_HITS_MIN = 48

/** The records of keys that come in order: by scans where they are neighbours, one by one where they are far apart. */
export function* recordsOf(
  store: SearchedStore,
  keys: readonly HandleKey[],
): Generator<readonly IdRecord[]> {
  let at = 0
  let isDense = false
  while (at < keys.length) {
    const before = keys[at - 1]
    const prefix = prefixOf(keys[at] as HandleKey)
    if (isDense && before !== undefined && prefixOf(before) === prefix) {
      const records = store.scan(prefix, { after: before, limit: DENSE_RECORDS })
      const wanted = wantedOf(records, keys, at)
      at += wanted.length
      isDense = wanted.length >= DENSE_HITS_MIN
      if (wanted.length > 0) yield wanted
    } else {
      const some = keys.slice(at, at + SPARSE_KEYS)
      at += some.length
      isDense = true
      yield store.getMany(some).filter((it) => it !== undefined)
    }
  }
}

const SPARSE_KEYS = 64

/** Those of the records that are the next keys. */
function wantedOf(records: readonly IdRecord[], keys: readonly HandleKey[], from: number) {
  const wanted: IdRecord[] = []
  for (const record of records) if (record.key === keys[from + wanted.length]) wanted.push(record)
  return wanted
}
