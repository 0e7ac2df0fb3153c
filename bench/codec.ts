import { zstdCompressSync } from 'node:zlib'
import {
  BLOCK_RECORDS_MAX,
  encodeBlock,
  encodeRecord,
  openBlock,
} from '../src/identifiers/block/block.ts'
import { prefixOf } from '../src/identifiers/handle.ts'
import type { IdRecord } from '../src/identifiers/record.ts'
import { type DataSetName, dataSet, rawBytes, recordOf, sortedDrafts } from './data-sets.ts'

/** Lines that share one commit in the measured records. */
const COMMIT_LINES = 10_000
const BLOCKS_KEPT = 8_192

type Measure = {
  readonly set: DataSetName
  readonly records: number
  readonly rawBytesEach: number
  readonly bytesEach: number
  readonly zstdBytesEach: number
  readonly encodedPerS: number
  readonly getsPerS: number
  readonly allPerS: number
}

/** Time this thread has run, so that other load on the machine counts less. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** The codec by itself: sorted records in blocks of 128, then random gets, each opening its block anew. */
export function measureCodec(set: DataSetName, count: number): Measure {
  const blocks: { bytes: Uint8Array; records: IdRecord[] }[] = []
  let bytes = 0
  let records = 0
  let encodeMs = 0
  let zstdBytes = 0
  let zstdRecords = 0
  let part: IdRecord[] = []
  const close = () => {
    const first = part[0]
    if (first === undefined) return
    const from = cpuMs()
    const block = encodeBlock(prefixOf(first.key), part)
    encodeMs += cpuMs() - from
    bytes += block.length
    if (blocks.length < BLOCKS_KEPT) blocks.push({ bytes: block, records: part })
    if (blocks.length % 16 === 0) {
      zstdBytes += zstdCompressSync(Buffer.concat(part.map(encodeRecord))).length
      zstdRecords += part.length
    }
    part = []
  }
  for (const draft of sortedDrafts(dataSet(set, { count }))) {
    const commit = Math.floor(records / COMMIT_LINES)
    const record = recordOf(draft, { at: 1_760_000_000_000 + commit * 61, batch: commit + 1 })
    const first = part[0]
    if (first !== undefined) {
      const full = part.length === BLOCK_RECORDS_MAX
      if (full || prefixOf(first.key) !== prefixOf(record.key)) close()
    }
    part.push(record)
    records++
  }
  close()
  return {
    set,
    records,
    rawBytesEach: rawEach(set, count),
    bytesEach: bytes / records,
    zstdBytesEach: zstdBytes / zstdRecords,
    encodedPerS: (records / encodeMs) * 1_000,
    ...measureReads(blocks),
  }
}

function rawEach(set: DataSetName, count: number): number {
  let raw = 0
  let lines = 0
  for (const batch of dataSet(set, { count })) {
    for (let i = 0; i < batch.count; i += 100) {
      raw += rawBytes(batch.line(i)) * Math.min(100, batch.count - i)
      lines += Math.min(100, batch.count - i)
    }
  }
  return raw / lines
}

function measureReads(blocks: readonly { bytes: Uint8Array; records: IdRecord[] }[]) {
  let state = 12_345
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return Math.floor((state / 2 ** 31) * below)
  }
  const gets = 200_000
  const wanted = Array.from({ length: gets }, () => {
    const { bytes, records } = blocks[random(blocks.length)] as (typeof blocks)[number]
    const key = (records[random(records.length)] as IdRecord).key
    return { bytes, key, prefix: prefixOf(key) }
  })
  const from = cpuMs()
  let values = 0
  for (const { bytes, key, prefix } of wanted) {
    const block = openBlock(prefix, bytes)
    values += block.at(block.find(key)).values.length
  }
  const getMs = cpuMs() - from
  const start = cpuMs()
  let read = 0
  for (const { bytes, records } of blocks.slice(0, 2_000)) {
    const block = openBlock(prefixOf((records[0] as IdRecord).key), bytes)
    for (let i = 0; i < block.count; i++) values += block.at(i).values.length
    read += block.count
  }
  const allMs = cpuMs() - start
  if (values === 0) throw new Error('records without values')
  return { getsPerS: (gets / getMs) * 1_000, allPerS: (read / allMs) * 1_000 }
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 1_000_000)
  for (const set of ['regular', 'irregular'] as const) {
    const it = measureCodec(set, count)
    console.log(
      `${set}: ${it.records} records, raw ${it.rawBytesEach.toFixed(0)} B, ` +
        `block ${it.bytesEach.toFixed(2)} B, zstd of rows ${it.zstdBytesEach.toFixed(2)} B; ` +
        `encode ${Math.round(it.encodedPerS / 1_000)}k/s, get ${Math.round(it.getsPerS / 1_000)}k/s, ` +
        `read in order ${Math.round(it.allPerS / 1_000)}k/s`,
    )
  }
}
