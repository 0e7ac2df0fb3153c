import createClient from 'openapi-fetch'
import { currentLanguage } from '../frame/language.ts'
import { asProblem, problemOf } from './problem.ts'
import type { paths } from './schema.d.ts'
import { session } from './session.ts'

export type { paths }

/** What an answer of the API holds: of `paths[…]['get']['responses']['200']` and the like. */
export type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never

/**
 * The node's API, typed by its own OpenAPI document. Wrap calls in `answer`. Where the session has ended, the person is
 * asked to sign in again over the page, and the call is then made a second time. What is written twice at once is written once.
 */
export const api = createClient<paths>({ fetch: fetchOnce, pathSerializer: writePath })

/** The answer's body, or a thrown `ApiProblem`. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let reply: Awaited<typeof call>
  try {
    reply = await call
  } catch (error) {
    throw asProblem(error)
  }
  if (!reply.response.ok) throw problemOf(reply.response.status, reply.error)
  return reply.data as T
}

/** Writes that are under way, by all they ask for. */
const underWay = new Map<string, Promise<Response>>()

/** Two clicks are one deed: who asks for the same while it is being done waits for the same answer. */
async function fetchOnce(request: Request): Promise<Response> {
  if (request.method === 'GET') return await fetchSignedIn(request)
  const { method, url, headers } = request
  const key = headers.get('idempotency-key') ?? ''
  const asked = [method, url, key, await request.clone().text()].join('\n')
  const first = underWay.get(asked)
  if (first !== undefined) return await joined(first, request)
  const sent = fetchSignedIn(request)
  underWay.set(asked, sent)
  try {
    return (await sent).clone()
  } finally {
    underWay.delete(asked)
  }
}

async function joined(first: Promise<Response>, request: Request): Promise<Response> {
  try {
    return (await first).clone()
  } catch (thrown) {
    // who asked first did not want it any more
    const isGivenUp = thrown instanceof DOMException && thrown.name === 'AbortError'
    if (!isGivenUp || request.signal.aborted) throw thrown
    return await fetchSignedIn(request)
  }
}

/** `fetch` as the API client does it, for what is no JSON: uploads, downloads, streams. */
export async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await fetch(withHeaders(request))
  if (response.status !== 401 || !session.isOpen()) return response
  await session.reopen()
  return fetch(withHeaders(again))
}

function withHeaders(request: Request): Request {
  request.headers.set('accept-language', currentLanguage() === 'zh' ? 'zh-CN' : 'en')
  const csrf = session.csrf()
  if (csrf !== undefined) request.headers.set('x-waymark-csrf', csrf)
  return request
}

/** `{*}` is the name of an identifier: the slash after its prefix stands, those within its suffix are hidden. */
function writePath(path: string, values: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = String(values[name])
    return name === '*' ? handlePath(value) : encodeURIComponent(value)
  })
}

/** An identifier as it stands in an address. */
export function handlePath(handle: string): string {
  return encodeURIComponent(handle).replace('%2F', '/')
}
