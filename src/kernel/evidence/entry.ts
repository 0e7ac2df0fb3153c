import { Problem } from '../../lib/problem.ts'
import { canonicalJson } from './canonical.ts'
import type { Claim } from './evidence.ts'
import { HASH_BYTES, type Hash, sameHash, sha256 } from './tree.ts'

/**
 * An entry of the log, as it is published. It tells nobody anything: without the opening its digest cannot be guessed,
 * because the salt in it is 256 random bits.
 */
export type Entry = {
  /** SHA-256 of the whole entry before this one; 32 zero bytes for the first. Chains the log without any tree. */
  readonly previous: Hash
  /** SHA-256 of the opening. */
  readonly digest: Hash
}

/** 1 byte version, 32 bytes `previous`, 32 bytes `digest`. */
export const ENTRY_BYTES = 1 + 2 * HASH_BYTES
const VERSION = 0x01
export const FIRST_PREVIOUS: Hash = new Uint8Array(HASH_BYTES)

/** 65 bytes, see `docs/guide/evidence.md`. */
export function writeEntry({ previous, digest }: Entry): Uint8Array {
  return Buffer.concat([Buffer.of(VERSION), previous, digest])
}

/** Undefined for what is no entry of this version. */
export function readEntry(bytes: Uint8Array): Entry | undefined {
  if (bytes.length !== ENTRY_BYTES || bytes[0] !== VERSION) return undefined
  return { previous: bytes.subarray(1, 1 + HASH_BYTES), digest: bytes.subarray(1 + HASH_BYTES) }
}

/**
 * What is shown to open an entry, member for member what was digested: `digest = SHA-256(JCS(opening))`. Times are RFC 3339
 * in UTC with milliseconds.
 */
export type Opening = Omit<Claim, 'at'> & {
  readonly at: string
  /** 32 random bytes, base64. */
  readonly salt: string
}

export const SALT_BYTES = 32
export const CLAIM_BYTES_MAX = 16_384
const SUBJECT_CHARS_MAX = 2048
const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const KIND_CHARS_MAX = 64
/** The last millisecond of the year 9999, the last that RFC 3339 can spell. */
const AT_MAX = 253_402_300_799_999

/** The canonical text of a claim with its salt. Throws `invalid-input` for a claim that cannot be sealed. */
export function sealClaim(claim: Claim, salt: Uint8Array): string {
  const { kind, subject, at, fields, open } = claim
  refuseUnless(KIND.test(kind) && kind.length <= KIND_CHARS_MAX, 'kind', 'a kebab-case word')
  refuseUnless(
    subject !== '' && subject.length <= SUBJECT_CHARS_MAX,
    'subject',
    `1 … ${SUBJECT_CHARS_MAX} characters`,
  )
  refuseUnless(
    Number.isSafeInteger(at) && at >= 0 && at <= AT_MAX,
    'at',
    'whole milliseconds since 1970, before the year 10000',
  )
  refuseUnless(isAudience(open), 'open', 'public, staff or an enterprise')
  const opening: Opening = {
    kind,
    subject,
    at: new Date(at).toISOString(),
    fields,
    open,
    salt: Buffer.from(salt).toString('base64'),
  }
  const text = canonicalOrRefused(opening)
  refuseUnless(
    Buffer.byteLength(text) <= CLAIM_BYTES_MAX,
    'fields',
    `at most ${CLAIM_BYTES_MAX} bytes of canonical JSON`,
  )
  return text
}

/** SHA-256 of the opening’s canonical JSON. */
export function digestOf(opening: string | Buffer): Hash {
  return sha256(typeof opening === 'string' ? Buffer.from(opening) : opening)
}

/** True if this opening is what the entry seals. Anything may be handed in: what is no opening opens nothing. */
export function opens(opening: unknown, entry: Entry): boolean {
  try {
    return sameHash(digestOf(canonicalJson(opening)), entry.digest)
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** The claim in a text that `sealClaim` made. */
export function parseSealed(text: string): { readonly claim: Claim; readonly salt: string } {
  const { kind, subject, at, fields, open, salt } = JSON.parse(text) as Opening
  return { claim: { kind, subject, at: Date.parse(at), fields, open }, salt }
}

/** What is handed to those entitled: with it, and the published entry, anybody can check the digest. */
export function openingOf(claim: Claim, salt: string): Opening {
  const { kind, subject, at, fields, open } = claim
  return { kind, subject, at: new Date(at).toISOString(), fields, open, salt }
}

function isAudience(open: Claim['open']): boolean {
  if (typeof open === 'string') return open === 'public' || open === 'staff'
  return Object.keys(open).join() === 'enterprise' && open.enterprise !== ''
}

function canonicalOrRefused(opening: Opening): string {
  try {
    return canonicalJson(opening)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw refused('fields', `JSON values (${error.message})`)
  }
}

function refuseUnless(holds: boolean, member: string, expected: string): void {
  if (!holds) throw refused(member, expected)
}

function refused(member: string, expected: string): Problem {
  const text = {
    en: `A claim’s “${member}” must be ${expected}`,
    zh: `存证声明的“${member}”不符合要求：${expected}`,
  }
  return new Problem('invalid-input', text, { fields: [{ path: `/${member}`, reason: text }] })
}
