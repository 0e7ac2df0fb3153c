import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  MAKER,
  openPageWorld,
  type PageWorld,
  SECRET,
  TARGET,
} from '../../../test/support/page-world.ts'
import type { Explanation } from './reply.ts'

async function explained(
  { app }: PageWorld,
  name: string,
  as = 'stranger',
): Promise<Explanation & { readonly text: string }> {
  const url = `/api/v1/explain/${name}`
  const { statusCode, body } = await app.inject({ url, headers: { 'x-as': as } })
  assert.equal(statusCode, 200, body)
  return { ...(JSON.parse(body) as Explanation), text: body }
}

test('every outcome is told as the public page and the programs’ interface answer it', async () => {
  const world = await openPageWorld('http://localhost')
  const names = [
    ...['PUMP-1', 'PUMP-2', 'GONE', 'HELD', 'NOBODY', 'SELF', 'FTP'].map((it) => `88.100.7/${it}`),
    ...['88.100.8/x', '88.100.9/x', '88.100.10/x', '20.500/x', '88.100.7', '/x'],
    encodeURIComponent('88.100.7/泵 一%').replace('%2F', '/'),
  ]
  for (const name of names) {
    const told = await explained(world, name)
    const handles = await world.app.inject({ url: `/api/handles/${name}` })
    assert.equal(told.handles.status, handles.statusCode, name)
    assert.equal(told.handles.responseCode, handles.json().responseCode, name)
    const page = await world.app.inject({ url: told.page.path, headers: { accept: 'text/html' } })
    assert.equal(told.page.status, page.statusCode, name)
    assert.equal(told.page.location, page.headers.location, name)
  }
})

test('steps that were not needed are absent', async () => {
  const world = await openPageWorld()
  const steps = async (name: string) => {
    const { outcome, prefix, record, values } = await explained(world, name)
    return [outcome, prefix?.state, record?.state, values?.shownTotal]
  }
  assert.deepEqual(await steps('88.100.7/PUMP-1'), ['found', 'hosted', 'registered', 12])
  assert.deepEqual(await steps('88.100.7/GONE'), ['retired', 'hosted', 'retired', undefined])
  assert.deepEqual(await steps('88.100.7/HELD'), ['held', 'hosted', 'held', undefined])
  assert.deepEqual(await steps('88.100.7/NO'), ['absent', 'hosted', 'absent', undefined])
  assert.deepEqual(await steps('88.100.8/x'), ['suspended', 'suspended', undefined, undefined])
  assert.deepEqual(await steps('88.100.9/x'), ['delegated', 'delegated', undefined, undefined])
  assert.deepEqual(await steps('20.500/x'), ['unknown', 'unknown', undefined, undefined])
  assert.deepEqual(await steps('/x'), ['malformed', undefined, undefined, undefined])
})

test('what is hidden is named to who may read it, and to nobody else', async () => {
  const world = await openPageWorld()
  const own = await explained(world, '88.100.7/PUMP-1', 'maker')
  assert.deepEqual(own.values?.hidden, [
    { index: 2009, type: 'cost', permissions: '1100', readers: 'administrators' },
  ])
  assert.equal(own.prefix?.enterprise, 'e7')
  assert.equal(own.record?.version, 2)
  const others = await explained(world, '88.100.7/PUMP-1')
  assert.equal(others.values?.hidden, undefined)
  assert.equal(others.values?.hiddenTotal, undefined)
  assert.equal(others.record?.version, undefined)
  assert.equal(others.prefix?.enterprise, undefined)
  assert.equal(others.prefix?.owner, MAKER)
  assert.ok(!own.text.includes(SECRET), 'the hidden value itself is told to nobody here')
  assert.ok(!others.text.includes('cost'))
  // of what is not found, nobody else is told whose it would be
  assert.equal((await explained(world, '88.100.7/NO')).prefix?.owner, undefined)
  assert.equal((await explained(world, '88.100.7/NO', 'maker')).prefix?.owner, MAKER)
})

test('it is for people who are signed in, within the limit of resolution, and counts as none', async () => {
  const world = await openPageWorld()
  const ask = (as?: string) =>
    world.app.inject({
      url: '/api/v1/explain/88.100.7/PUMP-1',
      ...(as !== undefined && { headers: { 'x-as': as } }),
    })
  assert.equal((await ask()).statusCode, 401)
  assert.equal((await ask('maker')).json().page.location, TARGET)
  assert.deepEqual(world.counted, [])
  world.limited = true
  const refused = await ask('maker')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.headers['retry-after'], '7')
})

test('long values are cut, many are counted', async () => {
  const world = await openPageWorld()
  const { values } = await explained(world, '88.100.7/MANY')
  assert.equal(values?.shown.length, 200)
  assert.equal(values?.shownTotal, 200)
})
