import { join } from 'node:path'
import type { Config } from './config/settings.ts'
import { loadOrCreateSealKey } from './kernel/cases/seals.ts'
import type { Collection, Documents } from './kernel/documents/documents.ts'
import { openPostgresDocuments } from './kernel/documents/postgres.ts'
import { openSqliteDocuments } from './kernel/documents/sqlite.ts'
import { type EmbeddedEvidence, openEvidence } from './kernel/evidence/embedded.ts'
import { loadNodeKey, loadOrCreateNodeKey, replaceNodeKey } from './kernel/evidence/node-key.ts'
import type { Clock } from './lib/clock.ts'
import type { Gate } from './lib/gate.ts'
import type { DataFolder } from './server/data-folder.ts'

export type StorageOptions = { readonly clock: Clock; readonly gate?: Gate }

export const SEAL_KEY_FILE = 'cases.key'

/** The key that cases are sealed with, read or made when it is first wanted. It is not among the documents. */
export function openSealKey(folder: DataFolder): () => Promise<Buffer> {
  let key: Promise<Buffer> | undefined
  return () => {
    key ??= loadOrCreateSealKey(join(folder.keys, SEAL_KEY_FILE)).catch((cause: unknown) => {
      key = undefined
      throw cause
    })
    return key
  }
}

/** Documents where the configuration wants them. */
export async function openDocuments(
  config: Config,
  folder: DataFolder,
  options: StorageOptions & { readonly collections?: readonly Collection[] },
): Promise<Documents> {
  return config.databaseUrl === undefined
    ? await openSqliteDocuments({ ...options, path: folder.documents })
    : await openPostgresDocuments({ ...options, url: config.databaseUrl.reveal() })
}

export const NODE_KEY_FILE = 'node.pem'
/** The key that follows it, from when it is made until the other has ended. */
export const NEXT_KEY_FILE = 'node-next.pem'

export async function openNodeEvidence(
  folder: DataFolder,
  options: StorageOptions,
): Promise<EmbeddedEvidence> {
  const [path, nextPath] = [join(folder.keys, NODE_KEY_FILE), join(folder.keys, NEXT_KEY_FILE)]
  const key = await loadOrCreateNodeKey(path)
  const nextKey = await loadNodeKey(nextPath)
  const evidence = await openEvidence({ folder: folder.evidence, key, nextKey, ...options })
  if (evidence.hasEnded) await replaceNodeKey(path, nextPath)
  return evidence
}
