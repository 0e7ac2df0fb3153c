import { createHash, createHmac } from 'node:crypto'
import { Type } from 'typebox'
import { placesOf } from '../../kernel/access/address.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { maskEmail, maskIdNumber, maskName, maskPhone } from '../../kernel/access/mask.ts'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { FailureLane } from '../../kernel/access/throttle.ts'
import { matchesHash } from '../../kernel/access/token.ts'
import type { Clock } from '../../lib/clock.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'

export type PapersDeps = Pick<
  PolicyDeps,
  'access' | 'documents' | 'clock' | 'rules' | 'files' | 'sealKey'
>

export const tags = ['policy']
export const TextReply = Type.Object({ en: Type.String(), zh: Type.String() })
export const VersionWish = Type.Integer({ minimum: 1, description: 'The version it was read at' })

/** In the body of every write that makes something: the same key again is the same once. */
export const KeyWish = Type.String({
  minLength: 16,
  maxLength: 100,
  pattern: '^[\\x21-\\x7d]+$',
  description: 'Made by the caller, at random; the same key again is the same deed once',
})
export const ReceiptWish = {
  receipt: Type.String({ minLength: 1, maxLength: 40 }),
  secret: Type.String({ minLength: 1, maxLength: 40 }),
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** The id of what a caller makes under a key of theirs: the same for a repeat. */
export function idUnder(letter: string, caller: Caller, key: string): string {
  const { kind, id } = authorOf(caller)
  return `${letter}${digestOf([kind, id, key]).slice(0, 20)}`
}

/** @throws Problem `invalid-input` where what was made under a key was asked otherwise; `what` is told of it in Chinese with its counting word */
export function requireSameAsked(
  known: { readonly fingerprint: string },
  fingerprint: string,
  what: Text,
): void {
  if (known.fingerprint === fingerprint) return
  const reason = { en: `was used for another ${what.en}`, zh: `已用于另一${what.zh}` }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/key', reason }] })
}

/** Who did something, as papers keep it. */
export function whoIs(caller: Caller): string {
  const { kind, id } = authorOf(caller)
  return `${kind}:${id}`
}

/** @throws Problem `not-signed-in`, `not-authorised` */
export function requireOffice(caller: Caller): void {
  if (mayDo(caller, 'policy.publish')) return
  authorise(caller, 'policy.read')
}

/**
 * What takes two persons is done by people: somebody could hold a key beside their own account.
 * @throws Problem `not-authorised`
 */
export function requirePerson(caller: Caller): void {
  if (caller.kind !== 'key') return
  throw new Problem('not-authorised', {
    en: 'This takes two persons, and a key is none: sign in',
    zh: '此事须双人办理，不能使用密钥，请登录后操作',
  })
}

const OFFSET_MS = 480 * 60_000

/** The day an instant falls on in China, which has one time all year. */
export function dayAt(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 10)
}

/** What joins signs of many parts (families, flags), and letters of scripts that join or must not: what would be lost with it is seen. */
const JOINED =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}])[\u200c\u200d]/u
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/u
const JOINED_OR_UNSEEN = new RegExp(`(${JOINED.source})|${UNSEEN.source}`, 'gu')

/** Text as it is kept: one spelling of characters and line ends, nothing that is not seen. Nobody's markup is ever run. */
export function plainText(text: string): string {
  return text
    .normalize('NFC')
    .toWellFormed()
    .replaceAll(/\r\n?|\u2028|\u2029/g, '\n')
    .replaceAll(JOINED_OR_UNSEEN, (_, joined: string | undefined) => joined ?? '')
    .trim()
}

/** Every text within a value of JSON. */
export function plainAll<T>(value: T): T {
  if (typeof value === 'string') return plainText(value) as T
  if (Array.isArray(value)) return value.map((it) => plainAll(it)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, plainAll(it)])) as T
}

/** What was left without a word once what cannot be seen was taken out. */
export function emptied(value: unknown, path = ''): FieldProblem[] {
  if (value === '') {
    return [{ path, reason: { en: 'must not be empty', zh: '不能为空' } }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, it]) => emptied(it, `${path}/${name}`))
}

/** @throws Problem `invalid-input` where there are any */
export function requireNone(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  const text = { en: 'Some fields are not right', zh: '部分字段不符合要求' }
  throw new Problem('invalid-input', text, { fields })
}

export function wrongField(path: string, reason: Text): FieldProblem {
  return { path, reason }
}

export function wrongState(en: string, zh: string): Problem {
  return new Problem('wrong-state', { en, zh })
}

export function notThere(en: string, zh: string): Problem {
  return new Problem('not-found', { en: `There is no such ${en}`, zh: `没有该${zh}` })
}

