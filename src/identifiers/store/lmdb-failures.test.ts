import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  mkdir,
  mkdtempDisposable,
  open,
  readdir,
  readFile,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { draftOf } from '../../../test/contract/store.contract.ts'
import { batchOf, PREFIXES } from '../../../test/support/kill-store.ts'
import { BrokenBlock } from '../block/block.ts'
import { openLmdbStore } from './lmdb.ts'
import type { BatchDraft } from './store.ts'
import { openTables, sealed } from './tables.ts'

const run = promisify(execFile)
const FILLER = fileURLToPath(new URL('../../../test/support/fill-store.ts', import.meta.url))
const author = { kind: 'user', id: 'u1' } as const

for (const writing of ['here', 'thread']) {
  test(`where a file may grow no more, commits are refused and reads go on (${writing})`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-limit-'))
    const { stdout } = await run('sh', [
      '-c',
      'ulimit -f 6000; exec "$@"',
      'sh',
      process.execPath,
      FILLER,
      folder.path,
      writing,
    ])
    assert.ok(Number(stdout) > 3, `${stdout} commits were stored`)
    await using store = await openLmdbStore({ path: folder.path })
    const next = draftOf('88.9/room')
    await store.commit({ author, at: 1, writes: [{ expected: 0, next }] })
    assert.equal(store.get(next.key)?.version, 1)
  })
}

test('on a full disk commits are refused, reads go on, and with room it writes again', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-full-'))
  const disk = join(folder.path, 'disk')
  await mkdir(disk)
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk])
  } catch {
    t.skip('needs the right to mount, to make a small disk')
    return
  }
  try {
    const { stdout } = await run(process.execPath, [FILLER, disk, 'here'])
    assert.ok(Number(stdout) > 3, `${stdout} commits were stored`)
    await run('mount', ['-o', 'remount,size=9m', disk])
    await using store = await openLmdbStore({ path: disk })
    await store.commit(await batchOf(store, '6.1'))
  } finally {
    await run('umount', [disk])
  }
})

test('a store that is opened first on a full disk fails, and does not take the program with it', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-full-'))
  const disk = join(folder.path, 'disk')
  await mkdir(disk)
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
  } catch {
    t.skip('needs the right to mount, to make a small disk')
    return
  }
  try {
    const path = join(disk, 'store')
    await mkdir(path)
    const full = { code: 'ENOSPC' }
    await assert.rejects(writeFile(join(disk, 'filler'), Buffer.alloc(131_072)), full)
    // What LMDB writes to through memory would end the program where the disk has no room for it.
    await assert.rejects(openLmdbStore({ path }), full)
    await run('mount', ['-o', 'remount,size=9m', disk])
    await using store = await openLmdbStore({ path })
    await store.commit(await batchOf(store, '6.2'))
    assert.deepEqual((await readdir(path)).toSorted(), ['data.mdb', 'lock.mdb'])
  } finally {
    await run('umount', [disk])
  }
})

test('a flipped bit in a stored block is found and never answered', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-flip-'))
  await using store = await openLmdbStore({ path: folder.path })
  await store.commit(await batchOf(store, '1.0'))
  const values = [{ index: 1, type: 'NOTE', data: 'needle'.repeat(40) }]
  const next = { ...draftOf('88.100.7/RUN5'), values }
  await store.commit({ author, at: 1, writes: [{ expected: 0, next: { ...next } }] })
  await store[Symbol.asyncDispose]()
  await flipBitAt(join(folder.path, 'data.mdb'), 'needleneedle')
  await using damaged = await openLmdbStore({ path: folder.path })
  assert.throws(() => damaged.get(next.key), BrokenBlock)
  const broken = []
  for await (const it of damaged.verify()) broken.push(it.where)
  assert.ok(broken.includes(`row ${next.key}`), broken.join())
})

/** Flips a bit of what stands in the file last as `text`. */
async function flipBitAt(path: string, text: string): Promise<void> {
  const at = (await readFile(path)).lastIndexOf(text)
  assert.ok(at > 0)
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at + 3)
  await file.write(Buffer.of((byte[0] as number) ^ 4), 0, 1, at + 3)
}

