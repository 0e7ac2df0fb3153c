import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, type TestClient, type TestNode } from '../../../test/support/access-app.ts'
import { KEY_USES } from './collections.ts'

const DAY_MS = 86_400_000

async function makeKey(by: TestClient, wish: object): Promise<{ id: string; token: string }> {
  const reply = await by.send('POST', '/api/v1/keys', { label: 'ERP', ...wish })
  assert.equal(reply.status, 201, reply.text)
  return { id: reply.body.key.id, token: reply.body.token }
}

function withKey(node: TestNode, token: string): TestClient {
  const client = node.client()
  client.headers.authorization = `Bearer ${token}`
  return client
}

test('a key acts for its enterprise within its scopes', async () => {
  await using node = await openTestNode()
  const anna = await node.member('anna', 'e1', 'administrator')
  const scopes = ['identifiers.write', 'prefixes.read']
  const { id, token } = await makeKey(anna, { enterprise: 'e1', scopes })
  assert.match(token, /^wmk_[0-9a-f]{24}_[A-Za-z0-9_-]{43}$/)
  const caller = (await withKey(node, token).send('GET', '/whoami')).body
  assert.deepEqual(caller, { kind: 'key', id, enterprise: 'e1', scopes })
  const me = (await withKey(node, token).send('GET', '/api/v1/me')).body
  assert.deepEqual(me.permissions, [])
  assert.deepEqual(me.memberships, [
    { enterprise: 'e1', permissions: ['prefixes.read', 'identifiers.write'] },
  ])
})

test('a key is shown once: no list holds it, nor its hash', async () => {
  await using node = await openTestNode()
  const anna = await node.member('anna', 'e1', 'administrator')
  const { id, token } = await makeKey(anna, { enterprise: 'e1', scopes: ['prefixes.read'] })
  const list = await anna.send('GET', '/api/v1/keys')
  assert.equal(list.body.items[0].id, id)
  assert.ok(!list.text.includes(token.slice(-43)))
  assert.ok(!list.text.includes('secretHash'))
})

test('nobody gives a key what they may not do themselves', async () => {
  await using node = await openTestNode()
  const anna = await node.member('anna', 'e1', 'administrator')
  const refused = [
    { enterprise: 'e1', scopes: ['prefixes.manage'] },
    { enterprise: 'e2', scopes: ['prefixes.read'] },
    { scopes: ['prefixes.read'] },
  ]
  for (const wish of refused) {
    const reply = await anna.send('POST', '/api/v1/keys', { label: 'ERP', ...wish })
    assert.equal(reply.status, 403, JSON.stringify(wish))
  }
  const bob = await node.member('bob', 'e1', 'member')
  const wish = { label: 'ERP', enterprise: 'e1', scopes: ['prefixes.read'] }
  assert.equal((await bob.send('POST', '/api/v1/keys', wish)).status, 403)
})

test('a key cannot make keys', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { token } = await makeKey(operator, { scopes: ['keys.write', 'prefixes.read'] })
  const wish = { label: 'child', scopes: ['prefixes.read'] }
  assert.equal((await withKey(node, token).send('POST', '/api/v1/keys', wish)).status, 403)
})

test('a key with few scopes cannot make an operator, or become one by a reset link', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { id } = (await operator.send('GET', '/api/v1/me')).body
  const { token } = await makeKey(operator, { scopes: ['users.write', 'users.read'] })
  const key = withKey(node, token)
  for (const nodeRole of ['operator', 'auditor']) {
    const created = await key.send('POST', '/api/v1/users', { name: 'eve', nodeRoles: [nodeRole] })
    assert.equal(created.status, 403)
    assert.equal((await key.send('POST', '/api/v1/invitations', { nodeRole })).status, 403)
  }
  assert.equal((await key.send('POST', `/api/v1/users/${id}/reset-link`)).status, 403)
  assert.equal((await key.send('PATCH', `/api/v1/users/${id}`, { state: 'disabled' })).status, 403)
})

