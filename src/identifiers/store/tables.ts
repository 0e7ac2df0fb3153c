import { crc32 } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'
import { type Block, BrokenBlock, openBlock } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { Engine, type Moment, type Table } from './engine.ts'
import { findInLeaf } from './leaf.ts'
import { writeKey } from './packed-key.ts'

/** Format of the whole store; a newer program opens every older one. From 2 on `meta/last` tells the last sequence. */
const STORE_FORMAT = 2

/** Everything the store keeps, one table a kind. Where a record stands in `recent` and in a block, `recent` is right. */
export type Tables = {
  readonly engine: Engine
  /** Fence → leaf: all packed records of the prefix from the fence up to the next one. The first is `PREFIX/`. */
  readonly blocks: Table<string>
  /** Key → record, not yet packed into a block. */
  readonly recent: Table<string>
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
  return {
    engine,
    meta: engine.octets('meta'),
    blocks: engine.names('blocks'),
    recent: engine.names('recent'),
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

/** The least name that a prefix can have, and the least that is beyond all of its names: `0` follows `/`. */
export function firstName(prefix: PrefixKey): string {
  return `${prefix}/`
}

export function beyondNames(prefix: PrefixKey): string {
  return `${prefix}0`
}

/** The block that would hold the key. Use it before the next read: its bytes are overwritten then. */
export function peekBlock(
  tables: Tables,
  at: { prefix: PrefixKey; key: HandleKey; moment?: Moment },
): Block | undefined {
  const leaf = tables.blocks.peekFloor(at.key, firstName(at.prefix), at.moment)
  if (leaf === undefined) return undefined
  return openBlock(at.prefix, findInLeaf(at.prefix, at.key, leaf))
}

const SEQUENCE_BYTES = 6

export function sequenceKey(sequence: number, tail: number | string = ''): Buffer {
  const key = Buffer.alloc(KEY_BYTES_MAX)
  let end = key.writeUIntBE(sequence, 0, SEQUENCE_BYTES)
  if (typeof tail === 'number') end = key.writeUInt32BE(tail, end)
  else end = writeKey(tail, key, end)
  return key.subarray(0, end)
}

const KEY_BYTES_MAX = 1_978
const LAST_KEY = Buffer.from('last')

/** Of the last batch entry; 0 where there is none. A store of format 1 that nobody could write to since has no record of it. */
export function lastSequence({ meta, batches }: Tables, moment?: Moment): number {
  const stored = meta.get(LAST_KEY, moment)
  if (stored !== undefined) return unsealed(stored).readUIntBE(0, SEQUENCE_BYTES)
  const last = batches.last()
  return last === undefined ? 0 : sequenceOf(last.key)
}

/** Only within a write. */
export function putLast({ meta }: Tables, sequence: number): void {
  const bytes = Buffer.alloc(SEQUENCE_BYTES)
  bytes.writeUIntBE(sequence, 0, SEQUENCE_BYTES)
  meta.put(LAST_KEY, sealed(bytes))
}

export function sequenceOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, SEQUENCE_BYTES).readUIntBE(0, SEQUENCE_BYTES)
}

const DIGEST_BYTES = 4

/** With a CRC-32 behind it, for what is not a block or a row and so has none of its own. */
export function sealed(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(payload.length + DIGEST_BYTES)
  bytes.set(payload)
  bytes.writeUInt32LE(crc32(payload), payload.length)
  return bytes
}

/** @throws BrokenBlock where the digest does not fit. */
export function unsealed(bytes: Buffer): Buffer {
  const end = bytes.length - DIGEST_BYTES
  const payload = bytes.subarray(0, Math.max(end, 0))
  if (end < 0 || crc32(payload) !== bytes.readUInt32LE(end)) {
    throw new BrokenBlock('the digest of an entry does not fit')
  }
  return payload
}
