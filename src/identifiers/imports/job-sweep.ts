import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import { IMPORTS, type ImportJob } from './import-job.ts'

/** How long the files of imports are kept: outcomes per line, and what an import that broke needs to go on. */
export type JobKeeping = {
  /** Since the import was last written to. */
  readonly keptHoursMax: number
  /** One that broke can be resumed for so long, whatever the other limits say. */
  readonly resumeHoursMin: number
  /** Of all imports together; the oldest go first. */
  readonly bytesMax: number
}

export const JOB_KEEPING: JobKeeping = {
  keptHoursMax: 720,
  resumeHoursMin: 72,
  bytesMax: 20_000_000_000,
}

export type SweepParts = {
  readonly documents: Documents
  /** Has a folder for each import. */
  readonly folder: string
  readonly keeping: JobKeeping
  readonly now: number
  /** Under way here, or about to be. */
  readonly isRunning: (id: string) => boolean
  /** As it is told, which for one that nobody runs any more is not as it is stored. */
  readonly stateOf: (stored: Stored<ImportJob>) => ImportJob['state']
  readonly signal?: AbortSignal | undefined
}

const HOUR_MS = 3_600_000
const AUTHOR = { kind: 'system', id: 'sweep' } as const

type Found = {
  readonly id: string
  readonly path: string
  readonly bytes: number
  readonly touchedAt: number
}

/** Deletes the files of imports that are older or more than is kept, oldest first. Answers how many folders went. */
export async function sweepJobFiles(parts: SweepParts): Promise<number> {
  const { keeping, now, signal } = parts
  const found = await foundIn(parts.folder)
  let left = found.reduce((sum, it) => sum + it.bytes, 0)
  let gone = 0
  for (const it of found.toSorted((a, b) => a.touchedAt - b.touchedAt)) {
    signal?.throwIfAborted()
    const isOld = now - it.touchedAt >= keeping.keptHoursMax * HOUR_MS
    if (!isOld && left <= keeping.bytesMax) break
    if (!(await sweepOne(it, parts))) continue
    left -= it.bytes
    gone++
  }
  return gone
}

async function sweepOne({ id, path, touchedAt }: Found, parts: SweepParts): Promise<boolean> {
  const { documents, isRunning, stateOf, keeping, now } = parts
  if (isRunning(id)) return false
  const stored = await documents.get(IMPORTS, id)
  // a folder is made after its document: one without is of a job that is not known any more
  if (stored !== undefined) {
    const isResumable = now - touchedAt < keeping.resumeHoursMin * HOUR_MS
    if (stateOf(stored) === 'broken' && isResumable) return false
    if (!(await told(stored, parts))) return false
  }
  await rm(path, { recursive: true, force: true })
  return true
}

/** It is known that the files are gone before they go; false where the job has been changed meanwhile. */
async function told(stored: Stored<ImportJob>, { documents, now }: SweepParts): Promise<boolean> {
  const { id, version, body } = stored
  if (body.sweptAt !== undefined) return true
  const put = { ...body, sweptAt: now }
  const write = { collection: IMPORTS, id, expected: version, put }
  try {
    await documents.commit([write], { author: AUTHOR, note: 'sweep' })
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'stale-version') return false
    throw error
  }
}

async function foundIn(folder: string): Promise<Found[]> {
  const found: Found[] = []
  const entries = await readdir(folder, { withFileTypes: true }).catch(absentIsEmpty)
  for (const entry of entries) {
    if (entry.isDirectory()) found.push(await measured(entry.name, join(folder, entry.name)))
  }
  return found
}

async function measured(id: string, path: string): Promise<Found> {
  let bytes = 0
  let touchedAt = 0
  for (const name of ['', ...(await readdir(path).catch(absentIsEmpty))]) {
    // what goes meanwhile counts for nothing
    const it = await lstat(join(path, name)).catch(() => undefined)
    if (it === undefined) continue
    bytes += it.size
    touchedAt = Math.max(touchedAt, it.mtimeMs)
  }
  return { id, path, bytes, touchedAt }
}

function absentIsEmpty(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
