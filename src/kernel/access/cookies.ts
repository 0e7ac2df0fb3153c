import type { FastifyReply, FastifyRequest } from 'fastify'
import { DEVICE_DAYS_MAX } from './device.ts'
import { SESSION_MS_MAX } from './sessions.ts'

const DAY_S = 86_400

type CookieName = 'waymark' | 'waymark-device'

/**
 * Over TLS the name carries `__Host-`, which browsers accept from this very host over TLS only (RFC 6265bis §4.1.3.2), so
 * that no neighbouring host can slip a visitor a session. The other name counts on plain HTTP alone, which is loopback.
 */
function nameOf(request: FastifyRequest, cookie: CookieName): string {
  return request.protocol === 'https' ? `__Host-${cookie}` : cookie
}

/** Undefined where there is none, or one of that name came under the rules of the other scheme. */
export function readCookie(request: FastifyRequest, cookie: CookieName): string | undefined {
  const header = request.headers.cookie
  if (header === undefined) return undefined
  const value: unknown = request.server.parseCookie(header)[nameOf(request, cookie)]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: CookieName,
  { value, maxAge }: { readonly value: string; readonly maxAge: number },
): void {
  reply.setCookie(nameOf(request, cookie), value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge,
  })
}

/** Both at once: the session, and the device that from now on is known to its owner. */
export function setSessionCookies(
  request: FastifyRequest,
  reply: FastifyReply,
  { session, device }: { readonly session: string; readonly device: string },
): void {
  setCookie(request, reply, 'waymark', { value: session, maxAge: SESSION_MS_MAX / 1000 })
  setCookie(request, reply, 'waymark-device', { value: device, maxAge: DEVICE_DAYS_MAX * DAY_S })
}

/** The device stays known: signing out is no reason to distrust it. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, 'waymark', { value: '', maxAge: 0 })
}
