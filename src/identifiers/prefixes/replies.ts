import { Type } from 'typebox'
import type { PrefixCounts } from '../store/store.ts'
import type { PrefixAnswer } from './book.ts'
import { SiteSchema, type StoredPrefix } from './prefix.ts'

const Time = Type.String({ format: 'date-time' })

export const PrefixReplySchema = Type.Object({
  prefix: Type.String(),
  enterprise: Type.Optional(Type.String()),
  /** The name under which everybody knows the enterprise. */
  enterpriseName: Type.Optional(Type.String()),
  parent: Type.Optional(Type.String()),
  /** active, suspended, held or released. */
  state: Type.String(),
  /** What a name below it meets now, with the orders on the prefixes above: hosted, delegated, suspended, held, released. */
  answers: Type.String(),
  suspension: Type.Optional(Type.Object({ reason: Type.String(), at: Time })),
  hold: Type.Optional(
    Type.Object({
      order: Type.String(),
      authority: Type.String(),
      reason: Type.String(),
      at: Time,
    }),
  ),
  release: Type.Optional(Type.Object({ reason: Type.String(), at: Time })),
  hosting: Type.Object({
    kind: Type.String(),
    sites: Type.Optional(Type.Array(SiteSchema)),
    service: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    since: Type.Optional(Time),
  }),
  allottedAt: Time,
  version: Type.Integer(),
  /** How many identifiers it holds, now. */
  identifiers: Type.Object({
    total: Type.Integer(),
    registered: Type.Integer(),
    retired: Type.Integer(),
    held: Type.Integer(),
  }),
  /** Prefixes that derive from it directly, of those the caller may know of. */
  derived: Type.Integer(),
  /** Identifiers that came in the last `growth` days, where that was asked for. */
  added: Type.Optional(Type.Integer()),
})

/** What is told of a prefix beside what its document says. */
export type Aside = {
  readonly answer: PrefixAnswer
  readonly counts: PrefixCounts
  readonly enterpriseName: string | undefined
  readonly derived: number
  readonly added: number | undefined
}

export function prefixReply(
  { version, body }: StoredPrefix,
  { answer, counts, enterpriseName, derived, added }: Aside,
) {
  const { spelled, enterprise, parent, state, suspension, hold, release, hosting } = body
  return {
    prefix: spelled,
    ...(enterprise !== undefined && { enterprise }),
    ...(enterpriseName !== undefined && { enterpriseName }),
    ...(parent !== undefined && { parent }),
    state,
    answers: answer.kind,
    ...(suspension !== undefined && { suspension: dated(suspension) }),
    ...(hold !== undefined && { hold: dated(hold) }),
    ...(release !== undefined && { release: dated(release) }),
    hosting:
      hosting.kind === 'here' ? { kind: 'here' } : { ...hosting, since: timeOf(hosting.since) },
    allottedAt: timeOf(body.allottedAt),
    version,
    identifiers: { ...counts },
    derived,
    ...(added !== undefined && { added }),
  }
}

function dated<T extends { readonly at: number }>(it: T): Omit<T, 'at'> & { at: string } {
  return { ...it, at: timeOf(it.at) }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
