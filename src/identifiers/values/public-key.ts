import { Reader, Writer } from './bytes.ts'
import { signedNumber, withoutZeros } from './der.ts'

/** Members of a JSON web key as Handle.Net writes them, in its order; base64url without padding. */
export type PublicKey =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | {
      readonly kty: 'DSA'
      readonly y: string
      readonly p: string
      readonly q: string
      readonly g: string
    }

/**
 * HS_PUBKEY (RFC 3651 §3.2.2): a key type, two reserved bytes, then each part as a counted big-endian two's complement
 * integer. Diffie-Hellman keys and X.509 text are not read here; they are answered as plain data.
 */
export function readPublicKey(bytes: Uint8Array): PublicKey {
  const r = new Reader(bytes)
  const kty = r.text()
  r.u16()
  if (kty === RSA) {
    const e = partText(r.counted())
    const n = partText(r.counted())
    return { kty: 'RSA', n, e }
  }
  if (kty === DSA) {
    const q = partText(r.counted())
    const p = partText(r.counted())
    const g = partText(r.counted())
    const y = partText(r.counted())
    return { kty: 'DSA', y, p, q, g }
  }
  throw new TypeError(`no reading for a key of type ${JSON.stringify(kty)}`)
}

export function writePublicKey(key: PublicKey): Uint8Array {
  const w = new Writer()
  if (key.kty === 'DSA') {
    w.text(DSA).u16(0)
    for (const part of [key.q, key.p, key.g, key.y]) w.counted(partBytes(part))
    return w.done()
  }
  w.text(RSA).u16(0)
  for (const part of [key.e, key.n]) w.counted(partBytes(part))
  // Deployed servers count one part more than they write, so four zero bytes follow an RSA key.
  return w.u32(0).done()
}

function partText(part: Uint8Array): string {
  return part.length === 0 ? 'AA' : Buffer.from(withoutZeros(part)).toString('base64url')
}

function partBytes(text: string): Uint8Array {
  return signedNumber(withoutZeros(Buffer.from(text, 'base64url')))
}

const RSA = 'RSA_PUB_KEY'
const DSA = 'DSA_PUB_KEY'
