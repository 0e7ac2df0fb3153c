import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataSet, recordOf, sortedDrafts } from '../../../bench/data-sets.ts'
import { randomRecords } from '../../../test/support/records.ts'
import { encodeBlock, openBlock, PlainRow } from '../../identifiers/block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../../identifiers/handle.ts'
import type { HandleValue, IdRecord } from '../../identifiers/record.ts'
import { valuesJson } from './answers.ts'
import { Stencils } from './stencils.ts'

const asBytes = (text: string) => Buffer.from(text).toString('latin1')
const stencils = new Stencils(asBytes)

/** Fills in the answers to records of one block, and compares them with those made of the whole; how many there were. */
function fillAll(prefix: PrefixKey, records: readonly IdRecord[]): number {
  const block = openBlock(prefix, encodeBlock(prefix, records))
  let filled = 0
  for (const { key, values, updatedAt } of records) {
    const row = block.seek(key)
    if (!(row instanceof PlainRow)) continue
    const answer = stencils.fill('88/NAME', row)
    if (answer === undefined) continue
    filled++
    assert.equal(answer, asBytes(valuesJson('"88/NAME"', { values, updatedAtMs: updatedAt })), key)
  }
  return filled
}

test('an answer that is filled in is the one that is made of the whole record', () => {
  const lines = sortedDrafts(dataSet('regular', { count: 3_000, seed: 4 }))
  const blocks = new Map<string, IdRecord[]>()
  let count = 0
  for (const draft of lines) {
    const prefix = prefixOf(draft.key)
    const ofPrefix = blocks.get(prefix) ?? []
    if (ofPrefix.length >= 60) continue
    // Some in one second, others in others: a stencil is of one.
    const at = 1_760_000_000_000 + (count % 20) * 16_000
    ofPrefix.push(recordOf(draft, { at, batch: 7 }))
    blocks.set(prefix, ofPrefix)
    count++
  }
  let filled = 0
  for (const [prefix, records] of blocks) filled += fillAll(prefix as PrefixKey, records)
  assert.equal(filled, count)
  for (let seed = 1; seed <= 150; seed++) {
    const { prefix, records } = randomRecords({ seed, count: 40 })
    if (records.length > 0) fillAll(prefix, records)
  }
})

/** Records that differ in one value alone. */
function recordsWith(data: (row: number) => string, others: Partial<HandleValue> = {}): IdRecord[] {
  return Array.from({ length: 30 }, (_, row) => {
    const key = `88.1/N${100 + row}` as HandleKey
    const value = { index: 3, type: 'NAME', data: data(row), ...others }
    const stamps = { version: 1, createdAt: 1, updatedAt: 5_000, batch: 1 }
    return { key, spelled: key, state: 'registered', held: false, ...stamps, values: [value] }
  })
}

test('what JSON quotes otherwise, and what a type shows otherwise, is not filled in', () => {
  const names = ['"', '\\', '\n', '\u0001', '\u2028', '\ud800', '😀', 'é']
  const prefix = '88.1' as PrefixKey
  const fill = (records: readonly IdRecord[]) => fillAll(prefix, records)
  assert.equal(fill(recordsWith((row) => `泵 ${row * row * 7919}`)), 30)
  // Around what differs: quoted when the stencil is cut, unless all of the value becomes base64.
  for (const name of names) {
    const shown = name === '\u0001' ? 0 : 30
    assert.equal(
      fill(recordsWith((row) => `${name}/${row * row * 7919}`)),
      shown,
      JSON.stringify(name),
    )
  }
  assert.equal(fill(recordsWith((row) => `\ue000${row * row * 7919}`)), 0)
  // In what differs.
  for (const name of names) {
    const differing = recordsWith((row) => `${'x'.repeat(row % 7)}${name}${row * 7919}${name}`)
    const filled = fill(differing)
    assert.ok(name === 'é' ? filled > 0 : filled < 30, JSON.stringify(name))
  }
  for (const type of ['HS_ALIAS', 'hs_admin']) {
    assert.equal(fill(recordsWith((row) => `88.1/${row * row * 7919}`, { type })), 0, type)
  }
  for (const others of [{ permissions: 6 }, { ttl: 5 }, { timestamp: 7 }, { references: [] }]) {
    assert.equal(fill(recordsWith((row) => `a${row}`, others)), 0, JSON.stringify(others))
  }
})
