import type { FastifyRequest } from 'fastify'
import type { Author } from '../../lib/author.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Access } from '../access/access.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import type { FileShelf } from '../files/shelf.ts'

/** An enterprise at the moment it is let in. */
export type Admitted = {
  readonly id: string
  readonly name: string
  /** What it wishes its prefix to end in, if anything. */
  readonly prefixWish?: string
}

/** An enterprise that is stopped or let go on. */
export type Halted = { readonly id: string; readonly reason: string }

/** What goes into the same commit, so that both happen or neither; asked anew for each try. */
export type Also<T> = (of: T, author: Author) => Promise<readonly DocumentWrite[]>

export type PartiesDeps = {
  readonly access: Access
  readonly files: FileShelf
  /** What an admission brings with it: a prefix. Throws what then refuses the approval. */
  readonly onAdmitted: Also<Admitted>
  readonly onSuspended: Also<Halted>
  readonly onResumed: Also<Halted>
  /** What is wrong with a wish for a prefix, as far as that can be told before it is allotted. */
  readonly judgePrefixWish?: (wish: string, path: string) => Promise<readonly FieldProblem[]>
  /** Why nobody may send a password over this request's connection; undefined when they may. */
  readonly signInAllowed: (request: FastifyRequest) => Text | undefined
  /** Applications one address can make in a row before it has to wait; 20 when not said. */
  readonly applicationsFreeMax?: number
}
