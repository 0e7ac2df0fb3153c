import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { KILLED_PREFIX } from '../../../test/support/kill-search.ts'
import { Dice } from '../../../test/support/records.ts'
import type { IdRecord } from '../record.ts'
import { type LmdbStore, openLmdbStore } from '../store/lmdb.ts'
import { SearchIndex } from './search-index.ts'

const PROGRAM = new URL('../../../test/support/kill-search.ts', import.meta.url).pathname
const ROUNDS = 3
const LINES_MAX = 12

async function killSome(folder: string, seed: number, lines: number): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let seen = 0
  for await (const chunk of child.stdout) {
    seen += String(chunk).split('\n').length - 1
    if (seen >= lines) break
  }
  child.kill('SIGKILL')
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
}

/** Every record is found by its own words, and nothing else is; and all are counted, each once. */
function checkAll(store: LmdbStore, index: SearchIndex, dice: Dice): void {
  const records = store.scan(KILLED_PREFIX, { limit: 100_000 })
  const { found } = index.answer({ scope: 'all', limit: 1, state: 'registered' }, 'public')
  if (found?.exact) assert.equal(found.total, records.length)
  for (let n = 0; n < 15; n++) {
    const { data } = dice.pick(records).values[0] as { data: string }
    const q = data.split(' ')[dice.pick([0, 2])] as string
    const expected = records.filter((it) => textOf(it).split(' ').includes(q)).map(({ key }) => key)
    const found: string[] = []
    let after: string | undefined
    do {
      const wish = { q, scope: 'all', limit: 500, after } as const
      const page = index.answer(wish, 'protected')
      found.push(...page.items.map(({ key }) => key))
      after = page.next
    } while (after !== undefined)
    assert.deepEqual(found, expected, q)
  }
}

function textOf({ values }: IdRecord): string {
  return values[0]?.data as string
}

test('an index that was killed while it derived goes on where it was, and misses nothing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  const dice = new Dice(7)
  for (let round = 1; round <= ROUNDS; round++) {
    await killSome(folder.path, round, 1 + dice.below(LINES_MAX))
    await using store = await openLmdbStore({ path: join(folder.path, 'store') })
    {
      await using index = await SearchIndex.open(join(folder.path, 'search'), store, {
        now: () => 0,
      })
      checkAll(store, index, dice)
      await index.catchUp()
      checkAll(store, index, dice)
      const { found } = index.answer({ scope: [KILLED_PREFIX], limit: 1, from: 1 }, 'public')
      assert.equal(found?.exact, true)
      assert.equal(index.position().sequence, store.changes(0, 100_000).at(-1)?.sequence)
    }
  }
  await using store = await openLmdbStore({ path: join(folder.path, 'store') })
  await rm(join(folder.path, 'search'), { recursive: true })
  await using anew = await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 })
  await anew.catchUp()
  checkAll(store, anew, dice)
})

test('an index that was derived from another store, or is no index, is built anew', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  const at = Date.UTC(2026, 0, 5)
  for (const text of ['齿轮泵', '电磁阀']) {
    await using store = await openLmdbStore({ path: join(folder.path, text) })
    const values = [{ index: 1, type: 'T', data: text }]
    const key = '88.1/A' as IdRecord['key']
    const next = { key, spelled: key, state: 'registered', held: false, values } as const
    const author = { kind: 'system', id: 'test' } as const
    await store.commit({ author, at, writes: [{ expected: 0, next }] })
    await using index = await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 })
    assert.equal(index.position().isBuilding, true)
    await index.catchUp()
    const { found } = index.answer({ q: text, scope: 'all', limit: 9 }, 'public')
    assert.deepEqual(found, { total: 1, exact: true, asOf: { sequence: 1, at } })
  }
})
