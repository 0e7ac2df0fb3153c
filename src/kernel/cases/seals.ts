import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { Problem } from '../../lib/problem.ts'
import { makeKeyFile, readKeyFile } from '../evidence/node-key.ts'
import { digestOf } from './content.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'
/** Whole blocks, so that what is sealed does not tell by its length how many digits a mark has. */
const BLOCK_BYTES = 1_024

/** What one case keeps closed: nobody who reads the store reads it before its time. */
export type Seals = {
  /** Each time another text; `place` says what it is and of whom. */
  readonly close: (place: readonly string[], content: unknown) => string
  /** Undefined: closed with another key, in another place or another case, or changed since. */
  readonly open: (place: readonly string[], closed: string) => unknown
  /** A digest that nobody else can make, of what could be guessed by one that anybody can. */
  readonly mark: (content: unknown) => string
}

/** Seals by AES-256-GCM (NIST SP 800-38D); the case, and the place in it, are the associated data. */
export function sealsOf(key: Buffer, caseId: string): Seals {
  return {
    close: (place, content) => closed(derived(key, 'case seals'), [caseId, ...place], content),
    open: (place, text) => opened(derived(key, 'case seals'), [caseId, ...place], text),
    mark: (content) =>
      createHmac('sha256', derived(key, 'case marks'))
        .update(digestOf([caseId, content]))
        .digest('hex'),
  }
}

function derived(key: Buffer, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `waymark ${purpose}`, KEY_BYTES)))
}

function closed(key: KeyObject, place: readonly string[], content: unknown): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(JSON.stringify(place)))
  const text = cipher.update(padded(content))
  return Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** JSON and spaces behind it, which are none of it. */
function padded(content: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(content))
  const whole = Buffer.alloc(Math.ceil(text.length / BLOCK_BYTES) * BLOCK_BYTES, ' ')
  text.copy(whole)
  return whole
}

function opened(key: KeyObject, place: readonly string[], closed: string): unknown {
  const bytes = Buffer.from(closed, 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(JSON.stringify(place)))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The key that cases are sealed with, from a file readable by its owner alone; made at first use. Throws `wrong-state` for a file that holds none. */
export async function loadOrCreateSealKey(path: string): Promise<Buffer> {
  const known = await readKeyFile(path)
  if (known !== undefined) return parseKey(known, path)
  const made = randomBytes(KEY_BYTES)
  if (await makeKeyFile(path, `${made.toString('base64url')}\n`)) return made
  return parseKey((await readKeyFile(path)) ?? '', path)
}

function parseKey(text: string, path: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length === KEY_BYTES) return key
  throw new Problem('wrong-state', {
    en: `${path} holds no key that scores are sealed with; restore it from a backup`,
    zh: `${path} 中没有密封评分所用的密钥，请从备份中恢复`,
  })
}
