import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FormMemo } from './form-memo.ts'

test('what is found was kept for the same bytes, wherever they stand', () => {
  const memo = new FormMemo<string>(64)
  let found = 0
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 200; i++) {
      const name = `form ${i % 40} ${'x'.repeat(i % 7)}`
      const around = Buffer.from(`${'a'.repeat(i % 5)}${name}behind`)
      const from = i % 5
      const known = memo.find(around, from, from + name.length)
      if (known === undefined) memo.keep(around, from, from + name.length, name)
      else {
        assert.equal(known, name)
        found++
      }
      assert.equal(memo.find(around, from, from + name.length), name)
      assert.equal(
        memo.find(around, from, from + name.length - 1) ?? name.slice(0, -1),
        name.slice(0, -1),
      )
      // What the block does with its bytes afterwards changes nothing.
      around.fill(0)
    }
  }
  assert.ok(found > 0)
})

test('a long form is not kept, and of many the places are used again', () => {
  const memo = new FormMemo<number>(64)
  const long = Buffer.alloc(4_097, 1)
  memo.keep(long, 0, 4_097, 1)
  assert.equal(memo.find(long, 0, 4_097), undefined)
  memo.keep(long, 0, 4_096, 1)
  assert.equal(memo.find(long, 0, 4_096), 1)
  const names = Array.from({ length: 1_000 }, (_, i) => Buffer.from(`form ${i}`))
  for (const [i, name] of names.entries()) memo.keep(name, 0, name.length, i)
  const kept = names.flatMap((name, i) => (memo.find(name, 0, name.length) === i ? [i] : []))
  assert.ok(kept.length > 32 && kept.length <= 64, `${kept.length} kept`)
})
