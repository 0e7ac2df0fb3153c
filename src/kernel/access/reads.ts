import { randomUUID } from 'node:crypto'
import type { DocumentWrite } from '../documents/documents.ts'
import type { Access } from './access.ts'
import { authorOf } from './caller.ts'
import { PERSONAL_READS, READ_NAMES_MAX, READ_SUBJECT_CHARS_MAX } from './collections.ts'
import type { Caller } from './permissions.ts'

export type PersonalRead = {
  /** Kind of thing, e.g. `user`, `application-contact`. */
  readonly what: string
  /** Its id, or what the list was asked by. */
  readonly subject: string
  /** Whose it is; absent: the node's own. */
  readonly enterprise?: string
  /** Of reads that are told together, how many there were. */
  readonly count?: number
  /** Where they are, e.g. their prefix. */
  readonly place?: string
  /** Some of them, where there were several. */
  readonly names?: readonly string[]
  /** When the first and the last were shown, in milliseconds since 1970; absent: when the entry was written. */
  readonly from?: number
  readonly until?: number
}

/**
 * Written down before personal data is shown unmasked; when this throws (a full disk), show nothing. The entry appears in
 * the audit trail under the caller.
 */
export async function recordRead(
  access: Pick<Access, 'documents'>,
  caller: Caller,
  read: PersonalRead,
): Promise<void> {
  await access.documents.commit([readWrite(read)], { author: authorOf(caller) })
}

/** The entry of a read in the access log. */
export function readWrite({ subject, place, names, ...read }: PersonalRead): DocumentWrite {
  const put = {
    ...read,
    subject: cut(subject),
    ...(place !== undefined && { place: cut(place) }),
    ...(names !== undefined && { names: names.slice(0, READ_NAMES_MAX).map(cut) }),
  }
  return { collection: PERSONAL_READS, id: randomUUID(), expected: 0, put }
}

/** What is cut off may be half a character. */
function cut(text: string): string {
  return text.slice(0, READ_SUBJECT_CHARS_MAX).toWellFormed()
}
