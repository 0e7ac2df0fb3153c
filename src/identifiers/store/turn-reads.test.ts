import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { draftOf } from '../../../test/contract/store.contract.ts'
import { moveRecentSize } from './counters.ts'
import { openLmdbStore } from './lmdb.ts'
import { Rows } from './rows.ts'
import { openTables } from './tables.ts'

const author = { kind: 'user', id: 'u1' } as const
const next = draftOf('88.1/a')

test('reads of a turn see every commit of this thread as soon as it has resolved', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-turn-'))
  await using left = await openLmdbStore({ path: folder.path, writing: 'thread' })
  await using right = await openLmdbStore({ path: folder.path })
  assert.equal(left.turn.get(next.key), undefined)
  for (let expected = 0; expected < 30; expected++) {
    const versions = () => [left, right].map(({ turn }) => turn.get(next.key)?.version ?? 0)
    // Of the same turn as the commit of `right`, which is made in the next immediate, and before it.
    const before = new Promise<number[]>((done) => setImmediate(() => done(versions())))
    const store = expected % 2 === 0 ? left : right
    const after = store.commit({ author, at: 1, writes: [{ expected, next }] }).then(versions)
    const seen = await before
    if (store === right) assert.deepEqual(seen, [expected, expected])
    // Written by a thread, it may be there before this one comes to its next turn.
    else
      assert.ok(
        seen.every((it) => it === expected || it === expected + 1),
        seen.join(),
      )
    assert.deepEqual(await after, [expected + 1, expected + 1])
    assert.equal(left.turn.sequence(), expected + 1)
    if (expected % 7 === 0) await left.pack()
    assert.deepEqual(left.turn.get(next.key), right.get(next.key))
  }
})

test('what another process committed is seen in the next turn', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-turn-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit({ author, at: 1, writes: [{ expected: 0, next }] })
  await store.pack()
  const url = JSON.stringify(new URL('lmdb.ts', import.meta.url))
  for (let expected = 1; expected <= 2; expected++) {
    assert.equal(store.turn.get(next.key)?.version, expected)
    const batch = JSON.stringify({ author, at: 1, writes: [{ expected, next }] })
    const program = `const { openLmdbStore } = await import(${url})
      const store = await openLmdbStore({ path: process.argv[1] })
      await store.commit(${batch})
      await store[Symbol.asyncDispose]()`
    const args = ['--input-type=module', '-e', program, folder.path]
    await promisify(execFile)(process.execPath, args)
    assert.equal(store.turn.get(next.key)?.version, expected + 1)
    assert.equal(store.turn.sequence(), expected + 1)
  }
})

test('a row that cannot be packed is still found when it leaves its run', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-turn-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit({ author, at: 1, writes: [{ expected: 0, next }] })
  await store.pack()
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const stored = store.get(next.key)
  assert.ok(stored)
  engine.write(() => {
    const rows = new Rows()
    rows.add(stored, { ...stored, version: 2 })
    tables.runs.put(1, rows.close())
    moveRecentSize(tables, { records: 1, bytes: 1 })
  })
  await new Promise(setImmediate)
  assert.equal(store.turn.get(next.key)?.version, 2)
  engine.write(() => {
    for (const { key, value } of [...tables.blocks.entries({})]) {
      tables.blocks.put(
        key,
        value.map((byte) => byte ^ 1),
      )
    }
  })
  await store.pack()
  await new Promise(setImmediate)
  assert.equal(store.turn.get(next.key)?.version, 2)
})
