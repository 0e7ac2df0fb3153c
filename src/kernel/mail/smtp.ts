import { isIP } from 'node:net'
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport'

export type Message = {
  /** The same however often it is tried. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * `refused`: the server will never take it. `later`: it may yet. `why` is a code, never what the server said: that may
 * hold an address or a name of ours.
 */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string }

export type Send = (message: Message, signal: AbortSignal) => Promise<Outcome>

export type SmtpAccount = {
  /** `smtp://` or `smtps://`, with a user and a password where the server wants them. */
  readonly url: string
  /** `address` or `Name <address>`. */
  readonly from: string
}

const CONNECT_MS_MAX = 10_000
const SILENCE_MS_MAX = 20_000
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const

/** Sends through one server, one connection a letter. The library is loaded with the first. */
export function openSmtp({ url, from }: SmtpAccount): Send {
  const options = smtpOptions(url)
  return async (message, signal) => {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      ...options,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      await transport.sendMail({
        ...{ from, signal },
        // an object is taken as it is: nothing in it can be a second recipient
        to: { name: '', address: message.to },
        subject: message.subject,
        text: message.text,
        messageId: `<${message.id}@${hostOf(from)}>`,
        headers: { 'auto-submitted': 'auto-generated' },
      })
      return { kind: 'sent' }
    } catch (error) {
      signal.throwIfAborted()
      return outcomeOf(error)
    }
  }
}

/** Of `address` or `Name <address>`. */
function hostOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
}

/** Pure. Beyond this machine nothing is sent, not even a password, before the connection is encrypted and its end is known. */
export function smtpOptions(url: string): SMTPTransportOptions {
  const { protocol, hostname, port, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isSecure = protocol === 'smtps:'
  const inside = isLoopback(host)
  return {
    host,
    port: port === '' ? PORTS[isSecure ? 'smtps:' : 'smtp:'] : Number(port),
    secure: isSecure,
    ...(!isSecure && (inside ? { ignoreTLS: true } : { requireTLS: true })),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    dnsTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Of the codes of the library, those that are about this letter and not about the server. */
const ABOUT_LETTER = new Set(['EENVELOPE', 'EMESSAGE'])

function outcomeOf(error: unknown): Outcome {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  const known = typeof code === 'string' && /^[A-Z_]{1,24}$/.test(code) ? code : 'EUNKNOWN'
  const said = typeof responseCode === 'number' ? responseCode : undefined
  const why = said === undefined ? known : `${known} ${said}`
  const isFinal = ABOUT_LETTER.has(known) && (said === undefined || said >= 500)
  return { kind: isFinal ? 'refused' : 'later', why }
}
