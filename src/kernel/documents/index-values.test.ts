import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareText, encodeIndexValue, textAbove } from './index-values.ts'

const text = fc.string({ unit: 'binary', maxLength: 12 })
const bytesOf = (it: string) => Buffer.from(it)
const sign = (it: number) => Math.sign(it)

test('encoded values sort as the values do', () => {
  const encoded = (kind: 'text' | 'integer' | 'boolean', it: unknown) =>
    encodeIndexValue(kind, it) ?? ''
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
      assert.equal(order(encoded('integer', a), encoded('integer', b)), sign(a - b))
    }),
  )
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(
        order(encoded('text', a), encoded('text', b)),
        Buffer.compare(bytesOf(a), bytesOf(b)),
      )
    }),
  )
  assert.ok(encoded('boolean', false) < encoded('boolean', true))
})

test('text compares as its UTF-8 bytes do', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(sign(compareText(a, b)), Buffer.compare(bytesOf(a), bytesOf(b)))
    }),
    {
      examples: [
        ['\u{10000}', '\uffff'],
        ['a', 'ab'],
        ['\ue000', '\u{1f6f0}'],
      ],
    },
  )
})

test('between a start and the text above it lie exactly the texts that start so', () => {
  fc.assert(
    fc.property(text, text, (start, other) => {
      const above = textAbove(start)
      const isWithin =
        compareText(other, start) >= 0 && (above === undefined || compareText(other, above) < 0)
      assert.equal(isWithin, other.startsWith(start))
      assert.ok(compareText(start + other, start) >= 0)
      assert.ok(above === undefined || compareText(start + other, above) < 0)
      assert.ok(above === undefined || above.isWellFormed())
    }),
    {
      examples: [
        ['\ud7ff', '\ue000'],
        ['\u{10ffff}', 'x'],
        ['', ''],
        ['a\u{10ffff}', 'b'],
      ],
    },
  )
})

test('what is not of the kind has no index value', () => {
  for (const it of ['1', 1.5, 2 ** 53, Number.NaN, null]) {
    assert.equal(encodeIndexValue('integer', it), undefined)
  }
  for (const it of [1, '\ud800', 'x'.repeat(1025), '标'.repeat(342)]) {
    assert.equal(encodeIndexValue('text', it), undefined)
  }
  assert.notEqual(encodeIndexValue('text', '标'.repeat(341)), undefined)
  assert.equal(encodeIndexValue('boolean', 1), undefined)
})
