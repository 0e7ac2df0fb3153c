import type { Author } from '../../lib/author.ts'
import { Problem, type ProblemCode } from '../../lib/problem.ts'
import type { DocumentWrite } from '../documents/documents.ts'
import type { Access } from './access.ts'

const FORGIVEN: readonly ProblemCode[] = ['stale-version', 'storage-full', 'unavailable']

/** Writes down that something was used. Reading goes on when that cannot be written, or somebody just wrote it. */
export async function touch(access: Access, write: DocumentWrite, author: Author): Promise<void> {
  try {
    await access.documents.commit([write], { author })
  } catch (problem) {
    if (!(problem instanceof Problem && FORGIVEN.includes(problem.code))) throw problem
  }
}
