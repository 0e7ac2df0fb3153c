import { randomBytes } from 'node:crypto'
import { Problem } from '../../lib/problem.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { type Access, commitDecided } from './access.ts'
import { PASSKEYS, type Passkey, SECOND_FACTORS, type SecondFactor, USERS } from './collections.ts'
import { seal, unseal } from './seal.ts'
import { beginSession, type Client, checkOwnPassword, type SignedInUser } from './sign-in.ts'
import { hashSecret } from './token.ts'
import { findTotpStep, TOTP_SECRET_BYTES, totpUri } from './totp.ts'
import { noSuchUser } from './users.ts'

const MINUTE_MS = 60_000
/** So long a sign-in waits for the second factor. */
export const SECOND_FACTOR_MS_MAX = 5 * MINUTE_MS
/** So long a new secret waits for its first code. */
export const TOTP_SETUP_MS_MAX = 15 * MINUTE_MS
export const RECOVERY_CODES = 10
export const PASSKEYS_MAX = 20

const EMPTY: SecondFactor = { totpStep: 0, recovery: [] }

export type SecondFactorShown = {
  readonly totp: boolean
  /** Codes not used yet. */
  readonly recoveryLeft: number
  readonly passkeys: readonly Stored<Passkey>[]
}

export async function passkeysOf(
  access: Access,
  user: string,
): Promise<readonly Stored<Passkey>[]> {
  const page = await access.documents.query(PASSKEYS, { where: { user }, limit: PASSKEYS_MAX * 2 })
  return page.items.toSorted((a, b) => a.createdAt - b.createdAt)
}

export async function readSecondFactor(access: Access, user: string): Promise<SecondFactorShown> {
  const stored = (await access.documents.get(SECOND_FACTORS, user))?.body ?? EMPTY
  return {
    totp: stored.totpSecret !== undefined,
    recoveryLeft: stored.recovery.length,
    passkeys: await passkeysOf(access, user),
  }
}

/** A password alone does not let in who has given themselves a second factor. */
export type Wanted = {
  /** Shown again with the second factor; for a few minutes. */
  readonly ticket: string
  readonly ways: readonly ('code' | 'passkey')[]
}

/** What is wanted besides the password; undefined for who has no second factor. */
export async function secondFactorWanted(
  access: Access,
  user: { readonly id: string; readonly body: { readonly passwordEpoch: number } },
): Promise<Wanted | undefined> {
  const { totp, recoveryLeft, passkeys } = await readSecondFactor(access, user.id)
  if (!totp && passkeys.length === 0) return undefined
  const stated = { user: user.id, epoch: user.body.passwordEpoch }
  return {
    ticket: await seal(access, 'second factor', { stated, ageMsMax: SECOND_FACTOR_MS_MAX }),
    ways: [
      ...(totp || recoveryLeft > 0 ? (['code'] as const) : []),
      ...(passkeys.length > 0 ? (['passkey'] as const) : []),
    ],
  }
}

/** Who has given their password a moment ago. Throws `sign-in-refused` where that is over, or it has changed since. */
export async function userOfTicket(access: Access, ticket: string) {
  const stated = await unseal<{ user: string; epoch: number }>(access, 'second factor', ticket)
  const user = stated && (await access.documents.get(USERS, stated.user))
  if (user?.body.state === 'active' && user.body.passwordEpoch === stated?.epoch) return user
  throw new Problem('sign-in-refused', {
    en: 'This sign-in has taken too long; begin again with your password',
    zh: '登录已超时，请重新输入密码',
  })
}

/**
 * The second half of a sign-in: a code of the app, or one of those kept for its loss. Throws `sign-in-refused`,
 * `too-many-requests` after wrong codes, wherever they come from: who tries them knows the password.
 */
