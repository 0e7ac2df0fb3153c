import assert from 'node:assert/strict'
import { cp, mkdtempDisposable, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { answersOf, SAMPLE, SAMPLES } from '../../../test/support/store-sample.ts'
import { openLmdbStore } from './lmdb.ts'
import { openMemoryStore } from './memory.ts'
import { openTables } from './tables.ts'

const STORED = fileURLToPath(new URL('../../../spec/store', import.meta.url))
const FORMATS = (await readdir(STORED)).filter((it) => /^v\d+$/.test(it))

for (const format of FORMATS) {
  test(`a store of format ${format} is opened, answers as it did, and is written on`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-format-'))
    await cp(join(STORED, format, 'data.mdb'), join(folder.path, 'data.mdb'))
    const expected = JSON.parse(await readFile(join(STORED, format, 'expected.json'), 'utf8'))
    await using store = await openLmdbStore({ path: folder.path })
    assert.ok(store.sizes().recentRecords > 0 && store.sizes().blocks > 0)
    assert.deepEqual(await answersOf(store), expected)
    for await (const { where, why } of store.verify()) assert.fail(`${where}: ${why}`)
    await store.pack()
    assert.equal(store.sizes().recentRecords, 0)
    assert.deepEqual(await answersOf(store), expected)
    const last = SAMPLE.at(-1) ?? assert.fail()
    const { stale } = await store.commit(last)
    assert.equal(stale.length, last.writes.length)
    for await (const { where, why } of store.verify()) assert.fail(`${where}: ${why}`)
  })
}

for (const [format, sample] of SAMPLES) {
  test(`the sample of format ${format} is there, small, and holds what the model makes of its history`, async () => {
    assert.ok(FORMATS.includes(format))
    assert.ok((await stat(join(STORED, format, 'data.mdb'))).size < 200_000)
    await using model = openMemoryStore()
    for (const draft of sample) await model.commit(draft)
    const expected = JSON.parse(await readFile(join(STORED, format, 'expected.json'), 'utf8'))
    const answers = JSON.parse(JSON.stringify(await answersOf(model)))
    for (const it of [expected, answers]) for (const entry of it.changes) entry.digest = ''
    assert.deepEqual(answers, expected)
  })
}

test('the sample of format v2 has a run', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-format-'))
  await cp(join(STORED, 'v2', 'data.mdb'), join(folder.path, 'data.mdb'))
  const { engine, runs } = openTables(folder.path, { readOnly: true })
  runs.look()
  assert.equal(runs.count, 1)
  await engine[Symbol.asyncDispose]()
})
