import type {
  Administration,
  OperationAnswer,
  RefusalReason,
} from '../../identifiers/authority/administration.ts'
import type { Identity } from '../../identifiers/authority/identity.ts'
import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import { Problem } from '../../lib/problem.ts'
import type { Language, Text } from '../../lib/text.ts'
import { type Answer, type CodeName, codeAnswer } from './answers.ts'
import type { ApiRequest } from './api.ts'
import { readHandleValues } from './record-json.ts'
import { type AskedName, firstOf, isTrue, keyOf, type Parameters, parseIndexes } from './request.ts'

/**
 * A PUT or DELETE: first what is wrong with it is told, then that credentials are wanted, and with them it is done. The order of
 * the checks is that of deployed servers.
 */
export async function answerWriting(
  resolve: Resolver,
  request: ApiRequest,
  name: AskedName,
  parameters: Parameters,
): Promise<Answer> {
  const isPut = request.method === 'PUT'
  const wrong = isPut ? wrongPut(request, name, parameters) : wrongIndexes(request, parameters)
  if (wrong !== undefined) return wrong
  const handle = name.spelled
  const early =
    isPut && handle !== '' ? await impossiblePut(resolve, request, name, parameters) : undefined
  if (early !== undefined) return early
  const { by, language } = request
  if (by?.who !== undefined) {
    const wanted = { name: handle, request, parameters, who: by.who }
    const work = isPut ? put(by.administration, wanted) : remove(by.administration, wanted)
    return told(await work, { handle, isPut, request })
  }
  if (request.mayRead === undefined) return codeAnswer('authenticationNeeded', { handle })
  return codeAnswer('notSupported', { handle, message: TEXTS.elsewhere[language] })
}

/** What no credentials could make possible. */
async function impossiblePut(
  resolve: Resolver,
  { language }: ApiRequest,
  { key, spelled: handle }: AskedName,
  parameters: Parameters,
): Promise<Answer | undefined> {
  const isMinted = isTrue(parameters, 'mintNewSuffix')
  const resolution = key === undefined ? undefined : await resolve(key)
  if (resolution === undefined || resolution.kind === 'unknown') {
    return codeAnswer('notResponsible', { handle, message: TEXTS.foreign[language] })
  }
  if (resolution.kind !== 'found' || isMinted || parameters.has('index')) return undefined
  return mayOverwrite(parameters) ? undefined : codeAnswer('handleExists', { handle })
}

type Wanted = {
  readonly name: string
  readonly request: ApiRequest
  readonly parameters: Parameters
  readonly who: Identity
}

async function put(
  administration: Administration,
  { name, request, parameters, who }: Wanted,
): Promise<OperationAnswer> {
  const values = readHandleValues(parseJson(request.body))
  const overwrite = mayOverwrite(parameters)
  if (parameters.has('index')) {
    return await administration.change(name, { kind: 'add', values, overwrite }, who)
  }
  const mint = isTrue(parameters, 'mintNewSuffix')
  return await administration.create(name, values, who, { overwrite, mint })
}

async function remove(
  administration: Administration,
  { name, parameters, who }: Wanted,
): Promise<OperationAnswer> {
  const indexes = parseIndexes(parameters) ?? []
  if (indexes.length === 0) return await administration.delete(name, who)
  return await administration.change(name, { kind: 'remove', indexes }, who)
}

/** Only the word itself counts. */
function mayOverwrite(parameters: Parameters): boolean {
  return (firstOf(parameters, 'overwrite') ?? 'true').toLowerCase() === 'true'
}

type Told = { readonly handle: string; readonly isPut: boolean; readonly request: ApiRequest }

function told(answer: OperationAnswer, { handle, isPut, request }: Told): Answer {
  if (answer.kind === 'done') {
    const status = isPut && answer.isNew ? 201 : 200
    return { ...codeAnswer('success', { handle: answer.handle }), status }
  }
  return operationAnswer(answer, { handle, language: request.language })
}

