import { createHmac, randomBytes } from 'node:crypto'
import type { HandleValue } from '../record.ts'
import type { Identity } from './identity.ts'
import { isSignedBy, readVerifyingKey } from './public-keys.ts'
import { dataOf, isOfType, type ReadRecord } from './rights.ts'
import { isSameCode, type SecretForm, secretCode } from './secret-code.ts'

/** What somebody shows to be believed that a key is theirs. */
export type Proof =
  /** The secret itself, as the Basic scheme sends it. */
  | { readonly type: 'secret'; readonly secret: Uint8Array }
  /** A code by a secret key over what was asked. */
  | {
      readonly type: 'HS_SECKEY'
      readonly asked: Uint8Array
      readonly form: SecretForm
      readonly code: Uint8Array
    }
  /** A signature over it. */
  | {
      readonly type: 'HS_PUBKEY'
      readonly asked: Uint8Array
      readonly digest: string
      readonly signature: Uint8Array
    }

  /** The key itself, which a certificate's holder has proved to the transport; X.509 form, DER. */
  | { readonly type: 'key'; readonly key: Uint8Array }

/** What the holder of a key has shown by other means than a signature over what was asked. */
export function proofByKey(key: Uint8Array): Proof {
  return { type: 'key', key }
}

export type Proven = {
  readonly identity: Identity
  /** Of the key by which it was shown; tells nothing of it. */
  readonly mark: string
  /** Where that key stands, also where the identity names none. */
  readonly keyIndex: number
}

/** One key has one mark, wherever it stands. */
export function markOf(value: HandleValue): string {
  const known = marks.get(value)
  if (known !== undefined) return known
  const mark = createHmac('sha256', MARKS).update(value.type).update(dataOf(value))
  const made = mark.digest('base64url')
  marks.set(value, made)
  return made
}

/** Values never change, and those of a record that is asked for again and again are kept. */
const marks = new WeakMap<HandleValue, string>()

/** Of this process alone. */
const MARKS = randomBytes(32)

/** Of somebody who names no index so many keys are tried; each costs work. */
const KEYS_TRIED_MAX = 8

/**
 * The identity that a proof shows, if it does. Of index 0 any key of the handle is tried: a signature then shows the index of its
 * key, a secret no more than that it is some key.
 */
export async function provenIdentity(
  claimed: Identity,
  proof: Proof,
  read: ReadRecord,
): Promise<Proven | undefined> {
  const record = await read(claimed.handle.key)
  const isPublic = proof.type === 'HS_PUBKEY' || proof.type === 'key'
  const type = isPublic ? 'HS_PUBKEY' : 'HS_SECKEY'
  const keys = (record?.values ?? [])
    .filter((it) => isOfType(it, type))
    .filter((it) => claimed.index === 0 || it.index === claimed.index)
    .slice(0, KEYS_TRIED_MAX)
  for (const key of keys) {
    if (!(await isProved(key, proof, claimed))) continue
    const shown = isPublic ? key.index : claimed.index
    return {
      identity: { handle: claimed.handle, index: shown },
      mark: markOf(key),
      keyIndex: key.index,
    }
  }
  return undefined
}

async function isProved(value: HandleValue, proof: Proof, claimed: Identity): Promise<boolean> {
  const data = dataOf(value)
  if (data.length === 0) return false
  switch (proof.type) {
    case 'secret':
      return isSameSecret(data, proof.secret)
    case 'HS_SECKEY':
      return isSameCode(await secretCode(data, proof.asked, proof.form), proof.code)
    case 'key': {
      const known = readVerifyingKey(data)
      if (known === undefined || known.kind === 'SM2') return false
      return Buffer.from(proof.key).equals(known.key.export({ type: 'spki', format: 'der' }))
    }
    case 'HS_PUBKEY': {
      const key = readVerifyingKey(data)
      const { asked: message, digest, signature } = proof
      const signer = claimed.handle.spelled
      return key !== undefined && isSignedBy(key, { message, digest, signature, signer })
    }
  }
}

const NO_SALT = Buffer.from('secret')
const PLAIN = { algorithm: 'HMAC-SHA256' } as const

/** Compared by their codes, so that neither their letters nor their lengths show in the time it takes. */
async function isSameSecret(a: Uint8Array, b: Uint8Array): Promise<boolean> {
  return isSameCode(await secretCode(a, NO_SALT, PLAIN), await secretCode(b, NO_SALT, PLAIN))
}
