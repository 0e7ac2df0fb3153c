import type {
  Administration,
  OperationAnswer,
  RefusalReason,
} from '../../identifiers/authority/administration.ts'
import { type Identity, identityOf } from '../../identifiers/authority/identity.ts'
import type { PrefixKey } from '../../identifiers/handle.ts'
import { type HandleValue, PERMISSIONS_DEFAULT, TTL_S_DEFAULT } from '../../identifiers/record.ts'
import { strictText } from '../../identifiers/values/strict-text.ts'
import {
  type ListingParts,
  mayList,
  namesUnder,
  prefixesOf,
  prefixNamed,
} from '../handle/listings.ts'
import {
  readHandleBody,
  readHandleValues,
  readRemoveRequest,
  writeCreated,
  writeDone,
  writeHandleList,
} from '../wire/bodies.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { TTL_ABSOLUTE, type WireValue } from '../wire/value.ts'
import type { Answers, Asked, Operation, Outgoing } from './asked.ts'
import type { Challenges } from './challenges.ts'
import { errorTo, replyTo } from './reply.ts'

export type WritingParts = {
  readonly administration: Administration
  readonly listing: ListingParts
  readonly challenges: Challenges
  readonly siteSerial: number
}

type Deed = (asked: Asked, who: Identity | undefined) => Promise<OperationAnswer>

/** Operations 100 to 104: each is done for who has shown who they are, and asks for that first. */
export function writingOperations(parts: WritingParts) {
  const { administration } = parts
  const has = ({ message }: Asked, flag: number) => (message.header.opFlags & flag) !== 0
  const create: Deed = (asked, who) => {
    const { handle, values } = readHandleValues(asked.message.body)
    const overwrite = has(asked, OP_FLAG.overwrite)
    const mint = has(asked, OP_FLAG.mintSuffix)
    return administration.create(handle, values.map(storedValue), who, { overwrite, mint })
  }
  const change = (kind: 'add' | 'modify'): Deed => {
    return (asked, who) => {
      const { handle, values } = readHandleValues(asked.message.body)
      const overwrite = has(asked, OP_FLAG.overwrite)
      const stored = values.map(storedValue)
      const wish = kind === 'add' ? { kind, values: stored, overwrite } : { kind, values: stored }
      return administration.change(handle, wish, who)
    }
  }
  const remove: Deed = (asked, who) => {
    const { handle, indexes } = readRemoveRequest(asked.message.body)
    return administration.change(handle, { kind: 'remove', indexes }, who)
  }
  const del: Deed = (asked, who) => administration.delete(readHandleBody(asked.message.body), who)
  const home: Deed = (asked, who) => administration.home(readHandleBody(asked.message.body), who)
  const unhome: Deed = (asked, who) =>
    administration.unhome(readHandleBody(asked.message.body), who)
  return {
    home: deed(parts, home),
    unhome: deed(parts, unhome),
    listHomed: listHomed(parts),
    create: deed(parts, create, true),
    delete: deed(parts, del),
    add: deed(parts, change('add')),
    modify: deed(parts, change('modify')),
    remove: deed(parts, remove),
    list: list(parts),
  }
}

function deed(parts: WritingParts, work: Deed, isCreate = false): Operation {
  const run = async (asked: Asked, who: Identity | undefined): Promise<Outgoing> => {
    const answer = await work(asked, who)
    if (answer.kind === 'refused' && answer.reason === 'unauthenticated') {
      return parts.challenges.challenge(asked, (again, { identity }) => run(again, identity))
    }
    return told(parts, asked, answer, isCreate)
  }
  return (asked) => {
    const who = whoAsks(asked)
    // before anything is looked up for who would only be asked once more
    const isTooMuch = who === undefined && parts.challenges.isFullFor(asked)
    return isTooMuch ? errorTo(asked, parts.siteSerial, RESPONSE.serverBusy) : run(asked, who)
  }
}

export function whoAsks({ identity }: Asked): Identity | undefined {
  return identity && identityOf(identity)
}

function told(
  { siteSerial }: WritingParts,
  asked: Asked,
  answer: OperationAnswer,
  isCreate: boolean,
): Outgoing {
  if (answer.kind === 'refused') {
    const { reason, text, indexes } = answer
    const about = { ...(text && { message: text.en }), ...(indexes && { indexes }) }
    return errorTo(asked, siteSerial, CODES[reason], about)
  }
  const { handle } = answer
  return replyTo(asked, {
    code: RESPONSE.success,
    siteSerial,
    body: (digest) => (isCreate ? writeCreated({ ...digest, handle }) : writeDone(digest)),
  })
}

