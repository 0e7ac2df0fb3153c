import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftOf } from '../../../test/contract/store.contract.ts'
import { Gate } from '../../lib/gate.ts'
import { openLmdbStore } from './lmdb.ts'

const author = { kind: 'system', id: 'test' } as const

/** Counts what goes to the disk by itself. */
class CountingGate extends Gate {
  groups = 0

  override through<T>(write: () => T | Promise<T>): Promise<T> {
    this.groups++
    return super.through(write)
  }
}

test('those who wrote together have their next commits wait for each other, and who writes alone waits for nobody', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-gathering-'))
  const gate = new CountingGate()
  const waits: (() => void)[] = []
  const wait = () => new Promise<void>((resolve) => waits.push(resolve))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread', gate, wait })
  const commit = (name: string) =>
    store.commit({ author, at: 1, writes: [{ expected: 0, next: draftOf(`88.1/${name}`) }] })
  for (const name of ['a', 'b', 'c']) await commit(name)
  await Promise.all(['d', 'e', 'f'].map(commit))
  assert.deepEqual([gate.groups, waits.length], [4, 0])
  await Promise.all(['g', 'h', 'i', 'j'].map(commit))
  while (waits.length === 0) await new Promise(setImmediate)
  const first = commit('k')
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  const second = commit('l')
  assert.equal(gate.groups, 5, 'not on its way yet')
  waits[0]?.()
  assert.deepEqual(
    (await Promise.all([first, second])).map((it) => it.sequence),
    [11, 12],
  )
  assert.deepEqual([gate.groups, waits.length], [6, 1])
})
