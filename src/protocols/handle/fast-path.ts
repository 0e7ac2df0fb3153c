import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandleKey } from '../../identifiers/handle.ts'
import type { Resolution, Resolver } from '../../identifiers/resolution/resolution.ts'
import { headerOf, type Traffic } from '../../identifiers/resolution/traffic.ts'
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
    const waitS = traffic.admit(request)
    if (waitS > 0) {
      send(response, tooManyAnswer(waitS))
      return true
    }
    if (method === 'GET' && PLAIN_NAME.test(target) && headerOf(request, 'origin') === undefined) {
      answerPlain(target.slice(START.length), request, response)
    } else {
      answerAny(method, target, request, response)
    }
    return true
  }

  /** The record of a plain name, found at once: the case that is measured. */
  function answerPlain(name: string, request: IncomingMessage, response: ServerResponse): void {
    const key = keyOf(name)
    const resolution = key === undefined ? undefined : resolve(key)
    if (key === undefined || resolution === undefined || resolution instanceof Promise) {
      answerAny('GET', START + name, request, response)
      return
    }
    const body = resolution.kind === 'found' ? bodyOf(name, resolution) : undefined
    if (body === undefined) {
      answerAny('GET', START + name, request, response)
      return
    }
    traffic.count(key, resolution.kind, request)
    const length = Buffer.byteLength(body)
    response.writeHead(200, [...PLAIN_HEADERS, 'content-length', String(length)])
    response.end(body, length === body.length ? 'latin1' : 'utf8')
  }

  function answerAny(
    method: string,
    target: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const language = languageOf(headerOf(request, 'accept-language'))
    const origin = headerOf(request, 'origin')
    const answer = answerApi(resolve, { method, target, origin, language })
    const finish = (it: ApiAnswer) => {
      if (it.resolved) traffic.count(it.resolved.key as HandleKey, it.resolved.kind, request)
      send(response, it)
    }
    if (answer instanceof Promise) answer.then(finish, () => response.destroy())
    else finish(answer)
  }
}

const START = '/api/handles/'
/** Methods that bring a body, or are answered by more headers than are looked at here. */
const WITH_BODY = new Set(['POST', 'PUT', 'DELETE', 'OPTIONS'])
/** A name that is spelled in the target as it is, and nothing after it. */
const PLAIN_NAME = /^[\x21\x22\x24\x26-\x3e\x40-\x7e]+$/
const SAFE_HEADERS = ['x-content-type-options', 'nosniff']
const PLAIN_HEADERS = ['content-type', JSON_TYPE, ...SAFE_HEADERS]

function bodyOf(name: string, found: Extract<Resolution, { kind: 'found' }>): string | undefined {
  const { record } = found
  const selection = selectValues(record.values, EVERY_VALUE, 'public')
  if (selection.kind !== 'values' || selection.values.length === 0) return undefined
  return valuesAnswer(name, selection.values, record.updatedAt).json
}

/** Credentials of this node: its keys and its session cookies. Those of the Handle protocol count over TLS alone. */
function mayBeKnown(request: IncomingMessage): boolean {
  return (
    headerOf(request, 'authorization')?.startsWith('Bearer ') === true ||
    headerOf(request, 'cookie')?.includes('waymark') === true
  )
}

function send(response: ServerResponse, answer: ApiAnswer): void {
  const length = String(Buffer.byteLength(answer.body))
  response.writeHead(answer.status, [...answer.headers, ...SAFE_HEADERS, 'content-length', length])
  response.end(answer.body)
}
