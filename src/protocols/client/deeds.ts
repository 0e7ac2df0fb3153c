import { parseHandle } from '../../identifiers/handle.ts'
import type { ValueReference } from '../../identifiers/record.ts'
import { readSite, type Site } from '../../identifiers/values/site.ts'
import {
  readCreated,
  readHandleList,
  readSiteAnswer,
  readVerifyAnswer,
  writeHandleBody,
  writeHandleValues,
  writeRemoveRequest,
  writeVerifyRequest,
} from '../wire/bodies.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { WireValue } from '../wire/value.ts'
import { type Answered, type Answering, refusal } from './answering.ts'
import type { Authentication } from './authentication.ts'
import { hasDigest } from './believed.ts'
import { type Answer, read, type Wish } from './conversation.ts'
import type { Failure, Refused } from './outcomes.ts'
import { placeOf } from './sites.ts'
import type { Place } from './trace.ts'

/** What is to be done to a handle; all of it is done or nothing. */
export type Deed =
  | {
      readonly kind: 'create'
      /** Of a suffix that the server is to choose: the prefix and a slash, and what the suffix shall begin with. */
      readonly handle: string
      readonly values: readonly WireValue[]
      /** Takes the place of a record that is there. */
      readonly overwrite?: boolean
      readonly mintSuffix?: boolean
    }
  | { readonly kind: 'delete'; readonly handle: string }
  | {
      readonly kind: 'add'
      readonly handle: string
      readonly values: readonly WireValue[]
      readonly overwrite?: boolean
    }
  | { readonly kind: 'modify'; readonly handle: string; readonly values: readonly WireValue[] }
  | { readonly kind: 'remove'; readonly handle: string; readonly indexes: readonly number[] }

/** What became of it. Where it is `uncertain`, look at the record before it is tried again. */
export type Done =
  | {
      readonly kind: 'done'
      /** As it was made, where the server chose. */
      readonly handle: string
      readonly from: Place
    }
  | Refused
  | Failure

/** Names are read from the server while they are taken; who leaves early ends the connection. */
export type Listed =
  | { readonly kind: 'found'; readonly handles: AsyncIterable<string>; readonly from: Place }
  | Refused
  | Failure

export type Verified =
  | { readonly kind: 'found'; readonly isValid: boolean; readonly from: Place }
  | Refused
  | Failure

export type SiteTold =
  | { readonly kind: 'found'; readonly site: Site; readonly from: Place }
  | Refused
  | Failure

/** Somebody's answer to somebody's challenge, for the key's own server to judge. */
export type Proof = {
  readonly key: ValueReference
  readonly nonce: Uint8Array
  /** Of the request that was challenged. */
  readonly digest: Uint8Array
  readonly answer: Uint8Array
}

const OPERATIONS = {
  create: OP.createHandle,
  delete: OP.deleteHandle,
  add: OP.addValue,
  modify: OP.modifyValue,
  remove: OP.removeValue,
} as const

export async function perform(
  answering: Answering,
  deed: Deed,
  auth: Authentication | undefined,
): Promise<Done> {
  const handle = parseHandle(deed.handle).spelled
  const body = bodyOf({ ...deed, handle })
  const wish = { ...wishOf(handle, OPERATIONS[deed.kind], body, auth), flags: flagsOf(deed) }
  const told = await answering.answerTo(wish)
  const answer = successIn(told)
  if (!('received' in answer)) return answer
  const created = deed.kind === 'create' ? createdIn(answer) : ''
  return { kind: 'done', handle: created === '' ? handle : created, from: placeOf(answer.target) }
}

function bodyOf(deed: Deed): Uint8Array {
  switch (deed.kind) {
    case 'delete':
      return writeHandleBody(deed.handle)
    case 'remove':
      return writeRemoveRequest(deed)
    case 'create':
    case 'add':
    case 'modify':
      return writeHandleValues(deed)
  }
}

