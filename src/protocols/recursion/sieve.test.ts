import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sieve } from './sieve.ts'

/** With a place and a key of one letter: so many of them fit. */
const bytesFor = (count: number) => count * (200 + 2 + 98)
const fill = (sieve: Sieve<number>, letters: string) => {
  for (const it of letters) sieve.put(it, it.charCodeAt(0), 98)
}
const kept = (sieve: Sieve<number>, letters: string) =>
  [...letters].filter((it) => sieve.get(it) !== undefined).join('')

test('what was used since the hand passed stays, what was not goes, the oldest first', () => {
  const sieve = new Sieve<number>(bytesFor(8))
  fill(sieve, 'abcdefgh')
  assert.equal(sieve.get('a'), 97)
  assert.equal(sieve.get('c'), 99)
  fill(sieve, 'ij')
  assert.equal(sieve.size, 8)
  assert.equal(kept(sieve, 'abcdefghij'), 'acefghij', 'of the oldest, b and d were not used')
})

test('one look through many names leaves those that are asked for all the time', () => {
  const sieve = new Sieve<number>(bytesFor(16))
  fill(sieve, 'ab')
  for (let i = 0; i < 10_000; i++) {
    sieve.get('a')
    sieve.get('b')
    sieve.put(`once ${i}`, i, 0)
  }
  assert.equal(kept(sieve, 'ab'), 'ab')
  assert.ok(sieve.bytes <= bytesFor(16))
})

test('bytes are counted as they come, change and go', () => {
  const sieve = new Sieve<number>(bytesFor(100))
  fill(sieve, 'abc')
  assert.equal(sieve.bytes, bytesFor(3))
  sieve.put('b', 7, 98 + 50)
  assert.equal(sieve.bytes, bytesFor(3) + 50)
  assert.equal(sieve.get('b'), 7)
  sieve.delete('b')
  sieve.delete('b')
  assert.equal(sieve.bytes, bytesFor(2))
  sieve.put('a', 1, bytesFor(100))
  assert.equal(
    sieve.get('a'),
    undefined,
    'what is too large is not kept, nor what it would replace',
  )
  sieve.delete('c')
  assert.deepEqual([sieve.bytes, sieve.size], [0, 0])
  fill(sieve, 'xyz')
  assert.equal(kept(sieve, 'xyz'), 'xyz')
})

test('whatever is put, used and deleted in any order, the bound holds and the count is right', () => {
  const sieve = new Sieve<number>(20_000)
  const mirror = new Map<string, number>()
  let seed = 1
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  for (let i = 0; i < 20_000; i++) {
    const key = `k${random(300)}`
    const act = random(4)
    if (act === 0) sieve.delete(key)
    else if (act === 1) sieve.get(key)
    else {
      const bytes = random(1_500)
      sieve.put(key, bytes, bytes)
      mirror.set(key, bytes)
    }
    assert.ok(sieve.bytes <= 20_000)
  }
  let counted = 0
  for (const [key, last] of mirror) {
    const value = sieve.get(key)
    if (value === undefined) continue
    assert.equal(value, last)
    counted += 200 + 2 * key.length + value
  }
  assert.equal(sieve.bytes, counted)
})