export async function completeSignIn(
  access: Access,
  given: { readonly ticket: string; readonly code: string },
  from: Client,
): Promise<SignedInUser> {
  const user = await userOfTicket(access, given.ticket)
  const ticket = access.throttle.begin({
    address: from.address,
    nameKey: user.body.nameKey,
    device: `second factor of ${user.id}`,
  })
  if (!(await spendCode(access, user.id, given.code))) {
    throw new Problem('sign-in-refused', {
      en: 'The code is wrong or was used already',
      zh: '验证码错误或已使用',
    })
  }
  ticket.succeeded()
  return await beginSession(access, user.id, from)
}

/** Used up with the answer: of two who come with one code, one gets in. */
async function spendCode(access: Access, user: string, code: string): Promise<boolean> {
  const plain = code.replaceAll(/[\s-]/g, '').toLowerCase()
  return await commitDecided(access.documents, { kind: 'user', id: user }, async () => {
    const stored = await access.documents.get(SECOND_FACTORS, user)
    const after = stored && spent(stored.body, plain, access.clock())
    if (stored === undefined || after === undefined) return { writes: [], answer: false }
    return { writes: [putFactor(user, stored.version, after)], answer: true }
  })
}

/** Pure. What is left when this code is used; undefined for one that is not good. */
function spent(factor: SecondFactor, code: string, nowMs: number): SecondFactor | undefined {
  if (factor.totpSecret !== undefined) {
    const secret = Buffer.from(factor.totpSecret, 'base64url')
    const step = findTotpStep(secret, code, { nowMs, after: factor.totpStep })
    if (step !== undefined) return { ...factor, totpStep: step }
  }
  const hash = hashSecret(code)
  if (!factor.recovery.includes(hash)) return undefined
  return { ...factor, recovery: factor.recovery.filter((it) => it !== hash) }
}

function putFactor(id: string, expected: number, put: SecondFactor): DocumentWrite {
  return { collection: SECOND_FACTORS, id, expected, put }
}

/** A new secret for an authenticator app; it counts once a code of it was given. Throws `sign-in-refused`. */
export async function beginTotp(
  access: Access,
  user: string,
  given: { readonly password: string; readonly from: Client },
): Promise<{ readonly secret: Buffer; readonly uri: string }> {
  const { body } = await checkOwnPassword(access, user, given.password, given.from)
  const secret = randomBytes(TOTP_SECRET_BYTES)
  await changeFactor(access, user, (factor) => ({
    ...factor,
    pendingSecret: secret.toString('base64url'),
    pendingUntil: access.clock() + TOTP_SETUP_MS_MAX,
  }))
  return { secret, uri: totpUri(secret, body.name) }
}

/**
 * The app shows what it should: from now on it is asked for. Answers new recovery codes where there were none. Throws
 * `invalid-input` for a wrong code, `wrong-state` when nothing was begun.
 */
export async function confirmTotp(
  access: Access,
  user: string,
  code: string,
): Promise<readonly string[]> {
  const fresh = newRecoveryCodes()
  return await commitDecided(access.documents, { kind: 'user', id: user }, async () => {
    const stored = await access.documents.get(SECOND_FACTORS, user)
    const { pendingSecret, pendingUntil = 0, ...rest } = stored?.body ?? EMPTY
    if (pendingSecret === undefined || access.clock() >= pendingUntil) throw notBegun()
    const secret = Buffer.from(pendingSecret, 'base64url')
    const given = code.replaceAll(/\s/g, '')
    const step = findTotpStep(secret, given, { nowMs: access.clock(), after: 0 })
    if (step === undefined) throw wrongCode()
    const isFirst = rest.recovery.length === 0
    const put = {
      ...rest,
      totpSecret: pendingSecret,
      totpStep: step,
      recovery: isFirst ? fresh.map(hashOfRecovery) : rest.recovery,
    }
    return {
      writes: [putFactor(user, stored?.version ?? 0, put)],
      answer: isFirst ? fresh : [],
      note: 'second factor: authenticator app added',
    }
  })
}

function notBegun(): Problem {
  return new Problem('wrong-state', {
    en: 'Setting up the app has taken too long; begin again',
    zh: '设置已超时，请重新开始',
  })
}

