import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import { isLoopback } from '../server/connection.ts'
import { type Io, languageOfEnv } from './io.ts'

const NODE_URL_DEFAULT = 'http://127.0.0.1:8080'
const ANSWER_WAIT_MS_MAX = 60_000

/** The node that client commands talk to, without a slash at the end. */
export function nodeUrl(env: Io['env']): string {
  return (env.WAYMARK_URL || NODE_URL_DEFAULT).replace(/\/+$/, '')
}

/**
 * The header that shows the key of whoever runs a client command; none where there is no key. Throws `invalid-input`
 * rather than send it in clear text to another machine.
 */
export function keyHeader(env: Io['env']): { readonly authorization?: string } {
  const key = env.WAYMARK_API_KEY
  if (!key) return {}
  const url = URL.parse(nodeUrl(env))
  if (url?.protocol !== 'http:' || isThisMachine(url)) return { authorization: `Bearer ${key}` }
  throw new Problem('invalid-input', {
    en: `WAYMARK_API_KEY is not sent to ${url.origin}: everybody on the way could read it. Use an https:// address in WAYMARK_URL`,
    zh: `未将 WAYMARK_API_KEY 发往 ${url.origin}：途中任何人都能读取。请在 WAYMARK_URL 中使用 https:// 地址`,
  })
}

/** Whether an address can only mean the machine it is used on. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

type Told = {
  readonly detail?: string
  readonly code?: string
  readonly errors?: readonly { path: string; detail: string; expected?: string; line?: number }[]
}

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One request with a JSON body to the node; the parsed answer. Throws what the node said as a Problem. */
export async function callNode(io: Pick<Io, 'env'>, call: Call): Promise<unknown> {
  return (await askNode(io, call)).answer
}

export type Answered = { readonly answer: unknown; readonly headers: Headers }

export async function askNode(io: Pick<Io, 'env'>, call: Call): Promise<Answered> {
  const { method, path, body } = call
  const url = `${nodeUrl(io.env)}${path}`
  const authorisation = keyHeader(io.env)
  let response: Response
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
      headers: {
        accept: 'application/json',
        'accept-language': languageOfEnv(io.env),
        ...authorisation,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    throw noAnswer(nodeUrl(io.env), cause)
  }
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const answer: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
  if (response.ok) return { answer, headers: response.headers }
  throw toldProblem(response.status, (answer ?? {}) as Told)
}

export function noAnswer(url: string, cause: unknown): Problem {
  return new Problem(
    'unavailable',
    {
      en: `There is no answer from ${url}; is the node running, and is WAYMARK_URL right?`,
      zh: `${url} 没有应答；节点是否在运行？WAYMARK_URL 是否正确？`,
    },
    { cause },
  )
}

/** The node has said it in the language it was asked in; here both languages are that one. */
function toldProblem(status: number, { detail, errors = [] }: Told): Problem {
  const said = (it: string): Text => ({ en: it, zh: it })
  const fields = errors.map((it) => ({
    path: it.path,
    reason: said(it.detail),
    ...(it.expected === undefined ? {} : { expected: said(it.expected) }),
    ...(it.line === undefined ? {} : { line: it.line }),
  }))
  return new Problem('unavailable', said(detail ?? `HTTP ${status}`), { fields })
}
