import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD } from '../../../test/support/access-app.ts'
import { KEY_USES, KEYS, SESSIONS, USERS } from './collections.ts'
import { sweepExpired } from './sweep.ts'
import { findByName, withPassword } from './users.ts'

const HOUR_MS = 3_600_000

test('a session ends after twelve hours without use', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  node.clock.advance(12 * HOUR_MS - 1)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
  node.clock.advance(12 * HOUR_MS)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 401)
})

test('a session in use ends after seven days', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
    assert.equal((await operator.send('GET', '/api/v1/me')).status, 200, `${hours} h`)
    node.clock.advance(6 * HOUR_MS)
  }
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
  node.clock.advance(6 * HOUR_MS)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 401)
})

test('use is written down at most every quarter of an hour', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const [before] = (await node.documents.query(SESSIONS, { limit: 10 })).items
  for (let minutes = 0; minutes < 44; minutes++) {
    node.clock.advance(60_000)
    await operator.send('GET', '/api/v1/me')
  }
  const [after] = (await node.documents.query(SESSIONS, { limit: 10 })).items
  assert.equal((after?.version ?? 0) - (before?.version ?? 0), 2)
})

test('a person sees where they are signed in, and ends one or all others', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const phone = node.client()
  phone.headers['user-agent'] =
    'Mozilla/5.0 (Linux; Android 15) Chrome/150.0 Mobile MicroMessenger/9'
  await phone.signIn('olga')
  const tablet = node.client()
  await tablet.signIn('olga')
  const { items } = (await operator.send('GET', '/api/v1/me/sessions')).body
  assert.equal(items.length, 3)
  assert.equal(items.filter((it: { current: boolean }) => it.current).length, 1)
  const onPhone = items.find((it: { client: string }) => it.client === 'WeChat · Android')
  assert.equal((await operator.send('DELETE', `/api/v1/me/sessions/${onPhone.id}`)).status, 204)
  assert.equal((await phone.send('GET', '/api/v1/me')).status, 401)
  assert.equal((await tablet.send('GET', '/api/v1/me')).status, 200)
  assert.equal((await operator.send('DELETE', '/api/v1/me/sessions')).status, 204)
  assert.equal((await tablet.send('GET', '/api/v1/me')).status, 401)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
})

test('another’s session is not found, like one that never was', async () => {
  await using node = await openTestNode()
  await node.operator()
  const anna = await node.member('anna', 'e1', 'member')
  const all = (await node.documents.query(SESSIONS, { limit: 10 })).items
  const [mine] = (await anna.send('GET', '/api/v1/me/sessions')).body.items
  const foreign = all.find((it) => it.id !== mine.id)
  const answers = []
  for (const id of [foreign?.id, '0'.repeat(24)]) {
    const { status, body } = await anna.send('DELETE', `/api/v1/me/sessions/${id}`)
    answers.push({ status, body })
  }
  assert.equal(answers[0]?.status, 404)
  assert.deepEqual(answers[0], answers[1])
})

test('a new password ends every other session and goes on with a new one', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const other = node.client()
  await other.signIn('olga')
  const former = operator.cookies.get('waymark') ?? ''
  const wrong = { current: 'not that password', password: 'another plum blossom' }
  assert.equal((await operator.send('POST', '/api/v1/me/password', wrong)).status, 403)
  const weak = { current: PASSWORD, password: 'olga-olga-olga' }
  assert.equal((await operator.send('POST', '/api/v1/me/password', weak)).status, 422)
  const change = { current: PASSWORD, password: 'another plum blossom' }
  assert.equal((await operator.send('POST', '/api/v1/me/password', change)).status, 200)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
  assert.equal((await other.send('GET', '/api/v1/me')).status, 401)
  const thief = node.client()
  thief.cookies.set('waymark', former)
  assert.equal((await thief.send('GET', '/api/v1/me')).status, 401)
  assert.equal((await node.client().signIn('olga')).status, 403)
  assert.equal((await node.client().signIn('olga', change.password)).status, 200)
})

