import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furnish, must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { USERS } from '../../kernel/access/collections.ts'

const USER = { passwordEpoch: 0, memberships: [], enterprises: [], state: 'active' }

test('who of the enterprise did something is told to it; of the node’s people, that it was the node', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const put = { ...USER, name: 'op', nameKey: 'op', displayName: 'op', nodeRoles: ['operator'] }
  const author = { kind: 'system', id: 'test' } as const
  await it.documents.commit([{ collection: USERS, id: 'u-op', expected: 0, put }], { author })
  const handle = '88.100.1/a'
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body: { handle, values: [] } }))
  const order = { handle, order: '7', authority: 'Court', reason: 'x' }
  await must(it.ask('operator', 'POST', '/api/v1/identifiers/hold', { body: order }))
  const authors = async (as: string) => {
    const { items } = await must(it.ask(as, 'GET', `/api/v1/history/${handle}`))
    return items.map((entry: { author: { id: string } }) => entry.author.id)
  }
  assert.deepEqual(await authors('ann'), ['node', 'u-ann'])
  assert.deepEqual(await authors('operator'), ['u-op', 'u-ann'])
})

test('who may know the people of a place reads their names in a history, others do not', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const person = (name: string, enterprise: string) => ({
    ...{ ...USER, name, nameKey: name, displayName: `${name} 王`, nodeRoles: [] },
    ...{ memberships: [{ enterprise, role: 'administrator' }], enterprises: [enterprise] },
  })
  const author = { kind: 'system', id: 'test' } as const
  const put = person('ann', 'A')
  await it.documents.commit([{ collection: USERS, id: 'u-ann', expected: 0, put }], { author })
  const handle = '88.100.1/a'
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body: { handle, values: [] } }))
  const authorFor = async (as: string) =>
    (await must(it.ask(as, 'GET', `/api/v1/history/${handle}`))).items[0].author
  const named = { kind: 'user', id: 'u-ann', name: 'ann 王' }
  assert.deepEqual(await authorFor('ann'), named)
  assert.deepEqual(await authorFor('operator'), named)
  // a member reads identifiers and does not manage people
  assert.deepEqual(await authorFor('abe'), { kind: 'user', id: 'u-ann' })
})
