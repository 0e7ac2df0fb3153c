import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32
const ID_BYTES = 12
const TOKEN = /^([0-9a-f]{24})_([A-Za-z0-9_-]{43})$/

/**
 * A secret handed out once: a public id it is found by, and 256 random bits of which only the SHA-256 is kept. The hash
 * needs no salt and no work factor because the secret cannot be guessed.
 */
export type IssuedToken = {
  readonly id: string
  readonly token: string
  readonly secretHash: string
}

/** Two of them never share an id or a secret. */
export function issueToken(): IssuedToken {
  const id = randomBytes(ID_BYTES).toString('hex')
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return { id, token: `${id}_${secret}`, secretHash: hashSecret(secret) }
}

/** Another secret under an id that was issued before. */
export function reissueToken(id: string): IssuedToken {
  const { token, secretHash } = issueToken()
  return { id, token: `${id}_${parseToken(token)?.secret ?? ''}`, secretHash }
}

/** The two halves of a token; undefined if it is none. */
export function parseToken(token: string): { id: string; secret: string } | undefined {
  const [, id, secret] = TOKEN.exec(token) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** SHA-256 in hexadecimal, as it is stored. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** In a time that says nothing about where they differ. */
export function matchesHash(secret: string, secretHash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(secretHash, 'hex'))
}

/** What a page must send back to show that it could read an answer of ours; says nothing about the session's token. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update('waymark csrf\0').update(sessionToken).digest('base64url')
}

/** Compares in a time that does not tell where they differ. */
export function sameToken(a: string, b: string): boolean {
  return (
    a.length === b.length && timingSafeEqual(Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b)))
  )
}
