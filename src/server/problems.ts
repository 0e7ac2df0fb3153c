import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../lib/http.ts'
import { Problem, type ProblemCode } from '../lib/problem.ts'
import { type Language, languageOf, type Text } from '../lib/text.ts'

const statusOf: Record<ProblemCode, number> = {
  'malformed-identifier': 400,
  'invalid-input': 422,
  'unreadable-input': 400,
  'too-large': 413,
  'not-found': 404,
  'already-exists': 409,
  'stale-version': 409,
  'wrong-state': 409,
  'not-signed-in': 401,
  'sign-in-refused': 403,
  'not-authorised': 403,
  'too-many-requests': 429,
  unsupported: 501,
  'storage-full': 507,
  unavailable: 503,
}

const titleOf: Record<ProblemCode, Text> = {
  'malformed-identifier': { en: 'Not an identifier', zh: '标识格式错误' },
  'invalid-input': { en: 'Some fields are wrong', zh: '部分字段有误' },
  'unreadable-input': { en: 'The input cannot be read', zh: '输入无法读取' },
  'too-large': { en: 'Over a limit', zh: '超出上限' },
  'not-found': { en: 'Not found', zh: '未找到' },
  'already-exists': { en: 'Already there', zh: '已存在' },
  'stale-version': { en: 'Changed by someone else meanwhile', zh: '已被他人修改' },
  'wrong-state': { en: 'Not possible in this state', zh: '当前状态不允许' },
  'not-signed-in': { en: 'Not signed in', zh: '未登录' },
  'sign-in-refused': { en: 'Sign-in refused', zh: '登录被拒绝' },
  'not-authorised': { en: 'Not authorised', zh: '无权限' },
  'too-many-requests': { en: 'Too many requests', zh: '请求过于频繁' },
  unsupported: { en: 'Not supported', zh: '不支持' },
  'storage-full': { en: 'Storage is full', zh: '存储已满' },
  unavailable: { en: 'Not available now', zh: '暂不可用' },
}

/** RFC 9457, with one entry in `errors` for every wrong field. */
export type ProblemDocument = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode | 'internal'
  readonly errors?: readonly {
    readonly path: string
    readonly detail: string
    readonly expected?: string
    readonly line?: number
  }[]
  readonly requestId?: string
}

export function problemDocument(problem: Problem, language: Language): ProblemDocument {
  return {
    type: `/problems/${problem.code}`,
    title: titleOf[problem.code][language],
    status: statusOf[problem.code],
    detail: problem.text[language],
    code: problem.code,
    ...(problem.fields.length === 0
      ? {}
      : {
          errors: problem.fields.map((it) => ({
            path: it.path,
            detail: it.reason[language],
            ...(it.expected === undefined ? {} : { expected: it.expected[language] }),
            ...(it.line === undefined ? {} : { line: it.line }),
          })),
        }),
  }
}

/**
 * Every error that reaches the edge: problems become their document, bugs an opaque 500 with the request's id, and what
 * no route answers `not-found`.
 */
export function problemReplies(app: App): void {
  app.setNotFoundHandler((request, reply) =>
    replyWithProblem(new Problem('not-found', NOTHING_HERE), request, reply),
  )
  app.setErrorHandler((error, request, reply) => {
    const problem = isCutOff(error, request)
      ? new Problem('unreadable-input', CUT_OFF)
      : asProblem(error)
    if (problem === undefined) return replyToBug(error, request, reply)
    if (problem.cause !== undefined) {
      const level = statusOf[problem.code] >= 500 ? 'warn' : 'debug'
      request.log[level]({ err: problem.cause }, problem.message)
    }
    return replyWithProblem(problem, request, reply)
  })
}

export function replyWithProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const language = languageOf(request.headers['accept-language'])
  if (problem.retryAfterS !== undefined) reply.header('retry-after', String(problem.retryAfterS))
  return reply
    .code(statusOf[problem.code])
    .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problemDocument(problem, language))
}

function replyToBug(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.error({ err: error }, 'unexpected error')
  const zh = languageOf(request.headers['accept-language']) === 'zh'
  const document: ProblemDocument = {
    type: '/problems/internal',
    title: zh ? '内部错误' : 'Internal error',
    status: 500,
    detail: zh
      ? `服务器出错，已记录。请求编号 ${request.id}`
      : `Something went wrong here and was logged. Request ${request.id}`,
    code: 'internal',
    requestId: request.id,
  }
  return reply
    .code(500)
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(document)
}

/** What the HTTP library itself refuses, in our words; undefined for a bug. */
function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  const { code = '', statusCode } = error as FastifyError
  const known = LIBRARY_ERRORS[code]
  if (known !== undefined) return new Problem(known.code, known.text, { cause: error })
  if (statusCode === 413) return new Problem('too-large', TOO_LARGE)
  if (statusCode === 429) return new Problem('too-many-requests', titleOf['too-many-requests'])
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const message = (error as Error).message
    return new Problem('unreadable-input', { en: message, zh: message })
  }
  return undefined
}

const NOTHING_HERE: Text = { en: 'There is nothing at this address', zh: '该地址没有内容' }
/**
 * The client went away before its body was read, be it that all of it had come, or before its answer was sent: nobody hears
 * that, and nothing is wrong here.
 */
function isCutOff(error: unknown, { raw }: FastifyRequest): boolean {
  const { code } = error as FastifyError
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return raw.socket.destroyed
  if (code !== 'ECONNRESET') return false
  return raw.errored === error || (raw.destroyed && !raw.complete)
}

const CUT_OFF: Text = { en: 'The connection ended within the body', zh: '连接在请求体结束前中断' }
const TOO_LARGE: Text = { en: 'The body is larger than is taken here', zh: '请求体超过上限' }
const NOT_JSON: Text = { en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' }
const LIBRARY_ERRORS: Readonly<Record<string, { code: ProblemCode; text: Text }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too-large', text: TOO_LARGE },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'unreadable-input', text: NOT_JSON },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'unreadable-input', text: NOT_JSON },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unreadable-input',
    text: { en: 'This content type is not taken here', zh: '不支持该内容类型' },
  },
  FST_ERR_BAD_URL: {
    code: 'malformed-identifier',
    text: { en: 'The address is malformed', zh: '地址格式错误' },
  },
  ENOSPC: {
    code: 'storage-full',
    text: { en: 'The disk is full; nothing was written', zh: '磁盘已满，未写入任何内容' },
  },
}
