import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Resolution, Resolver } from '../../identifiers/resolution/resolution.ts'
import { headerOf, type Traffic, type Visitor } from '../../identifiers/resolution/traffic.ts'
import { EVERY_VALUE, selectValues } from '../../identifiers/resolution/values.ts'
import { languageOf } from '../../lib/text.ts'
import { JSON_TYPE, valuesAnswer } from './answers.ts'
import type { ApiAnswer } from './api.ts'
import { answerApi } from './json-api.ts'
import { keyOf } from './request.ts'
import { tooManyAnswer } from './too-many.ts'

export type FastPathParts = { readonly resolve: Resolver; readonly traffic: Traffic }

/**
 * Answers anonymous GET and HEAD (and refuses unknown methods) under `/api/handles/` straight on Node's HTTP server,
 * before the HTTP library sees them; false leaves a request to the library's routes, which answer with the same
 * functions and the same bytes.
 */
export function handleFastPath({ resolve, traffic }: FastPathParts) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const target = request.url
    if (target === undefined || !target.startsWith(START)) return false
    const { method = '' } = request
    if (WITH_BODY.has(method) || mayBeKnown(request)) return false
    const visitor = traffic.admit(request)
    const exchange = { request, response, method, target, visitor }
    if (visitor.waitS > 0) send(response, tooManyAnswer(visitor.waitS))
    else if (!answerPlain(exchange)) answerAny(exchange)
    return true
  }

  /** The record of a plain name, found at once: the case that is measured. False for every other. */
  function answerPlain({ request, response, method, target, visitor }: Exchange): boolean {
    if (method !== 'GET' || !PLAIN_NAME.test(target)) return false
    if (headerOf(request, 'origin') !== undefined) return false
    const name = target.slice(START.length)
    const key = keyOf(name)
    if (key === undefined) return false
    const resolution = resolve(key)
    if (resolution instanceof Promise || resolution.kind !== 'found') return false
    const body = bodyOf(name, resolution)
    if (body === undefined) return false
    traffic.count(key, resolution.kind, visitor)
    const length = Buffer.byteLength(body)
    response.writeHead(200, [
      'content-type',
      JSON_TYPE,
      NO_SNIFF_NAME,
      NO_SNIFF,
      'content-length',
      `${length}`,
    ])
    response.end(body, length === body.length ? 'latin1' : 'utf8')
    return true
  }

  function answerAny({ request, response, method, target, visitor }: Exchange): void {
    const language = languageOf(headerOf(request, 'accept-language'))
    const origin = headerOf(request, 'origin')
    const answer = answerApi(resolve, { method, target, origin, language })
    const finish = (it: ApiAnswer) => {
      if (it.resolved) traffic.count(it.resolved.key, it.resolved.kind, visitor)
      send(response, it)
    }
    if (answer instanceof Promise) answer.then(finish, () => response.destroy())
    else finish(answer)
  }
}

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly target: string
  readonly visitor: Visitor
}

const START = '/api/handles/'
/** Methods that bring a body, or are answered by more headers than are looked at here. */
const WITH_BODY = new Set(['POST', 'PUT', 'DELETE', 'OPTIONS'])
/** A name that is spelled in the target as it is, and nothing after it. */
const PLAIN_NAME = /^[\x21\x22\x24\x26-\x3e\x40-\x7e]+$/
const NO_SNIFF_NAME = 'x-content-type-options'
const NO_SNIFF = 'nosniff'

function bodyOf(name: string, found: Extract<Resolution, { kind: 'found' }>): string | undefined {
  const { record } = found
  const selection = selectValues(record.values, EVERY_VALUE, 'public')
  if (selection.kind !== 'values' || selection.values.length === 0) return undefined
  return valuesAnswer(name, selection.values, record.updatedAt).json
}

/** Credentials of this node: its keys and its session cookies. Those of the Handle protocol count over TLS alone. */
function mayBeKnown(request: IncomingMessage): boolean {
  return (
    headerOf(request, 'authorization')?.startsWith('Bearer wmk_') === true ||
    headerOf(request, 'cookie')?.includes('waymark') === true
  )
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
