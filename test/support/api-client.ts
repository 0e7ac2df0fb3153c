import { readFile } from 'node:fs/promises'
import { PASSWORD } from './node-process.ts'

export type Reply = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of a JSON reply, else undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
  readonly json: any
}

export type Call = {
  readonly headers?: Readonly<Record<string, string>>
  /** A text or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
}

/** One request to a node. */
export async function call(
  url: string,
  method: string,
  path: string,
  { headers = {}, body }: Call = {},
): Promise<Reply> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const type = body === undefined || isRaw ? {} : { 'content-type': 'application/json' }
  const reply = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { ...type, ...headers },
    ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
  })
  const text = await reply.text()
  const isJson = /[/+]json\b/.test(reply.headers.get('content-type') ?? '')
  const json = isJson && text !== '' ? JSON.parse(text) : undefined
  return { status: reply.status, headers: reply.headers, text, json }
}

/** Does what must succeed for a test to begin, and answers the JSON. */
export async function must(reply: Promise<Reply>): Promise<Reply['json']> {
  const { status, json, text } = await reply
  if (status >= 300) throw new Error(`${status}: ${text}`)
  return json
}

/** The headers of a session that a reply to a sign-in began. */
export function sessionOf({ headers, json }: Reply): Record<string, string> {
  const cookie = headers.getSetCookie().map((it) => it.split(';')[0])
  return { cookie: cookie.join('; '), 'x-waymark-csrf': json.csrf }
}

export async function signIn(
  url: string,
  name: string,
  password = PASSWORD,
): Promise<Record<string, string>> {
  const reply = await call(url, 'POST', '/api/v1/sign-in', { body: { name, password } })
  if (reply.status !== 200) throw new Error(`sign-in: ${reply.status} ${reply.text}`)
  return sessionOf(reply)
}

/** The first operator of a node in this process or another. */
export async function setUpBy(
  url: string,
  code: string | undefined,
  nodePrefix = '88.100',
): Promise<Record<string, string>> {
  const body = { code: code ?? '', name: 'ops', password: PASSWORD, nodePrefix }
  const reply = await call(url, 'POST', '/api/v1/setup', { body })
  if (reply.status !== 201) throw new Error(`setup: ${reply.status} ${reply.text}`)
  return sessionOf(reply)
}

/** The headers of a new API key that the signed-in caller made. */
export async function keyBy(
  url: string,
  session: Readonly<Record<string, string>>,
  wish: {
    readonly scopes: readonly string[]
    readonly enterprise?: string
    readonly label?: string
  },
): Promise<Record<string, string>> {
  const body = { label: 'test', ...wish }
  const { token } = await must(call(url, 'POST', '/api/v1/keys', { headers: session, body }))
  return { authorization: `Bearer ${token}` }
}

/** Memory of a process that is its own, in bytes; undefined where the system does not say. */
export async function rssAnonBytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? []
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}
