import { createHash, randomBytes } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type HandleKey, type PrefixKey, parseHandle } from '../handle.ts'
import { ADMIN_WRITE, type HandleValue, type IdRecord, type ValueReference } from '../record.ts'
import type { RecordStore } from '../store/store.ts'
import { writePublicKey } from '../values/public-key.ts'
import { readReferences } from '../values/references.ts'
import {
  ADMIN_INDEX,
  GROUP_INDEX,
  KEY_INDEX_MAX,
  KEY_INDEX_MIN,
  prefixAdmin,
  prefixGroup,
  prefixRecordName,
} from './prefix-values.ts'
import { inIndexOrder, type PrefixWritingParts, rewritePrefixRecord } from './prefix-writing.ts'
import { readVerifyingKey } from './public-keys.ts'
import { dataOf, isOfType } from './rights.ts'

export const SECRET_CHARS_MIN = 8
export const SECRET_CHARS_MAX = 255
export const PUBLIC_KEY_CHARS_MAX = 16_384
const SECRET_BYTES = 32

export type HandleKeyParts = PrefixWritingParts & { readonly store: Pick<RecordStore, 'get'> }

/** A secret that is given or, without one, made here; or a public key as text (PEM, or a JSON web key). */
export type KeyWish =
  | { readonly kind: 'secret'; readonly secret?: string | undefined }
  | { readonly kind: 'public'; readonly key: string }

