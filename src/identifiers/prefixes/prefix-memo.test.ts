import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PrefixKey } from '../handle.ts'
import type { BatchEntry } from '../store/store.ts'
import type { PrefixAnswer } from './book.ts'
import { rememberOfPrefixes } from './prefix-memo.ts'

const P = '88.1' as PrefixKey
const Q = '88.2' as PrefixKey
const HOSTED: PrefixAnswer = { kind: 'hosted' }

/** A memo over commits of which only the prefixes they wrote are told, and how often it had to look. */
function open(prefixesMax = 10) {
  const entries: BatchEntry[] = []
  let found = 0
  const remember = rememberOfPrefixes({
    turn: {
      sequence: () => entries.length,
      changes: (after, limit) => entries.slice(after, after + limit),
    },
    find: (prefix) => `${prefix} ${++found}`,
    prefixesMax,
  })
  const commit = (prefix: string, times = 1) => {
    for (let i = 0; i < times; i++) {
      const moved = { written: 1, created: 1, registered: 1, retired: 0, held: 0 }
      entries.push({
        ...{ sequence: entries.length + 1, at: 1, count: 1, created: 1, digest: '' },
        author: { kind: 'system', id: 'test' },
        moved: [{ prefix: prefix as PrefixKey, ...moved }],
      })
    }
  }
  return { remember, commit }
}

test('what was found of a prefix is told until a record of prefixes is written or its state is another', () => {
  const { remember, commit } = open()
  assert.equal(remember(P, HOSTED), '88.1 1')
  commit(P)
  assert.equal(remember(P, HOSTED), '88.1 1', 'names under it are nothing to it')
  commit('0.NA')
  assert.equal(remember(P, HOSTED), '88.1 2')
  assert.equal(remember(P, { kind: 'hosted' }), '88.1 3', 'another state, though it says the same')
})

test('behind more commits than are looked through anything may have changed', () => {
  const { remember, commit } = open()
  assert.equal(remember(P, HOSTED), '88.1 1')
  commit(P, 64)
  assert.equal(remember(P, HOSTED), '88.1 1')
  commit(P, 65)
  assert.equal(remember(P, HOSTED), '88.1 2')
})

test('no more prefixes are remembered than may be', () => {
  const { remember } = open(1)
  assert.equal(remember(P, HOSTED), '88.1 1')
  assert.equal(remember(Q, HOSTED), '88.2 2')
  assert.equal(remember(Q, HOSTED), '88.2 2')
  assert.equal(remember(P, HOSTED), '88.1 3')
})