test('revoked, expired, unknown and malformed keys are refused alike, at once', async () => {
  await using node = await openTestNode()
  const anna = await node.member('anna', 'e1', 'administrator')
  const wish = { enterprise: 'e1', scopes: ['prefixes.read'] }
  const revoked = await makeKey(anna, wish)
  const expiresAt = new Date(node.clock() + DAY_MS).toISOString()
  const expiring = await makeKey(anna, { ...wish, expiresAt })
  for (const { token } of [revoked, expiring]) {
    assert.equal((await withKey(node, token).send('GET', '/whoami')).status, 200)
  }
  assert.equal((await anna.send('DELETE', `/api/v1/keys/${revoked.id}`)).status, 204)
  const tokens = [
    revoked.token,
    `wmk_${'0'.repeat(24)}_${'a'.repeat(43)}`,
    `${expiring.token.slice(0, -1)}_`,
    'wmk_',
    'something-else',
  ]
  const answers = []
  for (const token of tokens) {
    const { status, body } = await withKey(node, token).send('GET', '/whoami')
    answers.push({ status, body })
  }
  assert.equal(answers[0]?.status, 401)
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  node.clock.advance(DAY_MS)
  assert.equal((await withKey(node, expiring.token).send('GET', '/whoami')).status, 401)
})

test('expiry is a time to come and not too far', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (const [days, status] of [
    [0, 422],
    [-1, 422],
    [1_096, 201],
    [1_097, 422],
  ] as const) {
    const expiresAt = new Date(node.clock() + days * DAY_MS).toISOString()
    const wish = { label: 'ERP', scopes: ['prefixes.read'], expiresAt }
    assert.equal((await operator.send('POST', '/api/v1/keys', wish)).status, status, `${days} d`)
  }
})

test('a key goes with its maker: disabled or demoted, it does no more than they could', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const { id } = (await anna.send('GET', '/api/v1/me')).body
  const scopes = ['prefixes.read', 'keys.write']
  const { token } = await makeKey(anna, { enterprise: 'e1', scopes })
  const key = withKey(node, token)
  assert.deepEqual((await key.send('GET', '/whoami')).body.scopes, scopes)
  const memberships = [{ enterprise: 'e1', role: 'member' }]
  await operator.send('PATCH', `/api/v1/users/${id}`, { memberships })
  assert.deepEqual((await key.send('GET', '/whoami')).body.scopes, ['prefixes.read'])
  await operator.send('PATCH', `/api/v1/users/${id}`, { state: 'disabled' })
  assert.equal((await key.send('GET', '/whoami')).status, 401)
})

test('a key ignores cookies, and needs no token against forgery', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { token } = await makeKey(operator, { scopes: ['prefixes.read'] })
  const both = withKey(node, token)
  both.cookies.set('waymark', operator.cookies.get('waymark') ?? '')
  const reply = await both.send('POST', '/whoami')
  assert.deepEqual([reply.status, reply.body.kind], [200, 'key'])
  both.headers.authorization = `Bearer ${token}x`
  assert.equal((await both.send('GET', '/whoami')).status, 401)
})

test('last use is written down once a minute at most', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { id, token } = await makeKey(operator, { scopes: ['prefixes.read'] })
  const key = withKey(node, token)
  for (let seconds = 0; seconds < 120; seconds += 6) {
    await key.send('GET', '/whoami')
    node.clock.advance(6_000)
  }
  assert.equal((await node.documents.get(KEY_USES, id))?.version, 2)
  const told = await node.documents.changes(0, 1_000)
  assert.ok(!told.some((it) => it.collection === KEY_USES.name), 'use fills no feed')
  const [shown] = (await operator.send('GET', '/api/v1/keys')).body.items
  assert.equal(shown.lastUsedAt, '2026-01-01T00:01:00.000Z')
})

test('an enterprise’s administrators see and revoke its keys only', async () => {
  await using node = await openTestNode()
  const anna = await node.member('anna', 'e1', 'administrator')
  const boris = await node.member('boris', 'e2', 'administrator')
  const { id } = await makeKey(anna, { enterprise: 'e1', scopes: ['prefixes.read'] })
  assert.deepEqual((await boris.send('GET', '/api/v1/keys')).body.items, [])
  assert.equal((await boris.send('GET', '/api/v1/keys?enterprise=e1')).status, 403)
  const foreign = await boris.send('DELETE', `/api/v1/keys/${id}`)
  const absent = await boris.send('DELETE', `/api/v1/keys/${'0'.repeat(24)}`)
  assert.equal(foreign.status, 404)
  assert.deepEqual(foreign.body, absent.body)
  assert.equal((await anna.send('GET', '/api/v1/keys')).body.items.length, 1)
})
