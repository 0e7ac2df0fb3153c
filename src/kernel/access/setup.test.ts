import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  openTestNode,
  PASSWORD,
  SETTINGS,
  type TestNode,
} from '../../../test/support/access-app.ts'
import { CHEAP } from '../../../test/support/test-clock.ts'
import { Problem } from '../../lib/problem.ts'
import { openAccess } from './access.ts'
import { OPERATORS, USERS } from './collections.ts'
import { createSetupCode, redeemSetupCode } from './setup.ts'

const WISH = { name: 'olga', password: PASSWORD, nodePrefix: '88.100' }
const WRONG = 'a'.repeat(22)

async function setUp(node: TestNode, code: string, change: object = {}) {
  return await node.client().send('POST', '/api/v1/setup', { code, ...WISH, ...change })
}

test('the code makes the first operator, says which node this is, and signs in', async () => {
  await using node = await openTestNode()
  assert.deepEqual((await node.client().send('GET', '/api/v1/setup')).body, { needed: true })
  const code = await createSetupCode(node.access)
  assert.match(code, /^[A-Za-z0-9_-]{22}$/)
  const client = node.client()
  const reply = await client.send('POST', '/api/v1/setup', { code, ...WISH })
  assert.deepEqual([reply.status, reply.body.nodeRoles], [201, ['operator']])
  assert.equal((await client.send('GET', '/api/v1/me')).status, 200)
  assert.deepEqual((await node.documents.get(SETTINGS, 'node'))?.body, { nodePrefix: '88.100' })
  assert.deepEqual((await node.client().send('GET', '/api/v1/setup')).body, { needed: false })
})

test('the code works once, and no other is made when there is an operator', async () => {
  await using node = await openTestNode()
  const code = await createSetupCode(node.access)
  assert.equal((await setUp(node, code)).status, 201)
  assert.equal((await setUp(node, code, { name: 'eve' })).status, 409)
  await assert.rejects(
    createSetupCode(node.access),
    (it) => it instanceof Problem && it.code === 'wrong-state',
  )
})

test('of two uses of the code at once exactly one makes an operator', async () => {
  await using node = await openTestNode()
  const code = await createSetupCode(node.access)
  const names = ['olga', 'oleg', 'otto']
  const replies = await Promise.all(names.map((name) => setUp(node, code, { name })))
  assert.equal(replies.filter((it) => it.status === 201).length, 1)
  assert.equal(await node.documents.count(USERS), 1)
})

test('every wrong field is told at once, and the code is still good', async () => {
  await using node = await openTestNode()
  const code = await createSetupCode(node.access)
  const bad = { name: '!', password: 'short', nodePrefix: '99.1' }
  const reply = await setUp(node, code, bad)
  assert.equal(reply.status, 422)
  const paths = reply.body.errors.map((it: { path: string }) => it.path)
  assert.deepEqual(paths, ['/name', '/password', '/nodePrefix'])
  assert.equal((await setUp(node, code)).status, 201)
})

test('nothing is written unless all of it is', async () => {
  let calls = 0
  await using node = await openTestNode({
    configureNode: async () => {
      if (++calls > 1) throw new Problem('unavailable', { en: 'no', zh: '否' })
      return []
    },
  })
  const code = await createSetupCode(node.access)
  assert.equal((await setUp(node, code)).status, 503)
  assert.equal(await node.documents.count(USERS), 0)
  assert.equal(await node.documents.count(OPERATORS), 0)
})

test('five tries a minute, and the right code has to wait as well', async () => {
  await using node = await openTestNode()
  const code = await createSetupCode(node.access)
  for (let i = 0; i < 5; i++) {
    assert.equal((await setUp(node, WRONG)).status, 403)
    node.clock.advance(1_000)
  }
  const told = await setUp(node, code)
  assert.deepEqual([told.status, told.headers['retry-after']], [429, '55'])
  node.clock.advance(55_000)
  assert.equal((await setUp(node, code)).status, 201)
})

test('tries at once count each, and a restart or a new code gives no more of them', async () => {
  await using node = await openTestNode()
  await createSetupCode(node.access)
  const replies = await Promise.all(Array.from({ length: 5 }, () => setUp(node, WRONG)))
  assert.deepEqual(new Set(replies.map((it) => it.status)), new Set([403]))
  const { documents, clock } = node
  const restarted = openAccess({ documents, clock, passwordCost: CHEAP })
  const code = await createSetupCode(restarted)
  await assert.rejects(
    redeemSetupCode(restarted, code, { name: 'olga', password: PASSWORD }),
    (it) => it instanceof Problem && it.code === 'too-many-requests',
  )
})

test('a code is good for a day, and a new one ends the one before', async () => {
  await using node = await openTestNode()
  const first = await createSetupCode(node.access)
  const second = await createSetupCode(node.access)
  assert.equal((await setUp(node, first)).status, 403)
  node.clock.advance(24 * 3_600_000)
  assert.equal((await setUp(node, second)).status, 403)
  assert.equal((await setUp(node, await createSetupCode(node.access))).status, 201)
})

test('what cannot be a code is refused without counting', async () => {
  await using node = await openTestNode()
  const code = await createSetupCode(node.access)
  for (let i = 0; i < 20; i++) assert.equal((await setUp(node, `${code}x`)).status, 403)
  assert.equal((await setUp(node, code)).status, 201)
})
