import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import {
  accounts,
  author,
  documentsContract,
  pumps,
  put,
} from '../../../test/contract/documents.contract.ts'
import { documentsReopenedContract } from '../../../test/contract/documents-reopened.contract.ts'
import { Problem } from '../../lib/problem.ts'
import { openSqliteDocuments } from './sqlite.ts'

let folder = ''
let files = 0
const openAt = (name: string) => openSqliteDocuments({ clock: () => 7, path: pathOf(name) })
const pathOf = (name: string) => join(folder, `${name}.sqlite`)
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark-documents-'))
})
after(() => rm(folder, { recursive: true }))

documentsContract('SQLite', (options) =>
  openSqliteDocuments({ ...options, path: pathOf(`${files++}`) }),
)
documentsReopenedContract('SQLite', openAt)

test('SQLite: a file of a newer format is refused, and left as it was', async () => {
  await (await openAt('newer'))[Symbol.asyncDispose]()
  const raise = new DatabaseSync(pathOf('newer'))
  raise.exec('PRAGMA user_version = 99')
  raise.close()
  await assert.rejects(openAt('newer'), (error) => {
    assert.ok(error instanceof Problem)
    assert.equal(error.code, 'unsupported')
    assert.match(error.text.en, /format 99/)
    return true
  })
})

test("SQLite: another program's file is refused", async () => {
  const other = new DatabaseSync(pathOf('other'))
  other.exec('CREATE TABLE mine (it TEXT)')
  other.close()
  await assert.rejects(openAt('other'), { code: 'unsupported' })
  await writeFile(
    pathOf('text'),
    'not a database at all, but long enough to be looked at'.repeat(99),
  )
  await assert.rejects(openAt('text'), { code: 'unsupported' })
})

test('SQLite: a file that may grow no further refuses writes clearly and keeps reading', async () => {
  await using documents = await openSqliteDocuments({
    clock: () => 7,
    path: pathOf('full'),
    fileBytesMax: 1_000_000,
  })
  const note = 'n'.repeat(50_000)
  let stored = 0
  const fill = async () => {
    for (; stored < 100; stored++) {
      await documents.commit([put(`p${stored}`, { serial: `${stored}`, note })], { author })
    }
  }
  await assert.rejects(fill, { code: 'storage-full' })
  assert.ok(stored > 3 && stored < 20, `${stored} stored`)
  assert.equal(await documents.count(pumps), stored)
  assert.equal((await documents.get(pumps, 'p0'))?.body.note, note)
  await documents.commit([put('small', { serial: 'small' })], { author })
})

test('SQLite: secrets that an earlier release told are in the file no more', async () => {
  const { secret: _, quiet: _quiet, ...open } = accounts
  {
    await using documents = await openAt('told')
    for (let at = 0; at < 50; at++) {
      const body = { name: 'n', password: `hunter${at}` }
      await documents.commit([{ collection: open, id: 'a', put: body }], { author })
    }
  }
  assert.match(await readFile(pathOf('told'), 'latin1'), /hunter7/)
  await using documents = await openAt('told')
  await documents.count(accounts)
  const file = await readFile(pathOf('told'), 'latin1')
  const log = await readFile(`${pathOf('told')}-wal`, 'latin1')
  assert.deepEqual(new Set(`${file}${log}`.match(/hunter\d+/g)), new Set(['hunter49']))
})

for (const version of ['v1', 'v2']) readsRelease(version)

function readsRelease(version: string): void {
  test(`SQLite: what ${version} has written can be read and goes on`, () => assertReads(version))
}

async function assertReads(version: string): Promise<void> {
  const written = new URL(`../../../spec/documents/${version}.sqlite`, import.meta.url)
  await copyFile(written, pathOf(version))
  await using documents = await openAt(version)
  const page = await documents.query(pumps, { where: { tags: '离心泵' }, limit: 10 })
  assert.deepEqual(
    page.items.map((it) => [it.id, it.version, it.createdAt, it.updatedAt, it.body]),
    [
      [
        'pump-7',
        2,
        1_767_225_600_000,
        1_767_225_601_000,
        { serial: 'P-7', maker: '安塔泵业', watts: 5_500, tested: true, tags: ['离心泵', 'cast'] },
      ],
    ],
  )
  const changes = await documents.changes(0, 10)
  assert.deepEqual(
    changes.map((it) => [it.sequence, it.id, it.version, it.author.id, it.note]),
    [
      [1, 'pump-7', 1, 'mei', 'delivered'],
      [2, 'pump-8', 1, 'mei', 'delivered'],
      [3, 'pump-7', 2, 'import', undefined],
      [4, 'pump-8', 2, 'mei', 'scrapped'],
    ],
  )
  assert.deepEqual(await documents.commit([put('pump-8', { serial: 'P-8' }, 0)], { author }), [3])
}
