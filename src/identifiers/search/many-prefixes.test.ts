import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toldReads, value } from '../../../test/support/search-world.ts'
import { parseHandle } from '../handle.ts'
import { type LmdbStore, openLmdbStore } from '../store/lmdb.ts'
import { compareKeys } from '../store/ordering.ts'
import type { RecordWrite } from '../store/store.ts'
import { SearchIndex } from './search-index.ts'

const PREFIXES = 1_500
const AUTHOR = { kind: 'system', id: 'test' } as const
/** Beside those for what is found. */
const LOOKS_MAX = 50

type Named = Readonly<Record<string, string>>

/** What each prefix has: a pump of its own number, and one of them a bearing. */
function first(): Named {
  const all: Record<string, string> = {}
  for (let n = 1; n <= PREFIXES; n++)
    all[`88.1.${n}/Pump-${n}`] = n === 700 ? '角接触球轴承' : 'pump'
  return all
}

async function put(store: LmdbStore, records: Named): Promise<void> {
  const writes = Object.entries(records).map(([name, text]): RecordWrite => {
    const { key, spelled } = parseHandle(name)
    const values = [value(1, text)]
    return { expected: 0, next: { key, spelled, state: 'registered', held: false, values } }
  })
  await store.commit({ author: AUTHOR, at: 0, writes })
}

async function opened() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'waymark-search-')))
  const store = stack.use(await openLmdbStore({ path: join(folder.path, 'store') }))
  const seen = { looks: 0, lists: 0 }
  const watched = toldReads(store, (read) => {
    if (read === 'getMany' || read === 'scan') seen.looks++
    if (read === 'prefixes') seen.lists++
  })
  const options = { now: () => 0 }
  const index = stack.use(await SearchIndex.open(join(folder.path, 'search'), watched, options))
  await put(store, first())
  await index.catchUp()
  const owned = stack.move()
  const find = (q: string) => {
    seen.looks = 0
    const { items } = index.answer({ q, scope: 'all', limit: 50 }, 'protected')
    return items.map(({ spelled }) => spelled)
  }
  return { store, index, seen, find, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Names that begin so behind their prefix, those that are so first; as a look at every one of them finds them. */
function begun(start: string): string[] {
  const suffixOf = (name: string) => name.slice(name.indexOf('/') + 1)
  const all = Object.keys(first()).filter((it) => suffixOf(it).startsWith(start))
  const prefixOf = (name: string) => name.slice(0, name.indexOf('/'))
  const rank = (name: string) => (suffixOf(name) === start ? 0 : 1)
  all.sort((a, b) => rank(a) - rank(b) || compareKeys(prefixOf(a), prefixOf(b)))
  return all
}

test('what is looked for by name or text costs no look into each of many prefixes', async () => {
  await using it = await opened()
  assert.deepEqual(it.find('轴承'), ['88.1.700/Pump-700'])
  assert.ok(it.seen.looks < LOOKS_MAX, `${it.seen.looks} looks for a word`)
  for (const start of ['Pump-7', 'Pump-70', 'Pump-700', 'Pump-77777']) {
    const all = begun(start)
    assert.deepEqual(it.find(start), all.slice(0, 50), start)
    // by its name, and in the group where all is counted
    const looksMax = LOOKS_MAX + 2 * all.length
    assert.ok(it.seen.looks < looksMax, `${it.seen.looks} looks for ${start}`)
  }
  assert.deepEqual(it.find('Pump-700 轴承'), ['88.1.700/Pump-700'])
  assert.ok(it.seen.looks < LOOKS_MAX, `${it.seen.looks} looks for a name and a word`)
  assert.deepEqual(it.find('88.1.700/pump'), ['88.1.700/Pump-700'])
  assert.equal(it.find('88.1.70')[0], '88.1.70/Pump-70')
})

test('what was registered a moment ago is found by its name beside what the index knows', async () => {
  await using it = await opened()
  await put(it.store, { '88.2.1/Pump-7': 'new', '88.1.3/Pump-7': 'new' })
  assert.deepEqual(it.find('Pump-7').slice(0, 3), [
    '88.1.3/Pump-7',
    '88.1.7/Pump-7',
    '88.2.1/Pump-7',
  ])
  await it.index.catchUp()
  assert.deepEqual(it.find('Pump-7').slice(0, 3), [
    '88.1.3/Pump-7',
    '88.1.7/Pump-7',
    '88.2.1/Pump-7',
  ])
})

test('the prefixes of a store are read again only where something was committed', async () => {
  await using it = await opened()
  it.find('轴承')
  const before = it.seen.lists
  it.find('pump')
  assert.equal(it.seen.lists, before)
  await put(it.store, { '88.2.9/Valve-1': 'valve' })
  assert.deepEqual(it.find('Valve-1'), ['88.2.9/Valve-1'])
  assert.ok(it.seen.lists > before)
})
