import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatTilePath,
  joinHashes,
  parseTilePath,
  readBundle,
  splitHashes,
  tileLevels,
  tilesOf,
  writeBundle,
} from './tiles.ts'

test('paths are spelled as C2SP tlog-tiles spells them', () => {
  const table = [
    ['0/000', { kind: 0, index: 0, width: 256 }],
    ['0/x001/x234/067', { kind: 0, index: 1_234_067, width: 256 }],
    ['entries/x001/x234/067.p/8', { kind: 'entries', index: 1_234_067, width: 8 }],
    ['63/999.p/255', { kind: 63, index: 999, width: 255 }],
    ['2/x001/000', { kind: 2, index: 1000, width: 256 }],
  ] as const
  for (const [path, tile] of table) {
    assert.deepEqual(parseTilePath(path), tile)
    assert.equal(formatTilePath(tile), path)
  }
})

test('every other spelling is no tile', () => {
  const wrong = [
    '',
    '0',
    '0/',
    '/0/000',
    '0/0',
    '0/00',
    '0/0000',
    '00/000',
    '01/000',
    '64/000',
    '-1/000',
    '+1/000',
    '1e1/000',
    '0/x000/001',
    '0/x000/x001/001',
    '0/001/001',
    '0/X001/001',
    '0/x001',
    '0/x01/001',
    '0/000.p',
    '0/000.p/',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/1/',
    '0/000/',
    '0/000?',
    '0/000\n',
    'data/000',
    'entries/../000',
    'Entries/000',
    '0/０００',
    `0/${'x999/'.repeat(6)}999`,
    `0/${'x001/'.repeat(400)}001`,
  ]
  for (const path of wrong) assert.equal(parseTilePath(path), undefined, JSON.stringify(path))
})

test('a path that is a tile is the one path of that tile', () => {
  const tile = fc.record({
    kind: fc.oneof(fc.constant('entries' as const), fc.nat(63)),
    index: fc.maxSafeNat().map((it) => Math.floor(it / 256)),
    width: fc.integer({ min: 1, max: 256 }),
  })
  fc.assert(
    fc.property(tile, (it) => assert.deepEqual(parseTilePath(formatTilePath(it)), { ...it })),
  )
})

test('a tree of 70,000 has the tiles of the specification’s example', () => {
  assert.deepEqual(tilesOf(0, 70_000), { full: 273, partial: 112 })
  assert.deepEqual(tilesOf('entries', 70_000), { full: 273, partial: 112 })
  assert.deepEqual(tilesOf(1, 70_000), { full: 1, partial: 17 })
  assert.deepEqual(tilesOf(2, 70_000), { full: 0, partial: 1 })
  assert.equal(tileLevels(70_000), 3)
  assert.deepEqual([tileLevels(0), tileLevels(255), tileLevels(256)], [0, 1, 2])
  assert.deepEqual(tilesOf(1, 256), { full: 0, partial: 1 })
})

test('a bundle reads back as it was written, and no other width or part of it is a bundle', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 70 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(entries, (given) => {
      const bundle = writeBundle(given)
      assert.deepEqual(
        readBundle(bundle, given.length)?.map((it) => [...it]),
        given.map((it) => [...it]),
      )
      for (let end = 0; end < bundle.length; end++) {
        assert.equal(readBundle(bundle.subarray(0, end), given.length), undefined)
      }
      assert.equal(readBundle(Buffer.concat([bundle, Buffer.of(0)]), given.length), undefined)
      assert.equal(readBundle(bundle, given.length + 1), undefined)
    }),
    { numRuns: 50 },
  )
})

test('an entry may have 65,535 bytes and not one more', () => {
  const largest = new Uint8Array(65_535)
  assert.equal(readBundle(writeBundle([largest]), 1)?.[0]?.length, 65_535)
  assert.throws(() => writeBundle([new Uint8Array(65_536)]), RangeError)
})

test('a tile has exactly its hashes', () => {
  const hashes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const tile = joinHashes(hashes)
  assert.deepEqual(splitHashes(tile, 2), hashes)
  assert.equal(splitHashes(tile, 1), undefined)
  assert.equal(splitHashes(tile.subarray(1), 2), undefined)
})
