import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD, type TestClient } from '../../../test/support/access-app.ts'
import { addApp, fromBase32, ME } from '../../../test/support/second-factor.ts'
import { SECOND_FACTOR_MS_MAX, TOTP_SETUP_MS_MAX } from './second-factor.ts'
import { totpCode, totpStep } from './totp.ts'

const STEP_MS = 30_000

/** A password given at a device of its own; answers the ticket. */
async function ticketFor(client: TestClient, name = 'olga'): Promise<string> {
  const reply = await client.signIn(name)
  assert.equal(reply.status, 202)
  assert.deepEqual(reply.body.secondFactor.ways, ['code'])
  assert.equal(client.cookies.has('waymark'), false, 'nobody is signed in yet')
  return reply.body.secondFactor.ticket
}

const complete = (client: TestClient, ticket: string, code: string) =>
  client.send('POST', '/api/v1/sign-in/second', { ticket, code })

test('with an app, the password alone lets nobody in, and the code of now does', async () => {
  await using node = await openTestNode()
  const { code } = await addApp(node, await node.operator())
  node.clock.advance(STEP_MS)
  const client = node.client()
  const ticket = await ticketFor(client)
  assert.equal((await client.send('GET', '/api/v1/me')).status, 401)
  assert.equal((await complete(client, ticket, '000000')).body.code, 'sign-in-refused')
  assert.equal((await complete(client, ticket, code())).status, 200)
  assert.equal((await client.send('GET', '/api/v1/me')).body.name, 'olga')
})

test('a wrong password is answered the same with and without a second factor', async () => {
  await using node = await openTestNode()
  await addApp(node, await node.operator())
  const reply = await node.client().signIn('olga', 'not the password at all')
  assert.equal(reply.status, 403)
  assert.equal(reply.body.secondFactor, undefined)
})

test('of two who come with one code, one gets in', async () => {
  await using node = await openTestNode()
  const { code } = await addApp(node, await node.operator())
  node.clock.advance(STEP_MS)
  const clients = [node.client(), node.client()]
  const tickets = await Promise.all(clients.map((it) => ticketFor(it)))
  const replies = await Promise.all(
    clients.map((it, at) => complete(it, tickets[at] ?? '', code())),
  )
  assert.deepEqual(replies.map((it) => it.status).toSorted(), [200, 403])
})

test('each recovery code lets in once, however it is spelled', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { recovery } = await addApp(node, operator)
  assert.equal(new Set(recovery).size, 10)
  const [first = ''] = recovery
  const client = node.client()
  const spelled = first.replaceAll('-', ' ').toUpperCase()
  assert.equal((await complete(client, await ticketFor(client), spelled)).status, 200)
  assert.equal((await operator.send('GET', ME)).body.recoveryLeft, 9)
  const again = node.client()
  assert.equal((await complete(again, await ticketFor(again), first)).status, 403)
})

test('new recovery codes void the earlier ones, and want the password', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { recovery } = await addApp(node, operator)
  const path = `${ME}/recovery`
  assert.equal((await operator.send('POST', path, { password: 'something else' })).status, 403)
  const { body } = await operator.send('POST', path, { password: PASSWORD })
  const client = node.client()
  const ticket = await ticketFor(client)
  assert.equal((await complete(client, ticket, recovery[0] ?? '')).status, 403)
  assert.equal((await complete(client, ticket, body.recovery[0])).status, 200)
})

test('codes are tried ten times, then less and less often, wherever they come from', async () => {
  await using node = await openTestNode()
  const { code } = await addApp(node, await node.operator())
  node.clock.advance(STEP_MS)
  const client = node.client()
  const ticket = await ticketFor(client)
  for (let tries = 1; tries <= 10; tries++) {
    client.address = `192.0.2.${tries}`
    assert.equal((await complete(client, ticket, '000000')).status, 403, `try ${tries}`)
  }
  client.address = '198.51.100.7'
  const late = await complete(client, ticket, code())
  assert.equal(late.body.code, 'too-many-requests')
  assert.ok(Number(late.headers['retry-after']) >= 1)
})

