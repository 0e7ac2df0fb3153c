import { createHash } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { Problem } from '../../lib/problem.ts'
import type { Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { PASSKEYS, type Passkey } from './collections.ts'
import { seal, unseal } from './seal.ts'
import {
  firstRecovery,
  forgetWithoutFactor,
  PASSKEYS_MAX,
  passkeysOf,
  userOfTicket,
} from './second-factor.ts'
import { beginSession, type Client, checkOwnPassword, type SignedInUser } from './sign-in.ts'
import { touch } from './touch.ts'

/** So long a browser may ask its owner for a finger. */
export const PASSKEY_MS_MAX = 5 * 60_000
const REFUSED = { en: 'This passkey is not one of this node', zh: '此通行密钥不属于本节点' }

/** Where a page of ours stands, as the browser says it. */
export type Site = { readonly origin: string; readonly host: string }

/** The library is large, and few nodes are asked for it in a day. */
const library = () => import('@simplewebauthn/server')

function idOf(credential: string): string {
  return createHash('sha256').update(credential).digest('hex')
}

type Challenge = { readonly challenge: string; readonly user?: string }

export type Asked<T> = { readonly options: T; readonly state: string }

/** What the browser needs to make a passkey. Throws `sign-in-refused` for a wrong password, `too-large`. */
export async function beginPasskey(
  access: Access,
  id: string,
  given: { readonly password: string; readonly from: Client; readonly site: Site },
): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
  const user = await checkOwnPassword(access, id, given.password, given.from)
  const known = await passkeysOf(access, id)
  if (known.length >= PASSKEYS_MAX) {
    throw new Problem('too-large', {
      en: `One person has ${PASSKEYS_MAX} passkeys at most`,
      zh: `每名用户最多 ${PASSKEYS_MAX} 个通行密钥`,
    })
  }
  const { generateRegistrationOptions } = await library()
  const options = await generateRegistrationOptions({
    rpName: 'Waymark',
    rpID: given.site.host,
    userID: new Uint8Array(Buffer.from(id)),
    userName: user.body.name,
    userDisplayName: user.body.displayName,
    attestationType: 'none',
    excludeCredentials: known.map(({ body }) => ({ id: body.credential })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    timeout: PASSKEY_MS_MAX,
  })
  const stated: Challenge = { challenge: options.challenge, user: id }
  const paper = { stated, ageMsMax: PASSKEY_MS_MAX }
  return { options, state: await seal(access, 'passkey registration', paper) }
}

export type PasskeyWish = {
  readonly state: string
  readonly response: RegistrationResponseJSON
  readonly label: string
  readonly site: Site
}

/**
 * Keeps a passkey the browser has made. Answers recovery codes with the first. Throws `sign-in-refused` for one that was not
 * made for what was asked, `already-exists`.
 */
export async function addPasskey(
  access: Access,
  user: string,
  wish: PasskeyWish,
): Promise<{ readonly passkey: Stored<Passkey>; readonly recovery: readonly string[] }> {
  const asked = await challengeOf(access, 'passkey registration', wish.state)
  if (asked.user !== user) throw refused()
  const { verifyRegistrationResponse } = await library()
  const checked = await verifyRegistrationResponse({
    response: wish.response,
    expectedChallenge: asked.challenge,
    expectedOrigin: wish.site.origin,
    expectedRPID: wish.site.host,
  }).catch(refuse)
  if (!checked.verified) throw refused()
  access.spent.add(asked.challenge, access.clock() + PASSKEY_MS_MAX)
  const { credential } = checked.registrationInfo
  const id = idOf(credential.id)
  const put: Passkey = {
    user,
    credential: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: [...(credential.transports ?? [])],
    host: wish.site.host,
    label: wish.label,
  }
  await commitDecided(access.documents, { kind: 'user', id: user }, async () => {
    if ((await access.documents.get(PASSKEYS, id)) !== undefined) throw known()
    return {
      writes: [{ collection: PASSKEYS, id, expected: 0, put }],
      answer: undefined,
      note: 'second factor: passkey added',
    }
  })
  const now = access.clock()
  const passkey = { id, version: 1, createdAt: now, updatedAt: now, body: put }
  return { passkey, recovery: await firstRecovery(access, user) }
}

function known(): Problem {
  return new Problem('already-exists', {
    en: 'This passkey is known already',
    zh: '该通行密钥已存在',
  })
}

/**
 * What the browser needs to ask for a passkey: any of this node, or, with the ticket of a password just given, one of that
 * person's.
 */
export async function askPasskey(
  access: Access,
  ticket: string | undefined,
  site: Site,
): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
  const user = ticket === undefined ? undefined : await userOfTicket(access, ticket)
  const own = user === undefined ? [] : await passkeysOf(access, user.id)
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    allowCredentials: own
      .filter(({ body }) => body.host === site.host)
      .map(({ body }) => ({ id: body.credential })),
    userVerification: 'required',
    timeout: PASSKEY_MS_MAX,
  })
  const stated: Challenge = { challenge: options.challenge, ...(user && { user: user.id }) }
  const paper = { stated, ageMsMax: PASSKEY_MS_MAX }
  return { options, state: await seal(access, 'passkey sign-in', paper) }
}

