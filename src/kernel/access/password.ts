import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { FieldProblem } from '../../lib/problem.ts'
import { COMMON_PASSWORDS } from './common-passwords.ts'
import { WorkQueue, type WorkQueueLimits } from './work-queue.ts'

export const PASSWORD_CHARS_MIN = 10
export const PASSWORD_BYTES_MAX = 1024
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Cost of one hash: argon2id (RFC 9106) with one lane. */
export type PasswordCost = { readonly memoryKiB: number; readonly passes: number }

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes. */
export const PASSWORD_COST: PasswordCost = { memoryKiB: 19_456, passes: 2 }

/** Hashing takes a thread of the pool and memory for as long as it lasts; both are shared with everything else. */
const HASH_LIMITS: WorkQueueLimits = { runningMax: 2, waitingMax: 64 }

const runArgon2 = promisify(argon2)

/** How a password is compared: NFKC, so that the same keys on another keyboard give the same bytes. */
function normalise(password: string): string {
  return password.normalize('NFKC')
}

/** Pure. What is wrong with a password that `name` wants; nothing if it is good. */
export function judgePassword(
  password: string,
  name: string,
  path = '/password',
): readonly FieldProblem[] {
  const normal = normalise(password)
  const chars = [...normal]
  const wrong = (en: string, zh: string): FieldProblem[] => [
    { path, reason: { en, zh }, expected: EXPECTED },
  ]
  if (Buffer.byteLength(normal) > PASSWORD_BYTES_MAX) return wrong('is too long', '过长')
  if (chars.length < PASSWORD_CHARS_MIN) return wrong('is too short', '过短')
  const plain = normal.toLowerCase()
  const own = normalise(name).trim().toLowerCase()
  if (own.length >= 4 && plain.includes(own)) {
    return wrong('contains the sign-in name', '包含登录名')
  }
  if (new Set(chars).size < 4 || isRun(plain) || COMMON_PASSWORDS.has(plain)) {
    return wrong('is one of those tried first', '属于最易被猜中的密码')
  }
  return []
}

const EXPECTED = {
  en: `At least ${PASSWORD_CHARS_MIN} characters, at most ${PASSWORD_BYTES_MAX} bytes, not a common one and not containing the name`,
  zh: `至少 ${PASSWORD_CHARS_MIN} 个字符，最多 ${PASSWORD_BYTES_MAX} 字节，不能是常见密码，也不能包含登录名`,
}

/** Every character is the one before plus or minus one: `1234567890`, `abcdefghij`. */
function isRun(text: string): boolean {
  const steps = [...text].map((it, at) => text.charCodeAt(at + 1) - it.charCodeAt(0)).slice(0, -1)
  const plain = steps.map((it) => (it === -9 ? 1 : it === 9 ? -1 : it))
  return plain.every((it) => it === 1) || plain.every((it) => it === -1)
}

export type Checked = {
  readonly matches: boolean
  /** The stored hash was made with another cost: store a new one. */
  readonly outdated: boolean
}

/**
 * Makes and checks password hashes (PHC strings, `$argon2id$v=19$m=…,t=…,p=1$salt$hash`), so many at a time as the machine
 * can bear.
 */
export class Passwords {
  readonly #cost: PasswordCost
  readonly #queue: WorkQueue
  readonly #decoy: string

  constructor(cost: PasswordCost = PASSWORD_COST, limits: WorkQueueLimits = HASH_LIMITS) {
    this.#cost = cost
    this.#queue = new WorkQueue(limits)
    this.#decoy = formatPhc(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))
  }

  hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    return this.#queue.run(async () =>
      formatPhc(this.#cost, salt, await derive(password, this.#cost, salt)),
    )
  }

  /**
   * Without a stored hash (nobody of that name, or no password yet) the same work is done against one that nothing
   * matches: the time does not tell whether a name exists.
   */
  async check(password: string, stored: string | undefined, urgent = false): Promise<Checked> {
    const { cost, salt, hash } = parsePhc(stored ?? this.#decoy)
    const derived = await this.#queue.run(() => derive(password, cost, salt), { urgent })
    const matches = timingSafeEqual(derived, hash) && stored !== undefined
    const { memoryKiB, passes } = this.#cost
    return { matches, outdated: cost.memoryKiB !== memoryKiB || cost.passes !== passes }
  }
}

function derive(password: string, cost: PasswordCost, nonce: Buffer): Promise<Buffer> {
  return runArgon2('argon2id', {
    message: Buffer.from(normalise(password)),
    nonce,
    parallelism: 1,
    tagLength: HASH_BYTES,
    memory: cost.memoryKiB,
    passes: cost.passes,
  })
}

function formatPhc(cost: PasswordCost, salt: Buffer, hash: Buffer): string {
  const plain = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=1$${plain(salt)}$${plain(hash)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

function parsePhc(phc: string): { cost: PasswordCost; salt: Buffer; hash: Buffer } {
  const [, memory, passes, salt, hash] = PHC.exec(phc) ?? []
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash is damaged')
  return {
    cost: { memoryKiB: Number(memory), passes: Number(passes) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}
