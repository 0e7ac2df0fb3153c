import type { IncomingMessage, ServerResponse } from 'node:http'
import { PlainRow } from '../../identifiers/block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../../identifiers/handle.ts'
import type { IdRecord } from '../../identifiers/record.ts'
import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import { headerOf, type Traffic, type Visitor } from '../../identifiers/resolution/traffic.ts'
import { EVERY_VALUE, selectValues } from '../../identifiers/resolution/values.ts'
import { languageOf } from '../../lib/text.ts'
import type { Asking, Door, Recurse } from '../recursion/recursing.ts'
import { AnswerCache } from './answer-cache.ts'
import { JSON_TYPE, valuesJson } from './answers.ts'
import type { ApiAnswer } from './api.ts'
import { certificateOn } from './client-certificate.ts'
import { answerApi } from './json-api.ts'
import { keyOf } from './request.ts'
import { Stencils } from './stencils.ts'
import { tooManyAnswer } from './too-many.ts'

export type FastPathParts = {
  readonly resolve: Resolver
  readonly traffic: Traffic
  readonly recursion?: FastRecursion | undefined
}

/** Asks others about names that are not here, for those who are served so. */
export type FastRecursion = {
  /** Whose request it is; behind a trusted proxy the one it forwards. */
  readonly addressOf: (request: IncomingMessage) => string
} & (
  | { readonly recurse: Recurse }
  /** Another process does it: what it is to do is handed over. */
  | { readonly door: Door; readonly handOver: Listener }
)

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** So many requests wait for the end of the event loop's turn; the next one is not waited for. */
const WAITING_MAX = 256

/**
 * Answers anonymous GET and HEAD (and refuses unknown methods) under `/api/handles/` straight on Node's HTTP server,
 * before the HTTP library sees them; false leaves a request to the library's routes, which answer with the same
 * functions and the same bytes. `otherwise` leads there too: it gets a request whose answer fails.
 *
 * What arrived in one turn of the event loop is answered at its end: all of it is looked up, then all of it is sent. A
 * processor that does the same again and again is measurably faster than one that takes turns.
 */
export function handleFastPath(parts: FastPathParts) {
  const { resolve, traffic } = parts
  const cache = new AnswerCache()
  const stencils = new Stencils(asBytes)
  let waiting: Asked[] = []
  return (request: IncomingMessage, response: ServerResponse, otherwise: Listener): boolean => {
    const target = request.url
    if (target === undefined || !target.startsWith(START)) return false
    const { method = '' } = request
    if (WITH_BODY.has(method) || mayBeKnown(request)) return false
    const count = waiting.push({ request, response, method, target, otherwise })
    if (count === 1) setImmediate(answerWaiting)
    else if (count >= WAITING_MAX) answerWaiting()
    return true
  }

  function answerWaiting(): void {
    const asked = waiting
    waiting = []
    const found = asked.map(lookUp)
    for (let i = 0; i < asked.length; i++) {
      const it = asked[i] as Asked
      try {
        reply(it, found[i])
      } catch {
        leave(it)
      }
    }
  }

  function lookUp(asked: Asked): Found {
    try {
      const visitor = traffic.admit(asked.request)
      // The next request of the same visitor may have to wait where this one need not.
      if (visitor.waitS > 0) return visitor.waitS
      return findPlain(asked, visitor) ?? visitor
    } catch {
      return undefined
    }
  }

  function reply(asked: Asked, found: Found): void {
    const { response } = asked
    if (typeof found === 'string') sendPlain(response, found)
    else if (typeof found === 'number') send(response, tooManyAnswer(found))
    else if (found === undefined) leave(asked)
    else answerAny(parts, asked, found)
  }

  /** The body for a plain name that has a record: the case that is measured. Undefined for every other. */
  function findPlain({ request, method, target }: Asked, visitor: Visitor): string | undefined {
    if (method !== 'GET' || headerOf(request, 'origin') !== undefined) return undefined
    return findKept(target, visitor) ?? findStored(target, visitor)
  }

  /** What was answered before, where nothing has changed since. */
  function findKept(target: string, visitor: Visitor): string | undefined {
    const kept = cache.find(target)
    if (kept === undefined || resolve.editionOf?.(kept.edition.prefix) !== kept.edition) {
      return undefined
    }
    traffic.count(kept.edition.prefix, 'found', visitor)
    return kept.body
  }

  function findStored(target: string, visitor: Visitor): string | undefined {
    const name = target.slice(START.length)
    const key = plainKeyOf(name)
    if (key === undefined) return undefined
    const prefix = knownPrefixOf(key)
    // Taken before the record is read: should a commit come between, the answer is held for older than it is.
    const edition = cache.wants(target) ? resolve.editionOf?.(prefix) : undefined
    const body = foundBody(name, key, prefix)
    if (body === undefined) return undefined
    traffic.count(prefix, 'found', visitor)
    if (edition !== undefined) cache.keep({ target, edition, body })
    return body
  }

  function foundBody(name: string, key: HandleKey, prefix: PrefixKey): string | undefined {
    const found = resolve.seek === undefined ? resolve(key, prefix) : resolve.seek(key, prefix)
    if (found instanceof PlainRow) return stencils.fill(name, found) ?? bodyOf(name, found.record())
    if (found instanceof Promise || found.kind !== 'found') return undefined
    return bodyOf(name, found.record)
  }
}

/** Its answer will fail there as well, and be logged and told as what fails there is. */
function leave({ request, response, otherwise }: Asked): void {
  if (response.headersSent) response.destroy()
  else otherwise(request, response)
}

