import type { Access } from '../access/access.ts'
import { USERS } from '../access/collections.ts'
import { renewLink } from '../access/links.ts'
import { forgottenLetters } from '../access/mail-address.ts'
import { maskEmail } from '../access/mask.ts'
import type { DocumentWrite, Stored } from '../documents/documents.ts'
import { type Facts, wordsOf } from './letters.ts'
import { type Letter, OUTBOX } from './outbox.ts'
import type { Message, Outcome, Send } from './smtp.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** How long a link is good from when it was mailed. */
export const MAILED_LINK_MS_MAX = 30 * MINUTE_MS
const RETRY_MS_MIN = 15_000
const RETRY_MS_MAX = 30 * MINUTE_MS
/** A letter that could not be sent for so long is given up. */
export const TRIED_MS_MAX = DAY_MS
/** So long an operator can see that there was one. */
const FAILED_KEPT_MS = 7 * DAY_MS
const ROUND_MAX = 20
const AUTHOR = { kind: 'system', id: 'mail' } as const

export type PostDeps = {
  readonly access: Access
  readonly send: Send
  /** How the node is called, and where people reach it, without a slash at the end. */
  readonly place: () => Promise<{ readonly name: string; readonly url: string }>
  readonly enterpriseName: (id: string) => Promise<string | undefined>
  /** What shows how an enterprise's application stands; undefined where there is none any more. */
  readonly statusToken: (id: string) => Promise<string | undefined>
}

/**
 * One round of sending what waits in the outbox. A letter leaves it when the server has taken it, and is sent at least once:
 * one that was taken as the program ended is sent again, with a new link and the same message id, by which mail servers and
 * programs know it for the same letter. A link that is lost would be worse than one that comes twice. Ends early where the
 * server is the trouble. True when there may be more.
 */
export function postRounds(deps: PostDeps): (signal: AbortSignal) => Promise<boolean> {
  const { access } = deps
  return async (signal) => {
    const where = { nextAt: { from: 0, to: access.clock() } }
    const page = await access.documents.query(OUTBOX, {
      ...{ where, order: { by: 'nextAt' } },
      limit: ROUND_MAX,
    })
    for (const letter of page.items) {
      signal.throwIfAborted()
      if (!(await deliver(deps, letter, signal))) return false
    }
    return page.items.length === ROUND_MAX
  }
}

/** False where the server is not to be had now. */
async function deliver(
  deps: PostDeps,
  letter: Stored<Letter>,
  signal: AbortSignal,
): Promise<boolean> {
  const { access } = deps
  const { kind, state, to } = letter.body
  if (state === 'failed') return await settle(access, [gone(letter)])
  if (kind === 'forgotten') {
    return await settle(access, [gone(letter), ...(await forgottenLetters(access, to))])
  }
  const message = await messageOf(deps, letter.body)
  if (message === undefined) return await settle(access, [gone(letter)])
  const outcome = await deps.send({ ...message, id: letter.id }, signal)
  await settle(access, [after(letter, outcome, access.clock())])
  return outcome.kind !== 'later'
}

async function settle({ documents }: Access, writes: readonly DocumentWrite[]): Promise<true> {
  await documents.commit(writes, { author: AUTHOR })
  return true
}

function gone({ id, version }: Stored<Letter>): DocumentWrite {
  return { collection: OUTBOX, id, expected: version, delete: true }
}

/** Pure. What becomes of a letter after an attempt. */
function after(letter: Stored<Letter>, outcome: Outcome, now: number): DocumentWrite {
  if (outcome.kind === 'sent') return gone(letter)
  const { id, version, body, createdAt } = letter
  const tries = body.tries + 1
  const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(body.tries, 20))
  const isOver = outcome.kind === 'refused' || now + waitMs >= createdAt + TRIED_MS_MAX
  const put: Letter = isOver
    ? {
        ...{ ...body, tries, why: outcome.why, state: 'failed' },
        ...{ to: maskEmail(body.to), nextAt: now + FAILED_KEPT_MS },
      }
    : { ...body, tries, why: outcome.why, nextAt: now + waitMs }
  return { collection: OUTBOX, id, expected: version, put }
}

type Words = Omit<Message, 'id'>

/** Undefined for a letter that has lost its reason: its link was used, withdrawn or replaced. */
async function messageOf(deps: PostDeps, letter: Letter): Promise<Words | undefined> {
  const { name: node, url } = await deps.place()
  const { enterprise: id } = letter
  const enterprise = id === undefined ? undefined : await deps.enterpriseName(id)
  const brought = await broughtBy(deps, letter)
  if (brought === undefined) return undefined
  const { path, ...person } = brought
  const facts: Facts = {
    ...{ node, ...person, url: `${url}/console/${path}` },
    ...(enterprise !== undefined && { enterprise }),
  }
  const words = wordsOf(letter, facts)
  return words === undefined ? undefined : { to: letter.to, ...words }
}

/** The page a letter leads to, and whom it is about. */
async function broughtBy(
  deps: PostDeps,
  letter: Letter,
): Promise<{ readonly path: string; readonly name?: string } | undefined> {
  const { kind, enterprise } = letter
  if (kind === 'decision') return { path: 'enterprise' }
  if (kind !== 'application') return await linkOf(deps, letter)
  const token = enterprise === undefined ? undefined : await deps.statusToken(enterprise)
  return token === undefined ? undefined : { path: `application#${token}` }
}

const PAGES = {
  ...{ reset: 'reset', factor: 'second-factor' },
  ...{ address: 'address', invitation: 'invitation' },
} as const

function isLinked(kind: Letter['kind']): kind is keyof typeof PAGES {
  return Object.hasOwn(PAGES, kind)
}

async function linkOf({ access }: PostDeps, { kind, link }: Letter) {
  if (!isLinked(kind) || link === undefined) return undefined
  const lifeMs = kind === 'invitation' ? undefined : MAILED_LINK_MS_MAX
  const renewed = await renewLink(access, link, lifeMs)
  if (renewed === undefined) return undefined
  const { user } = renewed.body
  const person = user === undefined ? undefined : await access.documents.get(USERS, user)
  // the secret stands behind the #, which no server sees
  const path = `${PAGES[kind]}#${renewed.token}`
  return { path, ...(person !== undefined && { name: person.body.name }) }
}
