import { readFileSync } from 'node:fs'
import { readAdmin, writeAdmin } from '../../src/identifiers/values/admin.ts'
import { Reader } from '../../src/identifiers/values/bytes.ts'
import { readPublicKey, writePublicKey } from '../../src/identifiers/values/public-key.ts'
import { readReferences, writeReferences } from '../../src/identifiers/values/references.ts'
import { readSite, writeSite } from '../../src/identifiers/values/site.ts'
import * as wire from '../../src/protocols/wire/index.ts'

type Vector = { readonly what: string; readonly bytes: string }
type MessageVector = { readonly what: string; readonly body: string; readonly message: string }

export const VECTORS: {
  readonly envelopes: readonly Vector[]
  readonly messages: readonly MessageVector[]
  readonly values: readonly (Vector & { readonly form: string })[]
  readonly digests: Readonly<Record<'request' | 'md5' | 'sha1' | 'sha256', string>>
  readonly proofs: {
    readonly secret: string
    readonly nonce: string
    readonly digest: string
    readonly answers: readonly Vector[]
  }
  readonly malformed: readonly {
    readonly what: string
    readonly envelope?: string
    readonly message?: string
    readonly body?: string
  }[]
} = JSON.parse(readFileSync(new URL('../../spec/handle/wire.json', import.meta.url), 'utf8'))

/** Reads a whole thing and writes it again. */
export type Again = (bytes: Uint8Array, hasDigest: boolean) => Uint8Array

function again<T>(
  read: (bytes: Uint8Array, hasDigest: boolean) => T,
  write: (it: T) => Uint8Array,
): Again {
  return (bytes, hasDigest) => write(read(bytes, hasDigest))
}

/** By the name that `wire.json` has for a body. */
export const BODIES: Readonly<Record<string, Again>> = {
  'resolution request': again(wire.readResolutionRequest, wire.writeResolutionRequest),
  'handle values': again(wire.readHandleValues, wire.writeHandleValues),
  handle: again(wire.readHandleBody, wire.writeHandleBody),
  'remove request': again(wire.readRemoveRequest, wire.writeRemoveRequest),
  'challenge answer': again(wire.readChallengeAnswer, wire.writeChallengeAnswer),
  'verify request': again(wire.readVerifyRequest, wire.writeVerifyRequest),
  'session setup': again(wire.readSessionSetup, wire.writeSessionSetup),
  'session begun': again(wire.readSessionBegun, wire.writeSessionBegun),
  'session key': again(wire.readSessionKey, wire.writeSessionKey),
  values: again(wire.readResolutionAnswer, wire.writeResolutionAnswer),
  error: again(wire.readErrorAnswer, wire.writeErrorAnswer),
  done: again(wire.readDone, wire.writeDone),
  created: again(wire.readCreated, wire.writeCreated),
  'handle list': again(wire.readHandleList, wire.writeHandleList),
  challenge: again(wire.readChallenge, wire.writeChallenge),
  verified: again(wire.readVerifyAnswer, wire.writeVerifyAnswer),
  site: again(
    (bytes, hasDigest) => {
      const answer = wire.readSiteAnswer(bytes, hasDigest)
      return { ...answer, site: readSite(answer.site) }
    },
    (it) => wire.writeSiteAnswer({ ...it, site: writeSite(it.site) }),
  ),
  referral: again(wire.readReferral, wire.writeReferral),
}

/** By the type of the value. */
export const FORMS: Readonly<Record<string, Again>> = {
  value: again((bytes) => wire.readValue(new Reader(bytes)), wire.writeValue),
  HS_ADMIN: again(readAdmin, writeAdmin),
  HS_SITE: again(readSite, writeSite),
  HS_VLIST: again(readReferences, writeReferences),
  HS_PUBKEY: again(readPublicKey, writePublicKey),
}

/** A message, its credential and its body of a kind, read and written. */
export function messageAgain(bytes: Uint8Array, body: Again): Uint8Array {
  const message = wire.readMessage(bytes)
  const isAnswer = message.header.responseCode !== 0
  const hasDigest = isAnswer && (message.header.opFlags & wire.OP_FLAG.returnDigest) !== 0
  return wire.writeMessage({ ...message, body: body(message.body, hasDigest) })
}

export const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
export const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
