import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Dice } from '../../../test/support/records.ts'
import {
  type Asked,
  expectedKeys,
  HOUR_MS,
  NOON,
  randomQuestion,
  randomWish,
  value,
  World,
} from '../../../test/support/search-world.ts'
import { BulkSign } from '../../lib/bulk-sign.ts'
import { parseHandle } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { SearchWish } from '../registration/list-routes.ts'
import { type LmdbStore, openLmdbStore } from '../store/lmdb.ts'
import type { RecordWrite } from '../store/store.ts'
import type { Entitlement } from './answer.ts'
import { SEARCH_BEHIND_MS_MAX, SearchIndex, type SearchIndexOptions } from './search-index.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const

/** In a test that is not about time an answer has all it needs, however slow the machine. */
const FROZEN = { now: () => 0 }

/** By which every look at the clock takes a millisecond, so that pages and counts are cut off at the same places always. */
function ticking() {
  let now = 0
  return { now: () => now++ }
}

async function openBoth(options: SearchIndexOptions = FROZEN) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'waymark-search-')))
  const store = stack.use(await openLmdbStore({ path: join(folder.path, 'store') }))
  const path = join(folder.path, 'search')
  const index = stack.use(await SearchIndex.open(path, store, options))
  const owned = stack.move()
  return { store, index, path, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

type Both = { readonly store: LmdbStore; readonly index: SearchIndex }

async function put(store: LmdbStore, records: Record<string, readonly string[]>, at = NOON) {
  const writes = Object.entries(records).map(([name, texts]): RecordWrite => {
    const { key, spelled } = parseHandle(name)
    const values = texts.map((text, i) => value(i + 1, text))
    const expected = store.get(key)?.version ?? 0
    return { expected, next: { key, spelled, state: 'registered', held: false, values } }
  })
  const { stale } = await store.commit({ author: AUTHOR, at, writes })
  assert.deepEqual(stale, [])
}

function ask(
  { index }: Both,
  q: string | undefined,
  more: Partial<SearchWish> = {},
  as: Entitlement = 'protected',
) {
  return index.answer({ q, scope: 'all', limit: 50, ...more }, as)
}

function names(both: Both, q: string, more: Partial<SearchWish> = {}, as?: Entitlement) {
  return ask(both, q, more, as).items.map(({ spelled }) => spelled)
}

function pages(both: Both, wish: Partial<SearchWish>, q: string | undefined, as: Entitlement) {
  const items: IdRecord[] = []
  let after: string | undefined
  let found: ReturnType<typeof ask>['found']
  for (;;) {
    const page = ask(both, q, { ...wish, ...(after !== undefined && { after }) }, as)
    items.push(...page.items)
    found ??= page.found
    if (page.next === undefined) return { items, found }
    assert.notEqual(page.next, after, 'a page leads on')
    after = page.next
  }
}

/** One hour of writes; now and then the index is left behind by some of them. */
async function passHour({ store, index }: Both, world: World, hour: number, behind: number) {
  const { dice } = world
  const writes = world.writes(dice.pick([1, 40, 600, 1_200]))
  await store.commit({ author: AUTHOR, at: NOON + hour * HOUR_MS, writes })
  for (const { next } of writes) world.records.set(next.key, store.get(next.key) as IdRecord)
  if (dice.chance(30)) await store.pack()
  if (dice.chance(40) && hour > 0 && behind + writes.length <= 3_000) return behind + writes.length
  await index.catchUp()
  return 0
}

async function checkOne(both: Both, world: World, asked: Asked, hour: number): Promise<void> {
  const { q, wish, as } = asked
  const expected = expectedKeys(world, asked)
  const { items, found } = pages(both, wish, q, as)
  const note = JSON.stringify(asked)
  assert.deepEqual(
    items.map(({ key }) => key),
    expected,
    note,
  )
  await both.index.counted()
  const counted = found?.exact ? found : ask(both, q, wish, as).found
  assert.ok(counted?.exact, note)
  if (counted.asOf.sequence === hour + 1) assert.equal(counted.total, expected.length, note)
}

for (const seed of [1, 2, 3]) {
  test(`what is found is what a look at every record finds (seed ${seed})`, async () => {
    await using both = await openBoth(ticking())
    const world = new World(seed)
    let behind = 0
    for (let hour = 0; hour < 8; hour++) {
      behind = await passHour(both, world, hour, behind)
      for (let n = 0; n < 12; n++) {
        const q = world.dice.chance(20) ? undefined : randomQuestion(world)
        if (q?.trim() === '') continue
        const as = world.dice.pick<Entitlement>(['public', 'protected'])
        await checkOne(both, world, { q, wish: randomWish(world, hour + 1), as }, hour)
      }
    }
  })
}

test('a word of two characters is found in the middle of a longer one', async () => {
  await using both = await openBoth()
  await put(both.store, {
    '88.1/a': ['角接触球轴承 7206'],
    '88.1/b': ['轴 承'],
    '88.1/c': ['承轴'],
  })
  await both.index.catchUp()
  assert.deepEqual(names(both, '轴承'), ['88.1/a', '88.1/b'])
  assert.deepEqual(names(both, '触球'), ['88.1/a'])
  assert.deepEqual(ask(both, '轴承').found, {
    total: 2,
    exact: true,
    asOf: { sequence: 1, at: NOON },
  })
})

test('what only administrators read is neither found nor counted by others', async () => {
  await using both = await openBoth()
  const { store, index } = both
  const { key, spelled } = parseHandle('88.1/pump')
  await index.catchUp()
  const values = [value(1, '公开 齿轮泵'), value(2, '机密 配方', 0x0c), value(3, '无人可读', 0x05)]
  const next = { key, spelled, state: 'registered', held: false, values } as const
  await store.commit({ author: AUTHOR, at: NOON, writes: [{ expected: 0, next }] })
  for (const isDerived of [false, true]) {
    if (isDerived) await index.catchUp()
    assert.deepEqual(names(both, '齿轮泵', {}, 'public'), ['88.1/pump'])
    assert.deepEqual(names(both, '配方', {}, 'protected'), ['88.1/pump'])
    const { items, found } = ask(both, '配方', {}, 'public')
    assert.deepEqual(items, [])
    assert.equal(found?.total, 0)
    assert.deepEqual(names(both, '公开 机密', {}, 'public'), [])
    assert.deepEqual(names(both, '无人', {}, 'protected'), [])
  }
})

test('nothing is found outside of the scope, and a name is found by its beginning and its end', async () => {
  await using both = await openBoth()
  const { store, index } = both
  await put(store, { '88.1/SN0001': ['泵'], '88.1/SN0002': ['泵'], '88.2/SN0001': ['泵'] })
  await index.catchUp()
  const scope = ['88.2'] as const
  assert.deepEqual(names(both, '泵', { scope: scope as never }), ['88.2/SN0001'])
  assert.deepEqual(names(both, 'sn00'), ['88.1/SN0001', '88.1/SN0002', '88.2/SN0001'])
  assert.deepEqual(names(both, 'sn0001'), ['88.1/SN0001', '88.2/SN0001'])
  assert.deepEqual(names(both, '88.1/sn0002'), ['88.1/SN0002'])
  assert.deepEqual(names(both, '88.2'), ['88.2/SN0001'])
  assert.deepEqual(names(both, 'n0001'), ['88.1/SN0001', '88.2/SN0001'])
  assert.deepEqual(names(both, '001'), [])
  assert.deepEqual(names(both, 'n000'), [])
})

test('a word in many texts is found in each, though one of the names ends with it', async () => {
  await using both = await openBoth()
  const texts = ['see 1234', '见 1234']
  await put(both.store, { '88.1/X1234': texts, '88.1/X1235': texts, '88.1/X5678': texts })
  await put(both.store, { '88.1/Y7777': ['none'], '88.1/Z12345': ['none'] })
  await both.index.catchUp()
  assert.deepEqual(names(both, '1234'), ['88.1/X1234', '88.1/X1235', '88.1/X5678'])
  assert.deepEqual(names(both, '见1234'), ['88.1/X1234', '88.1/X1235', '88.1/X5678'])
  assert.deepEqual(names(both, '2345'), ['88.1/Z12345'])
})

test('running numbers are found by their ends, whatever else there is', async () => {
  await using both = await openBoth()
  const records: Record<string, readonly string[]> = {}
  for (let i = 0; i < 5_000; i++) records[`88.1/SN${String(i * 3).padStart(7, '0')}`] = ['pump']
  for (let i = 0; i < 300; i++) records[`88.1/A${i}-${i * 7}`] = [`SN000${i}`]
  await put(both.store, records)
  await both.index.catchUp()
  for (const q of ['4999', '0300', '9999', '010002', 'n0000300', '1750', '0012']) {
    const folded = q.toUpperCase()
    const expected = Object.entries(records).filter(
      ([name, [text]]) => name.endsWith(folded) || text === `SN${folded}`,
    )
    assert.deepEqual(new Set(names(both, q)), new Set(expected.map(([name]) => name)), q)
  }
})

test('a value that no longer holds a word is not found by it, in the page or the count', async () => {
  await using both = await openBoth()
  const { store, index } = both
  await put(store, { '88.1/a': ['旧名称'], '88.1/b': ['旧名称'] })
  await index.catchUp()
  await put(store, { '88.1/a': ['新名称'] }, NOON + 1)
  assert.deepEqual(ask(both, '旧名').found?.total, 1)
  await index.catchUp()
  const { items, found } = ask(both, '旧名')
  assert.deepEqual(
    items.map(({ spelled }) => spelled),
    ['88.1/b'],
  )
  assert.deepEqual(found, { total: 1, exact: true, asOf: { sequence: 2, at: NOON + 1 } })
})

test('names that come in no order divide groups, runs are merged, and pages neither miss nor double one', async () => {
  await using both = await openBoth()
  const { store, index } = both
  const dice = new Dice(5)
  const expected = new Set<string>()
  for (let commit = 0; commit < 30; commit++) {
    const records: Record<string, readonly string[]> = {}
    for (let i = 0; i < 300; i++) {
      const name = `88.1/${dice.letters('0123456789abcdef', 8)}`
      records[name] = [
        `https://a.example/${name}`,
        dice.chance(50) ? '液压泵' : '液压阀',
        dice.letters('xyz', 9),
      ]
      if (records[name][1] === '液压泵') expected.add(name.toUpperCase())
    }
    await put(store, records)
    await index.catchUp()
  }
  const { groups, runs } = index.sizes()
  assert.ok(groups >= 5 && runs < 16, `${groups} groups, ${runs} runs`)
  const { items } = pages(both, { limit: 37 }, '压泵', 'public')
  assert.deepEqual(
    items.map(({ key }) => key as string),
    [...expected].sort(),
  )
  for (const record of items.filter((_, i) => i % 400 === 0)) {
    const token = record.values[2]?.data as string
    const found = names(both, token)
    assert.ok(found.includes(record.spelled), token)
    assert.deepEqual(names(both, record.spelled), [record.spelled])
  }
})

test('what is too much to count at once is counted in the background, exact as of its batch', async () => {
  await using both = await openBoth(ticking())
  const { store, index } = both
  for (let commit = 0; commit < 6; commit++) {
    const records: Record<string, readonly string[]> = {}
    for (let i = 0; i < 12_000; i++) records[`88.1/C${commit}-${i}`] = ['液压泵', `第 ${i} 件`]
    await put(store, records)
  }
  await index.catchUp()
  const first = ask(both, '液压泵 件', { limit: 5 }).found
  assert.equal(first?.exact, false)
  const between: Record<string, readonly string[]> = { '88.1/c5-11999': ['改名'] }
  for (let i = 0; i < 3_000; i++) between[`88.1/C3-5000/${i}`] = ['液压泵 件']
  await put(store, between, NOON + 1)
  await index.catchUp()
  await index.counted()
  const { items, found } = ask(both, '液压泵 件', { limit: 5 })
  assert.equal(items.length, 5)
  assert.deepEqual(found, { total: 72_000, exact: true, asOf: { sequence: 6, at: NOON } })
  await index.counted()
  const later = ask(both, '液压泵 件', { limit: 5 }).found
  assert.deepEqual(later, { total: 74_999, exact: true, asOf: { sequence: 7, at: NOON + 1 } })
})

test('while bulk work is under way the newest is left for later, what waited long is derived', async () => {
  await using both = await openBoth()
  await both.index.catchUp()
  const sign = new BulkSign()
  await put(both.store, { '88.1/old': ['主轴电机'] }, Date.now() - SEARCH_BEHIND_MS_MAX - 1)
  await put(both.store, { '88.1/new': ['电磁阀'] }, Date.now())
  sign.raise()
  await both.index.catchUp(undefined, sign)
  // both come in one round, as little as they are
  assert.equal(both.index.position().sequence, 2)
  await put(both.store, { '88.1/newest': ['电磁阀'] }, Date.now())
  sign.raise()
  await both.index.catchUp(undefined, sign)
  assert.equal(both.index.position().sequence, 2)
  sign.lower()
  await both.index.catchUp(undefined, sign)
  assert.equal(both.index.position().sequence, 3)
})
