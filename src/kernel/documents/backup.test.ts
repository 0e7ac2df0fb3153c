import assert from 'node:assert/strict'
import { mkdtempDisposable, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { author, del, pumps, put, walk } from '../../../test/contract/documents.contract.ts'
import { openPostgresDatabase, postgresSkip } from '../../../test/support/postgres.ts'
import { Gate } from '../../lib/gate.ts'
import { backupDocuments, restoreDocuments, snapshotDocuments } from './backup.ts'
import type { Collection, Documents } from './documents.ts'
import { openMemoryDocuments } from './memory.ts'
import { openPostgresDocuments } from './postgres.ts'
import { openSqliteDocuments } from './sqlite.ts'

const skip = await postgresSkip()
// Held for the whole file, so that its tests share one server.
const held = skip ? undefined : await openPostgresDatabase()
after(() => held?.[Symbol.asyncDispose]())
const clock = () => 5

/** Everything that can be asked of the documents, to compare two stores with. */
async function contentOf(
  documents: Documents,
  collection: Collection<typeof pumps.schema> = pumps,
) {
  const changes = []
  for (let after = 0; ; ) {
    const page = await documents.changes(after, 100)
    if (page.length === 0) break
    changes.push(...page)
    after = page.at(-1)?.sequence ?? after
  }
  return {
    changes,
    documents: await walk(documents, { limit: 100 }, collection),
    bySerial: await walk(documents, { order: { by: 'serial' }, limit: 7 }, collection),
    tagged: await documents.count(collection, { tags: { from: '' } }),
  }
}

async function folderOf() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'waymark-backup-'))
  const pathOf = (name: string) => join(folder.path, name)
  return { ...folder, pathOf, [Symbol.asyncDispose]: () => folder.remove() }
}

test('a copy of SQLite restores to the same documents, history and numbers', async () => {
  await using folder = await folderOf()
  await using source = await openSqliteDocuments({ clock, path: folder.pathOf('a') })
  await history(source)
  await backupDocuments(source, folder.pathOf('copy'))
  await assert.rejects(restoreDocuments(folder.pathOf('copy'), source), { code: 'wrong-state' })
  await goesOn(source)
  await backupDocuments(source, folder.pathOf('copy2'))
  await using target = await openSqliteDocuments({ clock, path: folder.pathOf('b') })
  await target.count(pumps)
  await restoreDocuments(folder.pathOf('copy2'), target)
  const content = await contentOf(source)
  assert.deepEqual(await contentOf(target), content)
  assert.ok(content.changes.length > 100)
  await goesOn(target, 'fresh again')
})

test('a copy is of one moment, while others go on writing', async () => {
  await using folder = await folderOf()
  const gate = new Gate()
  await using source = await openSqliteDocuments({ clock, gate, path: folder.pathOf('a') })
  let stop = false
  let pairs = 0
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let at = 0; !stop; at++, pairs++) {
      const note = 'n'.repeat(3_000)
      const pair = ['x', 'y'].map((it) =>
        put(`${it}${writer}-${at}`, { serial: `${it}${writer}-${at}`, note }),
      )
      await source.commit(pair, { author })
    }
  })
  while (pairs < 100) await new Promise(setImmediate)
  const pause = await gate.pause()
  await using snapshot = await snapshotDocuments(source)
  const expected = await contentOf(source)
  pause[Symbol.dispose]()
  const copied = snapshot.copyTo(folder.pathOf('copy'))
  const before = pairs
  while (pairs < before + 50) await new Promise(setImmediate)
  await copied
  stop = true
  await Promise.all(writers)
  await using target = await openSqliteDocuments({ clock, path: folder.pathOf('b') })
  await restoreDocuments(folder.pathOf('copy'), target)
  assert.deepEqual(await contentOf(target), expected)
})

