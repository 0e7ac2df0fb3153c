import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, constantFrom, oneof, property, string } from 'fast-check'
import { foldAscii } from '../handle.ts'
import { compareKeys } from './ordering.ts'
import { readKey, writeKey } from './packed-key.ts'

const EDGES = ['\0', '`', '{', '\x7f', '\x80', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff']
const letters = constantFrom(
  ...EDGES,
  '\u{10000}',
  '\u{8ffff}',
  '\u{90000}',
  '\u{10ffff}',
  'A',
  '/',
)
const names = oneof(
  string({ unit: 'binary' }).map(foldAscii),
  array(letters).map((it) => it.join('')),
)

test('packed names stand in the order of their UTF-8 bytes', () => {
  void check(
    property(names, names, (a, b) => {
      const order = Math.sign(Buffer.compare(packed(a), packed(b)))
      assert.equal(order, Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      assert.equal(order, Math.sign(compareKeys(a, b)))
    }),
    { numRuns: 3_000 },
  )
})

test('a packed name is read back, and takes at most seven eighths of its bytes', () => {
  void check(
    property(names, (name) => {
      const bytes = packed(name)
      assert.equal(readKey(bytes, 0, bytes.length), name)
      assert.ok(bytes.length <= Math.ceil((Buffer.byteLength(name) * 7) / 8))
    }),
    { numRuns: 3_000 },
  )
})

test('a name that is not folded is refused', () => {
  assert.throws(() => packed('88.1/a'), RangeError)
})

function packed(name: string): Buffer {
  const target = Buffer.alloc(4096, 0xee)
  return target.subarray(3, writeKey(name, target, 3))
}
