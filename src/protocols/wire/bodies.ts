import type { ValueReference } from '../../identifiers/record.ts'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import { putDigest, type RequestDigest, readDigest } from './digest.ts'
import { putValue, readValue, VALUE_BYTES_MIN, type WireValue } from './value.ts'

/*
 * What messages are about, in wire order (RFC 3652 §3). A reader reads a whole body and throws MalformedBytes; what follows
 * its last field is passed over, as deployed servers do. Bodies of answers begin with the digest of their request where the
 * request asked for it (RD), and a challenge always does: readers of answers are told whether there is one.
 */

const INDEX_BYTES = 4
const TEXT_BYTES_MIN = 4

export type ResolutionRequest = {
  readonly handle: string
  /** Both lists empty: every value; both given: the values of either. */
  readonly indexes: readonly number[]
  readonly types: readonly string[]
}

export function readResolutionRequest(body: Uint8Array): ResolutionRequest {
  const r = new Reader(body)
  return {
    handle: r.text(),
    indexes: readIndexes(r),
    types: r.list(TEXT_BYTES_MIN, (it) => it.text()),
  }
}

export function writeResolutionRequest({ handle, indexes, types }: ResolutionRequest): Uint8Array {
  const w = new Writer().text(handle)
  putIndexes(w, indexes)
  return w.list(types, (to, it) => void to.text(it)).done()
}

/** Of a resolution's answer; of create, add and modify, which are asked with the same. */
export type HandleValues = { readonly handle: string; readonly values: readonly WireValue[] }

export function readHandleValues(body: Uint8Array): HandleValues {
  return handleValues(new Reader(body))
}

export function writeHandleValues({ handle, values }: HandleValues): Uint8Array {
  return new Writer().text(handle).list(values, putValue).done()
}

function handleValues(r: Reader): HandleValues {
  return { handle: r.text(), values: r.list(VALUE_BYTES_MIN, readValue) }
}

export type Answered<T> = T & { readonly digest?: RequestDigest }

export function readResolutionAnswer(body: Uint8Array, hasDigest: boolean): Answered<HandleValues> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), ...handleValues(r) }
}

export function writeResolutionAnswer({ digest, ...it }: Answered<HandleValues>): Uint8Array {
  return headed(digest).bytes(writeHandleValues(it)).done()
}

/** Delete, list, home, unhome, get site info, end a session: a handle alone; `/` where it does not matter. */
export function readHandleBody(body: Uint8Array): string {
  return new Reader(body).text()
}

export function writeHandleBody(handle: string): Uint8Array {
  return new Writer().text(handle).done()
}

export type RemoveRequest = { readonly handle: string; readonly indexes: readonly number[] }

export function readRemoveRequest(body: Uint8Array): RemoveRequest {
  const r = new Reader(body)
  return { handle: r.text(), indexes: readIndexes(r) }
}

export function writeRemoveRequest({ handle, indexes }: RemoveRequest): Uint8Array {
  const w = new Writer().text(handle)
  putIndexes(w, indexes)
  return w.done()
}

export type ErrorAnswer = {
  readonly message: string
  /** Of the values that it is about; most errors have no such list. */
  readonly indexes?: readonly number[]
}

/** The RFC lets a body be empty; Handle.Net always writes a message, be it an empty one. */
export function readErrorAnswer(body: Uint8Array, hasDigest: boolean): Answered<ErrorAnswer> {
  const r = new Reader(body)
  if (r.left === 0) return { message: '' }
  const digest = digestIn(r, hasDigest)
  const message = r.left === 0 ? '' : r.text()
  return r.left === 0 ? { ...digest, message } : { ...digest, message, indexes: readIndexes(r) }
}

export function writeErrorAnswer({ digest, message, indexes }: Answered<ErrorAnswer>): Uint8Array {
  const w = headed(digest).text(message)
  if (indexes !== undefined) putIndexes(w, indexes)
  return w.done()
}

/** Of 302 and 303: who is to be asked. */
export type Referral = {
  /** Empty where the sites stand in the values. */
  readonly handle: string
  /** HS_SITE values. */
  readonly values: readonly WireValue[]
}

export function readReferral(body: Uint8Array, hasDigest: boolean): Answered<Referral> {
  const r = new Reader(body)
  const digest = digestIn(r, hasDigest)
  const handle = r.text()
  return { ...digest, handle, values: r.left === 0 ? [] : r.list(VALUE_BYTES_MIN, readValue) }
}

export function writeReferral({ digest, handle, values }: Answered<Referral>): Uint8Array {
  const w = headed(digest).text(handle)
  return values.length === 0 ? w.done() : w.list(values, putValue).done()
}