test('what is not a copy, or goes where documents are, is refused and changes nothing', async () => {
  await using folder = await folderOf()
  await using source = await openSqliteDocuments({ clock, path: folder.pathOf('a') })
  await source.commit([put('a', { serial: 'A' })], { author })
  await backupDocuments(source, folder.pathOf('copy'))
  assert.deepEqual(
    (await readdir(folder.path)).filter((it) => it.startsWith('copy')),
    ['copy'],
  )
  await assert.rejects(backupDocuments(source, folder.pathOf('copy')), { code: 'EEXIST' })
  await assert.rejects(restoreDocuments(folder.pathOf('copy'), source), { code: 'wrong-state' })
  await using empty = await openSqliteDocuments({ clock, path: folder.pathOf('b') })
  await writeFile(folder.pathOf('text'), 'nothing of ours'.repeat(1000))
  await assert.rejects(restoreDocuments(folder.pathOf('text'), empty), { code: 'unsupported' })
  const newer = new DatabaseSync(folder.pathOf('copy'))
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  await assert.rejects(restoreDocuments(folder.pathOf('copy'), empty), { code: 'unsupported' })
  assert.deepEqual(await empty.changes(0, 10), [])
  assert.equal((await stat(folder.pathOf('copy'))).size % 4096, 0)
  await using memory = await openMemoryDocuments({ clock })
  await assert.rejects(backupDocuments(memory, folder.pathOf('no')), { code: 'unsupported' })
})

test('a node moves from SQLite to PostgreSQL and back and is the same', { skip }, async () => {
  await using folder = await folderOf()
  await using database = await openPostgresDatabase()
  await using first = await openSqliteDocuments({ clock, path: folder.pathOf('a') })
  await history(first)
  await backupDocuments(first, folder.pathOf('there'))
  await using middle = await openPostgresDocuments({ clock, url: database.url })
  await middle.count(pumps)
  await restoreDocuments(folder.pathOf('there'), middle)
  const content = await contentOf(first)
  assert.deepEqual(await contentOf(middle), content)
  await assert.rejects(restoreDocuments(folder.pathOf('there'), middle), { code: 'wrong-state' })
  await using snapshot = await snapshotDocuments(middle)
  await goesOn(middle)
  await snapshot.copyTo(folder.pathOf('back'))
  await using last = await openSqliteDocuments({ clock, path: folder.pathOf('b') })
  await restoreDocuments(folder.pathOf('back'), last)
  assert.deepEqual(await contentOf(last), content)
})

test('a copy made by an earlier release is indexed as the later one declares', {
  skip,
}, async () => {
  await using folder = await folderOf()
  await using database = await openPostgresDatabase()
  await using first = await openSqliteDocuments({ clock, path: folder.pathOf('a') })
  await first.commit([put('a', { serial: 'A', note: 'x' }), put('b', { serial: 'B' })], { author })
  await backupDocuments(first, folder.pathOf('copy'))
  const later = { ...pumps, indexes: { ...pumps.indexes, note: 'text' } } as const
  await using target = await openPostgresDocuments({ clock, url: database.url })
  await target.count(later)
  await restoreDocuments(folder.pathOf('copy'), target)
  assert.equal(await target.count(later, { note: 'x' }), 1)
  assert.equal(await target.count(later, { serial: 'B' }), 1)
})

async function history(documents: Documents): Promise<void> {
  for (let at = 0; at < 60; at++) {
    const tags = at % 3 ? [`t${at % 5}`, '标识'] : []
    const writes = [
      put(`p${at}`, { serial: `${at}`, watts: at, tested: at % 2 === 0, tags, note: 'n\0' }),
    ]
    if (at > 10)
      writes.push(put(`p${at - 10}`, { serial: `again ${at}`, contact: { email: `${at}` } }))
    if (at % 7 === 6) writes.push(del(`p${at - 2}`))
    await documents.commit(writes, { author, note: `step ${at}` })
  }
}

/** After a restore the store is an ordinary one: versions, unique values and the feed go on. */
async function goesOn(documents: Documents, serial = 'fresh'): Promise<void> {
  const [last] = (await contentOf(documents)).changes.slice(-1)
  const stored = await documents.get(pumps, 'p3')
  await documents.commit([put('p3', { serial }, stored?.version)], { author })
  await assert.rejects(documents.commit([put('new', { serial })], { author }), {
    code: 'already-exists',
  })
  const [next] = await documents.changes(last?.sequence ?? 0, 10)
  assert.equal(next?.id, 'p3')
  assert.equal(next?.version, (stored?.version ?? 0) + 1)
}