test('a ticket is good for minutes, for one person, and until the password changes', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { code } = await addApp(node, operator)
  const client = node.client()
  const old = await ticketFor(client)
  node.clock.advance(SECOND_FACTOR_MS_MAX)
  assert.equal((await complete(client, old, code())).status, 403)
  const [body = '', signature = ''] = (await ticketFor(client)).split('.')
  const stated = JSON.parse(Buffer.from(body, 'base64url').toString())
  stated.stated.user = 'somebody'
  const forged = `${Buffer.from(JSON.stringify(stated)).toString('base64url')}.${signature}`
  assert.equal((await complete(client, forged, code())).status, 403)
  const ticket = await ticketFor(client)
  const change = { current: PASSWORD, password: 'a wholly new sentence' }
  assert.equal((await operator.send('POST', '/api/v1/me/password', change)).status, 200)
  assert.equal((await complete(client, ticket, code())).status, 403)
})

test('a secret counts once a code of it was given, in time', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const wrong = await operator.send('POST', `${ME}/totp`, { password: 'not mine' })
  assert.equal(wrong.status, 403)
  await operator.send('POST', `${ME}/totp`, { password: PASSWORD })
  const refused = await operator.send('POST', `${ME}/totp/confirm`, { code: '000000' })
  assert.equal(refused.body.errors[0].path, '/code')
  assert.equal((await node.client().signIn('olga')).status, 200, 'not asked for yet')
  node.clock.advance(TOTP_SETUP_MS_MAX)
  const late = await operator.send('POST', `${ME}/totp/confirm`, { code: '000000' })
  assert.equal(late.body.code, 'wrong-state')
})

test('without the app nothing is asked for, and no recovery code is left', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await addApp(node, operator)
  const path = `${ME}/totp/remove`
  assert.equal((await operator.send('POST', path, { password: PASSWORD })).status, 204)
  assert.equal((await node.client().signIn('olga')).status, 200)
  const { body } = await operator.send('GET', ME)
  assert.deepEqual(body, { totp: false, recoveryLeft: 0, passkeys: [] })
})

test('who has lost everything is let in by a link of the operator, and that is on record', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const member = await node.member('mei', 'e1', 'member')
  await addApp(node, member)
  const { items } = (await operator.send('GET', '/api/v1/users?q=mei')).body
  const { body } = await operator.send('POST', `/api/v1/users/${items[0].id}/reset-link`)
  const client = node.client()
  const wish = { token: body.token, password: 'a wholly new sentence' }
  assert.equal((await client.send('POST', '/api/v1/reset', wish)).status, 200)
  assert.equal((await node.client().signIn('mei', wish.password)).status, 200)
  const trail = await operator.send('GET', '/api/v1/audit?collection=second-factors')
  const gone = trail.body.items.find((it: { action: string }) => it.action === 'deleted')
  assert.equal(gone.note, 'reset link')
  assert.equal(gone.id, items[0].id)
})

test('no secret of a second factor is told by the feed, the log or an answer', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const begun = await operator.send('POST', `${ME}/totp`, { password: PASSWORD })
  const secret = fromBase32(begun.body.secret)
  const code = totpCode(secret, totpStep(node.clock()))
  const { body } = await operator.send('POST', `${ME}/totp/confirm`, { code })
  const feed = JSON.stringify(await node.documents.changes(0, 1000))
  const told = feed + node.logged() + (await operator.send('GET', '/api/v1/audit')).text
  for (const it of [begun.body.secret, secret.toString('base64url'), body.recovery[0]]) {
    assert.equal(told.includes(it), false)
  }
})

test('what is no passkey of this node opens nothing, and a challenge is nobody else’s', async () => {
  await using node = await openTestNode()
  const client = node.client()
  const asked = await client.send('POST', '/api/v1/sign-in/passkey/options', {})
  assert.equal(asked.status, 200)
  assert.equal(asked.body.options.rpId, 'localhost')
  assert.deepEqual(asked.body.options.allowCredentials ?? [], [])
  const response = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} }
  for (const state of [asked.body.state, 'x.y', '']) {
    const shown = { state, response }
    const reply = await client.send('POST', '/api/v1/sign-in/passkey', shown)
    assert.ok([403, 422].includes(reply.status), reply.text)
  }
  const member = await node.member('mei', 'e1', 'member')
  const path = '/api/v1/me/passkeys'
  const refused = await member.send('POST', `${path}/options`, { password: 'not mine' })
  assert.equal(refused.status, 403)
  const made = await member.send('POST', `${path}/options`, { password: PASSWORD })
  assert.equal(made.body.options.rp.id, 'localhost')
  const wish = { state: made.body.state, label: 'phone', response }
  assert.equal((await member.send('POST', path, wish)).status, 403)
  const operator = await node.operator()
  assert.equal((await operator.send('POST', path, wish)).status, 403)
  assert.equal((await operator.send('DELETE', `${path}/nothing`)).body.code, 'not-found')
})
