import { randomBytes } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import { CallerCache } from './caller-cache.ts'
import { ACCESS_SECRETS } from './collections.ts'
import { LetterLimits } from './letter-limits.ts'
import { type PasswordCost, Passwords } from './password.ts'
import { SpentOnce } from './spent-once.ts'
import { FailureLane, NAME_PROBE_LANE, SignInThrottle } from './throttle.ts'

const COMMIT_TRIES_MAX = 8
const DEVICE_SECRET_BYTES = 32

/** What people's access stands on; one per process and store. */
export type Access = {
  readonly documents: Documents
  readonly clock: Clock
  readonly passwords: Passwords
  readonly throttle: SignInThrottle
  readonly nameProbes: FailureLane
  readonly callers: CallerCache
  /** Challenges that were answered. */
  readonly spent: SpentOnce
  /** Whether letters are sent from here. */
  readonly mails: boolean
  /** Requests for letters, by the address asked for and by who asks. */
  readonly letters: LetterLimits
  /** Signs device cookies; made at first use and stored. */
  readonly deviceSecret: () => Promise<Buffer>
  /** Makes the links to applications that are mailed; made at first use and stored. */
  readonly statusSecret: () => Promise<Buffer>
}

export type AccessOptions = {
  readonly documents: Documents
  readonly clock: Clock
  readonly passwordCost?: PasswordCost
  readonly mails?: boolean
}

/** Opens nothing itself: what is read and written goes to `documents`. One a process, or its limits and caches count apart. */
export function openAccess({
  documents,
  clock,
  passwordCost,
  mails = false,
}: AccessOptions): Access {
  return {
    documents,
    clock,
    passwords: new Passwords(passwordCost),
    throttle: new SignInThrottle(clock),
    nameProbes: new FailureLane(NAME_PROBE_LANE),
    callers: new CallerCache(clock),
    spent: new SpentOnce(clock),
    mails,
    letters: new LetterLimits({ documents, clock, secret: keptSecret(documents, 'letters') }),
    deviceSecret: keptSecret(documents, 'device'),
    statusSecret: keptSecret(documents, 'application-status'),
  }
}

function keptSecret(documents: Documents, id: string): () => Promise<Buffer> {
  let secret: Promise<Buffer> | undefined
  return () => {
    secret ??= readOrMakeSecret(documents, id).catch((cause) => {
      secret = undefined
      throw cause
    })
    return secret
  }
}

async function readOrMakeSecret(documents: Documents, id: string): Promise<Buffer> {
  return await commitDecided(documents, { kind: 'system', id: 'access' }, async () => {
    const stored = await documents.get(ACCESS_SECRETS, id)
    if (stored) return { writes: [], answer: Buffer.from(stored.body.secret, 'base64url') }
    const made = randomBytes(DEVICE_SECRET_BYTES)
    const put = { secret: made.toString('base64url') }
    return { writes: [{ collection: ACCESS_SECRETS, id, expected: 0, put }], answer: made }
  })
}

export type Decided<T> = {
  readonly writes: readonly DocumentWrite[]
  readonly answer: T
  readonly note?: string
}

/** Read, decide, commit; decided anew when somebody else was faster. */
export async function commitDecided<T>(
  documents: Documents,
  author: Author,
  decide: () => Promise<Decided<T>>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const { writes, answer, note } = await decide()
    if (writes.length === 0) return answer
    try {
      await documents.commit(writes, { author, ...(note === undefined ? {} : { note }) })
      return answer
    } catch (problem) {
      const stale = problem instanceof Problem && problem.code === 'stale-version'
      if (!stale || tries >= COMMIT_TRIES_MAX) throw problem
    }
  }
}
