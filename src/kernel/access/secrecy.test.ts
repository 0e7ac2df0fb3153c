import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD, type Reply } from '../../../test/support/access-app.ts'
import { ACCESS_SECRETS, KEYS, LINKS, SESSIONS, SETUP_CODES, USERS } from './collections.ts'
import { createSetupCode } from './setup.ts'

const FRESH = 'another plum blossom'

/** Everything that must stay here: what is stored hashed, and what it was hashed from. */
function secretsIn(text: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what)
}

test('no secret is in any reply but the one that hands it out, in any error, in the change feed or in the log', async () => {
  await using node = await openTestNode()
  const secrets = new Map<string, string>([
    [PASSWORD, 'password'],
    [FRESH, 'new password'],
  ])
  const replies: [string, Reply][] = []
  const operator = node.client()
  const send = async (method: string, url: string, body?: object): Promise<Reply> => {
    const reply = await operator.send(method, url, body)
    replies.push([`${method} ${url}`, reply])
    return reply
  }
  const handedOut = (reply: Reply, token: string, what: string): void => {
    assert.equal(reply.text.split(token).length > 1, true)
    replies.pop()
    secrets.set(token.slice(-43), what)
  }
  const code = await createSetupCode(node.access)
  secrets.set(code, 'setup code')
  const wish = { code, name: 'olga', password: PASSWORD, nodePrefix: '88.100' }
  await send('POST', '/api/v1/setup', { ...wish, password: 'short' })
  await send('POST', '/api/v1/setup', { ...wish, code: 'a'.repeat(22) })
  const setUp = await send('POST', '/api/v1/setup', wish)
  operator.headers['x-waymark-csrf'] = setUp.body.csrf
  secrets.set((operator.cookies.get('waymark') ?? '').slice(-43), 'session')
  secrets.set((operator.cookies.get('waymark-device') ?? '').slice(-43), 'device')

  const invitation = await send('POST', '/api/v1/invitations', { enterprise: 'e1', role: 'member' })
  handedOut(invitation, invitation.body.token, 'invitation')
  const created = await send('POST', '/api/v1/users', { name: 'audrey', nodeRoles: ['auditor'] })
  handedOut(created, created.body.link.token, 'reset link')
  const key = await send('POST', '/api/v1/keys', { label: 'ERP', scopes: ['users.read'] })
  handedOut(key, key.body.token, 'key')

  await send('POST', '/api/v1/invitations/accept', {
    token: invitation.body.token,
    name: 'olga',
    password: FRESH,
  })
  await send('POST', '/api/v1/reset', { token: `${created.body.link.token}x`, password: FRESH })
  await send('POST', '/api/v1/me/password', { current: FRESH, password: PASSWORD })
  await node.client().signIn('olga', FRESH)
  const failing = node.client()
  failing.headers.authorization = `Bearer ${key.body.token}x`
  replies.push(['bad key', await failing.send('GET', '/api/v1/me')])
  const id = (await send('GET', '/api/v1/me')).body.id
  for (const url of [
    '/api/v1/users',
    `/api/v1/users/${id}`,
    '/api/v1/keys',
    '/api/v1/invitations',
    '/api/v1/me/sessions',
    '/api/v1/audit?limit=1000',
    '/api/v1/audit?limit=1000&personal=true',
    '/api/v1/audit/export?personal=true',
  ]) {
    assert.equal((await send('GET', url)).status, 200, url)
  }

  for (const collection of [SESSIONS, KEYS, LINKS, SETUP_CODES]) {
    for (const it of (await node.documents.query(collection, { limit: 100 })).items) {
      secrets.set((it.body as { secretHash: string }).secretHash, `hash in ${collection.name}`)
    }
  }
  for (const it of (await node.documents.query(USERS, { limit: 100 })).items) {
    if (it.body.password !== undefined) secrets.set(it.body.password, 'password hash')
    secrets.set(it.body.password?.split('$').at(-1) ?? 'none', 'password hash')
  }
  const device = await node.documents.get(ACCESS_SECRETS, 'device')
  secrets.set(device?.body.secret ?? 'none', 'device secret')
  assert.ok(secrets.size >= 15, `${secrets.size} secrets`)

  for (const [what, reply] of replies) {
    assert.deepEqual(secretsIn(reply.text, secrets), [], what)
    assert.doesNotMatch(reply.text, /argon2|secretHash/, what)
  }
  const feed = JSON.stringify(await node.documents.changes(0, 1_000))
  assert.match(feed, /"secretHash":"\[secret\]"/, 'the feed tells that there is one')
  assert.deepEqual(secretsIn(feed, secrets), [], 'the change feed')
  assert.ok(node.logged().includes('/api/v1/setup'), 'the log was on')
  assert.deepEqual(secretsIn(node.logged(), secrets), [])
})

test('nothing is stored from which a token could be made again', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const key = await operator.send('POST', '/api/v1/keys', { label: 'ERP', scopes: ['users.read'] })
  const invitation = await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' })
  const stored = JSON.stringify(await node.documents.changes(0, 1_000))
  for (const token of [key.body.token, invitation.body.token, operator.cookies.get('waymark')]) {
    assert.ok(!stored.includes(String(token).slice(-43)))
  }
  assert.ok(!stored.includes(PASSWORD))
})
