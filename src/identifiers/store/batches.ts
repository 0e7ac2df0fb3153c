import { BrokenBlock } from '../block/block.ts'
import { ByteReader, ByteWriter } from '../block/bytes.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import type { Moment } from './engine.ts'
import { sharedLength } from './leaf.ts'
import type { BatchEntry } from './store.ts'
import { putLast, sealed, sequenceKey, type Tables, unsealed } from './tables.ts'

export function readBatch(
  tables: Tables,
  sequence: number,
  moment?: Moment,
): BatchEntry | undefined {
  const stored = tables.batches.get(sequenceKey(sequence), moment)
  return stored === undefined ? undefined : entryFrom(stored)
}

export function entryFrom(stored: Buffer): BatchEntry {
  return JSON.parse(unsealed(stored).toString()) as BatchEntry
}

/** Only within a write. */
export function putBatch(tables: Tables, entry: BatchEntry): void {
  tables.batches.append(sequenceKey(entry.sequence), sealed(Buffer.from(JSON.stringify(entry))))
  putLast(tables, entry.sequence)
}

/** What a batch wrote: single keys, and runs in which it wrote many of the records there are. */
export type Wrote =
  | { readonly key: HandleKey }
  | { readonly from: HandleKey; readonly to: HandleKey }

const KEY = 0
const RUN = 1
/** Pieces of this size share pages. */
const PIECE_BYTES_MAX = 1_800
/** One for all: its room outside the heap, taken anew for every small batch, had the collector run for that alone. */
const writer = new ByteWriter()

/** Only within a write. */
export function putWrote(tables: Tables, sequence: number, wrote: readonly Wrote[]): void {
  writer.reset()
  let piece = 0
  let previous = ''
  const flush = (): void => {
    tables.batchKeys.append(sequenceKey(sequence, piece++), sealed(writer.view()))
    writer.reset()
    previous = ''
  }
  const name = (text: string): void => {
    const shared = sharedLength(previous, text)
    writer.uint(shared)
    writer.piece(text.slice(shared))
    previous = text
  }
  for (const it of wrote) {
    if (writer.length > PIECE_BYTES_MAX) flush()
    writer.u8('key' in it ? KEY : RUN)
    name('key' in it ? it.key : it.from)
    if ('to' in it) name(it.to)
  }
  flush()
}

export function* readWrote(tables: Tables, sequence: number, moment?: Moment): Generator<Wrote> {
  const range = { from: sequenceKey(sequence), to: sequenceKey(sequence + 1), moment }
  for (const { value } of tables.batchKeys.entries(range)) yield* piecesIn(unsealed(value))
}

function* piecesIn(payload: Buffer): Generator<Wrote> {
  const reader = new ByteReader(payload)
  let previous = ''
  const name = (): HandleKey => {
    const shared = reader.uint()
    if (shared > previous.length) throw new BrokenBlock('a key leans on what was not there')
    previous = previous.slice(0, shared) + reader.text()
    return previous as HandleKey
  }
  while (reader.at < reader.end) {
    const kind = reader.u8()
    if (kind > RUN) throw new BrokenBlock('keys of a batch in an unknown form')
    const first = name()
    yield kind === KEY ? { key: first } : { from: first, to: name() }
  }
}

/** Collects, in key order, what a commit wrote; stretches that touch become one run. */
export class WroteTally {
  readonly wrote: Wrote[] = []
  /** Where the last run's stretch ends. */
  #end: string | undefined

  keys(keys: readonly HandleKey[]): void {
    for (const key of keys) this.wrote.push({ key })
    this.#end = undefined
  }

  run(
    { from, to }: { from: HandleKey; to: HandleKey },
    stretch: { fence: string; end: string | undefined },
  ): void {
    const last = this.wrote.at(-1)
    const touches = last !== undefined && 'from' in last && this.#end === stretch.fence
    if (touches && samePrefix(last.from, from)) {
      this.wrote[this.wrote.length - 1] = { from: last.from, to }
    } else this.wrote.push({ from, to })
    this.#end = stretch.end
  }
}

function samePrefix(a: HandleKey, b: HandleKey): boolean {
  return prefixOf(a) === prefixOf(b)
}
