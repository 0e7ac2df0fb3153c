import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataSet, recordOf, sortedDrafts } from '../../../bench/data-sets.ts'
import { randomRecords } from '../../../test/support/records.ts'
import { encodeBlock, openBlock, PlainRow } from '../../identifiers/block/block.ts'
import { type PrefixKey, prefixOf } from '../../identifiers/handle.ts'
import type { IdRecord } from '../../identifiers/record.ts'
import { writeValue } from '../wire/value.ts'
import { lengthText, WireStencils } from './wire-stencils.ts'
import { wireValue } from './wire-values.ts'

const stencils = new WireStencils()

/** Fills in the values of records of one block, and compares them with those made of the whole; how many there were. */
function fillAll(prefix: PrefixKey, records: readonly IdRecord[]): number {
  const block = openBlock(prefix, encodeBlock(prefix, records))
  let filled = 0
  for (const { key, values, updatedAt } of records) {
    const row = block.seek(key)
    if (!(row instanceof PlainRow)) continue
    filled++
    const whole = Buffer.concat(values.map((it) => writeValue(wireValue(it, updatedAt))))
    assert.equal(stencils.fill(row), lengthText(values.length) + whole.toString('latin1'), key)
  }
  return filled
}

test('values that are filled in are the bytes that are made of the whole record', () => {
  const blocks = new Map<string, IdRecord[]>()
  let count = 0
  for (const draft of sortedDrafts(dataSet('regular', { count: 3_000, seed: 4 }))) {
    const prefix = prefixOf(draft.key)
    const ofPrefix = blocks.get(prefix) ?? []
    if (ofPrefix.length >= 60) continue
    const at = 1_760_000_000_000 + (count % 20) * 16_000
    ofPrefix.push(recordOf(draft, { at, batch: 7 }))
    blocks.set(prefix, ofPrefix)
    count++
  }
  let filled = 0
  for (const [prefix, records] of blocks) filled += fillAll(prefix as PrefixKey, records)
  assert.equal(filled, count)
  let odd = 0
  for (let seed = 1; seed <= 150; seed++) {
    const { prefix, records } = randomRecords({ seed, count: 40 })
    if (records.length > 0) odd += fillAll(prefix, records)
  }
  assert.ok(odd > 100)
})

test('a length stands in four bytes, however long', () => {
  for (const length of [0, 1, 255, 256, 4_095, 4_096, 65_536, 0x01020304]) {
    assert.equal(Buffer.from(lengthText(length), 'latin1').readUInt32BE(), length)
  }
})
