import { randomUUID } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Problem } from '../../lib/problem.ts'
import { literals } from '../access/collections.ts'
import type { Collection, Documents, DocumentWrite } from '../documents/documents.ts'

export const ADDRESS_CHARS_MAX = 254
/** Letters that wait or have failed; beyond, somebody plays with us or the server has been away for long. */
export const OUTBOX_MAX = 20_000

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })
const Id = Type.String({ minLength: 1, maxLength: 128 })

export const LETTERS = [
  'forgotten',
  'reset',
  'factor',
  'address',
  'invitation',
  'application',
  'decision',
] as const

/**
 * Letters that are to be sent. What they bring is made when they are sent, so that nothing secret lies here: a link is
 * named by its public id and gets its secret then. `forgotten` is a request by somebody who is perhaps nobody here.
 */
export const OUTBOX = {
  name: 'outbox',
  schema: Type.Object({
    kind: literals(LETTERS),
    /** Masked once it has failed. */
    to: Type.String({ minLength: 3, maxLength: ADDRESS_CHARS_MAX }),
    language: literals(['zh', 'en']),
    state: literals(['waiting', 'failed']),
    /** Id of a one-time link. */
    link: Type.Optional(Id),
    enterprise: Type.Optional(Id),
    /** What the node decided about an enterprise. */
    decision: Type.Optional(Type.String({ maxLength: 64 })),
    tries: Type.Integer({ minimum: 0 }),
    /** When it is tried again, or, having failed, forgotten. */
    nextAt: Time,
    /** Why it was not sent the last time: a code of ours or of the server, never its words. */
    why: Type.Optional(Type.String({ maxLength: 40 })),
  }),
  indexes: { nextAt: 'integer', state: 'text' },
  quiet: 'always',
} as const satisfies Collection

export type Letter = Static<typeof OUTBOX.schema>

type LetterWish = Pick<Letter, 'kind' | 'to' | 'language'> &
  Partial<Pick<Letter, 'link' | 'enterprise' | 'decision'>>

/** Sent once this is committed, however often the program ends before it could be. */
export function letterWrite(now: number, wish: LetterWish): DocumentWrite {
  const put: Letter = { ...wish, state: 'waiting', tries: 0, nextAt: now }
  return { collection: OUTBOX, id: randomUUID(), expected: 0, put }
}

/** @throws Problem `unavailable` when too many letters wait */
export async function requireRoom(documents: Documents): Promise<void> {
  if ((await documents.count(OUTBOX)) < OUTBOX_MAX) return
  throw new Problem('unavailable', {
    en: 'Too many letters wait to be sent; try again later',
    zh: '待发送的邮件过多，请稍后再试',
  })
}

export type OutboxState = {
  readonly waiting: number
  readonly oldestAt?: number
  readonly failed: number
  /** Why the latest attempt that failed did. */
  readonly why?: string
}

/** What waits and what was given up, for whoever looks after the node. */
export async function outboxState(documents: Documents): Promise<OutboxState> {
  const [waiting, failed] = await Promise.all([
    documents.count(OUTBOX, { state: 'waiting' }),
    documents.count(OUTBOX, { state: 'failed' }),
  ])
  const oldest = await documents.query(OUTBOX, {
    where: { state: 'waiting' },
    order: { by: 'createdAt' },
    limit: 1,
  })
  const latest = await documents.query(OUTBOX, {
    order: { by: 'updatedAt', descending: true },
    limit: 1,
  })
  const oldestAt = oldest.items[0]?.createdAt
  const why = latest.items[0]?.body.why
  return {
    waiting,
    failed,
    ...(oldestAt !== undefined && { oldestAt }),
    ...(why !== undefined && { why }),
  }
}
