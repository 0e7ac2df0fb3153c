import { Readable, Writable } from 'node:stream'
import { Problem } from '../lib/problem.ts'
import { askNode, type Call, callNode } from './api.ts'
import type { Story } from './demo-story.ts'
import { type Io, languageOfEnv } from './io.ts'

/** What every scene of the demo works with. */
export type Stage = {
  readonly url: string
  /** Scratch folder; gone when the demo ends. */
  readonly folder: string
  readonly story: Story
  readonly io: Io
}

type Command = (args: string[], io: Io) => Promise<number>
export type Ran = { readonly code: number; readonly stdout: string }

/** Runs one command of this program as its user would; its progress is shown, its output handed back. */
export async function runCommand(
  { url, io }: Stage,
  command: Command,
  args: readonly string[],
  { key, input = '' }: { readonly key?: string; readonly input?: string } = {},
): Promise<Ran> {
  let stdout = ''
  const capture = new Writable({
    write(chunk, _encoding, done) {
      stdout += String(chunk)
      done()
    },
  })
  const env = { ...clientEnv(io, url), ...(key !== undefined && { WAYMARK_API_KEY: key }) }
  const code = await command([...args], {
    ...io,
    stdout: capture,
    stdin: Readable.from([Buffer.from(input)]),
    env,
  })
  return { code, stdout }
}

function clientEnv({ env }: Io, url: string): Record<string, string> {
  return { WAYMARK_URL: url, LANG: languageOfEnv(env) === 'zh' ? 'zh_CN.UTF-8' : 'en_US.UTF-8' }
}

/** Calls as one person who signed in, or as nobody. */
export type Session = {
  /** The parsed answer; the caller says what the API says it is. Throws what the node said as a Problem. */
  call<T>(
    method: Call['method'],
    path: string,
    body?: unknown,
    more?: Readonly<Record<string, string>>,
  ): Promise<T>
}

export type Credentials = { readonly name: string; readonly password: string }

export async function signIn({ url, io }: Stage, who: Credentials): Promise<Session> {
  const client = { env: clientEnv(io, url) }
  const call = { method: 'POST', path: '/api/v1/sign-in', body: who } as const
  const { answer, headers } = await askNode(client, call)
  const cookie = headers.getSetCookie().map((it) => it.split(';', 1)[0])
  const { csrf } = answer as { readonly csrf: string }
  return sessionWith(client, { cookie: cookie.join('; '), 'x-waymark-csrf': csrf })
}

export function anybody({ url, io }: Stage): Session {
  return sessionWith({ env: clientEnv(io, url) }, {})
}

function sessionWith(client: Pick<Io, 'env'>, headers: Record<string, string>): Session {
  return {
    call: async <T>(method: Call['method'], path: string, body?: unknown, more = {}) =>
      (await callNode(client, { method, path, body, headers: { ...headers, ...more } })) as T,
  }
}

/** What the node says to a call it must refuse; undefined where it does not. */
export async function refusal(call: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

export type Visited = {
  readonly status: number
  readonly type: string
  readonly location: string | null
  readonly bytes: Buffer
  readonly text: string
}

/** One GET as a stranger makes it; redirects are shown and not followed. */
export async function visit(
  { url }: Pick<Stage, 'url'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<Visited> {
  const response = await fetch(`${url}${path}`, { headers, redirect: 'manual' })
  const bytes = Buffer.from(await response.arrayBuffer())
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    location: response.headers.get('location'),
    bytes,
    text: bytes.toString(),
  }
}

/** As it stands in an address: everything encoded but the slashes between prefix and suffix. */
export function pathOfHandle(handle: string): string {
  return `/${handle.split('/').map(encodeURIComponent).join('/')}`
}
