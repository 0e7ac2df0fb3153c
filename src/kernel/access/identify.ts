import { fastifyCookie } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Access } from './access.ts'
import type { SignedIn } from './caller.ts'
import { readCookie } from './cookies.ts'
import { identifyKey, isKeyToken } from './keys.ts'
import { ANONYMOUS, type Caller } from './permissions.ts'
import { identifySession } from './sessions.ts'
import { csrfTokenOf, sameToken } from './token.ts'

/** The scheme in any case, as RFC 9110 §11.1 has it, and more than one space. */
const BEARER = /^Bearer +(\S+)$/i
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export type AccessHooksDeps = {
  readonly access: Access
  /** Why no API key may come over this request's connection; undefined when it may. */
  readonly keyAllowed: (request: FastifyRequest) => Text | undefined
}

/**
 * Says who is asking, before anything else runs: call it on the root application before the rooms hang their routes in.
 * A bad API key is refused (`not-signed-in`), and so is any key where others could have read it on its way
 * (`sign-in-refused`, without looking whether it is one); a cookie that is no session any more is nobody, so that public pages go on
 * working; a write by cookie that our own pages did not send is refused (`not-authorised`).
 */
export function accessHooks(app: App, deps: AccessHooksDeps): void {
  // Cookies are read where they are wanted: most requests are resolutions and bring none.
  if (!app.hasPlugin('@fastify/cookie')) void app.register(fastifyCookie, { hook: false })
  app.decorateRequest('caller')
  app.decorateRequest('signedIn')
  app.addHook('onRequest', async (request) => {
    const { caller, signedIn } = await identify(deps, request)
    request.caller = caller
    request.signedIn = signedIn
  })
}

type Identified = { readonly caller: Caller; readonly signedIn: SignedIn | undefined }

async function identify(
  { access, keyAllowed }: AccessHooksDeps,
  request: FastifyRequest,
): Promise<Identified> {
  const bearer = bearerIn(request.headers.authorization)
  if (bearer !== undefined) {
    const reason = keyAllowed(request)
    if (reason !== undefined) throw new Problem('sign-in-refused', reason)
    return { caller: await callerByKey(access, bearer), signedIn: undefined }
  }
  const token = readCookie(request, 'waymark')
  const identity = token === undefined ? undefined : await identifySession(access, token)
  if (token === undefined || identity === undefined) {
    return { caller: ANONYMOUS, signedIn: undefined }
  }
  const csrf = csrfTokenOf(token)
  if (!SAFE_METHODS.has(request.method)) requireOwnPage(request, csrf)
  return {
    caller: identity.caller,
    signedIn: { session: identity.credential, user: identity.user, csrf },
  }
}

/** What an `Authorization` header offers as an API key, whether or not it is one. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
}

async function callerByKey(access: Access, token: string): Promise<Caller> {
  const identity = isKeyToken(token) ? await identifyKey(access, token) : undefined
  if (identity !== undefined) return identity.caller
  throw new Problem('not-signed-in', {
    en: 'This API key is unknown, expired or revoked',
    zh: '该 API 密钥无效、已过期或已吊销',
  })
}

/** Cross-site request forgery: either the browser vouches for our own page, or the sender could read `/me`. */
function requireOwnPage(request: FastifyRequest, csrf: string): void {
  const given = request.headers['x-waymark-csrf']
  if (typeof given === 'string' && sameToken(given, csrf)) return
  if (isFromOwnPage(request)) return
  throw new Problem('not-authorised', {
    en: 'This request did not come from a page of this node; send `x-waymark-csrf` as `/api/v1/me` tells it',
    zh: '该请求并非来自本节点页面；请按 `/api/v1/me` 返回的值发送 `x-waymark-csrf`',
  })
}

function isFromOwnPage(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  const vouched = site === 'same-origin' || site === 'none'
  const origin = originOf(request.headers.origin)
  const own = originOf(`${request.protocol}://${request.host}`)
  return vouched && origin !== undefined && origin === own
}

function originOf(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url)
  return parsed === null || parsed.origin === 'null' ? undefined : parsed.origin
}

/** A browser says this request was made by a page of another site. */
export function isCrossSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  return site === 'cross-site' || site === 'same-site'
}
