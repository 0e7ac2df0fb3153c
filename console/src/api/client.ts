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
 * asked to sign in again over the page, and the call is then made a second time.
 */
export const api = createClient<paths>({ fetch: fetchSignedIn, pathSerializer: writePath })

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
