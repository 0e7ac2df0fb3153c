import { PlainRow } from '../../identifiers/block/block.ts'
import {
  foldAscii,
  HANDLE_BYTES_MAX,
  type HandleKey,
  type PrefixKey,
} from '../../identifiers/handle.ts'
import type { Asker, Askers } from '../../identifiers/resolution/askers.ts'
import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import { isPublic } from '../../identifiers/resolution/values.ts'
import { AnswerCache } from '../handle/answer-cache.ts'
import { knownPrefixOf } from '../handle/fast-path.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { ENVELOPE_BYTES, MESSAGE_BYTES_AT } from '../wire/envelope.ts'
import { writeValue } from '../wire/value.ts'
import { expiryS, OWN_MAJOR, OWN_MINOR, spokenTo } from './reply.ts'
import { lengthText, WireStencils } from './wire-stencils.ts'
import { wireValue } from './wire-values.ts'

export type PlainParts = {
  readonly resolve: Resolver
  readonly askers: Askers
  readonly siteSerial: number
}

/** Bytes of answers that are to be sent together; what is written behind `at` grows it. */
export class Outbox {
  bytes: Buffer
  at = 0

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  reserve(more: number): void {
    const wanted = this.at + more
    if (wanted <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.bytes.length))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }
}

/**
 * Answers the question that is asked most: every value of a handle that has a record, with nothing to sign and nothing to
 * prove. It is read where it lies and answered into the bytes that are sent, the same bytes as `resolution` makes; every
 * other question is left to that.
 */
export class PlainAnswers {
  readonly #parts: PlainParts
  readonly #cache = new AnswerCache()
  readonly #stencils = new WireStencils()

  constructor(parts: PlainParts) {
    this.#parts = parts
  }

  /**
   * False where it is left to others; nothing is counted and nothing written then.
   *
   * @param start of the envelope in `bytes`; a whole message follows it, up to `end`
   */
  answer(bytes: Buffer, start: number, end: number, to: { out: Outbox; asker: Asker }): boolean {
    const nameBytes = plainNameBytes(bytes, start, end)
    if (nameBytes <= 0) return false
    const from = start + NAME_AT
    const name = bytes.toString('latin1', from, from + nameBytes)
    if (!PLAIN_NAME.test(name)) return false
    const { askers } = this.#parts
    const key = foldAscii(name) as HandleKey
    const prefix = knownPrefixOf(key)
    const values = this.#kept(name) ?? this.#stored(name, { key, prefix })
    if (values === undefined || askers.admit(to.asker) > 0) return false
    askers.count(prefix, 'found')
    write(to.out, { bytes, start, name, values, siteSerial: this.#parts.siteSerial })
    return true
  }

  #kept(name: string): string | undefined {
    const kept = this.#cache.find(name)
    if (kept === undefined) return undefined
    const { editionOf } = this.#parts.resolve
    return editionOf?.(kept.edition.prefix) === kept.edition ? kept.body : undefined
  }

  #stored(name: string, { key, prefix }: Place): string | undefined {
    const { resolve } = this.#parts
    // Taken before the record is read: should a commit come between, the answer is held for older than it is.
    const edition = this.#cache.wants(name) ? resolve.editionOf?.(prefix) : undefined
    const found = resolve.seek === undefined ? resolve(key, prefix) : resolve.seek(key, prefix)
    const body = found instanceof PlainRow ? this.#stencils.fill(found) : valuesOf(found)
    if (body !== undefined && edition !== undefined) {
      this.#cache.keep({ target: name, edition, body })
    }
    return body
  }
}

type Place = { readonly key: HandleKey; readonly prefix: PrefixKey }
type Found = ReturnType<Resolver> | PlainRow

/** Undefined where there is none, or not everybody may read all of it. */
function valuesOf(found: Exclude<Found, PlainRow>): string | undefined {
  if (found instanceof Promise || found.kind !== 'found') return undefined
  const { values, updatedAt } = found.record
  if (values.length === 0 || !values.every(isPublic)) return undefined
  const bytes = values.map((it) => Buffer.from(writeValue(wireValue(it, updatedAt))))
  return lengthText(values.length) + Buffer.concat(bytes).toString('latin1')
}

