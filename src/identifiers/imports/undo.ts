import { setImmediate as turn } from 'node:timers/promises'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import type { HandleKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { RecordStore, RecordWrite } from '../store/store.ts'
import { uniqueClaims } from '../templates/compiled.ts'
import type { Template } from '../templates/template.ts'

export type UndoTask = {
  readonly job: string
  readonly author: Author
  readonly template?: Template
  /** The job's batches lie after this one. */
  readonly after: number
}

export type UndoProgress = {
  readonly retired: number
  /** Records that others changed since, and records the import had not created: left as they are. */
  readonly leftAlone: number
}

const KEYS_AT_ONCE = 4096
const ENTRIES_AT_ONCE = 1000

/**
 * Retires every record the import created and nobody else changed since; its unique values are free again. Can be
 * repeated after a break: what is retired already is passed over.
 */
export async function undoImport(
  task: UndoTask,
  tools: {
    readonly store: RecordStore
    readonly clock: Clock
    readonly onProgress: (progress: UndoProgress) => void
    readonly isStopped: () => boolean
  },
): Promise<UndoProgress> {
  const { store } = tools
  const batches = await batchesOf(task, store)
  const progress = { retired: 0, leftAlone: 0 }
  for (const batch of batches) {
    const keys = await store.batchKeys(batch)
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      if (tools.isStopped()) return progress
      await retireSome(keys.slice(from, from + KEYS_AT_ONCE), batch, batches, {
        task,
        tools,
        progress,
      })
      tools.onProgress({ ...progress })
      await turn()
    }
  }
  return progress
}

async function batchesOf({ job, after }: UndoTask, store: RecordStore): Promise<Set<number>> {
  const batches = new Set<number>()
  for (let last = after; ; ) {
    const entries = await store.changes(last, ENTRIES_AT_ONCE)
    for (const entry of entries) if (entry.job === job) batches.add(entry.sequence)
    const end = entries.at(-1)
    if (end === undefined) return batches
    last = end.sequence
  }
}

type Context = {
  readonly task: UndoTask
  readonly tools: { readonly store: RecordStore; readonly clock: Clock }
  readonly progress: { retired: number; leftAlone: number }
}

async function retireSome(
  keys: readonly HandleKey[],
  batch: number,
  batches: ReadonlySet<number>,
  { task, tools: { store, clock }, progress }: Context,
): Promise<void> {
  const writes: RecordWrite[] = []
  for (const record of await store.getMany(keys)) {
    // A record that a later batch of the import wrote again is met there.
    if (record === undefined || (record.batch !== batch && batches.has(record.batch))) continue
    if (record.state === 'retired') continue
    if (record.batch === batch && (await isCreatedBy(record, batches, store))) {
      writes.push(retirement(record, task.template))
    } else progress.leftAlone++
  }
  if (writes.length === 0) return
  const { author, job } = task
  const answer = await store.commit({ author, at: clock(), job: `undo-${job}`, writes })
  progress.retired += writes.length - answer.stale.length
  progress.leftAlone += answer.stale.length
}

async function isCreatedBy(
  record: IdRecord,
  batches: ReadonlySet<number>,
  store: RecordStore,
): Promise<boolean> {
  if (record.version === 1) return true
  const [first] = await store.history(record.key)
  return first !== undefined && batches.has(first.batch)
}

function retirement(record: IdRecord, template: Template | undefined): RecordWrite {
  const { key, spelled, held, values } = record
  const kept = record.template === undefined ? {} : { template: record.template }
  const releases = template === undefined ? [] : uniqueClaims(template, values)
  const next = { key, spelled, state: 'retired' as const, held, values, ...kept }
  return { expected: record.version, next, releases }
}
