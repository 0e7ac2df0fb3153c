import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config/settings.ts'
import type { LmdbStore } from './identifiers/store/lmdb.ts'
import { filePart, folderParts, unpackArchive } from './kernel/backup/folder.ts'
import type { ArchiveManifest, ArchivePart } from './kernel/backup/manifest.ts'
import { writeArchive } from './kernel/backup/write-archive.ts'
import { restoreDocuments, snapshotDocuments } from './kernel/documents/backup.ts'
import type { Documents } from './kernel/documents/documents.ts'
import { type EmbeddedEvidence, EVIDENCE_FILE } from './kernel/evidence/embedded.ts'
import { isKeptContent } from './kernel/files/blobs.ts'
import type { FileShelf } from './kernel/files/shelf.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { Gate } from './lib/gate.ts'
import { Problem } from './lib/problem.ts'
import { openDocuments } from './node-storage.ts'
import { type DataFolder, dataFolder } from './server/data-folder.ts'
import { VERSION } from './version.ts'

export type BackupParts = {
  readonly folder: DataFolder
  /** As opened, not wrapped. */
  readonly stored: Documents
  readonly store: Pick<LmdbStore, 'copyTo'>
  readonly evidence: EmbeddedEvidence
  /** Of a node that serves; without one nobody deletes files meanwhile. */
  readonly files?: Pick<FileShelf, 'hold'>
  readonly gate: Gate
  readonly clock: Clock
}

const LOOK_EVERY_MS = 2
const SCRATCH = 'backup-'
const KEPT_KEYS: ReadonlySet<string> = new Set(['.pem', '.key'])
const UNFINISHED = /\.partial$/

/**
 * Removes what backups left in the data folder whose program ended before they did. Whoever calls has the folder locked.
 * Resolves when it is known what goes; `done` when it is gone, which can take a while.
 */
export async function clearUnfinishedBackups(
  folder: DataFolder,
): Promise<{ readonly done: Promise<void> }> {
  const [scratch, archives] = await Promise.all([readdir(folder.root), readdir(folder.backups)])
  const left = [
    ...scratch.filter((it) => it.startsWith(SCRATCH)).map((it) => join(folder.root, it)),
    ...archives.filter((it) => UNFINISHED.test(it)).map((it) => join(folder.backups, it)),
  ]
  const removals = left.map((it) => rm(it, { recursive: true, force: true }))
  return { done: Promise.all(removals).then(() => undefined) }
}

/**
 * The whole node at one point in one file, while it serves: all writers stand still until each engine has fixed its moment,
 * and go on while it is copied. Copies stand in the data folder until they are in the archive.
 */
export async function backupNode(
  parts: BackupParts,
  path: string,
  signal?: AbortSignal,
): Promise<ArchiveManifest> {
  const scratch = await mkdtemp(join(parts.folder.root, SCRATCH))
  // contents are archived where they lie: those that the documents of this moment refer to must not go before
  using _held = parts.files?.hold()
  try {
    const at = await copyAll(parts, scratch)
    const options = { programVersion: VERSION, at, ...(signal && { signal }) }
    return await writeArchive(path, archiveParts(parts.folder, scratch), options)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function copyAll({ stored, store, evidence, gate, clock }: BackupParts, scratch: string) {
  const identifiers = join(scratch, 'identifiers')
  await using stack = new AsyncDisposableStack()
  const { at, documents, copying } = await atOnePoint(gate, async () => {
    await evidence.backup(join(scratch, EVIDENCE_FILE))
    const snapshot = stack.use(await snapshotDocuments(stored))
    const copy = store.copyTo(identifiers)
    await begun(join(`${identifiers}.partial`, 'data.mdb'), copy)
    // not awaited here: a copy takes long, and the writers wait
    return { at: clock(), documents: snapshot, copying: { done: copy } }
  })
  await Promise.all([documents.copyTo(join(scratch, 'documents.sqlite')), copying.done])
  return at
}

async function atOnePoint<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  using _pause = await gate.pause()
  return await work()
}

/** The engine fixes its moment before it writes the first byte of its copy. */
async function begun(file: string, copying: Promise<void>): Promise<void> {
  let isDone = false
  const done = copying.finally(() => {
    isDone = true
  })
  // a copy that fails later is told where it is awaited; here it must not go unheard
  done.catch(() => undefined)
  while (!isDone && ((await stat(file).catch(() => undefined))?.size ?? 0) === 0) {
    await Promise.race([done, sleep(LOOK_EVERY_MS)])
  }
}

async function* archiveParts(folder: DataFolder, scratch: string): AsyncGenerator<ArchivePart> {
  yield await filePart('documents.sqlite', join(scratch, 'documents.sqlite'))
  yield await filePart(`evidence/${EVIDENCE_FILE}`, join(scratch, EVIDENCE_FILE))
  yield* folderParts('identifiers', join(scratch, 'identifiers'))
  yield* folderParts('files', folder.files, isKeptContent)
  yield* keyParts(folder)
}

/** The node's own keys go with it; what is made anew at every start does not. */
async function* keyParts(folder: DataFolder): AsyncGenerator<ArchivePart> {
  for await (const part of folderParts('keys', folder.keys)) {
    if (KEPT_KEYS.has(extname(part.name))) yield part
  }
}

/** A new data folder from a backup; documents go to PostgreSQL where the configuration names one. */
export async function restoreNode(config: Config, path: string): Promise<ArchiveManifest> {
  const folder = dataFolder(config.data)
  if (existsSync(folder.root) && (await readdir(folder.root)).length > 0) {
    throw new Problem('already-exists', {
      en: `There is something in ${folder.root} already; restore into an empty or absent folder`,
      zh: `${folder.root} 中已有内容；请恢复到空目录或不存在的目录`,
    })
  }
  if (config.databaseUrl === undefined) return await unpackArchive(path, folder.root)
  // under another name until the database is filled too, so that a restore that breaks can be tried again
  const partial = dataFolder(`${folder.root}.${randomUUID()}.partial`)
  try {
    const manifest = await unpackArchive(path, partial.root)
    await using documents = await openDocuments(config, partial, { clock: systemClock })
    await restoreDocuments(partial.documents, documents)
    await rm(partial.documents)
    await rename(partial.root, folder.root)
    return manifest
  } finally {
    await rm(partial.root, { recursive: true, force: true })
  }
}
