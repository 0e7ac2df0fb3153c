import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HandleKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { encodeRecord, RowWriter } from './block.ts'

const CHANGED: HandleValue = { index: 9, type: 'URL', data: 'https://example.com/', ttl: 60 }
const SHARED: readonly HandleValue[] = Array.from({ length: 40 }, (_, i) => ({
  index: i + 1,
  type: 'NAME',
  data: i % 2 === 0 ? `电动机 ${i}` : new Uint8Array([i, 255]),
}))

function recordOf(at: number): IdRecord {
  const count = (at * 7) % SHARED.length
  const values = SHARED.slice(0, count).map((it, i) => (i === at % 5 ? { ...it, ...CHANGED } : it))
  const key = `88.1/N${at}` as HandleKey
  const times = { createdAt: 1_000, updatedAt: 1_000 + (at % 3) }
  return {
    ...{ key, spelled: key, version: at + 1, state: 'registered', held: at % 4 === 0 },
    ...{ ...times, batch: 7, values },
    ...(at % 2 === 0 && { template: 'motor@1' }),
  }
}

test('rows one behind the other are those that stand alone, whatever values they share', () => {
  const writer = new RowWriter()
  for (const round of [1, 2]) {
    writer.reset()
    const ends: number[] = []
    const records = Array.from({ length: 200 }, (_, at) => recordOf(at * round))
    for (const record of records) {
      writer.add(record, record)
      ends.push(writer.length)
    }
    const bytes = Buffer.from(writer.view())
    for (const [i, record] of records.entries()) {
      const row = bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i])
      assert.deepEqual(row, Buffer.from(encodeRecord(record)))
    }
  }
})
