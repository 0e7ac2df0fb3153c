import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { BrokenBlock, decodeRecord, encodeBlock, encodeRecord, openBlock } from './block.ts'

const prefix = '88.100.7' as PrefixKey

const records = Array.from({ length: 128 }, (_, i): IdRecord => {
  const spelled = `88.100.7/sn${String(i).padStart(6, '0')}`
  return {
    key: spelled.toUpperCase() as HandleKey,
    spelled,
    version: 1,
    state: 'registered',
    held: false,
    template: 'product@1',
    createdAt: 1_760_000_000_000,
    updatedAt: 1_760_000_000_000 + i,
    batch: 17,
    values: [
      { index: 1, type: 'URL', data: `https://maker.example/p/sn${i}` },
      { index: 2, type: 'NAME', data: '水泵 40', permissions: 12, ttl: 60, ttlAbsolute: true },
      { index: 3, type: 'RAW', data: new Uint8Array([0, 255, i]), timestamp: 5 },
      { index: 4, type: 'X', data: '\ud800', references: [{ handle: '0.NA/88', index: 3 }] },
    ],
  }
})

test('a block gives back every record and finds it by its key', () => {
  const block = openBlock(prefix, encodeBlock(prefix, records))
  assert.equal(block.count, 128)
  for (const [i, record] of records.entries()) {
    assert.equal(block.find(record.key), i)
    assert.deepEqual(block.at(i), record)
  }
  assert.equal(block.find('88.100.7/SN' as HandleKey), -1)
})

test('a single record comes back as it was', () => {
  for (const record of records) assert.deepEqual(decodeRecord(encodeRecord(record)), record)
})

test('a block opened under another prefix is refused', () => {
  const bytes = encodeBlock(prefix, records)
  assert.throws(() => openBlock('88.100.8' as PrefixKey, bytes), BrokenBlock)
})
