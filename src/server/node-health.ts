import { readdir, stat, statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { authorise } from '../kernel/access/permissions.ts'
import { unstored } from '../kernel/access/route-parts.ts'
import type { App } from '../lib/http.ts'
import type { DataFolder } from './data-folder.ts'

export type Waiting = { readonly count: number; readonly oldestAt?: number }

export type NodeHealthDeps = {
  readonly folder: DataFolder
  readonly version: string
  /** What waits for somebody, by what it is. */
  readonly queues: Readonly<Record<'applications' | 'changes' | 'prefixRequests', Waiter>>
  readonly imports: () => Promise<number>
  /** How far the search is behind what is stored. */
  readonly search: () => Promise<{ readonly behind: number; readonly isBuilding: boolean }>
  /** People who can sign in. */
  readonly people: () => Promise<number>
  /** Letters; undefined where none are sent. */
  readonly mail: () => Promise<MailState | undefined>
}

type MailState = {
  readonly waiting: number
  readonly oldestAt?: number
  readonly failed: number
  readonly why?: string
}

type Waiter = () => Promise<Waiting>

const Count = Type.Integer({ minimum: 0 })
const Bytes = Type.Integer({ minimum: 0 })
const Time = Type.String({ format: 'date-time' })
const Queue = Type.Object({ count: Count, oldestAt: Type.Optional(Time) })
const Reply = Type.Object({
  version: Type.String(),
  startedAt: Time,
  disk: Type.Object({
    freeBytes: Type.Integer({
      minimum: 0,
      description: 'Free for the node, on the disk of its data',
    }),
    totalBytes: Bytes,
    parts: Type.Array(Type.Object({ name: Type.String(), bytes: Bytes })),
    complete: Type.Boolean({ description: 'False where there are more files than were counted' }),
  }),
  memory: Type.Object({
    usedBytes: Type.Integer({ minimum: 0, description: 'Of this process' }),
    freeBytes: Bytes,
    totalBytes: Bytes,
  }),
  queues: Type.Object({ applications: Queue, changes: Queue, prefixRequests: Queue }),
  importsRunning: Count,
  search: Type.Object({
    behind: Type.Integer({
      minimum: 0,
      description: 'Commits that the search has not taken in yet',
    }),
    building: Type.Boolean(),
  }),
  people: Count,
  mail: Type.Optional(
    Type.Object({
      waiting: Count,
      oldestAt: Type.Optional(Time),
      failed: Type.Integer({ minimum: 0, description: 'Given up within the last seven days' }),
      why: Type.Optional(Type.String({ description: 'Code of the latest failure' })),
    }),
  ),
  backups: Type.Object({
    kept: Type.Array(Type.Object({ name: Type.String(), bytes: Bytes, at: Time })),
  }),
})

/** How the node is, in numbers, for its operators. */
export function nodeHealthRoutes(app: App, deps: NodeHealthDeps): void {
  const startedAt = new Date().toISOString()
  const sizes = sizeReader(deps.folder)
  app.get('/api/v1/node/health', {
    onRequest: unstored,
    schema: {
      tags: ['node'],
      operationId: 'readNodeHealth',
      summary: 'Disk, memory, queues, search and backups of the node, for operators',
      response: { 200: Reply },
    },
    async handler({ caller }) {
      authorise(caller, 'node.configure')
      const { queues, imports, search, people, version, folder } = deps
      const [disk, { behind, isBuilding }, mail] = await Promise.all([
        statfs(folder.root),
        search(),
        deps.mail(),
      ])
      return {
        version,
        startedAt,
        disk: {
          freeBytes: disk.bavail * disk.bsize,
          totalBytes: disk.blocks * disk.bsize,
          ...(await sizes()),
        },
        memory: {
          usedBytes: process.memoryUsage.rss(),
          freeBytes: freemem(),
          totalBytes: totalmem(),
        },
        queues: {
          applications: shown(await queues.applications()),
          changes: shown(await queues.changes()),
          prefixRequests: shown(await queues.prefixRequests()),
        },
        importsRunning: await imports(),
        search: { behind, building: isBuilding },
        people: await people(),
        ...(mail !== undefined && { mail: shownMail(mail) }),
        backups: { kept: await backupsIn(folder.backups) },
      }
    },
  })
}

function shown({ count, oldestAt }: Waiting) {
  return { count, ...(oldestAt !== undefined && { oldestAt: new Date(oldestAt).toISOString() }) }
}

function shownMail({ oldestAt, ...rest }: MailState) {
  return { ...rest, ...(oldestAt !== undefined && { oldestAt: new Date(oldestAt).toISOString() }) }
}

type Sizes = { readonly parts: { name: string; bytes: number }[]; readonly complete: boolean }

const KEPT_MS = 60_000
const FILES_MAX = 50_000
const BLOCK_BYTES = 512

/** Counted anew once a minute at most: there may be many files. */
function sizeReader({ root: _root, documents, keys: _keys, ...folders }: DataFolder) {
  let kept: { readonly until: number; readonly sizes: Promise<Sizes> } | undefined
  return async (): Promise<Sizes> => {
    const now = Date.now()
    if (kept === undefined || kept.until <= now) {
      const sizes = read()
      kept = { until: now + KEPT_MS, sizes }
      sizes.catch(() => {
        kept = undefined
      })
    }
    return await kept.sizes
  }

  async function read(): Promise<Sizes> {
    const left = { files: FILES_MAX }
    const parts = [{ name: 'documents', bytes: await bytesOfDatabase(documents) }]
    for (const [name, path] of Object.entries(folders)) {
      parts.push({ name, bytes: await bytesBelow(path, left) })
    }
    return { parts, complete: left.files > 0 }
  }
}

async function bytesOfDatabase(path: string): Promise<number> {
  const files = [path, `${path}-wal`, `${path}-shm`]
  return (await Promise.all(files.map(bytesOfFile))).reduce((sum, it) => sum + it, 0)
}

/** What the files take on the disk: those of the identifier store have holes. What is deleted meanwhile counts nothing. */
async function bytesBelow(folder: string, left: { files: number }): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const it of entries) {
    if (left.files <= 0) break
    const path = join(folder, it.name)
    if (it.isDirectory()) bytes += await bytesBelow(path, left)
    else if (it.isFile()) {
      left.files--
      bytes += await bytesOfFile(path)
    }
  }
  return bytes
}

async function bytesOfFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 0
  // Windows tells no blocks
  return found.blocks > 0 ? found.blocks * BLOCK_BYTES : found.size
}

const BACKUP = /^waymark-.+\.tar\.zst$/
const BACKUPS_MAX = 20

async function backupsIn(folder: string) {
  const names = (await readdir(folder).catch(() => [])).filter((it) => BACKUP.test(it))
  const found: { name: string; bytes: number; at: string }[] = []
  for (const name of names.toSorted().toReversed().slice(0, BACKUPS_MAX)) {
    const it = await stat(join(folder, name)).catch(() => undefined)
    if (it !== undefined) found.push({ name, bytes: it.size, at: it.mtime.toISOString() })
  }
  return found
}
