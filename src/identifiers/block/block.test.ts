import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { dataSet, recordOf, sortedDrafts } from '../../../bench/data-sets.ts'
import { fuzzBlocks } from '../../../test/fuzz/blocks.ts'
import { Dice, randomRecords } from '../../../test/support/records.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import {
  BLOCK_RECORDS_MAX,
  BrokenBlock,
  decodeRecord,
  encodeBlock,
  encodeRecord,
  openBlock,
  PlainRow,
  wholeOf,
} from './block.ts'

const SEEDS = 150

/** A block gives back what was put in: every record, by position and by key, and no other key. */
function assertKept(prefix: PrefixKey, records: readonly IdRecord[], hint: string): void {
  const block = openBlock(prefix, encodeBlock(prefix, records))
  assert.equal(block.count, records.length, hint)
  for (const [i, record] of records.entries()) {
    assert.deepEqual(block.at(i), record, hint)
    assert.equal(block.find(record.key), i, hint)
    assertSought(block.seek(record.key), record, hint)
    assert.equal(block.find(`${record.key}0` as HandleKey), at(records, `${record.key}0`), hint)
    const shorter = record.key.slice(0, -1)
    assert.equal(block.find(shorter as HandleKey), at(records, shorter), hint)
    const other = record.key.replace(/.$/, '5')
    assert.equal(block.find(other as HandleKey), at(records, other), hint)
    assert.deepEqual(wholeOf(block.seek(other as HandleKey)), records[at(records, other)], hint)
  }
}

function assertSought(
  found: PlainRow | IdRecord | undefined,
  record: IdRecord,
  hint: string,
): void {
  assert.deepEqual(wholeOf(found), record, hint)
  if (!(found instanceof PlainRow)) return
  const { state, held, updatedAt, form } = found
  const { values: _, ...told } = record
  assert.deepEqual({ ...told, state, held, updatedAt }, told, hint)
  const values = form.values.map(({ data, ...rest }) => {
    const pieces = data.map((it) => (typeof it === 'string' ? it : found.text(it)))
    return { ...rest, data: pieces.join('') }
  })
  assert.deepEqual(values, record.values, hint)
  for (const [place, isSimple] of form.areSimple.entries()) {
    if (isSimple) assert.match(found.text(place), /^[\w .:/+-]*$/, hint)
  }
}

function at(records: readonly IdRecord[], key: string): number {
  return records.findIndex((record) => record.key === key)
}

test('a block gives back records of any kind, and finds each by its key and no other', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const count = seed % 5 === 0 ? BLOCK_RECORDS_MAX : 1 + (seed % 40)
    const { prefix, records } = randomRecords({ seed, count })
    if (records.length > 0) assertKept(prefix, records, `seed ${seed}`)
  }
})

test('a block gives back the lines that makers register', () => {
  for (const set of ['regular', 'irregular'] as const) {
    let part: IdRecord[] = []
    for (const draft of sortedDrafts(dataSet(set, { count: 4_000, seed: 2 }))) {
      const record = recordOf(draft, { at: 1_760_000_000_000, batch: 7 })
      const [first] = part
      const full = part.length === BLOCK_RECORDS_MAX
      if (first !== undefined && (full || prefixOf(first.key) !== prefixOf(record.key))) {
        assertKept(prefixOf(first.key), part, set)
        part = []
      }
      part.push(record)
    }
  }
})

