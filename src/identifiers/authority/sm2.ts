import { createHash } from 'node:crypto'

/*
 * Checking signatures by SM2 (GM/T 0003.2; the recommended curve of GM/T 0003.5). The program's own crypto knows the curve
 * and SM3, but not the signer's name in the digest. Nothing here is secret, so nothing has to take the same time.
 */

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const A = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const G: Point = {
  x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}
const WORD_BYTES = 32
const ID_BYTES_MAX = 8_191

export type Point = { readonly x: bigint; readonly y: bigint }
/** On the curve, with z for the denominators: x/z², y/z³; z 0 is the point at infinity. */
type Jacobian = Point & { readonly z: bigint }

/** A public key as `04 x y`; undefined for what is no point of the curve. */
export function readPoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 1 + 2 * WORD_BYTES || bytes[0] !== 4) return undefined
  const x = numberOf(bytes.subarray(1, 1 + WORD_BYTES))
  const y = numberOf(bytes.subarray(1 + WORD_BYTES))
  const isOnCurve = x < P && y < P && mod(y * y - (x * x * x + A * x + B)) === 0n
  return isOnCurve ? { x, y } : undefined
}

/**
 * Whether the holder of `key` signed the message. `signature`: r and s, 32 bytes each or as DER has them.
 * @param id the signer's name, which goes into the digest; in the national system the handle of the key
 */
export function verifySm2(
  key: Point,
  message: Uint8Array,
  { signature, id }: { readonly signature: Uint8Array; readonly id: Uint8Array },
): boolean {
  const parts = partsOf(signature)
  if (parts === undefined || id.length > ID_BYTES_MAX) return false
  const { r, s } = parts
  if (r < 1n || r >= N || s < 1n || s >= N) return false
  const t = (r + s) % N
  if (t === 0n) return false
  const sum = affine(add(times(s, G), times(t, key)))
  return sum !== undefined && (digestOf(key, message, id) + sum.x) % N === r
}

/** SM3 over the digest of the signer (name, curve and key) and the message. */
function digestOf(key: Point, message: Uint8Array, id: Uint8Array): bigint {
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(id.length * 8)
  const signer = createHash('sm3').update(bits).update(id)
  for (const it of [A, B, G.x, G.y, key.x, key.y]) signer.update(wordOf(it))
  return numberOf(createHash('sm3').update(signer.digest()).update(message).digest())
}

function partsOf(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  if (signature.length === 2 * WORD_BYTES) {
    return { r: numberOf(signature.subarray(0, WORD_BYTES)), s: numberOf(signature.subarray(32)) }
  }
  const [sequence, length, ...rest] = signature
  if (sequence !== 0x30 || length !== rest.length) return undefined
  const first = integerAt(signature, 2)
  const second = first && integerAt(signature, first.end)
  if (first === undefined || second?.end !== signature.length) return undefined
  return { r: first.value, s: second.value }
}

function integerAt(der: Uint8Array, at: number): { value: bigint; end: number } | undefined {
  const length = der[at + 1] ?? 0
  const end = at + 2 + length
  if (der[at] !== 0x02 || length < 1 || length > WORD_BYTES + 1 || end > der.length)
    return undefined
  return { value: numberOf(der.subarray(at + 2, end)), end }
}

function times(factor: bigint, point: Point): Jacobian {
  let sum: Jacobian = { x: 1n, y: 1n, z: 0n }
  const base = { ...point, z: 1n }
  for (const bit of factor.toString(2)) {
    sum = double(sum)
    if (bit === '1') sum = add(sum, base)
  }
  return sum
}

function double({ x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return { x: 1n, y: 1n, z: 0n }
  const yy = mod(y * y)
  const s = mod(4n * x * yy)
  const zz = mod(z * z)
  const m = mod(3n * x * x + A * mod(zz * zz))
  const doubled = mod(m * m - 2n * s)
  return { x: doubled, y: mod(m * (s - doubled) - 8n * mod(yy * yy)), z: mod(2n * y * z) }
}

function add(a: Jacobian, b: Jacobian): Jacobian {
  if (a.z === 0n) return b
  if (b.z === 0n) return a
  const az = mod(a.z * a.z)
  const bz = mod(b.z * b.z)
  const u = mod(a.x * bz)
  const s = mod(a.y * bz * b.z)
  const h = mod(b.x * az - u)
  const r = mod(b.y * az * a.z - s)
  if (h === 0n) return r === 0n ? double(a) : { x: 1n, y: 1n, z: 0n }
  const hh = mod(h * h)
  const hhh = mod(h * hh)
  const v = mod(u * hh)
  const x = mod(r * r - hhh - 2n * v)
  return { x, y: mod(r * (v - x) - s * hhh), z: mod(h * a.z * b.z) }
}

function affine({ x, y, z }: Jacobian): Point | undefined {
  if (z === 0n) return undefined
  const inverse = power(z, P - 2n)
  const square = mod(inverse * inverse)
  return { x: mod(x * square), y: mod(y * square * inverse) }
}

function power(base: bigint, exponent: bigint): bigint {
  let product = 1n
  for (const bit of exponent.toString(2)) {
    product = mod(product * product)
    if (bit === '1') product = mod(product * base)
  }
  return product
}

function mod(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function wordOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * WORD_BYTES, '0'), 'hex')
}