function answerAny(parts: FastPathParts, asked: Asked, visitor: Visitor): void {
  const { resolve, traffic, recursion } = parts
  const { request, response, method, target } = asked
  const language = languageOf(headerOf(request, 'accept-language'))
  const origin = headerOf(request, 'origin')
  let handOver: Listener | undefined
  const elsewhere = recursion && {
    address: recursion.addressOf(request),
    recurse:
      'recurse' in recursion
        ? recursion.recurse
        : (asking: Asking) => {
            if (recursion.door(asking)) handOver = recursion.handOver
            return undefined
          },
  }
  const answer = answerApi(resolve, { method, target, origin, language, elsewhere })
  const finish = (it: ApiAnswer) => {
    // Which credentials are taken, and how they are asked for, the routes know.
    if (it.isChallenge) return leave(asked)
    if (handOver) return handOver(request, response)
    if (it.resolved) traffic.count(prefixOf(it.resolved.key), it.resolved.kind, visitor)
    send(response, it)
  }
  if (answer instanceof Promise) answer.then(finish, () => response.destroy())
  else finish(answer)
}

type Asked = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly target: string
  readonly otherwise: Listener
}

/** A body; the seconds to wait; who is to get another answer than a plain one; undefined where looking it up failed. */
type Found = string | number | Visitor | undefined

const START = '/api/handles/'
/** Methods that bring a body, or are answered by more headers than are looked at here. */
const WITH_BODY = new Set(['POST', 'PUT', 'DELETE', 'OPTIONS'])
/** A name that is spelled in the target as it is, and in JSON, and nothing after it. */
const PLAIN_NAME = /^[!$&->@-[\]-~]+$/
/** A name that is its own key: folded, with a prefix, and not too long. Asking once is cheaper than folding. */
const FOLDED_NAME = /^[!$&-.0->@-Z[\]-`{-~]{1,64}\/[!$&->@-Z[\]-`{-~]{0,512}$/
const CONTENT_TYPE = 'content-type'
const CONTENT_LENGTH = 'content-length'
const NO_SNIFF_NAME = 'x-content-type-options'
const NO_SNIFF = 'nosniff'

function bodyOf(name: string, record: IdRecord): string | undefined {
  const selection = selectValues(record.values, EVERY_VALUE, 'public')
  if (selection.kind !== 'values' || selection.values.length === 0) return undefined
  const shown = { values: selection.values, updatedAtMs: record.updatedAt }
  return valuesJson(`"${name}"`, shown, asBytes)
}

function plainKeyOf(name: string): HandleKey | undefined {
  if (FOLDED_NAME.test(name)) return name as HandleKey
  return PLAIN_NAME.test(name) ? keyOf(name) : undefined
}

const PREFIX_PLACES = 256
const prefixes = new Array<PrefixKey>(PREFIX_PLACES).fill('' as PrefixKey)

/** `prefixOf`; mostly a text that was used before: a new one is looked up far more slowly. */
export function knownPrefixOf(key: HandleKey): PrefixKey {
  const end = key.indexOf('/')
  let hash = end
  for (let i = 0; i < end; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  const place = (hash ^ (hash >>> 8)) & (PREFIX_PLACES - 1)
  const known = prefixes[place] as PrefixKey
  if (known.length === end && key.startsWith(known)) return known
  const prefix = prefixOf(key)
  prefixes[place] = prefix
  return prefix
}

const SCRATCH_BYTES = 65_536
const UTF8_BYTES_PER_UNIT_MAX = 3
const scratch = Buffer.allocUnsafe(SCRATCH_BYTES)

const TEXT_PLACES = 256
const SHARED_CHARS_MAX = 256
const spelledTexts = new Array<string>(TEXT_PLACES).fill('')
const spellings = new Array<string>(TEXT_PLACES).fill('')

/** UTF-8 with a character for each byte: Node joins it to the head and sends both as one piece, without encoding it. */
export function asBytes(text: string): string {
  const { length } = text
  if (length > SHARED_CHARS_MAX) return spelledOut(text)
  // Names of products and the like, which many records share.
  const mark =
    text.charCodeAt(0) + 7 * text.charCodeAt(length >> 1) + 31 * text.charCodeAt(length - 1)
  const place = (mark + length) & (TEXT_PLACES - 1)
  if (spelledTexts[place] === text) return spellings[place] as string
  const bytes = spelledOut(text)
  spelledTexts[place] = text
  spellings[place] = bytes
  return bytes
}

function spelledOut(text: string): string {
  if (text.length * UTF8_BYTES_PER_UNIT_MAX > SCRATCH_BYTES) {
    return Buffer.from(text).toString('latin1')
  }
  return scratch.toString('latin1', 0, scratch.write(text))
}

/** @param body its bytes, one character each */
function sendPlain(response: ServerResponse, body: string): void {
  const length = `${body.length}`
  response.writeHead(200, [
    CONTENT_TYPE,
    JSON_TYPE,
    NO_SNIFF_NAME,
    NO_SNIFF,
    CONTENT_LENGTH,
    length,
  ])
  response.end(body, 'latin1')
}

/** Credentials of any kind: this node's own cookies and keys, and those of the Handle protocol, be they refused. */
export function mayBeKnown({ rawHeaders, socket }: IncomingMessage): boolean {
  if (certificateOn(socket) !== undefined) return true
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    if (name === 'authorization') return true
    if (name === 'cookie' && value.includes('waymark')) return true
  }
  return false
}

function send(response: ServerResponse, answer: ApiAnswer): void {
  const length = String(Buffer.byteLength(answer.body))
  response.writeHead(answer.status, [
    ...answer.headers,
    NO_SNIFF_NAME,
    NO_SNIFF,
    'content-length',
    length,
  ])
  response.end(answer.body)
}
