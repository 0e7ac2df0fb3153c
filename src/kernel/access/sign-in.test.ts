import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, PASSWORD } from '../../../test/support/access-app.ts'

test('the first operator signs in, is known, and signs out', async () => {
  await using node = await openTestNode()
  await node.operator()
  const browser = node.client()
  const signedIn = await browser.signIn('Olga')
  assert.equal(signedIn.status, 200)
  assert.match(String(signedIn.headers['set-cookie']), /waymark=[^;]+;.*HttpOnly;.*SameSite=Lax/)
  const me = await browser.send('GET', '/api/v1/me')
  assert.equal(me.status, 200)
  assert.deepEqual(me.body, signedIn.body)
  assert.equal((await browser.send('POST', '/api/v1/sign-out')).status, 204)
  assert.equal((await browser.send('GET', '/api/v1/me')).status, 401)
})

test('wrong name, wrong password, no password yet and disabled get the same answer', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await operator.send('POST', '/api/v1/users', { name: 'pending', nodeRoles: ['auditor'] })
  await node.member('dora', 'e1', 'member')
  const { items } = (await operator.send('GET', '/api/v1/users')).body
  const dora = items.find((it: { name: string }) => it.name === 'dora')
  const patch = await operator.send('PATCH', `/api/v1/users/${dora.id}`, { state: 'disabled' })
  assert.equal(patch.status, 200)
  const answers = []
  for (const [name, password] of [
    ['nobody', PASSWORD],
    ['olga', 'not that password'],
    ['pending', PASSWORD],
    ['dora', PASSWORD],
  ] as const) {
    const { status, body } = await node.client().signIn(name, password)
    answers.push({ status, body })
  }
  assert.equal(answers[0]?.status, 403)
  for (const answer of answers) assert.deepEqual(answer, answers[0])
})
