import type { Identity } from '../../identifiers/authority/identity.ts'
import { RIGHT } from '../../identifiers/authority/rights.ts'
import { type HandleKey, PREFIX_RECORDS, prefixOf } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import type { Delegated, Resolution, Resolver } from '../../identifiers/resolution/resolution.ts'
import {
  EVERY_VALUE,
  selectValues,
  type ValueFilter,
  type Viewer,
} from '../../identifiers/resolution/values.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { Text } from '../../lib/text.ts'
import { type Answer, codeAnswer, noValuesAnswer, render, valuesAnswer } from './answers.ts'
import { type Administering, API_METHODS, type ApiAnswer, type ApiRequest } from './api.ts'
import { corsHeaders, preflightHeaders } from './cors.ts'
import { listNames, mayList, type PageWish, prefixNamed } from './listings.ts'
import { leadingValues, referredPrefix } from './prefix-record.ts'
import { elsewhereAnswer } from './recursive.ts'
import {
  type AskedName,
  firstOf,
  isTrue,
  joinParameters,
  NO_PARAMETERS,
  nameIn,
  type Parameters,
  parametersOfJson,
  parseIndexes,
  parseParameters,
  queryIn,
} from './request.ts'
import { formatValues, quote } from './value-json.ts'
import { answerWriting } from './writes.ts'

const ALLOW = API_METHODS.join(', ')

/**
 * Answers under `/api/handles` as Handle.Net 9 does for askers without its own credentials: one record, filters, JSONP,
 * CORS. Writes and listings want credentials of the Handle protocol and are answered as to a stranger.
 */
export function answerApi(resolve: Resolver, request: ApiRequest): MaybePromise<ApiAnswer> {
  if (request.method === 'OPTIONS') return answerOptions(request)
  const name = nameIn(request.target)
  if (name === undefined) return finish(request, NO_PARAMETERS, wrong(TEXTS.percent, request))
  const parameters = parametersIn(request)
  if (parameters === undefined) {
    return finish(request, NO_PARAMETERS, wrong(TEXTS.parameters, request))
  }
  switch (request.method) {
    case 'GET':
    case 'HEAD':
    case 'POST':
      return answerGet(resolve, request, name, parameters)
    case 'PUT':
    case 'DELETE':
      return answerWrite(resolve, request, name, parameters)
    default: {
      const message = TEXTS.method[request.language]
      return finish(request, parameters, codeAnswer('unknownMethod', { message }))
    }
  }
}

function answerOptions(request: ApiRequest): ApiAnswer {
  const { origin, preflightMethod: method } = request
  if (origin !== undefined && method !== undefined) {
    const headers = preflightHeaders({ origin, method, headers: request.preflightHeaders })
    return { status: 200, headers, body: '' }
  }
  const headers = ['allow', ALLOW, ...corsHeaders(origin, 'Content-Length,Allow')]
  return { status: 200, headers, body: '' }
}

function answerGet(
  resolve: Resolver,
  request: ApiRequest,
  name: AskedName,
  parameters: Parameters,
): MaybePromise<ApiAnswer> {
  if (name.spelled === '')
    return finishLater(request, parameters, answerList(resolve, request, parameters))
  const indexes = parseIndexes(parameters)
  if (indexes === undefined) return finish(request, parameters, wrong(TEXTS.index, request))
  const types = parameters.get('type') ?? []
  const filter = indexes.length + types.length === 0 ? EVERY_VALUE : { indexes, types }
  const asked = { request, name, parameters, filter }
  if (request.by?.who !== undefined && name.key !== undefined) {
    return finishFor(resolve, asked, { who: request.by.who, key: name.key, by: request.by })
  }
  if (name.key === undefined) return finishResolution(asked, withoutKey(resolve, name))
  const resolution = resolve(name.key, undefined, name.spelled)
  return resolution instanceof Promise
    ? resolution.then((it) => finishHereOrElsewhere(asked, it))
    : finishHereOrElsewhere(asked, resolution)
}

type Asked = {
  readonly request: ApiRequest
  readonly name: AskedName
  readonly parameters: Parameters
  readonly filter: ValueFilter
  /** Of somebody who has proved who they are: whether they may read hidden values of this record. */
  readonly isEntitled?: boolean
}

type Asker = { readonly who: Identity; readonly key: HandleKey; readonly by: Administering }

async function finishFor(
  resolve: Resolver,
  asked: Asked,
  { who, key, by }: Asker,
): Promise<ApiAnswer> {
  const resolution = await resolve(key, undefined, asked.name.spelled)
  if (resolution.kind !== 'found') return await finishHereOrElsewhere(asked, resolution)
  const { authority } = by.listing
  const rights = await authority.rightsOver(who, key, resolution.record.values)
  return finishResolution({ ...asked, isEntitled: (rights & RIGHT.readValue) !== 0 }, resolution)
}