/** What has become of an operation, where nothing but its code tells. */
export function operationAnswer(
  answer: OperationAnswer,
  { handle, language }: { readonly handle: string; readonly language: Language },
): Answer {
  if (answer.kind === 'done') return codeAnswer('success', { handle: answer.handle })
  const { reason, text } = answer
  const said = text ?? (reason === 'value-exists' ? TEXTS.valueExists : undefined)
  const message = said?.[language]
  return codeAnswer(REFUSALS[reason], { handle, ...(message !== undefined && { message }) })
}

const REFUSALS: Readonly<Record<RefusalReason, CodeName>> = {
  'handle-not-found': 'handleNotFound',
  'handle-exists': 'handleExists',
  'invalid-handle': 'invalidHandle',
  'values-not-found': 'noSuchValues',
  'value-exists': 'valueExists',
  'invalid-value': 'invalidValue',
  'not-responsible': 'notResponsible',
  elsewhere: 'prefixReferral',
  stopped: 'notSupported',
  'not-supported': 'notSupported',
  busy: 'serverBusy',
  unauthenticated: 'authenticationNeeded',
  'not-administrator': 'invalidAdmin',
  sealed: 'insufficientPermissions',
}

function wrongPut(
  request: ApiRequest,
  name: AskedName,
  parameters: Parameters,
): Answer | undefined {
  if (!/^\s*application\/json\s*(?:;|$)/i.test(request.contentType ?? '')) {
    return refusal(request, TEXTS.contentType)
  }
  const indexes = firstOf(parameters, 'index') === 'various' ? [] : parseIndexes(parameters)
  const body = parseJson(request.body)
  if (indexes === undefined || body === undefined) return refusal(request, TEXTS.body)
  if (namesAnother(body, name.spelled)) return refusal(request, TEXTS.mismatch)
  try {
    const given = new Set(readHandleValues(body).map((it) => it.index))
    const differs = indexes.some((it) => !given.has(it)) || given.size !== new Set(indexes).size
    return indexes.length > 0 && differs ? refusal(request, TEXTS.mismatch) : undefined
  } catch (error) {
    if (error instanceof Problem) return valueRefusal(request, name, error)
    throw error
  }
}

/** An index that is out of range or stands twice has its own code; whatever else is wrong is a protocol error. */
function valueRefusal({ language }: ApiRequest, name: AskedName, problem: Problem): Answer {
  const [first] = problem.fields
  if (first === undefined || problem.fields.some((it) => !it.path.endsWith('/index'))) {
    return codeAnswer('protocolError', { message: problem.text[language] })
  }
  const message = `${first.path}: ${first.reason[language]}`
  const code = first.expected === undefined ? 'valueExists' : 'invalidValue'
  return codeAnswer(code, { message, handle: name.spelled })
}

function wrongIndexes(request: ApiRequest, parameters: Parameters): Answer | undefined {
  return parseIndexes(parameters) === undefined ? refusal(request, TEXTS.body) : undefined
}

function namesAnother(body: unknown, spelled: string): boolean {
  if (typeof body !== 'object' || body === null || !('handle' in body)) return false
  return keyOf(String(body.handle)) !== keyOf(spelled)
}

function parseJson(body: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(body ?? []).toString('utf8'))
  } catch {
    return undefined
  }
}

function refusal({ language }: ApiRequest, text: Text): Answer {
  return codeAnswer('protocolError', { message: text[language] })
}

const TEXTS = {
  contentType: { en: 'The content type is application/json', zh: '内容类型应为 application/json' },
  body: {
    en: 'The values or indexes are malformed',
    zh: '值或索引的格式有误',
  },
  mismatch: {
    en: 'The body names another handle or other indexes than the address',
    zh: '请求体中的标识或索引与地址不一致',
  },
  valueExists: { en: 'The record has a value with this index', zh: '该记录已有此索引的值' },
  foreign: { en: 'This node is not responsible for the prefix', zh: '该前缀不由本节点负责' },
  elsewhere: {
    en: 'Writing by this interface is not offered; use /api/v1/identifiers',
    zh: '此接口不提供写入，请使用 /api/v1/identifiers',
  },
} satisfies Record<string, Text>