const CODES: Readonly<Record<RefusalReason, number>> = {
  'handle-not-found': RESPONSE.handleNotFound,
  'handle-exists': RESPONSE.handleExists,
  'invalid-handle': RESPONSE.invalidHandle,
  'values-not-found': RESPONSE.valuesNotFound,
  'value-exists': RESPONSE.valueExists,
  'invalid-value': RESPONSE.invalidValue,
  'not-responsible': RESPONSE.serverNotResponsible,
  elsewhere: RESPONSE.serverNotResponsible,
  stopped: RESPONSE.operationNotSupported,
  'not-supported': RESPONSE.operationNotSupported,
  busy: RESPONSE.serverBusy,
  unauthenticated: RESPONSE.authenticationNeeded,
  'not-administrator': RESPONSE.invalidAdmin,
  sealed: RESPONSE.insufficientPermissions,
}

/** As it is stored: what says no more than the default is left out, and the node says itself when it was written. */
export function storedValue(it: WireValue): HandleValue {
  const { index, type, permissions, ttlS, ttlType, references } = it
  const isAbsolute = ttlType === TTL_ABSOLUTE
  return {
    index,
    type,
    data: textOrBytes(it.data),
    ...(permissions !== PERMISSIONS_DEFAULT && { permissions }),
    ...((ttlS !== TTL_S_DEFAULT || isAbsolute) && { ttl: ttlS }),
    ...(isAbsolute && { ttlAbsolute: true as const }),
    ...(references.length > 0 && { references }),
  }
}

/** Bytes that are text are stored as text: it costs less, and is found by search. */
function textOrBytes(data: Uint8Array): string | Uint8Array {
  const text = strictText(data)
  return text === undefined || CONTROLS.test(text) ? data : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f]/

const NAMES_AT_ONCE = 500

/** Operation 105: the names under a prefix, in as many messages as they take. */
function list(parts: WritingParts): Operation {
  const { challenges, listing, siteSerial } = parts
  const run = async (asked: Asked, who: Identity | undefined): Promise<Outgoing | undefined> => {
    const prefix = prefixIn(asked)
    const state = listing.book.lookup(prefix)
    if (state.kind !== 'hosted') return errorTo(asked, siteSerial, RESPONSE.serverNotResponsible)
    if (who === undefined) {
      return challenges.challenge(asked, (again, { identity }) => answers(again, identity))
    }
    const isAllowed = await mayList(listing.authority, who, prefix)
    return isAllowed ? undefined : errorTo(asked, siteSerial, RESPONSE.invalidAdmin)
  }
  const answers = (asked: Asked, who: Identity | undefined): Answers => streamed(asked, who)
  async function* streamed(asked: Asked, who: Identity | undefined): AsyncGenerator<Outgoing> {
    const early = await run(asked, who)
    if (early === undefined) yield* named(asked)
    else yield early
  }
  async function* named(asked: Asked): AsyncGenerator<Outgoing> {
    let batch: string[] = []
    for await (const name of namesUnder(listing.store, prefixIn(asked))) {
      if (batch.length === NAMES_AT_ONCE) {
        yield answer(asked, batch, true)
        batch = []
      }
      batch.push(name)
    }
    yield answer(asked, batch, false)
  }
  const answer = (asked: Asked, handles: readonly string[], isContinued: boolean): Outgoing => {
    const body = (digest: object) => writeHandleList({ ...digest, handles })
    return replyTo(asked, { code: RESPONSE.success, siteSerial, isContinued, body })
  }
  return (asked) => answers(asked, whoAsks(asked))
}

/** Operation 302: the prefixes of whoever asks, as far as they may list their names. */
function listHomed({ challenges, listing, siteSerial }: WritingParts): Operation {
  const run = async (asked: Asked, who: Identity | undefined): Promise<Outgoing> => {
    if (who === undefined) {
      return challenges.challenge(asked, (again, { identity }) => run(again, identity))
    }
    const handles = await prefixesOf(listing, who)
    if (handles.length === 0) return errorTo(asked, siteSerial, RESPONSE.invalidAdmin)
    const body = (digest: object) => writeHandleList({ ...digest, handles })
    return replyTo(asked, { code: RESPONSE.success, siteSerial, body })
  }
  return (asked) => run(asked, whoAsks(asked))
}

function prefixIn({ message }: Asked): PrefixKey {
  return prefixNamed(readHandleBody(message.body))
}
