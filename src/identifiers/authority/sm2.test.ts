import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPoint, verifySm2 } from './sm2.ts'

// GM/T 0003.5, annex A: the published example of a signature on the recommended curve.
const KEY = `04${'09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020'}${'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13'}`
const R = 'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3'
const S = 'B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA'
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const text = (it: string) => Buffer.from(it)
const point = readPoint(bytes(KEY))
assert.ok(point)
const good = { signature: bytes(R + S), id: text('1234567812345678') }

test('SM2: the published signature holds, as two numbers and as DER', () => {
  assert.equal(verifySm2(point, text('message digest'), good), true)
  const der = bytes(`30460221${`00${R}`}0221${`00${S}`}`)
  assert.equal(verifySm2(point, text('message digest'), { ...good, signature: der }), true)
})

test('SM2: another message, name, key or signature does not hold', () => {
  assert.equal(verifySm2(point, text('message digesT'), good), false)
  assert.equal(verifySm2(point, text('message digest'), { ...good, id: text('0') }), false)
  assert.equal(verifySm2(point.negate(), text('message digest'), good), false)
  for (let at = 0; at < 64; at++) {
    const signature = bytes(R + S)
    signature[at] = (signature[at] ?? 0) ^ 1
    assert.equal(verifySm2(point, text('message digest'), { ...good, signature }), false)
  }
})

test('SM2: numbers out of range and broken DER are refused', () => {
  const N = 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123'
  const zero = '00'.repeat(32)
  for (const hex of [zero + S, R + zero, N + S, R + N, '', '3000', '300602010102', R]) {
    const signature = bytes(hex)
    assert.equal(verifySm2(point, text('message digest'), { ...good, signature }), false, hex)
  }
})

test('SM2: only points of the curve are keys', () => {
  assert.equal(readPoint(bytes(KEY.replace(/.$/, '2'))), undefined)
  assert.equal(readPoint(bytes(KEY.slice(2))), undefined)
  assert.equal(readPoint(bytes(`04${'FF'.repeat(64)}`)), undefined)
})
