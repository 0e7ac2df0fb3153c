import { randomUUID } from 'node:crypto'
import type { DocumentWrite } from '../documents/documents.ts'
import type { Access } from './access.ts'
import { authorOf } from './caller.ts'
import { PERSONAL_READS } from './collections.ts'
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

const SUBJECT_CHARS_MAX = 200

/** The entry of a read in the access log. */
export function readWrite({ subject, ...read }: PersonalRead): DocumentWrite {
  // what is cut off may be half a character
  const put = { ...read, subject: subject.slice(0, SUBJECT_CHARS_MAX).toWellFormed() }
  return { collection: PERSONAL_READS, id: randomUUID(), expected: 0, put }
}
