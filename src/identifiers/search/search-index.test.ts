import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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
import { parseHandle } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { SearchWish } from '../registration/list-routes.ts'
import { type LmdbStore, openLmdbStore } from '../store/lmdb.ts'
import type { RecordWrite } from '../store/store.ts'
import type { Entitlement } from './answer.ts'
import { SearchIndex } from './search-index.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const

async function openBoth() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'waymark-search-')))
  const store = stack.use(await openLmdbStore({ path: join(folder.path, 'store') }))
  const path = join(folder.path, 'search')
  const index = stack.use(await SearchIndex.open(path, store))
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
  q: string,
  more: Partial<SearchWish> = {},
  as: Entitlement = 'protected',
) {
  return index.answer({ q, scope: 'all', limit: 50, ...more }, as)
}

function names(both: Both, q: string, more: Partial<SearchWish> = {}, as?: Entitlement) {
  return ask(both, q, more, as).items.map(({ spelled }) => spelled)
}

function pages(both: Both, wish: Partial<SearchWish>, q: string, as: Entitlement) {
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

function checkOne(both: Both, world: World, asked: Asked): void {
  const { q, wish, as } = asked
  const expected = expectedKeys(world, asked)
  const { items, found } = pages(both, wish, q, as)
  const note = JSON.stringify(asked)
  assert.deepEqual(
    items.map(({ key }) => key),
    expected,
    note,
  )
  assert.ok(found !== undefined && found.total <= expected.length, note)
  if (found.exact) assert.equal(found.total, expected.length, note)
}

for (const seed of [1, 2, 3]) {
  test(`what is found is what a look at every record finds (seed ${seed})`, async () => {
    await using both = await openBoth()
    const world = new World(seed)
    let behind = 0
    for (let hour = 0; hour < 8; hour++) {
      behind = await passHour(both, world, hour, behind)
      for (let n = 0; n < 12; n++) {
        const q = randomQuestion(world)
        if (q.trim() === '') continue
        const as = world.dice.pick<Entitlement>(['public', 'protected'])
        checkOne(both, world, { q, wish: randomWish(world, hour + 1), as })
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
