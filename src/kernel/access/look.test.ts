import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD } from '../../../test/support/access-app.ts'
import { RESET_MS_MAX } from './links.ts'

test('a password is judged while it is chosen, in the words of sending it', async () => {
  await using node = await openTestNode()
  const client = node.client()
  const check = (body: object) => client.send('POST', '/api/v1/passwords/check', body)
  assert.deepEqual((await check({ password: PASSWORD })).body, { errors: [] })
  const { body } = await check({ password: 'wang-lei-2026', name: 'Wang-Lei' })
  assert.equal(body.errors[0].path, '/password')
  assert.match(body.errors[0].detail, /sign-in name/)
  client.headers['accept-language'] = 'zh-CN'
  assert.match((await check({ password: 'short' })).body.errors[0].detail, /过短/)
})

test('an invitation says what it is to before it is used, and is not used up by that', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const wish = { enterprise: 'e1', role: 'member' }
  const { token } = (await operator.send('POST', '/api/v1/invitations', wish)).body
  const client = node.client()
  for (let times = 0; times < 2; times++) {
    const { status, body } = await client.send('POST', '/api/v1/invitations/look', { token })
    assert.equal(status, 200)
    const { expiresAt, ...rest } = body
    assert.deepEqual(rest, { ...wish, enterpriseName: 'enterprise e1' })
    assert.ok(Date.parse(expiresAt) > node.clock())
  }
  const account = { token, name: 'mei', password: PASSWORD }
  assert.equal((await client.send('POST', '/api/v1/invitations/accept', account)).status, 201)
  const after = await node.client().send('POST', '/api/v1/invitations/look', { token })
  assert.equal(after.body.code, 'not-found')
})

test('a link for a new password says whose it is, until it has expired', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { body: user } = await operator.send('POST', '/api/v1/users', { name: 'mei' })
  const { token } = user.link
  const look = () => node.client().send('POST', '/api/v1/reset/look', { token })
  assert.equal((await look()).body.name, 'mei')
  const invitation = await operator.send('POST', '/api/v1/invitations', { nodeRole: 'auditor' })
  const other = { token: invitation.body.token }
  const asked = await node.client().send('POST', '/api/v1/reset/look', other)
  assert.equal(asked.body.code, 'not-found', 'a link of another kind is none')
  node.clock.advance(RESET_MS_MAX)
  assert.equal((await look()).body.code, 'not-found')
})

test('what each role may do is told, and is what it may', async () => {
  await using node = await openTestNode()
  const { body } = await node.client().send('GET', '/api/v1/roles')
  const of = (role: string) => body.items.find((it: { role: string }) => it.role === role)
  assert.deepEqual(of('operator').permissions, body.permissions)
  assert.equal(of('member').place, 'enterprise')
  const member = await node.member('mei', 'e1', 'member')
  const me = (await member.send('GET', '/api/v1/me')).body
  assert.deepEqual(of('member').permissions, me.memberships[0].permissions)
})

test('people are found by a part of their names, within what the asker may see', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const people = [
    { name: 'zhang.wei', displayName: '张伟', memberships: [{ enterprise: 'e1', role: 'member' }] },
    { name: 'li.na', displayName: '李娜', memberships: [{ enterprise: 'e2', role: 'member' }] },
    { name: 'zhao', displayName: 'ＺＨＡＮＧ', memberships: [] },
  ]
  for (const it of people) await operator.send('POST', '/api/v1/users', it)
  const found = async (client: typeof operator, q: string, more = '') => {
    const path = `/api/v1/users?q=${encodeURIComponent(q)}${more}`
    const names: string[] = []
    for (let after = ''; ; ) {
      const { body } = await client.send('GET', `${path}${after}`)
      names.push(...body.items.map((it: { name: string }) => it.name))
      if (body.next === undefined) return names.toSorted()
      after = `&after=${encodeURIComponent(body.next)}`
    }
  }
  assert.deepEqual(await found(operator, 'zhang'), ['zhang.wei', 'zhao'])
  assert.deepEqual(await found(operator, '娜'), ['li.na'])
  assert.deepEqual(await found(operator, 'zhang', '&limit=1'), ['zhang.wei', 'zhao'])
  const admin = await node.member('boss', 'e1', 'administrator')
  assert.deepEqual(await found(admin, 'n'), ['zhang.wei'])
  assert.deepEqual(await found(admin, 'nobody'), [])
})
