import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../lib/problem.ts'
import { HANDLE_BYTES_MAX, parseHandle, parsePrefix, prefixOf, suffixOf } from './handle.ts'

test('only ASCII letters are folded, over the whole name', () => {
  assert.equal(parseHandle('10.a/éß中z').key, '10.A/éß中Z')
  assert.equal(parseHandle('ABC/İı').key, 'ABC/İı')
  assert.equal(parseHandle('88.1/Pump').spelled, '88.1/Pump')
})

test('the prefix ends at the first slash', () => {
  const { key } = parseHandle('88.111.1/a/b')
  assert.equal(prefixOf(key), '88.111.1')
  assert.equal(suffixOf(key), 'A/B')
  assert.equal(suffixOf(parseHandle('88.1/').key), '')
})

test('a name without a slash is the record of a prefix', () => {
  assert.equal(parseHandle('88.111.1').key, '0.NA/88.111.1')
})

test('what is no handle is refused', () => {
  const tooLong = `1/${'x'.repeat(HANDLE_BYTES_MAX - 1)}`
  for (const name of ['', '/', '/x', tooLong, `1/${'中'.repeat(683)}`, '1/\ud800']) {
    assert.throws(
      () => parseHandle(name),
      (it) => it instanceof Problem && it.code === 'malformed-identifier',
    )
  }
  assert.equal(parseHandle(tooLong.slice(0, -1)).spelled.length, HANDLE_BYTES_MAX)
  assert.throws(() => parsePrefix('88.1/x'), Problem)
  assert.equal(parsePrefix('20.500.a'), '20.500.A')
})
