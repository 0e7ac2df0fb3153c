import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD, type TestNode } from '../../../test/support/access-app.ts'
import { Problem } from '../../lib/problem.ts'
import { LINKS, USERS } from './collections.ts'
import { createResetLink } from './links.ts'

const CLI = { kind: 'system', id: 'cli' } as const
const FRESH = 'another plum blossom'
const HOUR_MS = 3_600_000

async function reset(node: TestNode, token: string, password = FRESH): Promise<number> {
  return (await node.client().send('POST', '/api/v1/reset', { token, password })).status
}

async function accept(node: TestNode, token: string, name: string): Promise<number> {
  const wish = { token, name, password: PASSWORD }
  return (await node.client().send('POST', '/api/v1/invitations/accept', wish)).status
}

test('a reset link gives a new password once, and ends all sessions', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { token } = await createResetLink(node.access, 'OLGA', CLI)
  assert.equal(await reset(node, token, 'short'), 422)
  assert.equal(await reset(node, token), 200)
  assert.equal(await reset(node, token), 404)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 401)
  assert.equal((await node.client().signIn('olga')).status, 403)
  assert.equal((await node.client().signIn('olga', FRESH)).status, 200)
})

test('of two uses of a link at once one wins', async () => {
  await using node = await openTestNode()
  await node.operator()
  const { token } = await createResetLink(node.access, 'olga', CLI)
  const statuses = await Promise.all([
    reset(node, token, 'first plum blossom'),
    reset(node, token, 'second plum blossom'),
  ])
  assert.deepEqual(statuses.toSorted(), [200, 404])
})

test('a reset link is good for a day, and a newer one ends it', async () => {
  await using node = await openTestNode()
  await node.operator()
  const first = await createResetLink(node.access, 'olga', CLI)
  const second = await createResetLink(node.access, 'olga', CLI)
  assert.equal(await reset(node, first.token), 404)
  node.clock.advance(24 * HOUR_MS)
  assert.equal(await reset(node, second.token), 404)
})

test('there is no link for nobody, and none for a disabled account', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await node.member('mia', 'e1', 'member')
  const { token } = await createResetLink(node.access, 'mia', CLI)
  const { items } = (await operator.send('GET', '/api/v1/users?enterprise=e1')).body
  await operator.send('PATCH', `/api/v1/users/${items[0].id}`, { state: 'disabled' })
  assert.equal(await reset(node, token), 404)
  const isProblem = (code: string) => (it: unknown) => it instanceof Problem && it.code === code
  await assert.rejects(createResetLink(node.access, 'mia', CLI), isProblem('wrong-state'))
  await assert.rejects(createResetLink(node.access, 'nobody', CLI), isProblem('not-found'))
})

test('a new account has no password until its link is used', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const reply = await operator.send('POST', '/api/v1/users', {
    name: 'audrey',
    nodeRoles: ['auditor'],
  })
  assert.equal(reply.body.link.path, `/console/reset#${reply.body.link.token}`)
  assert.equal(await reset(node, reply.body.link.token), 200)
  const audrey = node.client()
  assert.equal((await audrey.signIn('audrey', FRESH)).status, 200)
  assert.deepEqual((await audrey.send('GET', '/whoami')).body.nodeRoles, ['auditor'])
})

test('an invitation opens one account with its role', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const wish = { enterprise: 'e1', role: 'administrator', note: 'first administrator' }
  const { token, path } = (await operator.send('POST', '/api/v1/invitations', wish)).body
  assert.equal(path, `/console/invitation#${token}`)
  const open = (await operator.send('GET', '/api/v1/invitations')).body.items
  assert.equal(open[0].note, 'first administrator')
  assert.equal(await accept(node, token, 'anna'), 201)
  assert.equal(await accept(node, token, 'boris'), 404)
  assert.deepEqual((await operator.send('GET', '/api/v1/invitations')).body.items, [])
  const anna = node.client()
  await anna.signIn('anna')
  const { memberships } = (await anna.send('GET', '/whoami')).body
  assert.deepEqual(memberships, [{ enterprise: 'e1', role: 'administrator' }])
})

test('an invitation ends when who made it could not make it any more', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const { token } = (
    await anna.send('POST', '/api/v1/invitations', { enterprise: 'e1', role: 'member' })
  ).body
  const { id } = (await anna.send('GET', '/api/v1/me')).body
  await operator.send('PATCH', `/api/v1/users/${id}`, { memberships: [] })
  assert.equal(await accept(node, token, 'boris'), 404)
})

test('a withdrawn or expired invitation opens nothing', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const invite = async () =>
    (await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' })).body
  const withdrawn = await invite()
  assert.equal((await operator.send('DELETE', `/api/v1/invitations/${withdrawn.id}`)).status, 204)
  assert.equal(await accept(node, withdrawn.token, 'audrey'), 404)
  const expired = await invite()
  node.clock.advance(7 * 24 * HOUR_MS)
  assert.equal(await accept(node, expired.token, 'audrey'), 404)
})

test('an administrator cannot withdraw another’s invitation, nor a reset link as one', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const boris = await node.member('boris', 'e2', 'administrator')
  const { id } = (
    await operator.send('POST', '/api/v1/invitations', { enterprise: 'e1', role: 'member' })
  ).body
  const link = await createResetLink(node.access, 'olga', CLI)
  assert.equal((await boris.send('DELETE', `/api/v1/invitations/${id}`)).status, 404)
  assert.equal((await operator.send('DELETE', `/api/v1/invitations/${link.id}`)).status, 404)
  assert.equal(await node.documents.count(LINKS), 2)
})

test('a link of one kind does not work as the other', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const invitation = (await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' }))
    .body
  const link = await createResetLink(node.access, 'olga', CLI)
  assert.equal(await reset(node, invitation.token), 404)
  assert.equal(await accept(node, link.token, 'audrey'), 404)
})

test('an invitation can be tried with five taken names, then it is void', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { token } = (await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' }))
    .body
  for (let i = 0; i < 5; i++) assert.equal(await accept(node, token, 'olga'), 409)
  assert.equal(await accept(node, token, 'audrey'), 404)
  assert.equal(await node.documents.count(USERS), 1)
})

test('an invitation says to what: a role in an enterprise, or one on the node', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (const wish of [
    {},
    { enterprise: 'e1' },
    { role: 'member' },
    { enterprise: 'e1', role: 'member', nodeRole: 'auditor' },
    { role: 'member', nodeRole: 'auditor' },
  ]) {
    const { status } = await operator.send('POST', '/api/v1/invitations', wish)
    assert.equal(status, 422, JSON.stringify(wish))
  }
})

test('a token that was altered anywhere opens nothing', async () => {
  await using node = await openTestNode()
  await node.operator()
  const { token } = await createResetLink(node.access, 'olga', CLI)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'b' ? 'c' : 'b'
    assert.equal(await reset(node, token.slice(0, at) + other + token.slice(at + 1)), 404)
  }
  assert.equal(await reset(node, token), 200)
})