/** Some of a prefix's handles; more follow where the message says so (CN). */
export function readHandleList(
  body: Uint8Array,
  hasDigest: boolean,
): Answered<{ readonly handles: readonly string[] }> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), handles: r.list(TEXT_BYTES_MIN, (it) => it.text()) }
}

export function writeHandleList({
  digest,
  handles,
}: Answered<{ readonly handles: readonly string[] }>): Uint8Array {
  return headed(digest)
    .list(handles, (w, it) => void w.text(it))
    .done()
}

/** Of 402: what has to be signed. */
export type Challenge = { readonly digest: RequestDigest; readonly nonce: Uint8Array }

export function readChallenge(body: Uint8Array): Challenge {
  const r = new Reader(body)
  return { digest: readDigest(r), nonce: r.counted() }
}

export function writeChallenge({ digest, nonce }: Challenge): Uint8Array {
  return headed(digest).counted(nonce).done()
}

/** Of operation 200, in the session of the challenge. */
export type ChallengeAnswer = {
  /** `HS_SECKEY` or `HS_PUBKEY`. */
  readonly type: string
  readonly key: ValueReference
  /** See `proofs.ts`. */
  readonly answer: Uint8Array
}

export function readChallengeAnswer(body: Uint8Array): ChallengeAnswer {
  const r = new Reader(body)
  return { type: r.text(), key: { handle: r.text(), index: r.i32() }, answer: r.counted() }
}

export function writeChallengeAnswer({ type, key, answer }: ChallengeAnswer): Uint8Array {
  return new Writer().text(type).text(key.handle).u32(key.index).counted(answer).done()
}

/** Of operation 201: does a key's owner give this answer to a challenge? */
export type VerifyRequest = {
  readonly key: ValueReference
  readonly nonce: Uint8Array
  /** Of the request that was challenged; its algorithm is not told. */
  readonly digest: Uint8Array
  readonly answer: Uint8Array
}

export function readVerifyRequest(body: Uint8Array): VerifyRequest {
  const r = new Reader(body)
  const key = { handle: r.text(), index: r.i32() }
  return { key, nonce: r.counted(), digest: r.counted(), answer: r.counted() }
}

export function writeVerifyRequest({ key, nonce, digest, answer }: VerifyRequest): Uint8Array {
  const w = new Writer().text(key.handle).u32(key.index)
  return w.counted(nonce).counted(digest).counted(answer).done()
}

export type VerifyAnswer = { readonly isValid: boolean }

export function readVerifyAnswer(body: Uint8Array, hasDigest: boolean): Answered<VerifyAnswer> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), isValid: r.u8() === 1 }
}

export function writeVerifyAnswer({ digest, isValid }: Answered<VerifyAnswer>): Uint8Array {
  return headed(digest)
    .u8(isValid ? 1 : 0)
    .done()
}

/** Of a create's answer: the handle as it was made, which a client that left its suffix to the server learns here. */
export function readCreated(
  body: Uint8Array,
  hasDigest: boolean,
): Answered<{ readonly handle: string }> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), handle: r.text() }
}

export function writeCreated({
  digest,
  handle,
}: Answered<{ readonly handle: string }>): Uint8Array {
  return headed(digest).text(handle).done()
}

/** Of what has nothing more to tell than that it was done. */
export function readDone(body: Uint8Array, hasDigest: boolean): Answered<object> {
  return digestIn(new Reader(body), hasDigest)
}

export function writeDone({ digest }: Answered<object>): Uint8Array {
  return headed(digest).done()
}

/** Of get-site-info: one HS_SITE, see `readSite`. */
export function readSiteAnswer(
  body: Uint8Array,
  hasDigest: boolean,
): Answered<{ readonly site: Uint8Array }> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), site: r.bytes(r.left) }
}

export function writeSiteAnswer({
  digest,
  site,
}: Answered<{ readonly site: Uint8Array }>): Uint8Array {
  return headed(digest).bytes(site).done()
}

function readIndexes(r: Reader): number[] {
  return r.list(INDEX_BYTES, (it) => it.i32())
}

function putIndexes(w: Writer, indexes: readonly number[]): void {
  w.list(indexes, (to, it) => void to.u32(it))
}

/** What an answer begins with whose request asked for it. */
export function digestIn(r: Reader, hasDigest: boolean): { readonly digest?: RequestDigest } {
  return hasDigest ? { digest: readDigest(r) } : {}
}

export function headed(digest: RequestDigest | undefined): Writer {
  const w = new Writer()
  if (digest !== undefined) putDigest(w, digest)
  return w
}
