import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OldestFirstMap } from './oldest-first-map.ts'

test('the oldest is the one that was set first of those that are there', () => {
  const map = new OldestFirstMap<string, number>()
  assert.equal(map.oldest, undefined)
  map.set('a', 1).set('b', 2).set('c', 3)
  assert.equal(map.oldest, 'a')
  map.set('a', 9)
  assert.equal(map.oldest, 'a', 'what is set again stays where it is')
  map.delete('b')
  map.delete('a')
  map.set('a', 1)
  assert.equal(map.oldest, 'c')
  map.delete('c')
  assert.equal(map.oldest, 'a')
  map.delete('a')
  assert.equal(map.oldest, undefined)
  map.set('d', 4)
  assert.equal(map.oldest, 'd')
  map.clear()
  assert.equal(map.oldest, undefined)
  map.set('e', 5)
  assert.equal(map.oldest, 'e')
})

test('it is what a plain map finds first, whatever is set and deleted', () => {
  const map = new OldestFirstMap<number, number>()
  let seed = 7
  const dice = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let i = 0; i < 20_000; i++) {
    const key = dice(50)
    if (dice(5) < 2) map.set(key, i)
    else map.delete(key)
    if (dice(3) === 0) assert.equal(map.oldest, map.keys().next().value)
    if (dice(500) === 0) map.clear()
  }
})

test('the oldest is told where it is due, and no other', () => {
  const map = new OldestFirstMap([
    ['a', 1],
    ['b', 9],
    ['c', 2],
  ])
  const due = () => map.oldestIf((it) => it < 5)
  assert.equal(due(), 'a')
  map.delete('a')
  assert.equal(due(), undefined)
  map.delete('b')
  assert.equal(due(), 'c')
  map.delete('c')
  assert.equal(due(), undefined)
})