/** Somebody else wrote meanwhile. */
export function requireVersion(stored: { readonly version: number }, version: number): void {
  if (stored.version === version) return
  throw new Problem('stale-version', {
    en: 'Somebody else changed it since you read it; read it again',
    zh: '内容已被他人修改，请重新读取',
  })
}

/** The pack of a region; a field's problem where there is none. */
export function regionFindings({ packs }: OpenRules, region: string): FieldProblem[] {
  if (packs.some((it) => it.region.code === region)) return []
  return [wrongField('/region', { en: 'there is no such region', zh: '没有该区域' })]
}

export type Department = {
  readonly id: string
  readonly name: Text
  /** Who fills the role now; absent where nobody is known to. */
  readonly body?: Text
}

type Role = {
  readonly role?: Text
  readonly timeline?: readonly { readonly name: Text; readonly to?: string }[]
}

/** The departments of a region and of those above it: what each role is called, and who fills it now. */
export function departmentsOf(
  { packs }: Pick<OpenRules, 'packs'>,
  region: string,
): readonly Department[] {
  const pack = packs.find((it) => it.region.code === region)
  return [...(pack?.ids('departments') ?? [])].map((id) => {
    const { role, timeline = [] } = (pack?.find('departments', id)?.value ?? {}) as Role
    const last = timeline.at(-1)
    const name = role ?? { en: id, zh: id }
    return last === undefined || last.to !== undefined
      ? { id, name }
      : { id, name, body: last.name }
  })
}

const SECRET_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const SECRET_CHARS = 20

/**
 * What somebody who is not signed in follows their own writing by: 20 characters of 32, in fours. Made of the key they gave, so
 * that a repeat answers the same; without the node's own secret nobody can make it.
 */
export function secretOf(nodeSecret: Buffer, scope: string, key: string): string {
  const bytes = createHmac('sha256', nodeSecret).update(`${scope}\0${key}`).digest()
  const letters = [...bytes.subarray(0, SECRET_CHARS)].map((it) => SECRET_LETTERS[it % 32] ?? '')
  return (letters.join('').match(/.{4}/g) ?? []).join('-')
}

/** As somebody typed it. */
export function plainSecret(secret: string): string {
  const letters = secret.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
  return (letters.match(/.{1,4}/g) ?? []).join('-')
}

const MINUTE_MS = 60_000
const LANE = {
  waitMsMin: MINUTE_MS,
  waitMsMax: 60 * MINUTE_MS,
  forgetMs: 60 * MINUTE_MS,
  entriesMax: 50_000,
}

/** So many an address are free; then each waits longer. */
export function laneOf(free: number): FailureLane {
  return new FailureLane({ ...LANE, free })
}

/** @throws Problem `too-many-requests` */
export function countFrom(lane: FailureLane, ip: string, clock: Clock): void {
  const { address } = placesOf(ip)
  const now = clock()
  const waitMs = lane.waitMs(address, now)
  if (waitMs === 0) {
    lane.add(address, now)
    return
  }
  const retryAfterS = Math.ceil(waitMs / 1000)
  throw new Problem(
    'too-many-requests',
    {
      en: `Too many from this address; try again in ${retryAfterS} s`,
      zh: `该地址提交过多，请在 ${retryAfterS} 秒后重试`,
    },
    { retryAfterS },
  )
}

/** Whether a secret is the one of a stored hash; what is not there and what is not theirs answer alike. */
export function opens(secret: string, stored: { readonly secretHash: string } | undefined) {
  return stored !== undefined && matchesHash(plainSecret(secret), stored.secretHash)
}

/** A phone number or address of mail, as those see it who only need to recognise it. */
export function maskContact(contact: string): string {
  return contact.includes('@') ? maskEmail(contact) : maskPhone(contact)
}

export function maskPerson<T extends { readonly name?: string; readonly contact?: string }>(
  person: T,
): T {
  const { name, contact } = person
  return {
    ...person,
    ...(name !== undefined && { name: maskName(name) }),
    ...(contact !== undefined && { contact: maskContact(contact) }),
  }
}

const PHONE = /(?<!\d)(?:\+?86-?)?1\d{10}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)/g
const ID_NUMBER = /(?<!\d)\d{17}[\dXx](?![\dXx])/g
const MAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g

/** A text with its telephone numbers, identity numbers and mail addresses masked. */
export function maskText(text: string): string {
  return text
    .replaceAll(MAIL, (it) => maskEmail(it))
    .replaceAll(ID_NUMBER, (it) => maskIdNumber(it))
    .replaceAll(PHONE, (it) => maskPhone(it))
}
