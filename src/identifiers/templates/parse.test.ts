import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  furnish,
  label,
  must,
  openIdentifierWorld,
  PRODUCT,
} from '../../../test/support/identifier-world.ts'

const BASE = '/api/v1/templates'
const paths = ({ body }: { readonly body: { errors?: readonly { path: string }[] } }) =>
  (body.errors ?? []).map((it) => it.path).sort()
const text = (name: string) => ({ name, type: 'text', label: label(name) })

test('everything that is wrong with a new template is told at once', async () => {
  await using world = await openIdentifierWorld()
  await furnish(world)
  const fields = [
    { type: 'text', label: label('No name'), index: 100 },
    { ...text('a'), unit: 'kg', charsMax: 0 },
    { ...text('b'), pattern: '(a+)+' },
    { ...text('A'), label: 'x' },
    { name: 'c', label: label('c'), pattern: 'x' },
    { name: 'd', type: 'enumeration', label: label('d'), options: [] },
  ]
  const body = { prefix: '88.100.1', name: 'Wrong', thing: 'product', fields }
  const told = [
    '/fields/0/index',
    '/fields/0/name',
    '/fields/1/charsMax',
    '/fields/1/unit',
    '/fields/2/pattern',
    '/fields/3/label',
    '/fields/3/name',
    '/fields/4/type',
    '/fields/5/options',
    '/label',
    '/name',
    '/thing',
  ]
  const answer = await world.ask('ann', 'POST', BASE, { body })
  assert.equal(answer.status, 422)
  assert.deepEqual(paths(answer), told)
  const named = await world.ask('ann', 'POST', BASE, { body: { ...body, name: 'wrong' } })
  assert.deepEqual(
    paths(named),
    told.filter((it) => it !== '/name'),
  )
})

test('whoever may not make templates hears nothing of what is wrong with one', async () => {
  await using world = await openIdentifierWorld()
  await furnish(world)
  const body = { prefix: '88.100.1', name: 'wrong' }
  assert.equal((await world.ask('nobody', 'POST', BASE, { body })).status, 401)
  assert.equal((await world.ask('bob', 'POST', BASE, { body })).status, 404)
  assert.equal((await world.ask('ann', 'POST', BASE)).status, 422)
})

test('a next version is as given, or a copy; an empty object is neither', async () => {
  await using world = await openIdentifierWorld()
  await furnish(world)
  const address = `${BASE}/88.100.1/product/versions`
  const empty = await world.ask('ann', 'POST', address, { body: {} })
  assert.equal(empty.status, 422)
  assert.deepEqual(paths(empty), ['/fields', '/label'])
  const copy = await must(world.ask('ann', 'POST', address))
  assert.deepEqual([copy.version, copy.state, copy.fields.length], [2, 'draft', 6])
})

test('a next version is judged by the one before as well, at once', async () => {
  await using world = await openIdentifierWorld()
  await furnish(world)
  const [name, page, serial, weight, cost] = PRODUCT.fields
  const fields = [
    { ...name, label: undefined },
    { ...page, required: true },
    { ...serial, charsMax: 'x' },
    { ...weight, type: undefined },
    { ...cost, public: true },
  ]
  const wish = { label: label('Product'), fields }
  const told = [
    '/fields',
    '/fields/0/label',
    '/fields/1/required',
    '/fields/2/charsMax',
    '/fields/3/type',
    '/fields/4/public',
  ]
  const address = `${BASE}/88.100.1/product`
  const next = await world.ask('ann', 'POST', `${address}/versions`, { body: wish })
  assert.deepEqual(paths(next), told)
  await must(world.ask('ann', 'POST', `${address}/versions`))
  const change = await world.ask('ann', 'PUT', `${address}/2`, { body: { ...wish, revision: 0 } })
  assert.deepEqual(paths(change), [...told, '/revision'].sort())
})

test('a template says what its identifiers stand for', async () => {
  await using world = await openIdentifierWorld()
  await furnish(world)
  const body = { prefix: '88.100.1', name: 'hall', label: label('Hall'), fields: [text('a')] }
  const made = await must(world.ask('ann', 'POST', BASE, { body: { ...body, thing: 'Place' } }))
  assert.equal(made.thing, 'Place')
  await must(world.ask('ann', 'POST', `${BASE}/88.100.1/hall/1/publish`))
  const copy = await must(world.ask('ann', 'POST', `${BASE}/88.100.1/hall/versions`))
  assert.equal(copy.thing, 'Place')
})
