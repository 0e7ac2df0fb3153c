import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { playHistory } from '../../../test/contract/documents.histories.ts'
import { openPostgresDatabase, postgresSkip } from '../../../test/support/postgres.ts'
import type { Documents } from './documents.ts'
import { openMemoryDocuments } from './memory.ts'
import { openPostgresDocuments } from './postgres.ts'
import { openSqliteDocuments } from './sqlite.ts'

const LONG = process.env.WAYMARK_TEST_LONG === '1'
const seeds = LONG ? 24 : 4
const steps = LONG ? 400 : 150

/** Some walk in the order asked for, some sort, some do one or the other as the counts fall. */
const sorting = (seed: number) => ({ sortRowsMax: [0, 2, 2_000][seed % 3] ?? 0 })

test('random histories end alike in memory and in SQLite', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-histories-'))
  for (let seed = 1; seed <= seeds; seed++) {
    let now = 0
    const clock = () => now
    await using memory = await openMemoryDocuments({ clock })
    await using sqlite = await openSqliteDocuments({
      clock,
      path: join(folder.path, `${seed}.sqlite`),
      ...sorting(seed),
    })
    const stores = new Map<string, Documents>([
      ['memory', memory],
      ['SQLite', sqlite],
    ])
    await playHistory(seed, steps, { stores, tick: (to) => (now = to) })
  }
})

const skip = await postgresSkip()
test('random histories end alike in memory and in PostgreSQL', { skip }, async () => {
  await using database = await openPostgresDatabase()
  for (let seed = 101; seed < 101 + seeds; seed++) {
    let now = 0
    const clock = () => now
    await using memory = await openMemoryDocuments({ clock })
    const schema = `seed_${seed}`
    await using postgres = await openPostgresDocuments({
      clock,
      url: database.url,
      schema,
      ...sorting(seed),
    })
    const stores = new Map<string, Documents>([
      ['memory', memory],
      ['PostgreSQL', postgres],
    ])
    await playHistory(seed, steps, { stores, tick: (to) => (now = to) })
  }
})
