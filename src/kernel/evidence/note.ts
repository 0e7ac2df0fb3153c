import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { EMPTY_ROOT, HASH_BYTES, type Hash, sha256 } from './tree.ts'

/** C2SP signed notes with Ed25519 signatures, and the checkpoints (signed tree heads) written on them. */
export const NOTE_BYTES_MAX = 65_536
export const KEY_NAME_CHARS_MAX = 255
/** Clients must accept at least 16 (signed-note, “Format”). */
const SIGNATURES_MAX = 64
const ED25519 = 0x01
const SIGNATURE_BYTES = 64
const PUBLIC_KEY_BYTES = 32
/** What stands before the 32 bytes of an Ed25519 public key in SubjectPublicKeyInfo (RFC 8410 §4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

export type Signer = {
  readonly name: string
  readonly verifierKey: string
  /** The whole note: text, blank line, signature line. The text ends in a newline. */
  sign(text: string): string
  /** The signature line alone. */
  line(text: string): string
}

export type Verifier = {
  readonly name: string
  readonly keyId: Buffer
  readonly publicKey: KeyObject
}

/** A tree head as it is signed. The origin names the log for ever. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash }

/** Key names are not empty and hold neither spaces (of any script), nor `+`, nor control characters. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.length <= KEY_NAME_CHARS_MAX && name.isWellFormed() && !ODD.test(name)
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const ODD = /[\s+\u0000-\u001f\u007f-\u009f]/u

/** Signs under `name` with an Ed25519 private key. */
export function noteSigner(name: string, privateKey: KeyObject): Signer {
  if (!isKeyName(name)) throw new TypeError(`not a key name: ${JSON.stringify(name)}`)
  const publicKey = rawPublicKey(createPublicKey(privateKey))
  const keyId = keyIdOf(name, publicKey)
  const line = (text: string): string => {
    const signature = sign(null, Buffer.from(text), privateKey)
    return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`
  }
  return {
    name,
    verifierKey: formatVerifierKey(name, publicKey),
    line,
    sign: (text) => signNote(text, [{ line }]),
  }
}

/** A note that all of them sign, in this order; whoever knows one of the keys can check it. */
export function signNote(text: string, signers: readonly Pick<Signer, 'line'>[]): string {
  return `${text}\n${signers.map((it) => it.line(text)).join('')}`
}

/** `NAME+HEX OF KEY ID+BASE64 OF 0x01 AND THE PUBLIC KEY`. */
export function formatVerifierKey(name: string, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')
  return `${name}+${keyIdOf(name, publicKey).toString('hex')}+${typed}`
}

/** Undefined for what is not an Ed25519 verifier key, or whose key id is not that of its key. */
export function parseVerifierKey(text: string): Verifier | undefined {
  const [, name = '', id = '', encoded = ''] =
    /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? []
  const typed = parseBase64(encoded)
  if (!isKeyName(name) || typed?.length !== 1 + PUBLIC_KEY_BYTES) return undefined
  if (typed[0] !== ED25519) return undefined
  const raw = typed.subarray(1)
  const keyId = keyIdOf(name, raw)
  if (keyId.toString('hex') !== id) return undefined
  const der = Buffer.concat([SPKI_HEAD, raw])
  return { name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

export type OpenedNote =
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'unknown-key' | 'wrong-signature' }

/** The text of a note, if it carries a good signature by this key. Signatures by other keys are ignored. */
export function openNote(note: string, { name, keyId, publicKey }: Verifier): OpenedNote {
  const parts = splitNote(note)
  if (parts === undefined) return { kind: 'refused', why: 'malformed' }
  let signed = false
  for (const { name: by, bytes } of parts.signatures) {
    if (by !== name || !keyId.equals(bytes.subarray(0, 4))) continue
    const signature = bytes.subarray(4)
    const good =
      signature.length === SIGNATURE_BYTES &&
      verify(null, Buffer.from(parts.text), publicKey, signature)
    if (!good) return { kind: 'refused', why: 'wrong-signature' }
    signed = true
  }
  return signed ? { kind: 'signed', text: parts.text } : { kind: 'refused', why: 'unknown-key' }
}

/** The text to be signed, without extension lines (C2SP tlog-checkpoint, “Note text”). */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** Undefined for text that is no checkpoint (C2SP tlog-checkpoint, “Note text”). Extension lines are allowed. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split('\n')
  const [origin = '', sizeText = '', rootText = ''] = lines
  const size = /^(0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : -1
  const root = parseBase64(rootText)
  if (lines.length < 4 || lines.slice(0, -1).includes('') || lines.at(-1) !== '') return undefined
  if (!Number.isSafeInteger(size) || size < 0 || root?.length !== HASH_BYTES) return undefined
  if (size === 0 && !root.equals(EMPTY_ROOT)) return undefined
  return { origin, size, root }
}

/** Strict: only the one spelling that encoding the bytes again gives. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

type NoteParts = {
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[]
}

function splitNote(note: string): NoteParts | undefined {
  if (note.length > NOTE_BYTES_MAX || !note.isWellFormed() || CONTROL.test(note)) return undefined
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return undefined
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) return undefined
  const signatures: { name: string; bytes: Buffer }[] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = parseBase64(encoded)
    if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined
    signatures.push({ name, bytes })
  }
  return { text: note.slice(0, end + 1), signatures }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: notes hold no control character but newline
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/

function keyIdOf(name: string, publicKey: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey])
  return Buffer.from(sha256(named).subarray(0, 4))
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the log is signed with Ed25519')
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length)
}
