import type { Author } from '../../lib/author.ts'
import type { Caller } from './permissions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs: from the session cookie, the API key, or anonymous. */
    caller: Caller
  }
}

/** The name under which a caller's write is recorded; anonymous callers write under what they do (`application`). */
export function authorOf(caller: Caller, anonymously = 'anonymous'): Author {
  return caller.kind === 'anonymous'
    ? { kind: 'system', id: anonymously }
    : { kind: caller.kind, id: caller.id }
}