function flagsOf(deed: Deed): number {
  const overwrites = 'overwrite' in deed && deed.overwrite === true
  const mints = deed.kind === 'create' && deed.mintSuffix === true
  return (
    OP_FLAG.authoritative + (overwrites ? OP_FLAG.overwrite : 0) + (mints ? OP_FLAG.mintSuffix : 0)
  )
}

/** Servers of before the suffix could be left to them say nothing of the handle. */
function createdIn({ received: { message } }: Answer): string {
  try {
    return readCreated(message.body, hasDigest(message)).handle
  } catch {
    return ''
  }
}

/** The names of a prefix. Each server of a site has its own, so all of them are asked. */
export async function list(
  answering: Answering,
  prefix: string,
  auth: Authentication | undefined,
): Promise<Listed> {
  const body = writeHandleBody(`0.NA/${prefix}`)
  const wish = wishOf(`${prefix}/`, OP.listHandles, body, auth)
  const first = await answering.answersOfAll(wish)
  if (first.kind !== 'answered') return first
  const answer = successIn(first)
  if (!('received' in answer)) return answer
  return { kind: 'found', handles: namesOf(answer, first.others), from: placeOf(answer.target) }
}

async function* namesOf(
  first: Answer,
  others: AsyncIterable<Answered | Refused | Failure>,
): AsyncGenerator<string> {
  yield* namesIn(first)
  for await (const it of others) {
    const answer = successIn(it)
    if (!('received' in answer)) throw new Incomplete(answer)
    yield* namesIn(answer)
  }
}

/** Some of the names were told; another server of the site, which has the others, told none. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete'
  readonly outcome: Refused | Failure

  constructor(outcome: Refused | Failure) {
    super(`a server of the site does not list its handles: ${outcome.kind}`)
    this.outcome = outcome
  }
}

async function* namesIn({ received, more }: Answer): AsyncGenerator<string> {
  const names = ({ message }: Answer['received']) =>
    read(() => readHandleList(message.body, hasDigest(message))).handles
  yield* names(received)
  for await (const it of more) yield* names(it)
}

/** Whether an answer to a challenge is by the key it names: asked of who has the key. */
export async function verifyProof(answering: Answering, proof: Proof): Promise<Verified> {
  const body = writeVerifyRequest(proof)
  const handle = parseHandle(proof.key.handle).spelled
  const answer = successIn(
    await answering.answerTo(wishOf(handle, OP.verifyResponse, body, undefined)),
  )
  if (!('received' in answer)) return answer
  const { message } = answer.received
  try {
    const { isValid } = readVerifyAnswer(message.body, hasDigest(message))
    return { kind: 'found', isValid, from: placeOf(answer.target) }
  } catch {
    return malformed(answer)
  }
}

/** The record of the site that answers for a handle, as its server tells it. */
export async function siteInfo(answering: Answering, name: string): Promise<SiteTold> {
  const handle = parseHandle(name).spelled
  const wish = wishOf(handle, OP.getSiteInfo, writeHandleBody(handle), undefined)
  const answer = successIn(await answering.answerTo({ ...wish, flags: 0 }))
  if (!('received' in answer)) return answer
  const { message } = answer.received
  try {
    const site = readSite(readSiteAnswer(message.body, hasDigest(message)).site)
    return { kind: 'found', site, from: placeOf(answer.target) }
  } catch {
    return malformed(answer)
  }
}

function malformed({ target }: Answer): Failure {
  const place = placeOf(target)
  const tried = [{ place, reason: 'malformed', detail: 'what came is no answer' } as const]
  return { kind: 'unreachable', handle: '', tried }
}

function wishOf(
  handle: string,
  opCode: number,
  body: Uint8Array,
  auth: Authentication | undefined,
): Wish {
  return {
    ...{ purpose: 'answer', handle, opCode, body, auth, indexes: [], types: [] },
    ...{ flags: OP_FLAG.authoritative, recursionCount: 0 },
  }
}

function successIn(told: Answered | Refused | Failure): Answer | Refused | Failure {
  if (told.kind !== 'answered') return told
  return told.answer.code === RESPONSE.success ? told.answer : refusal(told.answer)
}
