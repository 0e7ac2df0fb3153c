import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furnish, must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'

const BASE = '/api/v1/prefixes/88.100.1/next-suffix'

async function openSeries(suffixes: readonly string[]) {
  const world = await openIdentifierWorld()
  await furnish(world)
  for (const it of suffixes) {
    const body = { handle: `88.100.1/${it}`, values: [] }
    await must(world.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  }
  const propose = async (query: string) =>
    (await must(world.ask('ann', 'GET', `${BASE}?${query}`))).suffix
  return { world, propose, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

test('the number after the highest of a series is proposed, whatever stands between', async () => {
  const names = ['P-0007', 'P-0041', 'p-0040', 'P-0041-A', 'P-X', 'Q-0900', '12', '0003', '9']
  await using it = await openSeries(names)
  const cases: readonly (readonly [string, string])[] = [
    ['stem=P-', 'P-0042'],
    ['stem=p-', 'p-0042'],
    ['stem=Q-', 'Q-0901'],
    ['stem=R-&digits=3', 'R-001'],
    // a shorter number does not hide those that have as many digits
    ['', '0004'],
    ['digits=2', '13'],
    // 9 is the last of one digit, so the series goes on as it stands
    ['digits=1', '13'],
  ]
  for (const [query, suffix] of cases) assert.equal(await it.propose(query), suffix, query)
})

test('a full series goes on with one digit more', async () => {
  await using it = await openSeries(['L-99', 'L-098', 'M-99', 'M-104'])
  assert.equal(await it.propose('stem=L-&digits=2'), 'L-100')
  assert.equal(await it.propose('stem=M-&digits=2'), 'M-105')
})

test('a retired name is not proposed again', async () => {
  await using it = await openSeries(['P-0001', 'P-0002'])
  const body = { handle: '88.100.1/P-0002' }
  await must(it.world.ask('ann', 'POST', '/api/v1/identifiers/retire', { body }))
  assert.equal(await it.propose('stem=P-'), 'P-0003')
})

test('who may not write under the prefix is told nothing of it', async () => {
  await using it = await openSeries(['P-0001'])
  const foreign = await it.world.ask('bob', 'GET', `${BASE}?stem=P-`)
  assert.equal(foreign.status, 404)
  assert.equal((await it.world.ask('ann', 'GET', `${BASE}?digits=16`)).status, 422)
  assert.equal((await it.world.ask('ann', 'GET', `${BASE}?stem=${'x'.repeat(201)}`)).status, 422)
})