test('a name that only reads like the number of one that is there is not found', () => {
  const { records } = randomRecords({ seed: 3, count: 1 })
  const [like] = records
  assert.ok(like)
  const suffixes = {
    growing: Array.from({ length: 40 }, (_, i) => `${i + 1}`),
    padded: Array.from({ length: 40 }, (_, i) => `A${String(i * i).padStart(5, '0')}`),
    zero: ['0'],
    lines: Array.from({ length: 40 }, (_, i) => `L${100 + i}-${String(i % 7).padStart(2, '0')}X`),
  }
  for (const [what, names] of Object.entries<string[]>(suffixes)) {
    const own: IdRecord[] = names
      .map((suffix) => ({ ...like, key: `88.1/${suffix}` as HandleKey, spelled: `88.1/${suffix}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    const block = openBlock('88.1' as PrefixKey, encodeBlock('88.1' as PrefixKey, own))
    for (const [i, { key }] of own.entries()) {
      assert.equal(block.find(key), i, what)
      assert.deepEqual(block.at(i), own[i], what)
    }
    for (const suffix of [
      '',
      '-',
      '-0',
      '-1',
      '00',
      '01',
      '1.',
      'A',
      'A-0001',
      'A0001',
      'a00001',
    ]) {
      const key = `88.1/${suffix}` as HandleKey
      assert.equal(block.find(key), at(own, key), `${what}: ${suffix}`)
    }
    for (const { key } of own) {
      for (const other of [`${key}X`, key.replace(/\/(.)/, '/0$1'), key.replace(/(\d+)$/, '-$1')]) {
        assert.equal(block.find(other as HandleKey), at(own, other), `${what}: ${other}`)
      }
    }
  }
})

test('a single record comes back as it was', () => {
  for (let seed = 1; seed <= 50; seed++) {
    for (const record of randomRecords({ seed, count: 5 }).records) {
      assert.deepEqual(decodeRecord(encodeRecord(record)), record, `seed ${seed}`)
    }
  }
})

test('the longest key and values come back as they were', () => {
  const long = (i: number) => `88.1/${'é'.repeat(1_021)}${i}`
  const records = Array.from({ length: 3 }, (_, i): IdRecord => {
    const values = Array.from({ length: 2_046 }, (_, v) => ({
      index: v + 1,
      type: 'X',
      data: `${v}`,
    }))
    const large = { index: 5_000, type: 'L', data: `${i}`.repeat(262_144) }
    const octets = { index: 5_001, type: 'O', data: new Uint8Array(262_144).fill(i) }
    return { ...plain(long(i)), values: [...values, large, octets] }
  })
  assertKept('88.1' as PrefixKey, records, 'long')
  const [first] = records
  assert.ok(first)
  assert.deepEqual(decodeRecord(encodeRecord(first)), first)
})

function plain(spelled: string): IdRecord {
  const key = spelled as HandleKey
  const times = { createdAt: 1, updatedAt: 1 }
  return {
    key,
    spelled,
    version: 1,
    state: 'registered',
    held: false,
    ...times,
    batch: 1,
    values: [],
  }
}

test('keys are in the order of their UTF-8 bytes, beyond the basic plane too', () => {
  const names = ['88.1/\u{e000}', '88.1/\u{ffff}', '88.1/\u{10000}', '88.1/\u{10ffff}']
  assertKept('88.1' as PrefixKey, names.map(plain), 'planes')
  assert.throws(() => encodeBlock('88.1' as PrefixKey, names.toReversed().map(plain)), RangeError)
})

test('records out of order, twice, too many, none, or of another prefix are refused', () => {
  const prefix = '88.1' as PrefixKey
  const many = Array.from({ length: 129 }, (_, i) => plain(`88.1/${1_000 + i}`))
  for (const wrong of [
    [],
    many,
    [plain('88.1/B'), plain('88.1/A')],
    [plain('88.1/A'), plain('88.1/A')],
    [plain('88.2/A')],
    [plain('88.1')],
    [{ ...plain('88.1/A'), spelled: '88.1/B' }],
    [{ ...plain('88.1/A'), version: -1 }],
    [{ ...plain('88.1/A'), createdAt: 0.5 }],
  ]) {
    assert.throws(() => encodeBlock(prefix, wrong), RangeError)
  }
  assert.equal(openBlock(prefix, encodeBlock(prefix, many.slice(0, 128))).count, 128)
})

function sampleBlocks(): { prefix: PrefixKey; bytes: Uint8Array }[] {
  return [1, 2, 3, 5, 8, 13, 21].map((seed) => {
    const { prefix, records } = randomRecords({ seed, count: 30 })
    return { prefix, bytes: encodeBlock(prefix, records) }
  })
}

test('every truncation of a block is refused', () => {
  for (const { prefix, bytes } of sampleBlocks()) {
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => openBlock(prefix, bytes.subarray(0, length)), BrokenBlock)
    }
  }
})

test('every flipped bit of a block is detected', () => {
  for (const { prefix, bytes } of sampleBlocks()) {
    const damaged = new Uint8Array(bytes)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const mask = 1 << (bit & 7)
      damaged[bit >> 3] = (bytes[bit >> 3] as number) ^ mask
      assert.throws(() => openBlock(prefix, damaged), BrokenBlock)
      damaged[bit >> 3] = bytes[bit >> 3] as number
    }
  }
})

test('every truncation and every flipped bit of a single record is detected', () => {
  const [record] = randomRecords({ seed: 3, count: 1 }).records
  assert.ok(record)
  const bytes = encodeRecord(record)
  for (let i = 0; i < bytes.length; i++) {
    assert.throws(() => decodeRecord(bytes.subarray(0, i)), BrokenBlock)
    for (let bit = 0; bit < 8; bit++) {
      const damaged = new Uint8Array(bytes)
      damaged[i] = (bytes[i] as number) ^ (1 << bit)
      assert.throws(() => decodeRecord(damaged), BrokenBlock)
    }
  }
})

test('damaged blocks with a right digest are read or refused, and nothing else happens', async () => {
  assert.ok((await fuzzBlocks(10_000, 1)) > 0)
})

test('a block opened under another prefix is refused', () => {
  const bytes = encodeBlock('88.1' as PrefixKey, [plain('88.1/A')])
  assert.throws(() => openBlock('88.2' as PrefixKey, bytes), BrokenBlock)
})

test('the same records always give the same bytes', () => {
  for (const seed of [1, 5, 9]) {
    const { prefix, records } = randomRecords({ seed, count: 60 })
    assert.deepEqual(encodeBlock(prefix, records), encodeBlock(prefix, structuredClone(records)))
  }
})

test('a block is never larger than what zstd makes of its rows, give or take a few bytes', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { prefix, records } = randomRecords({ seed, count: 1 + (seed % BLOCK_RECORDS_MAX) })
    if (records.length === 0) continue
    const rows = zstdCompressSync(Buffer.concat(records.map(encodeRecord)))
    const block = encodeBlock(prefix, records)
    assert.ok(block.length <= rows.length + 32, `seed ${seed}: ${block.length} > ${rows.length}`)
  }
})

/** Texts that repeat themselves in ways that columns do not see, and zstd does. */
function repetitive(dice: Dice): ((i: number) => string)[] {
  const hex = '0123456789abcdef'
  const pool = Array.from({ length: dice.pick([3, 17, 40, 70]) }, () => dice.letters(hex, 16))
  const long = dice.letters(hex, 200)
  const gene = dice.letters('ACGT', 60)
  const changed = (text: string, letter: string) => {
    const at = dice.below(text.length)
    return text.slice(0, at) + letter + text.slice(at + 1)
  }
  return [
    (i) => pool[i % pool.length] ?? '',
    () => dice.pick(pool) + dice.pick(pool),
    () => changed(long, dice.letters(hex, 1)),
    () => changed(gene, dice.letters('ACGT', 1)),
    () => Array.from({ length: 12 }, () => (dice.chance(90) ? '0' : dice.letters(hex, 1))).join(''),
    () => JSON.stringify({ a: dice.below(3), b: dice.pick(pool), c: [dice.below(5)] }),
    () => Array.from({ length: 6 }, () => dice.pick(['alpha', 'beta', 'gamma'])).join(' '),
  ]
}

test('texts that repeat in ways of their own are packed as well as zstd would', () => {
  const prefix = '88.1' as PrefixKey
  for (let seed = 1; seed <= 12; seed++) {
    for (const [kind, text] of repetitive(new Dice(seed)).entries()) {
      const records = Array.from({ length: BLOCK_RECORDS_MAX }, (_, i): IdRecord => {
        const values = [1, 2, 3]
          .slice(seed % 3)
          .map((index) => ({ index, type: 'X', data: text(i) }))
        return { ...plain(`88.1/SN${String(i).padStart(6, '0')}`), values }
      })
      const rows = zstdCompressSync(Buffer.concat(records.map(encodeRecord)))
      const block = encodeBlock(prefix, records)
      const hint = `seed ${seed}, kind ${kind}: ${block.length} > ${rows.length}`
      assert.ok(block.length <= rows.length + 32, hint)
      if (seed <= 3) assertKept(prefix, records, hint)
    }
  }
})
