import { Problem } from '../../lib/problem.ts'
import { openBlock, type PlainRow, wholeOf } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { Engine, type Moment, type Table } from './engine.ts'
import { checkLeaf, seekInLeaf } from './leaf.ts'
import { Runs } from './runs.ts'
import { SEQUENCE_BYTES, sealed, sequenceOf, unsealed } from './sealed.ts'

export { sealed, sequenceKey, sequenceOf, unsealed } from './sealed.ts'

/** Format of the whole store; a newer program opens every older one. From 2 on there are runs and `meta/last`. */
const STORE_FORMAT = 2

/** Everything the store keeps, one table a kind. Where a record stands in `recent` and in a block, `recent` is right. */
export type Tables = {
  readonly engine: Engine
  /** Fence → leaf: all packed records of the prefix from the fence up to the next one. The first is `PREFIX/`. */
  readonly blocks: Table<string>
  /** Key → record, not yet packed into a block: rows that came in small commits. Right where a run has the record too. */
  readonly recent: Table<string>
  /** Rows that came many at once, likewise. */
  readonly runs: Runs
  /** Batch that replaced them, first key → block of replaced versions. */
  readonly history: Table<Uint8Array>
  /** Sequence → batch entry. */
  readonly batches: Table<Uint8Array>
  /** Sequence, piece → what the batch wrote. */
  readonly batchKeys: Table<Uint8Array>
  /** Prefix → counts. */
  readonly counts: Table<string>
  /** Prefix/claim → key that holds it. */
  readonly claims: Table<Uint8Array>
  readonly meta: Table<Uint8Array>
}

export function openTables(path: string, options: { readonly readOnly?: boolean }): Tables {
  const engine = new Engine(path, options)
  // All in one write: a new table by itself would be one write to the disk.
  const tables = engine.readOnly ? tablesOf(engine) : engine.write(() => tablesOf(engine))
  settleFormat(tables)
  return tables
}

function tablesOf(engine: Engine): Tables {
  const meta = engine.octets('meta')
  return {
    engine,
    meta,
    blocks: engine.names('blocks', { floors: true }),
    recent: engine.names('recent'),
    runs: new Runs({ engine, meta }),
    history: engine.octets('history'),
    batches: engine.octets('batches'),
    batchKeys: engine.octets('batch-keys'),
    counts: engine.names('counts'),
    claims: engine.octets('claims'),
  }
}

const FORMAT_KEY = Buffer.from('format')

/** A store of an older format is raised to this one by whoever may write, so that an older program leaves it alone. */
function settleFormat(tables: Tables): void {
  const { engine, meta } = tables
  const stored = meta.get(FORMAT_KEY)
  const format = stored === undefined ? undefined : unsealed(stored).toString()
  if (format === `${STORE_FORMAT}`) return
  if ((format === undefined || Number(format) < STORE_FORMAT) && !engine.readOnly) {
    engine.write(() => {
      putLast(tables, lastSequence(tables))
      meta.put(FORMAT_KEY, sealed(Buffer.from(`${STORE_FORMAT}`)))
    })
    return
  }
  if (Number(format) < STORE_FORMAT) return
  throw new Problem('unsupported', {
    en: `The identifier store has format ${format ?? '?'}; this program reads up to ${STORE_FORMAT}`,
    zh: `标识库的格式为 ${format ?? '?'}，本程序最高支持 ${STORE_FORMAT}`,
  })
}

/** `Engine.freshen`, for whoever reads rows of the recent area. */
export function freshen({ engine, runs }: Tables): void {
  engine.freshen()
  runs.lookAgain()
}

/** The least name that a prefix can have, and the least that is beyond all of its names: `0` follows `/`. */
export function firstName(prefix: PrefixKey): string {
  return `${prefix}/`
}

export function beyondNames(prefix: PrefixKey): string {
  return `${prefix}0`
}

/** The row of the recent area that a name has, still to be decoded. Use it before the next read. */
export function peekRow({ recent, runs }: Tables, key: HandleKey): Buffer | undefined {
  return recent.peek(key) ?? runs.find(key)?.bytes
}

/** The record that a block has under the key, whatever stands in the recent area. */
export function findPacked(
  tables: Tables,
  key: HandleKey,
  options?: { readonly moment?: Moment },
): IdRecord | undefined {
  return wholeOf(seekPacked(tables, key, options))
}

/** `findPacked` that leaves the record in the block where its form allows it. Use it before the next read. */
export function seekPacked(
  { blocks }: Tables,
  key: HandleKey,
  {
    moment,
    prefix = prefixOf(key),
  }: { readonly moment?: Moment; readonly prefix?: PrefixKey | undefined } = {},
): PlainRow | IdRecord | undefined {
  const leaf = blocks.floors?.peek(key, prefix.length + 1, moment)
  if (leaf === undefined) return undefined
  const block = openBlock(prefix, seekInLeaf(prefix, key, leaf))
  const found = block.seek(key)
  if (found === undefined) checkLeaf(leaf.bytes, leaf.end)
  return found
}

const LAST_KEY = Buffer.from('last')

/** Of the last batch entry; 0 where there is none. A store of format 1 that nobody could write to since has no record of it. */
export function lastSequence({ meta, batches }: Tables, moment?: Moment): number {
  const stored = meta.get(LAST_KEY, moment)
  if (stored !== undefined) return unsealed(stored).readUIntBE(0, SEQUENCE_BYTES)
  const last = batches.last()
  return last === undefined ? 0 : sequenceOf(last.key)
}

/** Whether that is still the sequence of the last batch entry: told by what stands there, which is judged once it is another. */
export function isLastSequence({ meta }: Tables, sequence: number): boolean {
  const stored = meta.peek(LAST_KEY)
  return stored !== undefined && stored.readUIntBE(0, SEQUENCE_BYTES) === sequence
}

/** Only within a write. */
export function putLast({ meta }: Tables, sequence: number): void {
  const bytes = Buffer.alloc(SEQUENCE_BYTES)
  bytes.writeUIntBE(sequence, 0, SEQUENCE_BYTES)
  meta.put(LAST_KEY, sealed(bytes))
}
