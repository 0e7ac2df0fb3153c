import type { X509Certificate } from 'node:crypto'
import { type Proof, proofByKey } from '../../identifiers/authority/proof.ts'

/** A client's certificate as far as it counts: whose it says it is, and the key that the client has shown to hold. */
export type ClientCertificate = {
  /** `300:0.NA/88.100.1` */
  readonly identity: string
  /** X.509 form, DER. */
  readonly key: Uint8Array
}

/** Of connections whose client showed one that names an identity. */
const shown = new WeakMap<object, ClientCertificate>()
let isAnyShown = false

/** Keeps what the client of a connection has shown; undefined for a connection that speaks for somebody else now. */
export function rememberCertificate(
  connection: object,
  certificate: ClientCertificate | undefined,
): void {
  if (certificate === undefined) shown.delete(connection)
  else {
    isAnyShown = true
    shown.set(connection, certificate)
  }
}

export function certificateOn(connection: object): ClientCertificate | undefined {
  return isAnyShown ? shown.get(connection) : undefined
}

/** What signing in takes of it. */
export function certificateProof({ identity, key }: ClientCertificate): {
  readonly identity: string
  readonly proof: Proof
} {
  return { identity, proof: proofByKey(key) }
}

/**
 * Certificates that have not run out and name an identity in UID or CN, as deployed servers read them; who signed one does not
 * matter, as its key must be that of the identity. Undefined for every other: it is none of the Handle System's.
 */
export function readClientCertificate(
  certificate: X509Certificate,
  nowMs: number,
): ClientCertificate | undefined {
  const { subject, publicKey, validFrom, validTo } = certificate
  if (nowMs < Date.parse(validFrom) || nowMs > Date.parse(validTo)) return undefined
  const identity = namedIn(subject, 'UID') ?? namedIn(subject, 'CN')
  if (identity === undefined) return undefined
  return { identity, key: publicKey.export({ type: 'spki', format: 'der' }) }
}

/** The part of a name, one to a line, that says an identity. */
function namedIn(subject: string, part: string): string | undefined {
  for (const line of (subject ?? '').split('\n')) {
    if (!line.startsWith(`${part}=`)) continue
    const text = line.slice(part.length + 1).replace(ESCAPED, (_, escaped) => plain(escaped))
    if (IDENTITY.test(text)) return text
  }
  return undefined
}

const IDENTITY = /^\d{1,10}:[^/]+\/.+$/s
const ESCAPED = /\\([\dA-F]{2}|.)/gs

function plain(escaped: string): string {
  return escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped
}