export type HandleKeyShown = {
  readonly index: number
  readonly kind: 'secret' | 'public'
  /** Of a public key: RSA, DSA, EC, EdDSA or SM2; absent where it is none that can be used here. */
  readonly algorithm?: string
  /** Of a public key: SHA-256 of its data, in hexadecimal. */
  readonly fingerprint?: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export type Rotated = {
  readonly index: number
  /** Of a secret that was made here: shown now and never again. */
  readonly secret?: string
}

/** The keys in the record of a prefix, without what opens anything. */
export async function handleKeys(
  { store }: Pick<HandleKeyParts, 'store'>,
  prefix: PrefixKey,
): Promise<readonly HandleKeyShown[]> {
  const record = await store.get(prefixRecordName(prefix) as HandleKey)
  const keys = (record?.values ?? []).filter(isKey)
  return keys.map((it) => shownKey(it, record as IdRecord)).sort((a, b) => a.index - b.index)
}

/** Adds a key at the lowest free index from 300; it then administers the prefix. @throws Problem */
export async function addHandleKey(
  parts: HandleKeyParts,
  prefix: PrefixKey,
  { wish, author }: { readonly wish: KeyWish; readonly author: Author },
): Promise<Rotated> {
  const { value, secret } = keyValue(wish)
  let index = KEY_INDEX_MIN
  await rewrite(parts, prefix, author, (values) => {
    index = freeIndex(values)
    return [...values, { ...value, index }]
  })
  return { index, ...(secret !== undefined && { secret }) }
}

/** Puts another key in the place of one; records that name its index go on as they were. @throws Problem `not-found` */
export async function rotateHandleKey(
  parts: HandleKeyParts,
  prefix: PrefixKey,
  {
    index,
    wish,
    author,
  }: { readonly index: number; readonly wish: KeyWish; readonly author: Author },
): Promise<Rotated> {
  const { value, secret } = keyValue(wish)
  await rewrite(parts, prefix, author, (values) => {
    if (!values.some((it) => it.index === index && isKey(it))) throw noKey()
    return values.map((it) => (it.index === index ? { ...value, index } : it))
  })
  return { index, ...(secret !== undefined && { secret }) }
}

/** Takes a key away; from then on it proves nothing. @throws Problem `not-found` */
export async function revokeHandleKey(
  parts: HandleKeyParts,
  prefix: PrefixKey,
  { index, author }: { readonly index: number; readonly author: Author },
): Promise<void> {
  await rewrite(parts, prefix, author, (values) => {
    if (!values.some((it) => it.index === index && isKey(it))) throw noKey()
    return values.filter((it) => it.index !== index)
  })
}

/** Changes the record of a prefix; its group and its administrator follow its keys. */
async function rewrite(
  parts: HandleKeyParts,
  prefix: PrefixKey,
  author: Author,
  change: (values: readonly HandleValue[]) => readonly HandleValue[],
): Promise<void> {
  await rewritePrefixRecord(parts, prefix, author, (before) =>
    withGroup(prefix, before, change(before)),
  )
}

/** Members that are no keys of this record stay in the group; an administrator that is somebody else stays too. */
function withGroup(
  prefix: PrefixKey,
  before: readonly HandleValue[],
  values: readonly HandleValue[],
): readonly HandleValue[] {
  const own = parseHandle(prefixRecordName(prefix)).key
  const isOwnKey = ({ handle, index }: ValueReference) =>
    keyOf(handle) === own && before.some((it) => it.index === index && isKey(it))
  const group = values.find((it) => it.index === GROUP_INDEX)
  const others = group === undefined ? [] : membersIn(group).filter((it) => !isOwnKey(it))
  if (group !== undefined && !isOfType(group, 'HS_VLIST')) return inIndexOrder(values)
  const keys = values.filter(isKey).map((it) => it.index)
  const rest = values.filter((it) => it.index !== GROUP_INDEX && it.index !== ADMIN_INDEX)
  const admin = values.find((it) => it.index === ADMIN_INDEX) ?? prefixAdmin(prefix)
  const isFirst = sameData(admin, prefixAdmin(prefix))
  const administrator = isFirst ? prefixAdmin(prefix, GROUP_INDEX) : admin
  return inIndexOrder([
    ...rest,
    administrator,
    prefixGroup(
      prefix,
      keys.sort((a, b) => a - b),
      others,
    ),
  ])
}

function sameData(a: HandleValue, b: HandleValue): boolean {
  return Buffer.from(dataOf(a)).equals(dataOf(b))
}

function membersIn(group: HandleValue): readonly ValueReference[] {
  try {
    return readReferences(dataOf(group))
  } catch {
    return []
  }
}

function keyOf(handle: string): HandleKey | undefined {
  try {
    return parseHandle(handle).key
  } catch {
    return undefined
  }
}

function isKey(value: HandleValue): boolean {
  const isThere = value.index >= KEY_INDEX_MIN && value.index <= KEY_INDEX_MAX
  return isThere && (isOfType(value, 'HS_SECKEY') || isOfType(value, 'HS_PUBKEY'))
}

function shownKey(value: HandleValue, { updatedAt }: IdRecord): HandleKeyShown {
  const { index, timestamp } = value
  const at = timestamp === undefined ? updatedAt : timestamp * 1000
  if (isOfType(value, 'HS_SECKEY')) return { index, kind: 'secret', at }
  const algorithm = readVerifyingKey(dataOf(value))?.kind
  const fingerprint = createHash('sha256').update(dataOf(value)).digest('hex')
  return { index, kind: 'public', ...(algorithm && { algorithm }), fingerprint, at }
}

function freeIndex(values: readonly HandleValue[]): number {
  const taken = new Set(values.map((it) => it.index))
  for (let index = KEY_INDEX_MIN; index <= KEY_INDEX_MAX; index++) {
    if (!taken.has(index)) return index
  }
  throw new Problem('too-large', TOO_MANY)
}

type Made = { readonly value: Omit<HandleValue, 'index'>; readonly secret?: string }

function keyValue(wish: KeyWish): Made {
  if (wish.kind === 'public') return { value: { type: 'HS_PUBKEY', data: publicKeyData(wish.key) } }
  const { secret = randomBytes(SECRET_BYTES).toString('base64url') } = wish
  // Administrators put another in its place; nobody reads it.
  const value = { type: 'HS_SECKEY', data: secret, permissions: ADMIN_WRITE }
  return wish.secret === undefined ? { value, secret } : { value }
}

/** RSA keys in the form that every client of the Handle System reads; the others, which have none, as X.509 text. */
function publicKeyData(text: string): string | Uint8Array {
  const given = text.trim()
  if (given.includes('PRIVATE KEY') || isPrivateJwk(given)) throw wrongKey(PRIVATE)
  const key = readVerifyingKey(Buffer.from(given))
  if (key === undefined) throw wrongKey(UNKNOWN)
  if (key.kind === 'SM2') {
    if (!given.startsWith('-----BEGIN ')) throw wrongKey(UNKNOWN)
    return given
  }
  if (key.kind === 'RSA') {
    const { n = '', e = '' } = key.key.export({ format: 'jwk' })
    return writePublicKey({ kty: 'RSA', n, e })
  }
  return key.key.export({ type: 'spki', format: 'pem' }).toString().trim()
}

function isPrivateJwk(text: string): boolean {
  try {
    const jwk: unknown = JSON.parse(text)
    return typeof jwk === 'object' && jwk !== null && 'd' in jwk
  } catch {
    return false
  }
}

function wrongKey(reason: Text): Problem {
  return new Problem('invalid-input', WRONG, { fields: [{ path: '/key', reason, expected: KEY }] })
}

function noKey(): Problem {
  return new Problem('not-found', { en: 'There is no such key', zh: '没有该密钥' })
}

const WRONG: Text = { en: 'Some fields are wrong', zh: '部分字段有误' }
const KEY: Text = {
  en: 'A public key: PEM (-----BEGIN PUBLIC KEY-----, or a certificate) or a JSON web key',
  zh: '公钥：PEM（-----BEGIN PUBLIC KEY----- 或证书）或 JSON Web Key',
}
const PRIVATE: Text = {
  en: 'This is a private key; it stays with its owner. Consider it exposed, and make another',
  zh: '这是私钥，应由持有人自行保管。该私钥应视为已泄露，请重新生成',
}
const UNKNOWN: Text = {
  en: 'This is no RSA (1024 bits or more), DSA, EC, Ed25519 or SM2 key',
  zh: '不是 RSA（至少 1024 位）、DSA、EC、Ed25519 或 SM2 公钥',
}
const TOO_MANY: Text = {
  en: `A prefix has at most ${KEY_INDEX_MAX - KEY_INDEX_MIN + 1} keys`,
  zh: `一个前缀最多 ${KEY_INDEX_MAX - KEY_INDEX_MIN + 1} 个密钥`,
}
