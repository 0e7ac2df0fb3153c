import type { Site } from '../../identifiers/values/site.ts'
import type { Text } from '../../lib/text.ts'
import { type Answer, codeAnswer } from './answers.ts'
import type { Administering, ApiAnswer, ApiRequest } from './api.ts'
import { corsHeaders } from './cors.ts'
import { bodyParameters, finish, parametersIn } from './json-api.ts'
import { listPrefixes } from './listings.ts'
import { decodePath, firstOf, NO_PARAMETERS, type Parameters } from './request.ts'
import { siteJson } from './value-json.ts'
import { answerVerification, VERIFICATIONS_PATH } from './verifications.ts'
import { operationAnswer } from './writes.ts'

export type EndpointParts = {
  /** The site record of this server. */
  readonly site: () => Promise<Site>
}

type Asked = {
  readonly request: ApiRequest
  readonly by: Administering
  readonly parameters: Parameters
  readonly address: string
}

type Endpoint = {
  readonly methods: readonly string[]
  readonly answer: (parts: EndpointParts, asked: Asked) => Promise<Answer>
}

const READING = ['GET', 'HEAD', 'POST', 'OPTIONS']
const PREFIXES_PATH = '/api/prefixes'

/** What the JSON API has besides handles and sessions; whatever else is asked for under `/api` is no part of it. */
export async function answerEndpoint(
  parts: EndpointParts,
  asked: Omit<Asked, 'parameters'>,
): Promise<ApiAnswer> {
  const { request } = asked
  const endpoint = endpointAt(request.target)
  const { methods, answer } = endpoint
  if (!methods.includes(request.method) || request.method === 'OPTIONS') {
    const headers = [
      'allow',
      methods.join(', '),
      ...corsHeaders(request.origin, 'Content-Length,Allow'),
    ]
    return { status: request.method === 'OPTIONS' ? 200 : 405, headers, body: '' }
  }
  const parameters = parametersIn(request)
  if (parameters === undefined) {
    const message = 'The parameters are malformed'
    return finish(request, NO_PARAMETERS, codeAnswer('protocolError', { message }))
  }
  return finish(request, parameters, await answer(parts, { ...asked, parameters }))
}

function endpointAt(target: string): Endpoint {
  const [path = ''] = target.split(/[?#]/, 1)
  if (path === '/api/site') return SITE
  if (path === PREFIXES_PATH || path === `${PREFIXES_PATH}/`) return PREFIXES
  if (path.startsWith(`${PREFIXES_PATH}/`)) return ONE_PREFIX
  return path.startsWith(`${VERIFICATIONS_PATH}/`) ? VERIFICATIONS : NONE
}

const SITE: Endpoint = {
  methods: READING,
  answer: async ({ site }) => ({
    status: 200,
    json: JSON.stringify({ responseCode: 1, site: siteJson(await site()) }),
  }),
}

const PREFIXES: Endpoint = {
  methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
  answer: async (_parts, { request, by, parameters }) => {
    const { method } = request
    if (method === 'POST' || method === 'DELETE') return await homed(request, by, parameters)
    if (by.who === undefined) return codeAnswer('authenticationNeeded')
    return await listPrefixes(by.listing, by.who)
  },
}

/** Has the node answer for the prefix in the path, the query or the body, or no longer; for its operators alone. */
async function homed(
  request: ApiRequest,
  { administration, who }: Administering,
  parameters: Parameters,
): Promise<Answer> {
  const { method, target } = request
  const [path = ''] = target.split(/[?#]/, 1)
  const inPath = decodePath(path.slice(PREFIXES_PATH.length + 1)) ?? ''
  const inBody = method === 'DELETE' ? bodyParameters(request) : undefined
  const prefix = inPath || (firstOf(parameters, 'prefix') ?? (inBody && firstOf(inBody, 'prefix')))
  if (prefix === undefined || prefix === '') {
    return codeAnswer('protocolError', { message: NO_PREFIX[request.language] })
  }
  const answer =
    method === 'POST'
      ? await administration.home(prefix, who)
      : await administration.unhome(prefix, who)
  return operationAnswer(answer, { handle: prefix, language: request.language })
}

const NO_PREFIX: Text = { en: 'Name the prefix', zh: '请给出前缀' }

const ONE_PREFIX: Endpoint = { ...PREFIXES, methods: ['POST', 'DELETE', 'OPTIONS'] }

const VERIFICATIONS: Endpoint = {
  methods: READING,
  answer: async (_parts, { request: { target }, by, parameters, address }) => {
    const [path = ''] = target.split(/[?#]/, 1)
    const name = path.slice(VERIFICATIONS_PATH.length + 1)
    return await answerVerification(by.listing.authority, { name, parameters, address })
  },
}

const NONE: Endpoint = {
  methods: [...READING, 'PUT', 'DELETE'],
  answer: async () => codeAnswer('unknownEndpoint', { message: 'There is no such endpoint' }),
}