export type PasskeyShown = {
  readonly state: string
  readonly response: AuthenticationResponseJSON
  readonly site: Site
}

/**
 * In by a passkey: the device and its owner's finger or code are two factors, so no password is asked for. Throws
 * `sign-in-refused`, the same whatever is wrong; `too-many-requests`.
 */
export async function signInByPasskey(
  access: Access,
  { state, response, site }: PasskeyShown,
  from: Client,
): Promise<SignedInUser> {
  const asked = await challengeOf(access, 'passkey sign-in', state)
  const id = idOf(String(response.id))
  const ticket = access.throttle.begin({ address: from.address, nameKey: `passkey ${id}` })
  const passkey = await access.documents.get(PASSKEYS, id)
  if (passkey === undefined || (asked.user ?? passkey.body.user) !== passkey.body.user) {
    throw refused()
  }
  const { verifyAuthenticationResponse } = await library()
  const { body } = passkey
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: asked.challenge,
    expectedOrigin: site.origin,
    expectedRPID: body.host,
    credential: {
      id: body.credential,
      publicKey: new Uint8Array(Buffer.from(body.publicKey, 'base64url')),
      counter: body.counter,
    },
    requireUserVerification: true,
  }).catch(refuse)
  if (!checked.verified) throw refused()
  if (!access.spent.add(asked.challenge, access.clock() + PASSKEY_MS_MAX)) throw refused()
  ticket.succeeded()
  const { newCounter } = checked.authenticationInfo
  const put: Passkey = { ...body, counter: newCounter, lastUsedAt: access.clock() }
  const author = { kind: 'user', id: body.user } as const
  await touch(access, { collection: PASSKEYS, id, expected: passkey.version, put }, author)
  return await beginSession(access, body.user, from)
}

/** What we asked the browser to sign, once: an answer that was taken already is no answer. */
async function challengeOf(
  access: Access,
  purpose: 'passkey sign-in' | 'passkey registration',
  state: string,
): Promise<Challenge> {
  const asked = await unseal<Challenge>(access, purpose, state)
  if (asked !== undefined && !access.spent.has(asked.challenge)) return asked
  throw new Problem('sign-in-refused', {
    en: 'This has taken too long; begin again',
    zh: '操作已超时，请重新开始',
  })
}

function refused(cause?: unknown): Problem {
  return new Problem('sign-in-refused', REFUSED, cause === undefined ? {} : { cause })
}

function refuse(cause: unknown): never {
  throw refused(cause)
}

/** Throws `not-found`, for somebody else's like for none. */
export async function renamePasskey(
  access: Access,
  user: string,
  wish: { readonly id: string; readonly label: string },
): Promise<void> {
  await commitDecided(access.documents, { kind: 'user', id: user }, async () => {
    const { version, body } = await ownPasskey(access, user, wish.id)
    const put: Passkey = { ...body, label: wish.label }
    return {
      writes: [{ collection: PASSKEYS, id: wish.id, expected: version, put }],
      answer: undefined,
    }
  })
}

/** Good for nothing from now on. Throws `not-found`. */
export async function removePasskey(access: Access, user: string, id: string): Promise<void> {
  await ownPasskey(access, user, id)
  const write = { collection: PASSKEYS, id, delete: true } as const
  const note = 'second factor: passkey removed'
  await access.documents.commit([write], { author: { kind: 'user', id: user }, note })
  await forgetWithoutFactor(access, user)
}

async function ownPasskey(access: Access, user: string, id: string): Promise<Stored<Passkey>> {
  const passkey = await access.documents.get(PASSKEYS, id)
  if (passkey?.body.user === user) return passkey
  throw new Problem('not-found', { en: 'There is no such passkey', zh: '没有该通行密钥' })
}
