import { Problem } from '../../lib/problem.ts'
import type { Documents, DocumentsSnapshot } from './documents.ts'
import { SqlDocuments } from './sql-documents.ts'

/**
 * Fixes one moment to copy from. Taken while a gate is paused, it is the moment of that pause; the gate need not stay
 * paused while it is copied.
 */
export async function snapshotDocuments(documents: Documents): Promise<DocumentsSnapshot> {
  return sqlOf(documents).snapshot()
}

/** A consistent copy in one SQLite file, made while serving. `path` must not exist yet. */
export async function backupDocuments(documents: Documents, path: string): Promise<void> {
  await using snapshot = await snapshotDocuments(documents)
  await snapshot.copyTo(path)
}

/**
 * Fills empty documents from a copy: all documents, their whole history and the numbers of its changes. Either database
 * takes the copy of either, so that a backup and a restore move a node from one to the other. All or nothing. Throws
 * `wrong-state` where there are documents already, `unsupported` for a file that is not a copy or of a newer format.
 */
export async function restoreDocuments(path: string, documents: Documents): Promise<void> {
  await sqlOf(documents).restore(path)
}

function sqlOf(documents: Documents): SqlDocuments {
  if (documents instanceof SqlDocuments) return documents
  throw new Problem('unsupported', {
    en: 'Documents that live in memory have no backup',
    zh: '内存中的文档不支持备份',
  })
}