test('guessing the current password from a stolen session is slowed down', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const statuses = new Set<number>()
  for (let i = 0; i < 12; i++) {
    const guess = { current: `guess number ${i}`, password: 'another plum blossom' }
    statuses.add((await operator.send('POST', '/api/v1/me/password', guess)).status)
  }
  assert.deepEqual([...statuses], [403, 429])
})

test('one person has fifty sessions at most; the longest unused goes', async () => {
  await using node = await openTestNode()
  const first = await node.operator()
  for (let i = 0; i < 50; i++) {
    node.clock.advance(1_000)
    assert.equal((await node.client().signIn('olga')).status, 200)
  }
  assert.equal(await node.documents.count(SESSIONS), 50)
  node.clock.advance(5_000)
  assert.equal((await first.send('GET', '/api/v1/me')).status, 401)
})

test('a role given or taken counts from the next request on', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'member')
  const { id } = (await anna.send('GET', '/api/v1/me')).body
  await operator.send('PATCH', `/api/v1/users/${id}`, { nodeRoles: ['auditor'] })
  assert.deepEqual((await anna.send('GET', '/whoami')).body.nodeRoles, ['auditor'])
  await operator.send('PATCH', `/api/v1/users/${id}`, { state: 'disabled' })
  assert.equal((await anna.send('GET', '/whoami')).body.kind, 'anonymous')
})

test('a cookie that is no session is nobody: public pages go on', async () => {
  await using node = await openTestNode()
  const client = node.client()
  for (const cookie of [
    '',
    'x',
    `${'0'.repeat(24)}_${'a'.repeat(43)}`,
    '%',
    '"',
    'a'.repeat(4_000),
  ]) {
    client.cookies.set('waymark', cookie)
    const reply = await client.send('POST', '/whoami')
    assert.deepEqual([reply.status, reply.body.kind], [200, 'anonymous'], cookie)
  }
})

test('the id of a session, which is shown, opens nothing with another secret', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const [{ id }] = (await operator.send('GET', '/api/v1/me/sessions')).body.items
  const thief = node.client()
  thief.cookies.set('waymark', `${id}_${'a'.repeat(43)}`)
  assert.equal((await thief.send('GET', '/api/v1/me')).status, 401)
})

test('ended sessions and expired links are swept, live ones stay', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' })
  assert.equal(await sweepExpired(node.access), 0)
  node.clock.advance(7 * 24 * HOUR_MS)
  await node.client().signIn('olga')
  assert.equal(await sweepExpired(node.access), 2)
  assert.equal(await node.documents.count(SESSIONS), 1)
})

test('a dead key is listed for ninety days more, then swept with its use', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const wish = { label: 'ERP', scopes: ['users.read'] }
  const { key, token } = (await operator.send('POST', '/api/v1/keys', wish)).body
  const program = node.client()
  program.headers.authorization = `Bearer ${token}`
  await program.send('GET', '/whoami')
  await operator.send('DELETE', `/api/v1/keys/${key.id}`)
  const [listed] = (await operator.send('GET', '/api/v1/keys')).body.items
  assert.equal(listed.revokedAt, listed.expiresAt)
  node.clock.advance(90 * 24 * HOUR_MS - 1)
  await sweepExpired(node.access)
  assert.equal(await node.documents.count(KEYS), 1)
  node.clock.advance(1)
  await sweepExpired(node.access)
  assert.deepEqual([await node.documents.count(KEYS), await node.documents.count(KEY_USES)], [0, 0])
})

test('a session begun with an earlier password is none, even if it was begun after the change', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const olga = await findByName(node.access, 'olga')
  assert.ok(olga)
  const put = withPassword(olga.body, olga.body.password ?? '')
  const write = { collection: USERS, id: olga.id, expected: olga.version, put }
  await node.documents.commit([write], { author: { kind: 'system', id: 'other process' } })
  node.clock.advance(5_000)
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 401)
})
