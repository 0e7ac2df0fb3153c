import { formatHex, isSame, parseBase64 } from './bytes.ts'
import { sha256 } from './sha256.ts'
import { HASH_BYTES, type Head } from './tree.ts'

/** C2SP signed notes and the checkpoints on them, as much as checks them. */
export type Verifier = {
  readonly name: string
  readonly keyId: Uint8Array
  readonly publicKey: Uint8Array
}

export type Checkpoint = Head & { readonly origin: string }

/** `unsupported` where this browser has no Ed25519, or gives it only to pages that came over TLS. */
export type Signed = 'good' | 'wrong' | 'unsupported'

const ED25519 = 1
const PUBLIC_KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Undefined for what is no Ed25519 verifier key, or whose key id is not that of its key. */
export async function parseVerifierKey(text: string): Promise<Verifier | undefined> {
  const [, name = '', id = '', encoded = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? []
  const typed = parseBase64(encoded)
  if (typed?.length !== 1 + PUBLIC_KEY_BYTES || typed[0] !== ED25519) return undefined
  const named = new TextEncoder().encode(`${name}\n`)
  const keyId = (await sha256(Uint8Array.of(...named, ...typed))).subarray(0, 4)
  return formatHex(keyId) === id ? { name, keyId, publicKey: typed.subarray(1) } : undefined
}

/** Undefined for what is no checkpoint. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  const [origin = '', sizeText = '', rootText = ''] = note.split('\n')
  const root = parseBase64(rootText)
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(sizeText)) return undefined
  return root?.length === HASH_BYTES ? { origin, size: Number(sizeText), root } : undefined
}

/** Whether the note carries a good signature by this key; signatures by others are ignored. */
export async function checkSignature(note: string, verifier: Verifier): Promise<Signed> {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return 'wrong'
  const text = new TextEncoder().encode(note.slice(0, end + 1))
  let found: Signed = 'wrong'
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, by = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = parseBase64(encoded)
    if (by !== verifier.name || bytes?.length !== 4 + SIGNATURE_BYTES) continue
    if (!isSame(bytes.subarray(0, 4), verifier.keyId)) continue
    found = await verify(verifier.publicKey, bytes.subarray(4), text)
    if (found !== 'good') return found
  }
  return found
}

async function verify(
  publicKey: Uint8Array,
  signature: Uint8Array,
  text: Uint8Array,
): Promise<Signed> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto }
  if (subtle === undefined) return 'unsupported'
  let key: CryptoKey
  try {
    key = await subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify'])
  } catch {
    return 'unsupported'
  }
  const isGood = await subtle.verify(
    'Ed25519',
    key,
    new Uint8Array(signature),
    new Uint8Array(text),
  )
  return isGood ? 'good' : 'wrong'
}
