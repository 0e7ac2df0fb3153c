import { createHash } from 'node:crypto'
import {
  DER,
  type WeierstrassPoint,
  type WeierstrassPointCons,
  weierstrass,
} from '@noble/curves/abstract/weierstrass.js'

/*
 * Checking signatures by SM2 (GM/T 0003.2; the recommended curve of GM/T 0003.5). The runtime's own crypto knows the curve
 * and SM3, but not the signer's name in the digest. Nothing here is secret, so nothing has to take the same time.
 */

const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}
let curve: WeierstrassPointCons<bigint> | undefined

/** Made when it is first needed: few keys are such, and making it takes a start longer. */
function sm2(): WeierstrassPointCons<bigint> {
  curve ??= weierstrass(CURVE)
  return curve
}

const WORD_BYTES = 32
const POINT_BYTES = 1 + 2 * WORD_BYTES
const UNCOMPRESSED = 4
const ID_BYTES_MAX = 8_191

/** A public key: a point of the curve, and not the one at infinity. */
export type Point = WeierstrassPoint<bigint>

/** A public key as `04 x y`; undefined for what is no point of the curve. */
export function readPoint(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== POINT_BYTES || bytes[0] !== UNCOMPRESSED) return undefined
  try {
    return sm2().fromBytes(new Uint8Array(bytes))
  } catch {
    return undefined
  }
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
  const { n } = CURVE
  if (r < 1n || r >= n || s < 1n || s >= n) return false
  const t = (r + s) % n
  if (t === 0n) return false
  const sum = sm2().BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(t))
  return !sum.is0() && (digestOf(key, message, id) + sum.toAffine().x) % n === r
}

/** SM3 over the digest of the signer (name, curve and key) and the message. */
function digestOf(key: Point, message: Uint8Array, id: Uint8Array): bigint {
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(id.length * 8)
  const signer = createHash('sm3').update(bits).update(id)
  const { a, b, Gx, Gy } = CURVE
  const { x, y } = key.toAffine()
  for (const it of [a, b, Gx, Gy, x, y]) signer.update(wordOf(it))
  return numberOf(createHash('sm3').update(signer.digest()).update(message).digest())
}

function partsOf(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  if (signature.length === 2 * WORD_BYTES) {
    return {
      r: numberOf(signature.subarray(0, WORD_BYTES)),
      s: numberOf(signature.subarray(WORD_BYTES)),
    }
  }
  try {
    return DER.toSig(new Uint8Array(signature))
  } catch {
    return undefined
  }
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function wordOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * WORD_BYTES, '0'), 'hex')
}
