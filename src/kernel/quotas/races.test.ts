import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { playRace } from '../../../test/contract/quotas.races.ts'
import { openPostgresDatabase, postgresSkip } from '../../../test/support/postgres.ts'
import type { Documents } from '../documents/documents.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { openPostgresDocuments } from '../documents/postgres.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'

const LONG = process.env.WAYMARK_TEST_LONG === '1'
const RACES = LONG ? 10_000 : 2_000
/** Over PostgreSQL each commit is a journey. */
const RACES_POSTGRES = LONG ? RACES : 300
const AT_ONCE = 50

test('memory: of thousands of races for the last place, headroom and yuan none goes over', async () => {
  let losers = 0
  for (let first = 1; first <= RACES; first += AT_ONCE) {
    await using documents = await openMemoryDocuments({ clock: () => 0 })
    losers += await playRaces(documents, first)
  }
  assert.ok(losers > RACES, `only ${losers} lost: these are no races`)
})

test('SQLite: of thousands of races for the last place, headroom and yuan none goes over', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-races-'))
  const path = join(folder.path, 'documents.sqlite')
  await using documents = await openSqliteDocuments({ path, clock: () => 0 })
  for (let first = 1; first <= RACES; first += AT_ONCE) await playRaces(documents, first)
})

const skip = await postgresSkip()
test('PostgreSQL: of the same races none goes over', { skip }, async () => {
  await using database = await openPostgresDatabase()
  await using documents = await openPostgresDocuments({
    clock: () => 0,
    url: database.url,
    schema: 'races',
  })
  for (let first = 1; first <= RACES_POSTGRES; first += AT_ONCE) await playRaces(documents, first)
})

async function playRaces(documents: Documents, first: number): Promise<number> {
  const seeds = Array.from({ length: AT_ONCE }, (_, index) => first + index)
  const played = await Promise.all(seeds.map((it) => playRace(documents, it)))
  return played.reduce((sum, it) => sum + it.losers, 0)
}
