import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furnish, must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { PERSONAL_READS } from '../../kernel/access/collections.ts'

const BASE = '/api/v1/identifiers'
const template = 'product'

async function openFurnished() {
  const world = await openIdentifierWorld()
  await furnish(world)
  const { ask, documents, clock } = world
  const register = (suffix: string, fields: object) =>
    must(ask('ann', 'POST', BASE, { body: { handle: `88.100.1/${suffix}`, template, fields } }))
  await register('dear', { name: 'Pump', cost: 12 })
  await register('plain', { name: 'Pipe' })
  const entries = async () => await documents.changes(0, 1_000, { collection: PERSONAL_READS.name })
  /** What a request leaves in the log, in a minute of its own. */
  const leaves = async (request: () => Promise<unknown>) => {
    clock.now += 60_000
    const before = (await entries()).length
    await request()
    const found = (await entries()).slice(before)
    return found.map(({ author, after }) => ({ by: author.id, ...(after as object) }))
  }
  return { world, leaves, entries }
}

const READ = { what: 'identifiers', enterprise: 'A', place: '88.100.1' }
const DEAR = '88.100.1/DEAR'

test('every way of being shown protected values leaves an entry for whose they are', async () => {
  const it = await openFurnished()
  await using world = it.world
  const { ask } = world
  const told = { by: 'u-op', ...READ, subject: '88.100.1/dear', count: 1 }
  const send = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => async () =>
    await must(ask('operator', method, path, body === undefined ? {} : { body }))
  for (const request of [
    send('GET', `${BASE}/${DEAR}`),
    send('GET', `/api/v1/history/${DEAR}`),
    send('GET', `${BASE}?prefix=88.100.1`),
    send('GET', BASE),
    send('PATCH', `${BASE}/${DEAR}`, { fields: { name: 'Pump 2' } }),
    send('PATCH', `${BASE}/${DEAR}`, { fields: {} }),
    send('POST', `${BASE}/retire`, { handle: DEAR }),
  ]) {
    assert.deepEqual(await it.leaves(request), [told])
  }
})

test('registering, what everybody may read, and what is refused leave none', async () => {
  const it = await openFurnished()
  await using world = it.world
  const { ask } = world
  assert.deepEqual(await it.entries(), [], 'of what one registers oneself')
  assert.deepEqual(await it.leaves(() => must(ask('ann', 'GET', `${BASE}/88.100.1/plain`))), [])
  for (const as of ['bob', 'writer', 'nobody']) {
    const found = await it.leaves(async () => {
      const answer = await ask(as, 'GET', `${BASE}/${DEAR}`)
      assert.ok(answer.status >= 400, as)
    })
    assert.deepEqual(found, [], as)
  }
  const body = { fields: { name: 'Pump 3' } }
  const asWriter = () => must(ask('writer', 'PATCH', `${BASE}/${DEAR}`, { body }))
  assert.deepEqual(await it.leaves(asWriter), [], 'who may write and not read is shown nothing')
})

test('a page of many is one entry with their number', async () => {
  const it = await openFurnished()
  await using world = it.world
  const { ask } = world
  for (let i = 0; i < 4; i++) {
    const fields = { name: 'Valve', cost: i }
    await must(ask('ann', 'POST', BASE, { body: { handle: `88.100.1/v${i}`, template, fields } }))
  }
  const list = () => must(ask('abe', 'GET', `${BASE}?prefix=88.100.1`))
  const names = ['dear', 'v0', 'v1', 'v2', 'v3'].map((it) => `88.100.1/${it}`)
  const told = { by: 'u-abe', ...READ, subject: '88.100.1', names, count: 5 }
  assert.deepEqual(await it.leaves(list), [told])
})

test('rows of a list tell their first text and the fields asked for, and of protected ones only where they are told', async () => {
  const it = await openFurnished()
  await using world = it.world
  const { ask } = world
  const rows = async (query: string) => {
    const { items } = await must(ask('ann', 'GET', `${BASE}?prefix=88.100.1&content=row${query}`))
    return items.find((item: { handle: string }) => item.handle === '88.100.1/dear')
  }
  const names = (row: { described: { name: string }[] }) => row.described.map(({ name }) => name)
  const whole = await must(ask('ann', 'GET', `${BASE}/${DEAR}`))
  const { fields, values, links, described, ...head } = whole
  for (const it of [fields, values, links, described]) assert.ok(it !== undefined)
  const withoutCost = await it.leaves(async () => {
    const { described: shown, ...rest } = await rows('')
    assert.deepEqual(rest, head)
    assert.deepEqual(shown, [described.find((one: { name: string }) => one.name === 'name')])
    assert.deepEqual(names(await rows('&field=absent')), ['name'])
  })
  assert.deepEqual(withoutCost, [])
  const withCost = await it.leaves(async () => {
    assert.deepEqual(names(await rows('&field=cost&field=absent')), ['name', 'cost'])
  })
  assert.deepEqual(withCost, [{ by: 'u-ann', ...READ, subject: '88.100.1/dear', count: 1 }])
})
