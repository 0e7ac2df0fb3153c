import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pumps, READINGS_STEP, readings, walk } from '../../../test/contract/documents.contract.ts'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { linesUntilKilled } from '../../../test/support/write-until-killed.ts'
import { openSqliteDocuments } from './sqlite.ts'

const WRITER = fileURLToPath(new URL('../../../test/support/commit-for-ever.ts', import.meta.url))
const FORGETTER = fileURLToPath(
  new URL('../../../test/support/forget-for-ever.ts', import.meta.url),
)
const KILLS = process.env.WAYMARK_TEST_LONG === '1' ? 100 : 5

test('SQLite: killed while it forgets, it has everything that is newer, and of what it forgot nothing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-crash-'))
  const path = join(folder.path, 'documents.sqlite')
  const random = seeded(11)
  let written = 0
  for (let kill = 0; kill < KILLS || written < 4 * READINGS_STEP; kill++) {
    const told = await writeUntilKilled(path, 1_000_000 * kill, random(120), FORGETTER)
    written += told.length
    await using documents = await openSqliteDocuments({ path, clock: Date.now })
    const { items } = await documents.query(readings, { limit: 1_000 })
    const ids = new Set(items.map((it) => it.id))
    for (const it of told.slice(-READINGS_STEP)) assert.ok(ids.has(`${it}`), `${it} is lost`)
    assert.ok(ids.size <= 2 * READINGS_STEP, 'what was forgotten is gone')
    const changes = await documents.changes(0, 10_000, { collection: readings.name })
    assert.deepEqual(new Set(changes.map((it) => it.id)), ids)
    assert.equal(await documents.count(readings, { of: 'pump' }), ids.size)
  }
})

test('SQLite: killed at any moment, it keeps every acknowledged commit and half of none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-crash-'))
  const path = join(folder.path, 'documents.sqlite')
  const random = seeded(7)
  const acknowledged = new Set<number>()
  for (let kill = 0; kill < KILLS; kill++) {
    const first = 1_000_000 * kill
    for (const it of await writeUntilKilled(path, first, random(120))) acknowledged.add(it)
    await check(path, acknowledged)
  }
  assert.ok(acknowledged.size > KILLS * 10, `only ${acknowledged.size} commits were acknowledged`)
})

/** The numbers a writer acknowledged until it was killed. */
async function writeUntilKilled(
  path: string,
  first: number,
  afterMs: number,
  writer = WRITER,
): Promise<number[]> {
  return (await linesUntilKilled(writer, [path, `${first}`], afterMs)).map(Number)
}

async function check(path: string, acknowledged: ReadonlySet<number>): Promise<void> {
  await using documents = await openSqliteDocuments({ path, clock: Date.now })
  const stored = await walk(documents, { limit: 1_000 })
  const ids = new Set(stored.map((it) => it.id))
  for (const number of acknowledged) assert.ok(ids.has(`x-${number}`), `pair ${number} is lost`)
  for (const id of ids) {
    const other = id.startsWith('x') ? id.replace('x', 'y') : id.replace('y', 'x')
    assert.ok(ids.has(other), `${id} is there without ${other}`)
  }
  const bySerial = await walk(documents, { order: { by: 'serial' }, limit: 1_000 })
  assert.equal(bySerial.length, ids.size, 'the index has as many as there are documents')
  assert.equal(await documents.count(pumps), ids.size)
  let changes = 0
  for (let after = 0; ; ) {
    const page = await documents.changes(after, 10_000)
    if (page.length === 0) break
    after = page.at(-1)?.sequence ?? after
    changes += page.length
  }
  assert.equal(changes, ids.size, 'as many changes as documents')
}