function wrongCode(): Problem {
  const reason = { en: 'is not the code of now', zh: '验证码不正确' }
  const expected = {
    en: 'Six digits; check the clock of the phone',
    zh: '6 位数字；请检查手机时间是否准确',
  }
  return new Problem('invalid-input', reason, { fields: [{ path: '/code', reason, expected }] })
}

/** Without the app; recovery codes go with the last factor. Throws `sign-in-refused` for a wrong password. */
export async function removeTotp(
  access: Access,
  user: string,
  given: { readonly password: string; readonly from: Client },
): Promise<void> {
  await checkOwnPassword(access, user, given.password, given.from)
  const others = await passkeysOf(access, user)
  await changeFactor(
    access,
    user,
    ({ totpSecret: _, ...rest }) => (others.length === 0 ? EMPTY : rest),
    'second factor: authenticator app removed',
  )
}

/** Ten new codes instead of those there were. Throws `sign-in-refused`, `wrong-state` without a second factor. */
export async function renewRecovery(
  access: Access,
  user: string,
  given: { readonly password: string; readonly from: Client },
): Promise<readonly string[]> {
  await checkOwnPassword(access, user, given.password, given.from)
  const { totp, passkeys } = await readSecondFactor(access, user)
  if (!totp && passkeys.length === 0) {
    throw new Problem('wrong-state', {
      en: 'There is no second factor whose loss they would be for',
      zh: '尚未设置第二验证方式',
    })
  }
  const codes = newRecoveryCodes()
  const recovery = codes.map(hashOfRecovery)
  await changeFactor(access, user, (it) => ({ ...it, recovery }), 'new recovery codes')
  return codes
}

/** With a first passkey, codes for its loss; none where there are some. */
export async function firstRecovery(access: Access, user: string): Promise<readonly string[]> {
  const stored = (await access.documents.get(SECOND_FACTORS, user))?.body ?? EMPTY
  if (stored.recovery.length > 0) return []
  const codes = newRecoveryCodes()
  const recovery = codes.map(hashOfRecovery)
  await changeFactor(access, user, (it) => ({ ...it, recovery }), 'new recovery codes')
  return codes
}

/** After the last passkey, and without the app, nothing is asked for any more and no code is good. */
export async function forgetWithoutFactor(access: Access, user: string): Promise<void> {
  const { totp, passkeys } = await readSecondFactor(access, user)
  if (!totp && passkeys.length === 0) await changeFactor(access, user, () => EMPTY)
}

async function changeFactor(
  access: Access,
  user: string,
  change: (factor: SecondFactor) => SecondFactor,
  note?: string,
): Promise<void> {
  await commitDecided(access.documents, { kind: 'user', id: user }, async () => {
    if ((await access.documents.get(USERS, user)) === undefined) throw noSuchUser()
    const stored = await access.documents.get(SECOND_FACTORS, user)
    const put = change(stored?.body ?? EMPTY)
    return {
      writes: [putFactor(user, stored?.version ?? 0, put)],
      answer: undefined,
      ...(note !== undefined && { note }),
    }
  })
}

/** The writes that take every second factor from somebody who has lost it; none where there is none. */
export async function removingSecondFactor(
  access: Access,
  user: string,
): Promise<readonly DocumentWrite[]> {
  const stored = await access.documents.get(SECOND_FACTORS, user)
  const passkeys = await passkeysOf(access, user)
  return [
    ...(stored === undefined
      ? []
      : [
          { collection: SECOND_FACTORS, id: user, expected: stored.version, delete: true } as const,
        ]),
    ...passkeys.map(({ id }) => ({ collection: PASSKEYS, id, delete: true }) as const),
  ]
}

const RECOVERY_BYTES = 10

/** 80 random bits each, in groups that can be read aloud. */
function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const hex = randomBytes(RECOVERY_BYTES).toString('hex')
    return (hex.match(/.{5}/g) ?? []).join('-')
  })
}

function hashOfRecovery(code: string): string {
  return hashSecret(code.replaceAll('-', ''))
}
