import { createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import {
  derBits,
  derContent,
  derInteger,
  derOctets,
  derSequence,
  signedNumber,
  withoutZeros,
} from '../../identifiers/values/der.ts'

export const PRIME_BITS_MIN = 512
export const PRIME_BITS_MAX = 2_048
const BITS_PER_BYTE = 8
/** As much of the secret as the longest key of a cipher takes. */
const KEY_BYTES = 32
/** Twice what the strongest key that comes of it is worth. */
const EXPONENT_BYTES_MAX = 64
/** The number of the session's cipher, which goes before the server's half. */
const AES = 3
const FORM = 'DH_PUB_KEY'
/** dhKeyAgreement (PKCS #3). */
const DH_OID = Buffer.from('06092a864886f70d010301', 'hex')

export type Agreed = {
  readonly key: Uint8Array
  /** The server's half, as a session setup's answer has it. */
  readonly answer: Uint8Array
}

/**
 * A key that both sides come to by Diffie-Hellman; undefined for numbers that make no safe one. Whether the client's prime is one is
 * not asked, which takes a quarter of a second of any server that lets strangers ask it: a bad one endangers none but the client.
 */
export function agree(clientHalf: Uint8Array): Agreed | undefined {
  const r = new Reader(clientHalf)
  if (r.text() !== FORM) return undefined
  r.u16()
  const [y, p, g] = [numberIn(r), numberIn(r), numberIn(r)]
  if (!isSound(y, p, g)) return undefined
  try {
    const group = derSequence(DH_OID, derSequence(derInteger(p), derInteger(g)))
    const own = createPrivateKey({ key: privateOf(group, p), format: 'der', type: 'pkcs8' })
    const spki = derSequence(group, derBits(derInteger(y)))
    const theirs = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const secret = diffieHellman({ privateKey: own, publicKey: theirs })
    const half = halfIn(createPublicKey(own).export({ format: 'der', type: 'spki' }))
    const w = new Writer().u32(AES).text(FORM).u16(0)
    for (const part of [half, p, g]) w.counted(signedNumber(part))
    // As a number: deployed clients begin at its first byte that is not zero, which one secret in 256 has not in front.
    return { key: new Uint8Array(withoutZeros(secret).subarray(0, KEY_BYTES)), answer: w.done() }
  } catch {
    // Halves that lie in a small subgroup, among others.
    return undefined
  }
}

function privateOf(group: Uint8Array, p: Uint8Array): Buffer {
  const exponent = randomBytes(Math.min(EXPONENT_BYTES_MAX, p.length - 1))
  // As long as it can be, and no negative number.
  exponent[0] = ((exponent[0] ?? 0) & 0x7f) | 0x40
  return derSequence(derInteger(Buffer.of(0)), group, derOctets(derInteger(exponent)))
}

/** The number in a SubjectPublicKeyInfo: behind the algorithm, behind the unused bits of its bit string. */
function halfIn(spki: Buffer): Uint8Array {
  const whole = derContent(spki, 0)
  const bits = derContent(spki, derContent(spki, whole.start).end)
  const { start, end } = derContent(spki, bits.start + 1)
  return withoutZeros(spki.subarray(start, end))
}

function numberIn(r: Reader): Buffer {
  return Buffer.from(withoutZeros(r.counted()))
}

/** A prime that is not too small, nor so large that strangers make work with it, and a half that is no trivial number. */
function isSound(y: Buffer, p: Buffer, g: Buffer): boolean {
  const bits = p.length * BITS_PER_BYTE
  if (bits < PRIME_BITS_MIN || bits > PRIME_BITS_MAX || g.length > p.length) return false
  if (((p.at(-1) ?? 0) & 1) === 0 || y.length > p.length) return false
  const [half, prime] = [y, p].map((it) => BigInt(`0x${it.toString('hex') || '0'}`))
  return half !== undefined && prime !== undefined && half > 1n && half < prime - 1n
}