function finishHereOrElsewhere(asked: Asked, found: Resolution): MaybePromise<ApiAnswer> {
  const { request, name, parameters, filter } = asked
  const { key, spelled } = name
  if (key === undefined) return finishResolution(asked, found)
  const answer = elsewhereAnswer({ request, key, spelled, parameters, filter, found })
  if (answer === undefined) return finishResolution(asked, found)
  const resolved = { key, kind: found.kind }
  const told = (it: Answer) => ({ ...finish(request, parameters, it), resolved })
  return answer instanceof Promise ? answer.then(told) : told(answer)
}

async function finishLater(
  request: ApiRequest,
  parameters: Parameters,
  answer: MaybePromise<Answer>,
): Promise<ApiAnswer> {
  return finish(request, parameters, await answer)
}

function finishResolution(asked: Asked, resolution: Resolution): ApiAnswer {
  const { request, name, parameters } = asked
  const told = answerOf(asked, resolution)
  const answer = finish(request, parameters, told)
  const { key } = name
  if (key === undefined) return answer
  const resolved = { key, kind: resolution.kind }
  const { values } = told
  if (values === undefined) return { ...answer, resolved }
  return { ...answer, resolved, shown: { key, spelled: name.spelled, values } }
}

/** A name too long for a record: absent under a prefix of ours, not ours elsewhere. */
function withoutKey(resolve: Resolver, { spelled }: AskedName): Resolution {
  const slash = spelled.indexOf('/')
  const prefix = slash < 0 ? '0.NA' : spelled.slice(0, slash)
  if (prefix === '' || prefix.length > PREFIX_CHARS_MAX) return { kind: 'unknown' }
  const probe = resolve(`${prefix.toUpperCase()}/` as HandleKey)
  if (probe instanceof Promise) return { kind: 'absent' }
  return probe.kind === 'unknown' ? probe : { kind: 'absent' }
}

const PREFIX_CHARS_MAX = 255

/** An answer, and of somebody entitled the values in it. */
type Told = Answer & { readonly values?: readonly HandleValue[] }

/** What is told of a resolution; shared with the fast path. */
function answerOf(asked: Asked, resolution: Resolution): Told {
  const { request, name, filter } = asked
  const handle = name.spelled
  switch (resolution.kind) {
    case 'found': {
      const { record, enterprise } = resolution
      const viewer = viewerOf(asked, enterprise)
      const selection = selectValues(record.values, filter, viewer)
      if (selection.kind === 'unreadable') return codeAnswer('insufficientPermissions', { handle })
      if (selection.kind === 'authentication-needed') {
        const isKnown = request.mayRead !== undefined || asked.isEntitled !== undefined
        return codeAnswer(isKnown ? 'invalidAdmin' : 'authenticationNeeded', { handle })
      }
      if (selection.values.length === 0) return noValuesAnswer(handle)
      const answer = valuesAnswer(handle, selection.values, record.updatedAt)
      return viewer === 'administrator' ? { ...answer, values: selection.values } : answer
    }
    case 'retired':
      return codeAnswer('handleNotFound', { handle })
    case 'absent':
    case 'held':
    case 'suspended': {
      const message = whyStopped(resolution)?.[request.language]
      return codeAnswer('handleNotFound', { handle, ...(message !== undefined && { message }) })
    }
    case 'delegated':
      return referralAnswer(name, resolution)
    case 'unknown':
      return codeAnswer('notResponsible', { handle, message: TEXTS.foreign[request.language] })
  }
}

function whyStopped(
  resolution: Extract<Resolution, { kind: 'absent' | 'held' | 'suspended' }>,
): Text | undefined {
  if (resolution.kind === 'held') return TEXTS.held
  return resolution.said ?? (resolution.kind === 'suspended' ? TEXTS.suspended : undefined)
}

/**
 * Who is to be asked: where the sites are known, the prefix whose record tells them, and what it says of them; else the
 * service whose record does.
 */
function referralAnswer({ spelled: handle, key }: AskedName, delegated: Delegated): Answer {
  const isRecord = key !== undefined && prefixOf(key) === PREFIX_RECORDS
  const values = leadingValues(delegated, isRecord ? '.PREFIX' : '')
  const { service } = delegated
  const isService = service !== undefined && values.length === 1
  const listed = values.length === 0 || isService ? [] : [`"values":[${formatValues(values, 0)}]`]
  const to = isService ? service : referredPrefix(delegated)
  const named = to === '' ? [] : [`"referralHandle":${quote(to)}`]
  const members = [...named, ...listed].join(',')
  return codeAnswer(isService ? 'serviceReferral' : 'prefixReferral', { handle, members })
}