test('whichever byte of whichever table is damaged, verify finds it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-damage-'))
  await using store = await openLmdbStore({ path: folder.path })
  for (let number = 0; number < 3; number++) await store.commit(await batchOf(store, `4.${number}`))
  await store.commit(await batchOf(store, '4.1'))
  await store.commit(everyNth(1))
  await store.commit(everyNth(20))
  const { engine, meta: _, runs, ...tables } = openTables(folder.path, {})
  for (const [name, table] of Object.entries({ ...tables, ...runs.tables })) {
    const [entry] = [...table.entries({ limit: 1 })]
    assert.ok(entry, `the table ${name} is empty`)
    const key = entry.key as string & Uint8Array
    for (const at of [0, entry.value.length >> 1, entry.value.length - 1]) {
      const flipped = Buffer.from(entry.value)
      flipped[at] = (flipped[at] as number) ^ 0x10
      engine.write(() => table.put(key, flipped))
      assert.notDeepEqual(await broken(store), [], `${name}, byte ${at}`)
    }
    engine.write(() => table.put(key, entry.value))
    assert.deepEqual(await broken(store), [])
  }
  const claim = Buffer.from('88.100.7/lost')
  engine.write(() => tables.claims.put(claim, sealed(Buffer.from('88.100.7/X'))))
  assert.deepEqual(await broken(store), ['claim 88.100.7/lost'])
  await engine[Symbol.asyncDispose]()
})

/** Records that stand between those of a step of 1, which is to come first; far apart with a larger step. */
function everyNth(step: number): BatchDraft {
  const draft = (i: number) => draftOf(`${PREFIXES[0]}/S-${10_000 + i}${step === 1 ? '' : 'B'}`)
  const drafts = Array.from({ length: Math.floor(6_000 / step) }, (_, i) => draft(i * step))
  return { author, at: 3, writes: drafts.map((next) => ({ expected: 0, next })) }
}

async function broken(store: { verify(): AsyncIterable<{ where: string }> }): Promise<string[]> {
  const found: string[] = []
  for await (const { where } of store.verify()) found.push(where)
  return found
}

test('rows that belong into a broken block wait, and the others are packed', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-stuck-'))
  await using store = await openLmdbStore({ path: folder.path })
  const [first = '', second = ''] = PREFIXES
  const drafts = [first, second].flatMap((prefix) =>
    Array.from({ length: 40 }, (_, i) => draftOf(`${prefix}/N${1_000 + i * 2}`)),
  )
  await store.commit({ author, at: 1, writes: drafts.map((next) => ({ expected: 0, next })) })
  const rows = [first, second].map((prefix) => draftOf(`${prefix}/N1001`))
  await store.commit({ author, at: 2, writes: rows.map((next) => ({ expected: 0, next })) })
  const { engine, blocks } = openTables(folder.path, {})
  const bytes = Buffer.from(blocks.get(`${first}/`) ?? assert.fail())
  bytes[9] = (bytes[9] as number) ^ 1
  engine.write(() => blocks.put(`${first}/`, bytes))
  await store.pack()
  assert.equal(store.sizes().recentRecords, 1)
  assert.equal(store.get(rows[0]?.key ?? assert.fail())?.version, 1)
  assert.throws(() => store.get(drafts[0]?.key ?? assert.fail()), BrokenBlock)
  await engine[Symbol.asyncDispose]()
})

test('a store of a format yet to come is refused, not misread', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-format-'))
  const { engine, meta } = openTables(folder.path, {})
  engine.write(() => meta.put(Buffer.from('format'), sealed(Buffer.from('99'))))
  await engine[Symbol.asyncDispose]()
  await assert.rejects(openLmdbStore({ path: folder.path }), { code: 'unsupported' })
  assert.ok((await stat(join(folder.path, 'data.mdb'))).size > 0)
})
