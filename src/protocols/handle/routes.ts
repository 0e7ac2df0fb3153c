import { METHODS } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Administration } from '../../identifiers/authority/administration.ts'
import { identityKey } from '../../identifiers/authority/identity.ts'
import { prefixOf } from '../../identifiers/handle.ts'
import type { ProtectedReads } from '../../identifiers/registration/protected-reads.ts'
import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { Author } from '../../lib/author.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import type { Recurse } from '../recursion/recursing.ts'
import { API_METHODS, type ApiAnswer, type ApiRequest } from './api.ts'
import { certificateOn, certificateProof } from './client-certificate.ts'
import type { HeaderList } from './cors.ts'
import { answerEndpoint, type EndpointParts } from './endpoints.ts'
import { answerApi } from './json-api.ts'
import type { ListingParts } from './listings.ts'
import { type Credentials, type Login, type Logins, signatureHeader } from './login.ts'
import { HANDLES_PATH } from './request.ts'
import { answerSessions, SESSIONS_PATH } from './session-answers.ts'
import { tooManyAnswer } from './too-many.ts'

export type HandleJsonParts = {
  readonly resolve: Resolver
  readonly traffic: Traffic
  /** Asks others about names that are not here. */
  readonly recurse?: Recurse | undefined
  readonly protectedReads: ProtectedReads
  /** How clients of the Handle protocol show who they are, and what they then can do; absent: nobody can. */
  readonly access?: HandleAccess
}

export type HandleAccess = EndpointParts & {
  readonly logins: Logins
  readonly administration: Administration
  readonly listing: ListingParts
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
    inner.setErrorHandler(async (error, request, reply) => {
      const answer = answerToError(parts, error, request)
      if (answer === undefined) throw error
      return send(reply, answer)
    })
    const handler = answerWith(parts)
    const more = parts.access === undefined ? [] : OTHER_PATHS
    for (const url of [HANDLES_PATH, `${HANDLES_PATH}/*`, ...more]) {
      inner.get(url, { schema: url === `${HANDLES_PATH}/*` ? GET_SCHEMA : { hide: true }, handler })
      const rest = [...API_METHODS.filter((it) => it !== 'GET' && it !== 'HEAD'), ...others]
      inner.route({ method: rest, url, schema: { hide: true }, handler })
    }
    done()
  })
}

/** Everything else under `/api`: other parts of the JSON API, and what is none. */
const OTHER_PATHS = ['/api', '/api/*']
const OWN_API = '/api/v1'

const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/
const ANY_BYTES = 'application/octet-stream'

function isOffered(method: string): boolean {
  return API_METHODS.some((it) => it === method)
}

function takeBody(_request: unknown, body: string | Buffer, done: (e: null, b: unknown) => void) {
  done(null, body)
}

function answerWith(parts: HandleJsonParts) {
  const { traffic } = parts
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (request.originalUrl.startsWith(OWN_API)) return reply.callNotFound() as never
    const visitor = traffic.admit(request.raw)
    if (visitor.waitS > 0) return send(reply, tooManyAnswer(visitor.waitS))
    const answer = await answered(parts, request)
    if (answer.resolved) traffic.count(prefixOf(answer.resolved.key), answer.resolved.kind, visitor)
    return send(reply, answer)
  }
}

async function answered(parts: HandleJsonParts, request: FastifyRequest): Promise<ApiAnswer> {
  const { access } = parts
  if (access === undefined) return await answerApi(parts.resolve, apiRequest(parts, request))
  const path = pathOf(request)
  const credentials = credentialsOf(request)
  const isSecret = request.protocol === 'https'
  if (isUnder(path, SESSIONS_PATH)) {
    const asked = { method: request.method, path, isSecret, credentials }
    return await answerSessions(access.logins, asked)
  }
  // Credentials that came in clear text count for nothing, and those of this node are others.
  const isTaken = isSecret && !isOfNode(request)
  const login = isTaken ? await access.logins.login(credentials) : {}
  if (login.error !== undefined) return refused(access.logins, credentials, login)
  const answer = await answeredTo({ ...parts, access }, request, { login, isTaken })
  if (answer.shown) await parts.protectedReads(readerOf(request, login), [answer.shown])
  return { ...answer, headers: [...answer.headers, ...challengesOf(access.logins, answer)] }

  function challengesOf(logins: Logins, { status }: ApiAnswer): HeaderList {
    if (status === 401) return logins.challenges(credentials)
    return login.signed ? ['www-authenticate', signatureHeader(login.signed)] : []
  }
}

type Shown = { readonly login: Login; readonly isTaken: boolean }

async function answeredTo(
  parts: HandleJsonParts & { readonly access: HandleAccess },
  request: FastifyRequest,
  { login, isTaken }: Shown,
): Promise<ApiAnswer> {
  const { resolve, access } = parts
  const by = { ...access, who: login.who, isSecret: isTaken }
  const asked = { ...apiRequest(parts, request), by }
  if (isUnder(pathOf(request), HANDLES_PATH)) return await answerApi(resolve, asked)
  return await answerEndpoint(access, { request: asked, by, address: request.ip })
}

function pathOf({ originalUrl }: FastifyRequest): string {
  return originalUrl.split(/[?#]/, 1)[0] ?? ''
}

function isUnder(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`)
}

/** People and programs of this node come with their own credentials, and are asked for no others. */
function isOfNode({ caller }: FastifyRequest): boolean {
  return caller !== undefined && caller.kind !== 'anonymous'
}

function readerOf({ caller }: FastifyRequest, { who }: Login): Caller | Author {
  return who === undefined ? caller : { kind: 'handle', id: identityKey(who) }
}

function credentialsOf({ headers, ip, raw }: FastifyRequest): Credentials {
  const certificate = certificateOn(raw.socket)
  return {
    ...(certificate && { certificate: certificateProof(certificate) }),
    authorization: headers.authorization,
    address: ip,
    isScripted: textHeader(headers['x-requested-with'])?.toLowerCase() === 'xmlhttprequest',
  }
}

/** Wrong credentials get no body, whatever they were for. */
function refused(logins: Logins, credentials: Credentials, login: Login): ApiAnswer {
  return { status: 401, headers: logins.challenges(credentials, login), body: '' }
}

/** Too many wrong credentials; and a key of this node's own API that is none. */
function answerToError(
  { access }: HandleJsonParts,
  error: unknown,
  request: FastifyRequest,
): ApiAnswer | undefined {
  if (!(error instanceof Problem) || access === undefined) return undefined
  if (error.code === 'too-many-requests') return tooManyAnswer(error.retryAfterS ?? 1)
  if (error.code !== 'not-signed-in' || request.protocol !== 'https') return undefined
  return refused(access.logins, credentialsOf(request), { error: '', isHandleOnly: true })
}

function apiRequest({ recurse }: HandleJsonParts, request: FastifyRequest): ApiRequest {
  const { headers, caller, ip } = request
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
    ...(recurse && { elsewhere: { recurse, address: ip } }),
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
  const several = new Map<string, string[]>()
  for (let i = 0; i < answer.headers.length; i += 2) {
    const name = answer.headers[i] ?? ''
    const value = answer.headers[i + 1] ?? ''
    const before = several.get(name)
    if (before === undefined) several.set(name, [value])
    else before.push(value)
  }
  for (const [name, values] of several) {
    reply.header(name, values.length === 1 ? values[0] : values)
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
