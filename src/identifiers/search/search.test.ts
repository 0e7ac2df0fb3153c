import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseHandle } from '../handle.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import { openLmdbStore } from '../store/lmdb.ts'
import { openSearch, type SearchThread } from './search.ts'

const ENTRY = new URL('../../search-thread.ts', import.meta.url)
const wish = (q: string): SearchWish => ({ q, scope: 'all', limit: 10 })

async function openBoth() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'waymark-search-')))
  const path = join(folder.path, 'identifiers')
  const store = stack.use(await openLmdbStore({ path, writing: 'thread' }))
  const troubles: unknown[] = []
  const onError = (error: unknown) => void troubles.push(error)
  const options = { path: join(folder.path, 'search'), entry: ENTRY, storeOptions: path, onError }
  const search = stack.use(openSearch(options))
  const owned = stack.move()
  return { store, search, troubles, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function write(name: string, text: string) {
  const values = [{ index: 1, type: 'NAME', data: text }]
  return {
    expected: 0,
    next: { ...parseHandle(name), state: 'registered', held: false, values },
  } as const
}

/** An answer that was cut off by its time is asked for again. */
async function whole(search: SearchThread, q: string): Promise<Found> {
  for (;;) {
    const answer = await search.search(wish(q))
    if (answer.found?.exact) return answer
  }
}

test('the thread finds what was committed a moment ago, and derives it in the background', async () => {
  await using both = await openBoth()
  const { store, search } = both
  const author = { kind: 'system', id: 'test' } as const
  const at = Date.UTC(2026, 0, 5)
  while ((await search.position()).isBuilding);
  const writes = [write('88.1/a', '主轴电机'), write('88.1/b', '电磁阀')]
  await store.commit({ author, at, writes })
  const answer = await whole(search, '主轴')
  assert.deepEqual(
    answer.items.map(({ spelled }) => spelled),
    ['88.1/a'],
  )
  assert.deepEqual(answer.found, { total: 1, exact: true, asOf: { sequence: 1, at } })
  while ((await search.position()).sequence < 1);
  assert.deepEqual(await search.position(), { sequence: 1, at, isBuilding: false })
  assert.equal((await search.sizes()).groups, 1)
  assert.equal((await whole(search, '电磁')).found?.total, 1)
  assert.deepEqual(both.troubles, [])
})

test('a question that cannot be asked is refused across the threads, with its field', async () => {
  await using both = await openBoth()
  await assert.rejects(both.search.search(wish('   ')), (error: unknown) => {
    assert.ok(error instanceof Error && 'fields' in error)
    assert.deepEqual(
      (error.fields as { path: string }[]).map(({ path }) => path),
      ['/q'],
    )
    return true
  })
  await assert.rejects(both.search.search({ ...wish('x'), after: '!' }), { code: 'invalid-input' })
})
