import type { ValueReference } from '../../identifiers/record.ts'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import { type Answered, digestIn, headed } from './bodies.ts'

/** How the key of a session comes to both sides (RFC 3652 §3.9, by number as deployed). */
export const KEY_EXCHANGE = {
  clientCipher: 1,
  serverCipher: 2,
  handleCipher: 3,
  diffieHellman: 4,
} as const

/**
 * Of operation 400, as deployed; the RFC's list of attributes is one that no client sends. A mode that is not known has the
 * fields that all have.
 */
export type SessionSetup = {
  readonly mode: number
  /** How long the session is to live, in seconds. */
  readonly timeoutS: number
  /** Whose session; an empty handle where nobody's in particular. */
  readonly identity: ValueReference
  /** Of the client: to encrypt the session's key for it, or its half of Diffie-Hellman; in the form of HS_PUBKEY. */
  readonly publicKey?: Uint8Array
  /** Where that key is kept, of `handleCipher`. */
  readonly exchangeKey?: ValueReference
}

export function readSessionSetup(body: Uint8Array): SessionSetup {
  const r = new Reader(body)
  const mode = r.u16()
  const setup = { mode, timeoutS: r.u32(), identity: { handle: r.text(), index: r.i32() } }
  switch (mode) {
    case KEY_EXCHANGE.clientCipher:
    case KEY_EXCHANGE.diffieHellman:
      return { ...setup, publicKey: r.counted() }
    case KEY_EXCHANGE.handleCipher:
      return { ...setup, exchangeKey: { handle: r.text(), index: r.i32() } }
    default:
      return setup
  }
}

export function writeSessionSetup(it: SessionSetup): Uint8Array {
  const w = new Writer().u16(it.mode).u32(it.timeoutS)
  w.text(it.identity.handle).u32(it.identity.index)
  if (it.publicKey !== undefined) w.counted(it.publicKey)
  if (it.exchangeKey !== undefined) w.text(it.exchangeKey.handle).u32(it.exchangeKey.index)
  return w.u16(STRAY).done()
}

export type SessionBegun = {
  readonly mode: number
  /** The session's key in a cipher, or the server's half of Diffie-Hellman in the form of HS_PUBKEY. */
  readonly key: Uint8Array
}

export function readSessionBegun(body: Uint8Array, hasDigest: boolean): Answered<SessionBegun> {
  const r = new Reader(body)
  return { ...digestIn(r, hasDigest), mode: r.u16(), key: r.counted() }
}

export function writeSessionBegun({ digest, mode, key }: Answered<SessionBegun>): Uint8Array {
  return headed(digest).u16(mode).counted(key).u16(STRAY).done()
}

/** Of operation 402: the key that the client chose, in the server's cipher. */
export function readSessionKey(body: Uint8Array): Uint8Array {
  return new Reader(body).counted()
}

export function writeSessionKey(key: Uint8Array): Uint8Array {
  return new Writer().counted(key).done()
}

/** Deployed programs count the mode as four bytes and write two, so the body ends two bytes late. */
const STRAY = 0