/** Where the parts of a message lie, from the beginning of its envelope (RFC 3652 §2.2). */
const SESSION_AT = 4
const REQUEST_AT = 8
const HEADER_AT = ENVELOPE_BYTES
const FLAGS_AT = HEADER_AT + 8
const BODY_BYTES_AT = HEADER_AT + 20
const NAME_BYTES_AT = HEADER_AT + 24
const NAME_AT = NAME_BYTES_AT + 4
/** In the first byte of the flags. */
const AUTHORITATIVE = OP_FLAG.authoritative >>> 24
const COUNT_BYTES = 4
const ANSWER_BYTES_MIN = NAME_AT + COUNT_BYTES
/** Compressed, encrypted, truncated, and what nobody knows. */
const ENVELOPE_FLAGS = 0xfc
const OTHER_FLAGS =
  OP_FLAG.certified | OP_FLAG.encrypted | OP_FLAG.continuous | OP_FLAG.returnDigest
const PLAIN_NAME = /^[^/\x80-\xff]+\/[^\x80-\xff]*$/

/** Bytes of the name where nothing but a name is asked about; 0 where more is. */
function plainNameBytes(bytes: Buffer, start: number, end: number): number {
  if (end - start < NAME_AT) return 0
  if (((bytes[start + 2] as number) & ENVELOPE_FLAGS) !== 0) return 0
  if (bytes.readUInt32BE(start + SESSION_AT) !== 0) return 0
  if (bytes.readUInt32BE(start + HEADER_AT) !== OP.resolution) return 0
  if (bytes.readUInt32BE(start + HEADER_AT + 4) !== 0) return 0
  if ((bytes.readUInt32BE(start + FLAGS_AT) & OTHER_FLAGS) !== 0) return 0
  const nameBytes = bytes.readUInt32BE(start + NAME_BYTES_AT)
  if (nameBytes > HANDLE_BYTES_MAX) return 0
  const bodyBytes = bytes.readUInt32BE(start + BODY_BYTES_AT)
  const lists = start + NAME_AT + nameBytes
  // Name, two empty lists, and no credential.
  if (bodyBytes !== nameBytes + 3 * COUNT_BYTES || end !== lists + 3 * COUNT_BYTES) return 0
  const isBare =
    bytes.readUInt32BE(lists) === 0 &&
    bytes.readUInt32BE(lists + COUNT_BYTES) === 0 &&
    bytes.readUInt32BE(lists + 2 * COUNT_BYTES) === 0
  return isBare ? nameBytes : 0
}

/** What the envelope that begins at a place says of versions. */
export function versionsIn(bytes: Buffer, start: number) {
  return {
    major: bytes[start] as number,
    minor: bytes[start + 1] as number,
    suggestedMajor: (bytes[start + 2] as number) & ~ENVELOPE_FLAGS,
    suggestedMinor: bytes[start + 3] as number,
  }
}

type Writing = {
  /** The question. */
  readonly bytes: Buffer
  readonly start: number
  readonly name: string
  readonly values: string
  readonly siteSerial: number
}

function write(out: Outbox, { bytes, start, name, values, siteSerial }: Writing): void {
  const size = ANSWER_BYTES_MIN + name.length + values.length
  out.reserve(size)
  const { bytes: to, at } = out
  const { major, minor } = spokenTo(versionsIn(bytes, start))
  to[at] = major
  to[at + 1] = minor
  to[at + 2] = OWN_MAJOR
  to[at + 3] = OWN_MINOR
  to.writeUInt32BE(0, at + SESSION_AT)
  to.writeUInt32BE(bytes.readUInt32BE(start + REQUEST_AT), at + REQUEST_AT)
  to.writeUInt32BE(0, at + REQUEST_AT + 4)
  to.writeUInt32BE(size - ENVELOPE_BYTES, at + MESSAGE_BYTES_AT)
  to.writeUInt32BE(OP.resolution, at + HEADER_AT)
  to.writeUInt32BE(RESPONSE.success, at + HEADER_AT + 4)
  to.writeUInt32BE(bytes.readUInt32BE(start + FLAGS_AT), at + FLAGS_AT)
  to[at + FLAGS_AT] = (to[at + FLAGS_AT] as number) | AUTHORITATIVE
  to.writeUInt16BE(siteSerial, at + HEADER_AT + 12)
  to[at + HEADER_AT + 14] = bytes[start + HEADER_AT + 14] as number
  to[at + HEADER_AT + 15] = 0
  to.writeUInt32BE(expiryS(Date.now()), at + HEADER_AT + 16)
  to.writeUInt32BE(COUNT_BYTES + name.length + values.length, at + BODY_BYTES_AT)
  to.writeUInt32BE(name.length, at + NAME_BYTES_AT)
  to.write(name, at + NAME_AT, name.length, 'latin1')
  to.write(values, at + NAME_AT + name.length, values.length, 'latin1')
  to.writeUInt32BE(0, at + size - COUNT_BYTES)
  out.at = at + size
}
