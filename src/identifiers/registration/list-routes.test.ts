import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  furnish,
  must,
  openIdentifierWorld,
  type World,
} from '../../../test/support/identifier-world.ts'
import { Problem } from '../../lib/problem.ts'
import { SearchIndex } from '../search/search-index.ts'
import { openLmdbStore } from '../store/lmdb.ts'
import type { Found, SearchWish } from './list-routes.ts'

const BASE = '/api/v1/identifiers'

async function openSearched() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'waymark-list-')))
  const store = stack.use(await openLmdbStore({ path: join(folder.path, 'store') }))
  const index = stack.use(
    await SearchIndex.open(join(folder.path, 'search'), store, { now: () => 0 }),
  )
  const trouble: { is: Problem | undefined } = { is: undefined }
  const search = async (wish: SearchWish): Promise<Found> => {
    if (trouble.is !== undefined) throw trouble.is
    return index.answer(wish, 'protected')
  }
  const world: World = stack.use(await openIdentifierWorld({ store, search }))
  await furnish(world)
  const owned = stack.move()
  return { world, index, trouble, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function register({ ask, clock }: World, as: string, prefix: string, count: number) {
  for (let i = 0; i < count; i++) {
    clock.now += 1_000
    const body = { handle: `${prefix}/TT${4990 + i}`, values: [] }
    await must(ask(as, 'POST', BASE, { body }))
  }
}

test('what is filtered is counted exactly with and without a question, of the own enterprise alone', async () => {
  await using it = await openSearched()
  const { world, index } = it
  await register(world, 'ann', '88.100.1', 12)
  const middle = new Date(world.clock.now - 4_500).toISOString()
  await must(world.ask('ann', 'POST', `${BASE}/retire`, { body: { handle: '88.100.1/TT4990' } }))
  const found = async (as: string, query: string) =>
    (await must(world.ask(as, 'GET', `${BASE}?limit=5&${query}`))).found
  for (const isDerived of ['nothing is derived', 'all is derived', 'some is written since']) {
    if (isDerived === 'all is derived') await index.catchUp()
    if (isDerived === 'some is written since') await register(world, 'bob', '88.100.2', 2)
    const isExact = isDerived !== 'nothing is derived'
    for (const [query, total] of [
      ['state=retired', 1],
      ['state=registered', 11],
      [`from=${middle}`, 6],
      [`from=${middle}&state=registered`, 5],
      ['state=held', 0],
    ] as const) {
      const { asOf, ...counted } = await found('ann', query)
      assert.equal(counted.exact, isExact, `${isDerived}, ${query}`)
      if (isExact) assert.equal(counted.total, total, `${isDerived}, ${query}`)
      assert.equal(typeof asOf.sequence, 'number')
      assert.equal((await found('ann', `q=TT499&${query}`)).exact, isExact)
    }
  }
  assert.equal((await found('bob', 'state=registered')).total, 2)
  assert.equal((await found('bob', 'q=4991')).total, 1)
  assert.equal((await found('ann', 'q=4991&state=registered')).total, 1)
  assert.equal((await found('bob', 'prefix=88.100.2&state=retired')).total, 0)
  const foreign = await world.ask('bob', 'GET', `${BASE}?prefix=88.100.1&state=retired`)
  assert.ok(foreign.status >= 400)
})

test('a filtered list is whole while the index is behind, and without it', async () => {
  await using it = await openSearched()
  const { world, index, trouble } = it
  await register(world, 'ann', '88.100.1', 7)
  const listed = async () => {
    const names: string[] = []
    let after = ''
    do {
      const page = await must(world.ask('ann', 'GET', `${BASE}?state=registered&limit=3${after}`))
      names.push(...page.items.map((item: { handle: string }) => item.handle))
      after = page.next === undefined ? '' : `&after=${page.next}`
    } while (after !== '')
    return names
  }
  const expected = Array.from({ length: 7 }, (_, i) => `88.100.1/TT${4990 + i}`)
  assert.deepEqual(await listed(), expected)
  await index.catchUp()
  assert.deepEqual(await listed(), expected)
  trouble.is = new Problem('unavailable', { en: 'Starting', zh: '正在启动' })
  assert.deepEqual(await listed(), expected)
})

test('what a question names comes first, then what begins so, then texts, page after page', async () => {
  await using it = await openSearched()
  const { world, index } = it
  const put = (name: string, data: string) => {
    const values = [{ index: 1, type: 'DESC', data: { format: 'string', value: data } }]
    return must(world.ask('ann', 'POST', BASE, { body: { handle: `88.100.1/${name}`, values } }))
  }
  await put('A1', 'spare for PUMP-7')
  await put('PUMP-7', 'itself')
  await put('PUMP-7-B', 'a part')
  await put('PUMP-7-A', 'a part')
  await put('Z', 'pump 7, another')
  await index.catchUp()
  const order: string[] = []
  let after = ''
  for (let page = 0; page < 5; page++) {
    const answer = await must(world.ask('ann', 'GET', `${BASE}?q=pump-7&limit=1${after}`))
    order.push(...answer.items.map((item: { handle: string }) => item.handle.slice(9)))
    after = `&after=${answer.next}`
    if (page === 1) await put('PUMP-7-0', 'before what was shown')
    if (answer.next === undefined) break
  }
  assert.deepEqual(order, ['PUMP-7', 'PUMP-7-A', 'PUMP-7-B', 'A1', 'Z'])
  assert.equal((await world.ask('ann', 'GET', `${BASE}?q=pump&after=ODg`)).status, 422)
})
