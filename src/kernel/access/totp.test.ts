import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findTotpStep, formatBase32, totpCode, totpStep, totpUri } from './totp.ts'

/** RFC 6238, appendix B. */
const SECRET = Buffer.from('12345678901234567890')
const VECTORS: readonly (readonly [number, string])[] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]

for (const [seconds, code] of VECTORS) {
  test(`RFC 6238: at ${seconds} s the code is ${code}`, () => {
    assert.equal(totpCode(SECRET, totpStep(seconds * 1000), 8), code)
  })
}

test('a code is good one step early and one late, and not two', () => {
  const nowMs = 2_000_000_000_000
  const now = totpStep(nowMs)
  const at = (off: number) => findTotpStep(SECRET, totpCode(SECRET, now + off), { nowMs, after: 0 })
  assert.deepEqual([-2, -1, 0, 1, 2].map(at), [undefined, now - 1, now, now + 1, undefined])
})

test('no code is good twice, nor one before it', () => {
  const nowMs = 2_000_000_000_000
  const now = totpStep(nowMs)
  const find = (step: number) => findTotpStep(SECRET, totpCode(SECRET, step), { nowMs, after: now })
  assert.deepEqual([now - 1, now, now + 1].map(find), [undefined, undefined, now + 1])
})

test('what is no code is none', () => {
  for (const code of ['', '12345', '1234567', '１２３４５６', ' 12345']) {
    assert.equal(findTotpStep(SECRET, code, { nowMs: 0, after: -9 }), undefined)
  }
})

test('base32 as RFC 4648 has it', () => {
  const cases = [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ]
  for (const [plain = '', coded] of cases) assert.equal(formatBase32(Buffer.from(plain)), coded)
})

test('the address for the app names the node and the person', () => {
  assert.equal(
    totpUri(Buffer.from('foobar'), '张伟'),
    'otpauth://totp/Waymark%3A%E5%BC%A0%E4%BC%9F?secret=MZXW6YTBOI&issuer=Waymark',
  )
})
