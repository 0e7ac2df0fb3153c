import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { BrokenBlock, decodeRecord, openBlock } from './block.ts'

type Stored = {
  readonly blocks: readonly {
    readonly what: string
    readonly prefix: PrefixKey
    readonly block: string
    readonly records: readonly IdRecord[]
  }[]
  readonly rows: readonly { readonly row: string; readonly record: IdRecord }[]
}

function stored(version: number): Stored {
  const path = new URL(`../../../spec/blocks/v${version}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8'), (_, value) =>
    typeof value?.octets === 'string' ? new Uint8Array(Buffer.from(value.octets, 'base64')) : value,
  )
}

const bytesOf = (base64: string) => Buffer.from(base64, 'base64')

test('blocks that format 1 wrote are read for ever', () => {
  const { blocks } = stored(1)
  assert.ok(blocks.length > 30)
  for (const { what, prefix, block, records } of blocks) {
    const opened = openBlock(prefix, bytesOf(block))
    assert.equal(opened.count, records.length, what)
    for (const [i, record] of records.entries()) {
      assert.deepEqual(opened.at(i), record, what)
      assert.equal(opened.find(record.key), i, what)
    }
  }
})

test('rows that format 1 wrote are read for ever', () => {
  const { rows } = stored(1)
  assert.ok(rows.length >= 4)
  for (const { row, record } of rows) assert.deepEqual(decodeRecord(bytesOf(row)), record)
})

test('a block of a later format is refused, not guessed at', () => {
  for (const { prefix, block } of stored(1).blocks.slice(0, 3)) {
    const bytes = bytesOf(block)
    bytes[0] = 2
    const end = bytes.length - 4
    bytes.writeUInt32LE(crc32(bytes.subarray(0, end), crc32(prefix)), end)
    assert.throws(() => openBlock(prefix, bytes), BrokenBlock)
  }
})
