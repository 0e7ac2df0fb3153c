import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { draftOf } from '../../../test/contract/store.contract.ts'
import { batchOf } from '../../../test/support/kill-store.ts'
import { Gate } from '../../lib/gate.ts'
import type { PrefixKey } from '../handle.ts'
import { openLmdbStore } from './lmdb.ts'

const READER = fileURLToPath(new URL('../../../test/support/read-store.ts', import.meta.url))
const author = { kind: 'user', id: 'u1' } as const

test('readers in other processes see every commit at once and each record in one place', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-readers-'))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread' })
  await store.commit(await batchOf(store, '9.0'))
  const readers = await Promise.all([startReader(folder.path), startReader(folder.path)])
  for (let number = 1; number <= 40; number++) {
    await store.commit(await batchOf(store, `9.${number}`))
    if (number % 5 === 0) await store.pack()
  }
  for (const reader of readers) {
    const { reads, highest } = await reader.finish()
    assert.ok(reads > 0)
    assert.ok(highest > 1, `a reader saw ${highest} of 41 batches`)
  }
})

async function startReader(folder: string) {
  const child = spawn(process.execPath, [READER, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  assert.equal((await lines.next()).value, 'reading')
  return {
    async finish() {
      const gone = once(child, 'exit')
      child.stdin.end()
      const [reads = 0, highest = 0] = String((await lines.next()).value)
        .split(' ')
        .map(Number)
      assert.deepEqual(await gone, [0, null])
      return { reads, highest }
    },
  }
}

test('two handles of one store take turns, and each sees what the other wrote', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-two-'))
  await using left = await openLmdbStore({ path: folder.path, writing: 'thread' })
  await using right = await openLmdbStore({ path: folder.path })
  for (let i = 0; i < 30; i++) {
    const store = i % 2 === 0 ? left : right
    const other = i % 2 === 0 ? right : left
    const next = draftOf(`88.1/n${i}`)
    await store.commit({ author, at: i, writes: [{ expected: 0, next }] })
    assert.equal(other.get(next.key)?.version, 1)
    assert.equal(other.totals().total, i + 1)
  }
  const next = draftOf('88.1/race')
  const answers = await Promise.all(
    [left, right].map((it) => it.commit({ author, at: 1, writes: [{ expected: 0, next }] })),
  )
  assert.deepEqual(answers.map(({ stale }) => stale.length).sort(), [0, 1])
})

test('while the gate is closed no commit begins, and reads go on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-gate-'))
  const gate = new Gate()
  await using store = await openLmdbStore({ path: folder.path, gate })
  const next = draftOf('88.1/a')
  const pause = await gate.pause()
  const committing = store.commit({ author, at: 1, writes: [{ expected: 0, next }] })
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  assert.equal(store.get(next.key), undefined)
  pause[Symbol.dispose]()
  await committing
  assert.equal(store.get(next.key)?.version, 1)
})

test('a copy made while commits go on opens as a store of one moment', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-copy-'))
  await using store = await openLmdbStore({ path: join(folder.path, 'store'), writing: 'thread' })
  for (let number = 0; number < 5; number++) await store.commit(await batchOf(store, `3.${number}`))
  const before = store.totals().total
  const copying = store.copyTo(join(folder.path, 'copy'))
  for (let number = 5; number < 10; number++)
    await store.commit(await batchOf(store, `3.${number}`))
  await copying
  await using copy = await openLmdbStore({ path: join(folder.path, 'copy') })
  for await (const { where, why } of copy.verify()) assert.fail(`${where}: ${why}`)
  const sequence = copy.changes(0, 100).length
  assert.ok(copy.totals().total >= before && sequence >= 5 && sequence <= 10)
  assert.deepEqual(copy.changes(0, 100), store.changes(0, sequence))
  await copy.commit({ author, at: 1, writes: [{ expected: 0, next: draftOf('88.2/own') }] })
  assert.deepEqual(store.scan('88.2' as PrefixKey, { limit: 1 }), [])
})

test('a store that is not there is not made by one who only reads', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-none-'))
  await assert.rejects(openLmdbStore({ path: join(folder.path, 'none'), readOnly: true }))
})

test('one who only reads cannot commit or pack', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-read-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit({ author, at: 1, writes: [{ expected: 0, next: draftOf('88.1/a') }] })
  await store[Symbol.asyncDispose]()
  await using reader = await openLmdbStore({ path: folder.path, readOnly: true })
  assert.equal(reader.totals().total, 1)
  const writes = [{ expected: 0, next: draftOf('88.1/b') }]
  await assert.rejects(reader.commit({ author, at: 1, writes }), { code: 'unsupported' })
  await assert.rejects(reader.pack(), { code: 'unsupported' })
})
