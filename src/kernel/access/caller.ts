import type { Author } from '../../lib/author.ts'
import type { Caller } from './permissions.ts'

/** The session a request came with. */
export type SignedIn = {
  /** Id, which is no secret. */
  readonly session: string
  readonly user: string
  /** What `x-waymark-csrf` must be on writes that do not come from our own pages. */
  readonly csrf: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs: from the session cookie, the API key, or anonymous. */
    caller: Caller
    /** Only when the caller came by a session cookie. */
    signedIn: SignedIn | undefined
  }
}

/** The name under which a caller's write is recorded; anonymous callers write under what they do (`application`). */
export function authorOf(caller: Caller | Author, anonymously = 'anonymous'): Author {
  return caller.kind === 'anonymous'
    ? { kind: 'system', id: anonymously }
    : { kind: caller.kind, id: caller.id }
}
