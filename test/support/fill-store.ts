import assert from 'node:assert/strict'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import { Problem } from '../../src/lib/problem.ts'
import { batchOf, PREFIXES } from './kill-store.ts'

/*
 * Writes until the disk is full, to be run where it soon is: `node fill-store.ts FOLDER here|thread`. Prints how many
 * commits were stored before.
 */
const [, , path = '', writing = ''] = process.argv
await using store = await openLmdbStore({ path, writing: writing === 'thread' ? 'thread' : 'here' })
let stored = 0
for (;;) {
  const before = store.totals()
  try {
    await store.commit(await batchOf(store, `5.${stored + 1}`))
    stored++
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.code, 'storage-full')
    assert.deepEqual(store.totals(), before, 'nothing of a refused commit is stored')
    break
  }
}
// Packing may have freed pages meanwhile: the same commit is stored then, or refused in the same way.
const again = await store.commit(await batchOf(store, `5.${stored + 1}`)).catch((error) => error)
if (again instanceof Problem) assert.equal(again.code, 'storage-full')
else stored++
assert.equal(store.changes(0, 1_000_000).length, stored)
assert.ok(PREFIXES.some((prefix) => store.scan(prefix, { limit: 10 }).length === 10))
for await (const { where, why } of store.verify()) assert.fail(`${where}: ${why}`)
process.stdout.write(`${stored}\n`)
