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
