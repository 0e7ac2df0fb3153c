import assert from 'node:assert/strict'
import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Dice } from '../../../test/support/records.ts'
import { HOUR_MS, NOON, value } from '../../../test/support/search-world.ts'
import { type PrefixKey, parseHandle, prefixOf } from '../handle.ts'
import type { SearchWish } from '../registration/list-routes.ts'
import { filterOf } from '../registration/listing.ts'
import { type LmdbStore, openLmdbStore } from '../store/lmdb.ts'
import type { RecordWrite } from '../store/store.ts'
import { SearchIndex } from './search-index.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const PREFIXES = ['88.1', '88.1.5', '88.10', '88.2'] as PrefixKey[]
const TEMPLATES = [undefined, 'part@1', 'part@2', 'party@1', 'pa@1'] as const
/** Times from one millisecond to years apart. */
const STEPS_MS = [0, 1, 7, 40_000, HOUR_MS, 26 * HOUR_MS, 90 * 24 * HOUR_MS]

async function change(store: LmdbStore, dice: Dice, at: number, count = 1 + dice.below(40)) {
  const writes = new Map<string, RecordWrite>()
  for (let i = 0; i < count; i++) {
    const { key, spelled } = parseHandle(`${dice.pick(PREFIXES)}/K${dice.below(400)}`)
    const template = dice.pick(TEMPLATES)
    const next = {
      key,
      spelled,
      state: dice.chance(25) ? 'retired' : 'registered',
      held: dice.chance(15),
      ...(template !== undefined && { template }),
      values: [value(1, 'x')],
    } as const
    writes.set(key, { expected: store.get(key)?.version ?? 0, next })
  }
  await store.commit({ author: AUTHOR, at, writes: [...writes.values()] })
}

function wishOf(dice: Dice, times: readonly number[]): Partial<SearchWish> {
  const near = () => dice.pick(times) + dice.below(3) - 1
  return {
    scope: dice.chance(40) ? 'all' : PREFIXES.filter(() => dice.chance(50)),
    ...(dice.chance(50) && { template: dice.pick(['part', 'part@1', 'party', 'pa', 'none']) }),
    ...(dice.chance(50) && { state: dice.pick(['registered', 'retired', 'held'] as const) }),
    ...(dice.chance(60) && { from: near() }),
    ...(dice.chance(60) && { to: near() }),
  }
}

function checkCounts(store: LmdbStore, index: SearchIndex, dice: Dice, times: readonly number[]) {
  const records = PREFIXES.flatMap((prefix) => store.scan(prefix, { limit: 10_000 }))
  for (let n = 0; n < 60; n++) {
    const wish = { scope: 'all', limit: 1, ...wishOf(dice, times) } as const
    const { scope } = wish
    const inScope = records.filter(({ key }) => scope === 'all' || scope.includes(prefixOf(key)))
    const { found } = index.answer(wish, 'public')
    const total = inScope.filter(filterOf(wish)).length
    assert.equal(found?.exact, true)
    assert.equal(found.total, total, JSON.stringify(wish))
    assert.equal(found.asOf.sequence, store.changes(0, 100_000).at(-1)?.sequence)
  }
}

for (const seed of [1, 2]) {
  test(`counts by every filter are those of a look at every record (seed ${seed})`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
    await using store = await openLmdbStore({ path: join(folder.path, 'store') })
    const dice = new Dice(seed)
    const times = [NOON]
    for (let opening = 0; opening < 3; opening++) {
      await using index = await SearchIndex.open(join(folder.path, 'search'), store, {
        now: () => 0,
      })
      for (let commit = 0; commit < 20; commit++) {
        times.push((times.at(-1) as number) + dice.pick(STEPS_MS))
        await change(store, dice, times.at(-1) as number)
        if (dice.chance(10)) await store.pack()
        if (dice.chance(50)) await index.catchUp()
        if (commit === 0) await index.catchUp()
        if (commit % 6 === 0) checkCounts(store, index, dice, times)
      }
      await index.catchUp()
      checkCounts(store, index, dice, times)
    }
    await rm(join(folder.path, 'search'), { recursive: true })
    await using anew = await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 })
    await anew.catchUp()
    checkCounts(store, anew, dice, times)
  })
}

test('an index that is built while records change counts each once, and says that it is being built', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  await using store = await openLmdbStore({ path: join(folder.path, 'store') })
  const dice = new Dice(5)
  for (let i = 0; i < 4; i++) await change(store, dice, NOON + i, 400)
  await using index = await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 })
  const first = index.answer({ scope: 'all', limit: 5, state: 'registered' }, 'public')
  assert.deepEqual(first.found, { total: 0, exact: false, asOf: { sequence: 0 } })
  assert.equal(first.isCurrent, false)
  const building = index.catchUp()
  for (let i = 4; i < 12; i++) {
    await change(store, dice, NOON + i, 60)
    await turn()
  }
  await building
  await index.catchUp()
  checkCounts(store, index, dice, [NOON, NOON + 6])
})

test('a list by filters skips what does not hold, and goes on where it was while records are written', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-search-'))
  await using store = await openLmdbStore({ path: join(folder.path, 'store') })
  const writesOf = (prefix: string, count: number, state: 'registered' | 'retired') =>
    Array.from({ length: count }, (_, i): RecordWrite => {
      const handle = parseHandle(`${prefix}/N${String(i).padStart(6, '0')}`)
      return { expected: 0, next: { ...handle, state, held: false, values: [] } }
    })
  await store.commit({ author: AUTHOR, at: NOON, writes: writesOf('88.1', 20_000, 'registered') })
  await store.commit({ author: AUTHOR, at: NOON + 1, writes: writesOf('88.2', 30, 'retired') })
  await using index = await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 })
  await index.catchUp()
  const listed: string[] = []
  let after: string | undefined
  for (let page = 0; page < 4; page++) {
    const wish = { scope: 'all', limit: 10, state: 'retired', after } as const
    const { items, next, found } = index.answer(wish, 'public')
    if (page === 0) assert.deepEqual(found?.total, 30)
    listed.push(...items.map(({ key }) => key))
    after = next
    await store.commit({
      author: AUTHOR,
      at: NOON + 2,
      writes: writesOf(`88.3${page}`, 5, 'registered'),
    })
    if (after === undefined) break
  }
  assert.equal(after, undefined)
  assert.deepEqual(
    listed,
    store.scan('88.2' as PrefixKey, { limit: 99 }).map(({ key }) => key),
  )
})
