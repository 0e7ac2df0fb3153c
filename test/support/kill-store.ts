import { join } from 'node:path'
import { foldAscii, type HandleKey, type PrefixKey } from '../../src/identifiers/handle.ts'
import type { LmdbStore } from '../../src/identifiers/store/lmdb.ts'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import type { BatchDraft, RecordWrite } from '../../src/identifiers/store/store.ts'
import { randomFrom } from '../contract/store.contract.ts'

/*
 * A program that writes for ever, to be killed: `node kill-store.ts FOLDER ROUND here|thread`. It prints a line for
 * each commit once the store has acknowledged it.
 */
export const PREFIXES = ['88.100.7', '88.100.8', '88.100.9'] as PrefixKey[]
const AUTHOR = { kind: 'system', id: 'kill' } as const
const SCATTERED_KEYS = 20_000
const COPIES = 2

/** Names of the keys that commit `job` (`ROUND.NUMBER`) writes; what it writes into each is the job itself. */
export function keysOf(job: string): HandleKey[] {
  const [round = 0, number = 0] = job.split('.').map(Number)
  const random = randomFrom(round * 100_003 + number)
  const below = (limit: number) => Math.floor(random() * limit)
  const prefix = PREFIXES[below(PREFIXES.length)]
  if (random() < 0.3) {
    const count = 200 + below(3_000)
    const start = below(100) * 1_000
    return Array.from({ length: count }, (_, i) => named(`${prefix}/RUN${start + i}`))
  }
  const keys = Array.from({ length: 1 + below(60) }, () => {
    const own = PREFIXES[below(PREFIXES.length)]
    return named(`${own}/S-${below(SCATTERED_KEYS).toString(36)}`)
  })
  return [...new Set(keys)]
}

function named(name: string): HandleKey {
  return foldAscii(name) as HandleKey
}

export async function batchOf(store: LmdbStore, job: string): Promise<BatchDraft> {
  const keys = keysOf(job)
  const found = store.getMany(keys)
  const writes = keys.map((key, i): RecordWrite => {
    const values = [{ index: 1, type: 'JOB', data: job }]
    const next = { key, spelled: key, state: 'registered', held: false, values } as const
    return { expected: found[i]?.version ?? 0, next, claims: [`last of ${key}`] }
  })
  return { author: AUTHOR, at: Date.UTC(2026, 0, 5), job, writes }
}

async function writeForEver(folder: string, round: number, writing: 'here' | 'thread') {
  await using store = await openLmdbStore({ path: join(folder, 'store'), writing })
  const random = randomFrom(round)
  const copying = new Set<Promise<void>>()
  for (let number = 1; ; number++) {
    const job = `${round}.${number}`
    const { sequence, stale } = await store.commit(await batchOf(store, job))
    if (stale.length > 0) throw new Error(`${stale.length} writes are stale`)
    process.stdout.write(`${job} ${sequence}\n`)
    if (random() < 0.15) await store.pack()
    if (random() < 0.05 && copying.size < COPIES) {
      const copy = store.copyTo(join(folder, `copy-${job}`))
      copying.add(copy)
      void copy.then(() => copying.delete(copy))
    }
  }
}

const [, program = '', folder = '', round = '', writing = ''] = process.argv
if (program.endsWith('kill-store.ts')) {
  await writeForEver(folder, Number(round), writing === 'thread' ? 'thread' : 'here')
}
