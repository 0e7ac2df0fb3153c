import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { addressSet } from '../lib/address-set.ts'
import type { Text } from '../lib/text.ts'

const NO_SIGN_IN: Text = {
  en: 'Sign-in is refused on this connection: it is not encrypted and does not come through a trusted proxy. Set WAYMARK_TLS_CERT and WAYMARK_TLS_KEY, or list the proxy in WAYMARK_TRUSTED_PROXIES',
  zh: '此连接不允许登录：未加密，也不是来自可信代理。请设置 WAYMARK_TLS_CERT 与 WAYMARK_TLS_KEY，或在 WAYMARK_TRUSTED_PROXIES 中列出代理',
}

const NO_KEY: Text = {
  en: 'API keys are refused on this connection: it is not encrypted and does not come through a trusted proxy. This key has travelled in clear text: consider it exposed and revoke it. Then set WAYMARK_TLS_CERT and WAYMARK_TLS_KEY, or list the proxy in WAYMARK_TRUSTED_PROXIES',
  zh: '此连接不接受 API 密钥：未加密，也不是来自可信代理。该密钥已以明文传输，应视为泄露，请将其吊销；然后设置 WAYMARK_TLS_CERT 与 WAYMARK_TLS_KEY，或在 WAYMARK_TRUSTED_PROXIES 中列出代理',
}

/** Of proxies: the addresses whose forwarded headers count. */
export { addressSet, listed as parseProxies } from '../lib/address-set.ts'

export const isLoopback = addressSet(['127.0.0.0/8', '::1'])

/** Why something must not travel over a request's connection, or undefined when it may. */
export type Refusal = (request: FastifyRequest) => Text | undefined

/** Why nobody may sign in over this connection. */
export function signInRefusal(trusted: (address: string | undefined) => boolean): Refusal {
  return (request) => (isPrivate(request, trusted) ? undefined : NO_SIGN_IN)
}

/** Why no API key counts that came over this connection. */
export function keyRefusal(trusted: (address: string | undefined) => boolean): Refusal {
  return (request) => (isPrivate(request, trusted) ? undefined : NO_KEY)
}

/** Nobody on the way could read it: encrypted here, encrypted up to a trusted proxy, or never off this machine. */
function isPrivate(
  { socket, protocol, headers }: FastifyRequest,
  trusted: (address: string | undefined) => boolean,
): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true
  if (trusted(socket.remoteAddress)) return protocol === 'https'
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded
  return isLoopback(socket.remoteAddress) && forwarded === undefined
}

/** In which country a trusted proxy says the asker is, as two letters; undefined where nobody does. */
export function askerCountry(
  trusted: (address: string | undefined) => boolean,
  header: string | undefined,
): (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string | undefined {
  const name = header?.toLowerCase()
  return (request) => {
    if (name === undefined || !trusted(request.socket.remoteAddress)) return undefined
    const said = request.headers[name]
    return typeof said === 'string' && /^[A-Za-z]{2}$/.test(said) ? said : undefined
  }
}

/**
 * The asker's address: that of the connection, or, through trusted proxies, the nearest address in `X-Forwarded-For` that
 * is not one of them (RFC 7239 §5.2 in the form that is deployed).
 */
export function askerAddress(
  trusted: (address: string | undefined) => boolean,
): (request: IncomingMessage) => string {
  return (request) => {
    let address = request.socket.remoteAddress ?? ''
    if (!trusted(address)) return address
    // Node makes the headers when they are first asked for; who need not have them made does without.
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
    for (const hop of forwarded.reverse()) {
      const next = hop.trim()
      if (isIP(next) === 0) return address
      address = next
      if (!trusted(address)) return address
    }
    return address
  }
}
