import assert from 'node:assert/strict'
import { generatePrimeSync } from 'node:crypto'
import { test } from 'node:test'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import { signedNumber } from '../../identifiers/values/der.ts'
import { agree } from './key-agreement.ts'

/** A prime whose first byte says next to nothing, so that of nearly every number below it the first one is zero. */
const LOW = 2n ** 512n + 75n
const EXPONENT = 0x1234_5678_9abc_def0_1234_5678_9abc_def1n

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let factor = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus
    factor = (factor * factor) % modulus
  }
  return result
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

function half(y: bigint, p: bigint, g: bigint): Uint8Array {
  const w = new Writer().text('DH_PUB_KEY').u16(0)
  for (const it of [y, p, g]) w.counted(signedNumber(bytesOf(it)))
  return w.done()
}

/** What a client comes to: the number of the secret, without zeros in front. */
function clientKey(answer: Uint8Array, p: bigint): Buffer {
  const r = new Reader(answer)
  assert.equal(r.u32(), 3)
  assert.equal(r.text(), 'DH_PUB_KEY')
  r.u16()
  return bytesOf(power(numberOf(r.counted()), EXPONENT, p)).subarray(0, 32)
}

test('both sides come to one key, for any prime and generator, be zeros in front of the secret or not', () => {
  const primes = [
    LOW,
    ...[512, 1_024, 2_048].map((it) => numberOf(new Uint8Array(generatePrimeSync(it)))),
  ]
  for (const p of primes) {
    for (const g of [2n, 5n, p - 5n]) {
      for (let times = 0; times < 4; times++) {
        const agreed = agree(half(power(g, EXPONENT, p), p, g))
        assert.ok(agreed, `${p}`)
        assert.deepEqual(Buffer.from(agreed.key), clientKey(agreed.answer, p))
      }
    }
  }
})