/** Who comes with an identity asks for all there is, unless they say otherwise; people of the node for what they may read. */
function viewerOf({ request, parameters, isEntitled }: Asked, enterprise?: string): Viewer {
  const entitled = isEntitled ?? request.mayRead?.(enterprise) === true
  const usual = isEntitled === undefined && !entitled
  const publicOnly = parameters.has('publicOnly') ? isTrue(parameters, 'publicOnly') : usual
  if (publicOnly) return 'public'
  return entitled ? 'administrator' : 'stranger'
}

/** Listings want credentials of the Handle protocol; everybody is told what is wrong with the question first. */
function answerList(
  resolve: Resolver,
  request: ApiRequest,
  parameters: Parameters,
): MaybePromise<Answer> {
  const prefix = firstOf(parameters, 'prefix')
  if (prefix === undefined) {
    return codeAnswer('invalidHandle', { message: TEXTS.empty[request.language] })
  }
  const numbers = ['page', 'pageSize'].map((it) => firstOf(parameters, it) ?? '0')
  if (!numbers.every((it) => /^[+-]?\d{1,9}$/.test(it))) return wrong(TEXTS.index, request)
  const spelled = `${prefixNamed(prefix)}/`
  const isOurs = withoutKey(resolve, { spelled, key: undefined }).kind !== 'unknown'
  const page = wishOf(parameters)
  if (isOurs) return request.by?.who ? listFor(request.by, prefix, page) : needed(prefix)
  return codeAnswer('notResponsible', { handle: prefix, message: TEXTS.foreign[request.language] })
}

function needed(handle: string): Answer {
  return codeAnswer('authenticationNeeded', { handle })
}

function wishOf(parameters: Parameters): PageWish {
  const [page, pageSize] = ['page', 'pageSize'].map((it) => firstOf(parameters, it))
  return {
    ...(page !== undefined && { page: Number(page) }),
    ...(pageSize !== undefined && { pageSize: Number(pageSize) }),
  }
}

async function listFor(by: Administering, prefix: string, wish: PageWish): Promise<Answer> {
  const key = prefixNamed(prefix)
  const { who, listing } = by
  const isAllowed = who !== undefined && (await mayList(listing.authority, who, key))
  if (!isAllowed) return codeAnswer('invalidAdmin', { handle: prefix })
  return await listNames(listing, { prefix, wish })
}

async function answerWrite(
  resolve: Resolver,
  request: ApiRequest,
  name: AskedName,
  parameters: Parameters,
): Promise<ApiAnswer> {
  return finish(request, parameters, await answerWriting(resolve, request, name, parameters))
}

/** Parameters of the query, and of the body of a POST: a GET with its parameters there. */
export function parametersIn(request: ApiRequest): Parameters | undefined {
  const query = parseParameters(queryIn(request.target))
  if (query === undefined || request.method !== 'POST') return query
  const body = bodyParameters(request)
  return body === undefined ? undefined : joinParameters(query, body)
}

export function bodyParameters({ contentType = '', body }: ApiRequest): Parameters | undefined {
  if (body === undefined || body.length === 0) return NO_PARAMETERS
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  const text = Buffer.from(body).toString('utf8')
  if (type === 'application/x-www-form-urlencoded') return parseParameters(text)
  if (type !== 'application/json') return NO_PARAMETERS
  try {
    return parametersOfJson(JSON.parse(text))
  } catch {
    return undefined
  }
}

function wrong(text: Text, { language }: ApiRequest): Answer {
  return codeAnswer('protocolError', { message: text[language] })
}

export function finish(request: ApiRequest, parameters: Parameters, answer: Answer): ApiAnswer {
  const { type, text } = render(answer.json, parameters)
  const isChallenge = answer.isChallenge === true && request.by?.isSecret === true
  const exposed = isChallenge ? 'Content-Length,WWW-Authenticate' : 'Content-Length'
  const headers = ['content-type', type, ...corsHeaders(request.origin, exposed)]
  const status = isChallenge ? 401 : answer.status
  return { status, headers, body: text, ...(answer.isChallenge && { isChallenge: true }) }
}

const TEXTS = {
  percent: {
    en: 'A percent sign is not followed by two hexadecimal digits',
    zh: '百分号后应为两位十六进制数字',
  },
  parameters: {
    en: 'The parameters are malformed, in the query or in the body',
    zh: '查询或请求体中的参数格式有误',
  },
  index: {
    en: 'An index is a whole number of at most 31 bits',
    zh: '索引应为不超过 31 位的整数',
  },
  method: { en: 'This method is not known here', zh: '不支持此请求方法' },
  empty: { en: 'Name an identifier', zh: '请给出标识' },
  foreign: { en: 'This node is not responsible for the prefix', zh: '该前缀不由本节点负责' },
  held: { en: 'Resolution is stopped by order', zh: '已依令停止解析' },
  suspended: { en: 'The prefix is suspended', zh: '该前缀已暂停' },
} satisfies Record<string, Text>
