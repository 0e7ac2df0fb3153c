import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode } from '../../../test/support/access-app.ts'
import { VIEWS_MAX } from './views.ts'

const PATH = '/api/v1/me/views'
const LIST = `${PATH}?list=identifiers`
const view = (name: string, q = 'pump') => ({
  ...{ list: 'identifiers', name },
  ...{ filters: { q, prefix: '88.100.1' }, columns: ['name', 'state'] },
})
const shown = ({ list: _, ...rest }: ReturnType<typeof view>) => rest

test('a view is kept for who saved it and for nobody else', async () => {
  await using node = await openTestNode()
  const olga = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  assert.equal((await olga.send('PUT', PATH, view('泵 🛠'))).status, 204)
  assert.deepEqual((await olga.send('GET', LIST)).body.items, [shown(view('泵 🛠'))])
  assert.deepEqual((await mia.send('GET', LIST)).body.items, [])
  await mia.send('DELETE', `${LIST}&name=${encodeURIComponent('泵 🛠')}`)
  assert.equal((await olga.send('GET', LIST)).body.items.length, 1)
  assert.equal((await node.client().send('GET', LIST)).status, 401)
})

test('a name that is there is taken anew, in its place; a removed one is gone', async () => {
  await using node = await openTestNode()
  const olga = await node.operator()
  for (const it of [view('a'), view('b'), view(' a ', 'valve')]) await olga.send('PUT', PATH, it)
  const { items } = (await olga.send('GET', LIST)).body
  assert.deepEqual(items, [shown(view('a', 'valve')), shown(view('b'))])
  assert.equal((await olga.send('DELETE', `${LIST}&name=a`)).status, 204)
  assert.equal((await olga.send('DELETE', `${LIST}&name=a`)).status, 204)
  assert.deepEqual((await olga.send('GET', LIST)).body.items, [shown(view('b'))])
})

test('so many and no more; two saved at once are both there', async () => {
  await using node = await openTestNode()
  const olga = await node.operator()
  await Promise.all([olga.send('PUT', PATH, view('v0')), olga.send('PUT', PATH, view('v1'))])
  for (let i = 2; i < VIEWS_MAX; i++) await olga.send('PUT', PATH, view(`v${i}`))
  assert.equal((await olga.send('GET', LIST)).body.items.length, VIEWS_MAX)
  const refused = await olga.send('PUT', PATH, view('one more'))
  assert.equal(refused.body.code, 'too-large')
  assert.equal((await olga.send('PUT', PATH, view('v0', 'valve'))).status, 204)
})

test('what is no view is refused', async () => {
  await using node = await openTestNode()
  const olga = await node.operator()
  for (const it of [
    { ...view('x'), list: 'people' },
    view('  '),
    view('x'.repeat(61)),
    { ...view('x'), filters: { q: 7 } },
    {
      ...view('x'),
      filters: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, ''])),
    },
    { ...view('x'), columns: Array.from({ length: 101 }, () => 'name') },
    { ...view('x'), more: true },
  ]) {
    assert.equal((await olga.send('PUT', PATH, it)).status, 422, JSON.stringify(it).slice(0, 80))
  }
})
