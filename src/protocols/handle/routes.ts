import { METHODS } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { prefixOf } from '../../identifiers/handle.ts'
import type { ProtectedReads } from '../../identifiers/registration/protected-reads.ts'
import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import { mayDo } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import { languageOf } from '../../lib/text.ts'
import { API_METHODS, type ApiAnswer, type ApiRequest } from './api.ts'
import { answerApi } from './json-api.ts'
import { HANDLES_PATH } from './request.ts'
import { tooManyAnswer } from './too-many.ts'

export type HandleJsonParts = {
  readonly resolve: Resolver
  readonly traffic: Traffic
  readonly protectedReads: ProtectedReads
}

const BODY_BYTES_MAX = 2 ** 20

/** The JSON API of Handle.Net 9 under `/api/handles`, for every method a client may send. */
export function handleJsonRoutes(app: App, parts: HandleJsonParts): void {
  // CONNECT never reaches a route, and HTTP/2's preface is not a method.
  const others = METHODS.filter((it) => !isOffered(it) && it !== 'CONNECT' && it !== 'PRI')
  for (const method of others) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  app.register((inner, _options, done) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, takeBody)
    inner.addHook('onRequest', async ({ headers }) => {
      // The library refuses a body whose type it cannot read; here such a body is ignored, as deployed servers do.
      const type = headers['content-type']
      if (type !== undefined && !MEDIA_TYPE.test(type)) headers['content-type'] = ANY_BYTES
    })
    const handler = answerWith(parts)
    for (const url of [HANDLES_PATH, `${HANDLES_PATH}/*`]) {
      inner.get(url, { schema: url === HANDLES_PATH ? { hide: true } : GET_SCHEMA, handler })
      const rest = [...API_METHODS.filter((it) => it !== 'GET' && it !== 'HEAD'), ...others]
      inner.route({ method: rest, url, schema: { hide: true }, handler })
    }
    done()
  })
}

const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/
const ANY_BYTES = 'application/octet-stream'

function isOffered(method: string): boolean {
  return API_METHODS.some((it) => it === method)
}

function takeBody(_request: unknown, body: string | Buffer, done: (e: null, b: unknown) => void) {
  done(null, body)
}

function answerWith({ resolve, traffic, protectedReads }: HandleJsonParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const visitor = traffic.admit(request.raw)
    if (visitor.waitS > 0) return send(reply, tooManyAnswer(visitor.waitS))
    const answer = await answerApi(resolve, apiRequest(request))
    if (answer.shown) await protectedReads(request.caller, [answer.shown])
    if (answer.resolved) traffic.count(prefixOf(answer.resolved.key), answer.resolved.kind, visitor)
    return send(reply, answer)
  }
}

function apiRequest(request: FastifyRequest): ApiRequest {
  const { headers, caller } = request
  const preflight = 'access-control-request'
  return {
    method: request.method,
    target: request.originalUrl,
    origin: headers.origin,
    preflightMethod: textHeader(headers[`${preflight}-method`]),
    preflightHeaders: textHeader(headers[`${preflight}-headers`]),
    contentType: headers['content-type'],
    body: Buffer.isBuffer(request.body) ? request.body : undefined,
    language: languageOf(headers['accept-language']),
    mayRead:
      caller === undefined || caller.kind === 'anonymous'
        ? undefined
        : (enterprise) => mayDo(caller, 'identifiers.read', enterprise),
  }
}

function textHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

function send(reply: FastifyReply, answer: ApiAnswer): FastifyReply {
  reply.code(answer.status)
  for (let i = 0; i < answer.headers.length; i += 2) {
    reply.header(answer.headers[i] ?? '', answer.headers[i + 1] ?? '')
  }
  return answer.body === '' ? reply.send() : reply.send(answer.body)
}

const GET_SCHEMA = {
  tags: ['resolution'],
  summary: 'Resolve an identifier as Handle.Net 9’s JSON API does',
  description:
    'The name follows the slash as it is, percent-encoded where needed; nothing is normalised. Values are those readable by everybody, or by administrators for callers entitled to the prefix.',
  operationId: 'resolveHandle',
}
