import { sealed, unsealed } from '../store/tables.ts'
import { type Chunk, ChunkWriter, groupsInChunk, pairOf, readChunk } from './pairs.ts'
import type { IndexTables, Run } from './tables.ts'

const RUN_BYTES = 4
const PAIR_BYTES = 8

/** Numbers up to 2^53 in the order of their bytes. */
function chunkKey(run: number, pair: number): Buffer {
  const key = Buffer.alloc(RUN_BYTES + PAIR_BYTES)
  key.writeUInt32BE(run, 0)
  key.writeUInt32BE(Math.floor(pair / 2 ** 32), RUN_BYTES)
  key.writeUInt32BE(pair % 2 ** 32, RUN_BYTES + 4)
  return key
}

function runKey(run: number): Buffer {
  return chunkKey(run, 0)
}

function firstOf(key: Uint8Array): number {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.length)
  return bytes.readUInt32BE(RUN_BYTES) * 2 ** 32 + bytes.readUInt32BE(RUN_BYTES + 4)
}

/** Packs pairs that come sorted, each once. Only within `engine.write`. */
export function runWriter(tables: IndexTables, run: number): ChunkWriter {
  return new ChunkWriter(({ first, bytes }: Chunk) => {
    tables.chunks.put(chunkKey(run, first), sealed(bytes))
  })
}

/** Calls `take` with every group that has the term by this run. */
export function groupsInRun(
  { chunks }: IndexTables,
  { run, term }: { readonly run: number; readonly term: number },
  take: (group: number) => void,
): void {
  const first = pairOf(term, 0)
  const begun = chunks.floor(chunkKey(run, first), runKey(run))
  const from = begun?.key ?? chunkKey(run, first)
  for (const { key, value } of chunks.entries({ from, to: chunkKey(run, pairOf(term + 1, 0)) })) {
    const more = groupsInChunk(unsealed(value), { first: firstOf(key), wanted: term }, take)
    if (!more) return
  }
}

/** The pairs of a run, chunk by chunk; each step is a read of its own, so other turns may pass between. */
export class RunReader {
  readonly #tables: IndexTables
  readonly #run: number
  #pairs = new Float64Array(0)
  #at = 0
  #last: Uint8Array | undefined
  /** `Infinity` where the run is over. */
  pair = -1

  constructor(tables: IndexTables, run: number) {
    this.#tables = tables
    this.#run = run
    this.next()
  }

  next(): void {
    if (this.#at >= this.#pairs.length) this.#load()
    this.pair = this.#pairs[this.#at++] ?? Number.POSITIVE_INFINITY
  }

  #load(): void {
    const start = this.#last === undefined ? { from: runKey(this.#run) } : { after: this.#last }
    const range = { ...start, to: runKey(this.#run + 1), limit: 1 }
    this.#pairs = new Float64Array(0)
    this.#at = 0
    for (const { key, value } of this.#tables.chunks.entries(range)) {
      this.#pairs = Float64Array.from(readChunk(unsealed(value), firstOf(key)))
      this.#last = key
    }
  }
}

/** Chunks removed in one write at most. */
const REMOVED_MAX = 512

/** Removes a piece of a run; true once nothing is left of it. Only within `engine.write`. */
export function removeSome({ chunks }: IndexTables, run: number): boolean {
  const range = { from: runKey(run), to: runKey(run + 1), limit: REMOVED_MAX }
  const keys = [...chunks.entries(range)].map(({ key }) => key)
  for (const key of keys) chunks.remove(key)
  return keys.length < REMOVED_MAX
}

/** So many runs of about one size become one. */
export const RUNS_MERGED = 8
const LEVEL_PAIRS_MIN = 256

/** Runs to be merged next: the oldest of the smallest size of which there are enough. */
export function dueRuns(runs: readonly Run[]): readonly Run[] | undefined {
  const levels = [...Map.groupBy(runs, levelOf)].sort(([a], [b]) => a - b)
  const due = levels.find(([, ofLevel]) => ofLevel.length >= RUNS_MERGED)
  return due?.[1].slice(0, RUNS_MERGED)
}

function levelOf({ pairs }: Run): number {
  return Math.max(0, Math.floor(Math.log(pairs / LEVEL_PAIRS_MIN) / Math.log(RUNS_MERGED)))
}
