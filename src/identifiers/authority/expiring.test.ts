import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { ExpiringTable } from './expiring.ts'

function table() {
  const clock = testClock(0)
  const limits = { lifeMs: 1000, entriesMax: 4, perSourceMax: 2, bytesMax: 100 }
  return { clock, table: new ExpiringTable<number>(limits, clock) }
}

test('what was put is there until its time is over', () => {
  const { table: it, clock } = table()
  it.put('a', 1, { source: 's' })
  clock.advance(999)
  assert.equal(it.get('a'), 1)
  clock.advance(1)
  assert.equal(it.get('a'), undefined)
  assert.equal(it.size, 0)
})

test('what is taken is gone: a challenge is answered once', () => {
  const { table: it } = table()
  it.put('a', 1, { source: 's' })
  assert.equal(it.take('a'), 1)
  assert.equal(it.take('a'), undefined)
})

test('who asks for too much loses what is their own, not what is others’', () => {
  const { table: it } = table()
  it.put('mine', 1, { source: 'me' })
  for (let i = 0; i < 10; i++) it.put(`flood ${i}`, i, { source: 'flood' })
  assert.equal(it.get('mine'), 1)
  assert.equal(it.size, 3)
  assert.equal(it.get('flood 9'), 9)
  assert.equal(it.get('flood 7'), undefined)
})

test('a source is full while it has as many as it may have', () => {
  const { table: it, clock } = table()
  const full = () => it.isFullFor('me')
  assert.ok(!full())
  it.put('a', 1, { source: 'me' })
  assert.ok(!full())
  it.put('b', 2, { source: 'me' })
  assert.ok(full())
  assert.ok(!it.isFullFor('you'))
  it.take('a')
  assert.ok(!full())
  it.put('c', 3, { source: 'me' })
  clock.advance(1000)
  assert.ok(!full())
})

test('all together stay within their number and their bytes', () => {
  const { table: it } = table()
  for (let i = 0; i < 9; i++) it.put(`${i}`, i, { source: `${i}` })
  assert.equal(it.size, 4)
  it.put('large', 1, { source: 'x', bytes: 90 })
  it.put('larger', 2, { source: 'y', bytes: 95 })
  assert.equal(it.get('large'), undefined)
  assert.equal(it.get('larger'), 2)
})
