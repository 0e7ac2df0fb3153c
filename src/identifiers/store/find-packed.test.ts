import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { array, assert as check, constantFrom, property } from 'fast-check'
import { draftOf } from '../../../test/contract/store.contract.ts'
import { BrokenBlock } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { openLmdbStore } from './lmdb.ts'
import { beginsAlike, writeKey } from './packed-key.ts'
import { findPacked, openTables } from './tables.ts'

const author = { kind: 'user', id: 'u1' } as const
const PREFIXES = ['88.1', '88.1.2', '88.10', '88.甲', '88.甲乙', '89']

test('a record is found under its own prefix only, whatever stands before it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-floor-'))
  await using store = await openLmdbStore({ path: folder.path })
  const keys = PREFIXES.flatMap((prefix) => ['', 'A', 'B7', '中'].map((it) => `${prefix}/${it}`))
  for (const kept of [keys.filter((_, i) => i % 3 === 0), keys]) {
    const writes = kept
      .filter((key) => store.get(key as HandleKey) === undefined)
      .map((key) => ({ expected: 0, next: draftOf(key) }))
    await store.commit({ author, at: 1, writes })
    await store.pack()
    for (const key of keys) {
      for (const asked of [key, `${key}A`, `${key}~`]) {
        const found = store.get(asked as HandleKey)?.key
        assert.equal(found, kept.includes(asked) ? asked : undefined, asked)
      }
    }
    for (const asked of ['88/A', '88.0/A', '88.11/A', '88.丙/A', '9/A', '0.NA/88.1']) {
      assert.equal(store.get(asked as HandleKey), undefined, asked)
    }
  }
})

test('whichever bit of a leaf is flipped, its records are answered as they are or not at all', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-leaf-'))
  await using store = await openLmdbStore({ path: folder.path })
  const drafts = Array.from({ length: 300 }, (_, i) => {
    const draft = draftOf(`88.1/S${1_000 + i * 3}`)
    // Digests pack badly: few records fill a block, and several blocks a leaf.
    const data = Buffer.from(`${i}`)
      .toString('base64')
      .repeat(3 + (i % 5))
    return { ...draft, values: [{ index: 1, type: 'NOTE', data }] }
  })
  await store.commit({ author, at: 1, writes: drafts.map((next) => ({ expected: 0, next })) })
  await store.pack()
  const asked = drafts.filter((_, i) => i % 23 === 0).map(({ key }) => key)
  const kept = new Map(asked.map((key) => [key, store.get(key)]))
  const absent = '88.1/S1001' as HandleKey
  const { engine, blocks, ...others } = openTables(folder.path, {})
  const tables = { engine, blocks, ...others }
  const [entry] = [...blocks.entries({ limit: 1 })]
  assert.ok(entry)
  const head = 2 + entry.value.readUInt16LE(0) + 4
  assert.ok(head > 12, `only one block: ${head} bytes of head`)
  for (let bit = 0; bit < entry.value.length * 8; bit += bit < head * 8 ? 1 : 331) {
    const flipped = Buffer.from(entry.value)
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    engine.write(() => blocks.put(entry.key, flipped))
    engine.freshen()
    const read = (key: HandleKey): IdRecord | undefined | 'broken' => {
      try {
        return findPacked(tables, key)
      } catch (error) {
        assert.ok(error instanceof BrokenBlock, `bit ${bit}: ${error}`)
        return 'broken'
      }
    }
    for (const key of asked) {
      const found = read(key)
      if (found !== 'broken') assert.deepEqual(found, kept.get(key), `bit ${bit}`)
    }
    if (bit < head * 8) assert.equal(read(absent), 'broken', `bit ${bit}`)
    await Promise.resolve()
  }
  await engine[Symbol.asyncDispose]()
})

test('two packed names begin alike exactly where their letters do', () => {
  const names = array(constantFrom('8', '.', '1', '/', 'A', '中', '\u{1f600}'), { maxLength: 12 })
  void check(
    property(names, names, (a, b) => {
      const bytes = Buffer.alloc(200, 0xee)
      const stands = [a, b].map((it) => it.join(''))
      const [one = '', other = ''] = stands
      const end = writeKey(one, bytes, 5)
      writeKey(other, Buffer.alloc(200), 0)
      for (let letters = 0; letters <= other.length; letters++) {
        const alike = beginsAlike(bytes, { start: 5, end, letters })
        const expected = one.startsWith(other.slice(0, letters))
        assert.equal(alike, expected, `${one} ${other} ${letters}`)
      }
    }),
    { numRuns: 2_000 },
  )
})
