import type { Resolver } from '../../identifiers/resolution/resolution.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type Answer, codeAnswer } from './answers.ts'
import type { ApiRequest } from './api.ts'
import { readHandleValues } from './record-json.ts'
import { type AskedName, firstOf, keyOf, type Parameters, parseIndexes } from './request.ts'

/**
 * What a PUT or DELETE without credentials of the Handle protocol is told: first what is wrong with it, then that
 * credentials are wanted. The order of the checks is that of deployed servers.
 */
export async function judgeWrite(
  resolve: Resolver,
  request: ApiRequest,
  name: AskedName,
  parameters: Parameters,
): Promise<Answer> {
  const isPut = request.method === 'PUT'
  const wrong = isPut ? wrongPut(request, name, parameters) : wrongIndexes(request, parameters)
  if (wrong !== undefined) return wrong
  const handle = name.spelled
  if (isPut && handle !== '') {
    const resolution = name.key === undefined ? undefined : await resolve(name.key)
    if (resolution === undefined || resolution.kind === 'unknown') {
      return codeAnswer('notResponsible', { handle, message: TEXTS.foreign[request.language] })
    }
    const mayOverwrite = (firstOf(parameters, 'overwrite') ?? 'true').toLowerCase() === 'true'
    if (resolution.kind === 'found' && !mayOverwrite && !parameters.has('index')) {
      return codeAnswer('handleExists', { handle })
    }
  }
  if (request.mayRead === undefined) return codeAnswer('authenticationNeeded', { handle })
  return codeAnswer('notSupported', { handle, message: TEXTS.elsewhere[request.language] })
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
  foreign: { en: 'This node is not responsible for the prefix', zh: '该前缀不由本节点负责' },
  elsewhere: {
    en: 'Writing by this interface is not offered; use /api/v1/identifiers',
    zh: '此接口不提供写入，请使用 /api/v1/identifiers',
  },
} satisfies Record<string, Text>
