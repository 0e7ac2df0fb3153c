import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  openTestNode,
  PASSWORD,
  type Reply,
  type TestClient,
} from '../../../test/support/access-app.ts'
import { OPERATORS } from './collections.ts'
import { changeUser } from './user-admin.ts'
import { callerOfUser, findByName, judgeName, keyOfName } from './users.ts'

async function idOf(client: TestClient): Promise<string> {
  return (await client.send('GET', '/api/v1/me')).body.id
}

function answer({ status, body }: Reply): object {
  return { status, body }
}

for (const name of [
  'ab',
  '张伟',
  'zhang.wei@example.com',
  'a+b',
  'x'.repeat(64),
  'ｚｈａｎｇ',
  'Ølivia',
  '9lives',
]) {
  test(`${name} can be signed in by`, () => assert.deepEqual(judgeName(name), []))
}

for (const name of [
  '',
  'a',
  ' ',
  'x'.repeat(65),
  'a b',
  '.dot',
  '-x',
  'a\u0000b',
  'a\u202Eb',
  'a/b',
  '<b>',
  'ﷺ'.repeat(10),
]) {
  test(`${JSON.stringify(name)} cannot be signed in by`, () =>
    assert.equal(judgeName(name).length, 1))
}

test('names that look the same to a keyboard are the same name', () => {
  assert.equal(keyOfName('ＺＨＡＮＧ.Wei'), keyOfName(' zhang.wei '))
})

test('a name taken in another spelling is taken', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (const name of ['OLGA', 'ｏｌｇａ']) {
    assert.equal((await operator.send('POST', '/api/v1/users', { name })).status, 409)
  }
})

/** Who may do what: columns are operator, auditor, reviewer, administrator and member of e1, administrator of e2, nobody. */
const table: readonly [string, string, object | undefined, readonly number[]][] = [
  ['GET', '/api/v1/users', undefined, [200, 200, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/users?enterprise=e1', undefined, [200, 200, 403, 200, 403, 403, 401]],
  ['GET', '/api/v1/users?enterprise=e9', undefined, [200, 200, 403, 403, 403, 403, 401]],
  ['GET', '/api/v1/users/MEMBER', undefined, [200, 200, 403, 200, 403, 404, 401]],
  ['GET', '/api/v1/users/OPERATOR', undefined, [200, 200, 403, 404, 403, 404, 401]],
  ['GET', '/api/v1/users/nobody', undefined, [404, 404, 403, 404, 403, 404, 401]],
  ['PATCH', '/api/v1/users/MEMBER', { state: 'active' }, [200, 403, 403, 200, 403, 404, 401]],
  ['PATCH', '/api/v1/users/MEMBER', { nodeRoles: [] }, [200, 403, 403, 403, 403, 404, 401]],
  ['PATCH', '/api/v1/users/MEMBER', { displayName: 'M' }, [200, 403, 403, 403, 403, 404, 401]],
  ['POST', '/api/v1/users/MEMBER/reset-link', undefined, [201, 403, 403, 201, 403, 404, 401]],
  ['POST', '/api/v1/users/OPERATOR/reset-link', undefined, [201, 403, 403, 404, 403, 404, 401]],
  [
    'POST',
    '/api/v1/users',
    { name: 'NEW', nodeRoles: ['auditor'] },
    [201, 403, 403, 403, 403, 403, 401],
  ],
  ['POST', '/api/v1/users', { name: 'NEW' }, [201, 403, 403, 403, 403, 403, 401]],
  [
    'POST',
    '/api/v1/users',
    { name: 'NEW', memberships: [{ enterprise: 'e1', role: 'member' }] },
    [201, 403, 403, 201, 403, 403, 401],
  ],
  [
    'POST',
    '/api/v1/invitations',
    { enterprise: 'e1', role: 'member' },
    [201, 403, 403, 201, 403, 403, 401],
  ],
  ['POST', '/api/v1/invitations', { nodeRole: 'operator' }, [201, 403, 403, 403, 403, 403, 401]],
  ['GET', '/api/v1/invitations', undefined, [200, 403, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/keys', undefined, [200, 403, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/audit', undefined, [200, 200, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/audit?enterprise=e1', undefined, [200, 200, 403, 200, 403, 403, 401]],
  ['GET', '/api/v1/audit/export', undefined, [200, 200, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/audit?personal=true', undefined, [200, 200, 403, 200, 403, 200, 401]],
  ['GET', '/api/v1/me', undefined, [200, 200, 200, 200, 200, 200, 401]],
  ['GET', '/api/v1/me/sessions', undefined, [200, 200, 200, 200, 200, 200, 401]],
]

test('who may do what', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const staff = async (name: string, nodeRole: string): Promise<TestClient> => {
    const { body } = await operator.send('POST', '/api/v1/invitations', { nodeRole })
    const client = node.client()
    const wish = { token: body.token, name, password: PASSWORD }
    const joined = await client.send('POST', '/api/v1/invitations/accept', wish)
    client.headers['x-waymark-csrf'] = joined.body.csrf
    return client
  }
  const member = await node.member('mia', 'e1', 'member')
  const everybody: readonly TestClient[] = [
    operator,
    await staff('audrey', 'auditor'),
    await staff('rita', 'reviewer'),
    await node.member('anna', 'e1', 'administrator'),
    member,
    await node.member('boris', 'e2', 'administrator'),
    node.client(),
  ]
  const ids = { MEMBER: await idOf(member), OPERATOR: await idOf(operator) }
  let names = 0
  for (const [method, path, body, expected] of table) {
    const url = path.replace('MEMBER', ids.MEMBER).replace('OPERATOR', ids.OPERATOR)
    const got: number[] = []
    for (const client of everybody) {
      const wish = body && 'name' in body ? { ...body, name: `new${++names}` } : body
      got.push((await client.send(method, url, wish)).status)
    }
    assert.deepEqual(got, expected, `${method} ${path} ${JSON.stringify(body)}`)
  }
})

test('somebody of another enterprise is answered like nobody, whatever is asked', async () => {
  await using node = await openTestNode()
  await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const boris = await node.member('boris', 'e2', 'administrator')
  const foreign = await idOf(mia)
  const absent = '00000000-0000-4000-8000-000000000000'
  const asks: readonly [string, string, object?][] = [
    ['GET', '/api/v1/users/ID'],
    ['PATCH', '/api/v1/users/ID', { state: 'disabled' }],
    ['PATCH', '/api/v1/users/ID', { memberships: [] }],
    ['PATCH', '/api/v1/users/ID', { nodeRoles: ['operator'] }],
    ['PATCH', '/api/v1/users/ID', { memberships: [{ enterprise: 'e2', role: 'member' }] }],
    ['POST', '/api/v1/users/ID/reset-link'],
  ]
  for (const [method, path, body] of asks) {
    const [a, b] = [foreign, absent].map((id) => boris.send(method, path.replace('ID', id), body))
    assert.deepEqual(
      answer(await (a as Promise<Reply>)),
      answer(await (b as Promise<Reply>)),
      `${method} ${path}`,
    )
    assert.equal((await (a as Promise<Reply>)).status, 404)
  }
})

test('of somebody in two enterprises each sees what they are there, and nothing that moves elsewhere', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const boris = await node.member('boris', 'e2', 'administrator')
  const mia = await node.member('mia', 'e1', 'member')
  const invitation = await boris.send('POST', '/api/v1/invitations', {
    enterprise: 'e2',
    role: 'member',
  })
  const joined = await mia.send('POST', '/api/v1/invitations/join', {
    token: invitation.body.token,
  })
  assert.equal(joined.status, 204)
  const id = await idOf(mia)
  const before = await anna.send('GET', `/api/v1/users/${id}`)
  assert.deepEqual(before.body, {
    id,
    name: 'mia',
    displayName: 'mia',
    nodeRoles: [],
    memberships: [{ enterprise: 'e1', role: 'member' }],
    state: 'active',
  })
  await boris.send('PATCH', `/api/v1/users/${id}`, { state: 'disabled' })
  await operator.send('PATCH', `/api/v1/users/${id}`, { nodeRoles: ['auditor'] })
  assert.deepEqual((await anna.send('GET', `/api/v1/users/${id}`)).body, before.body)
  assert.equal((await boris.send('GET', `/api/v1/users/${id}`)).body.state, 'disabled')
  const { memberships, nodeRoles } = (await mia.send('GET', '/whoami')).body
  assert.deepEqual(memberships, [{ enterprise: 'e1', role: 'member' }])
  assert.deepEqual(nodeRoles, ['auditor'])
})

test('an administrator changes a membership of their own enterprise and leaves the others', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const mia = await node.member('mia', 'e1', 'member')
  const id = await idOf(mia)
  const both = [
    { enterprise: 'e1', role: 'member' },
    { enterprise: 'e2', role: 'administrator' },
  ]
  await operator.send('PATCH', `/api/v1/users/${id}`, { memberships: both })
  const raised = [{ enterprise: 'e1', role: 'administrator' }]
  assert.equal(
    (await anna.send('PATCH', `/api/v1/users/${id}`, { memberships: raised })).status,
    200,
  )
  assert.deepEqual((await mia.send('GET', '/whoami')).body.memberships, [both[1], raised[0]])
  assert.equal((await anna.send('PATCH', `/api/v1/users/${id}`, { memberships: [] })).status, 200)
  assert.deepEqual((await mia.send('GET', '/whoami')).body.memberships, [both[1]])
  assert.equal((await anna.send('GET', `/api/v1/users/${id}`)).status, 404)
})

test('an administrator cannot become somebody with more rights by a reset link', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const mia = await node.member('mia', 'e1', 'member')
  const id = await idOf(mia)
  const earlier = await anna.send('POST', `/api/v1/users/${id}/reset-link`)
  assert.equal(earlier.status, 201)
  await operator.send('PATCH', `/api/v1/users/${id}`, { nodeRoles: ['operator'] })
  assert.equal((await anna.send('POST', `/api/v1/users/${id}/reset-link`)).status, 403)
  const wish = { token: earlier.body.token, password: 'another plum blossom' }
  assert.equal((await node.client().send('POST', '/api/v1/reset', wish)).status, 404)
})

test('the last operator cannot be demoted or disabled, by themselves or others', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const id = await idOf(operator)
  for (const patch of [{ state: 'disabled' }, { nodeRoles: [] }, { nodeRoles: ['auditor'] }]) {
    const reply = await operator.send('PATCH', `/api/v1/users/${id}`, patch)
    assert.deepEqual([reply.status, reply.body.code], [409, 'wrong-state'])
  }
  assert.equal((await operator.send('GET', '/api/v1/me')).body.nodeRoles[0], 'operator')
})

test('two operators who remove each other at once leave one', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const oleg = await node.member('oleg', 'e1', 'member')
  await operator.send('PATCH', `/api/v1/users/${await idOf(oleg)}`, { nodeRoles: ['operator'] })
  const [a, b] = [await findByName(node.access, 'olga'), await findByName(node.access, 'oleg')]
  assert.ok(a && b)
  const outcomes = await Promise.allSettled([
    changeUser(node.access, callerOfUser(a), b.id, { nodeRoles: [] }),
    changeUser(node.access, callerOfUser(b), a.id, { state: 'disabled' }),
  ])
  const refused = outcomes.filter((it) => it.status === 'rejected')
  assert.deepEqual(
    refused.map((it) => it.reason.code),
    ['wrong-state'],
  )
  assert.equal((await node.documents.get(OPERATORS, 'current'))?.body.users.length, 1)
})

test('an administrator naming a membership elsewhere is refused whether or not it exists', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const id = await idOf(mia)
  const own = { enterprise: 'e1', role: 'member' } as const
  const there = { enterprise: 'e2', role: 'member' } as const
  await operator.send('PATCH', `/api/v1/users/${id}`, { memberships: [own, there] })
  const anna = {
    kind: 'user',
    id: 'anna',
    name: 'anna',
    nodeRoles: [],
    memberships: [{ enterprise: 'e1', role: 'administrator' }],
  } as const
  for (const foreign of [there, { ...there, enterprise: 'e3' }]) {
    const change = changeUser(node.access, anna, id, { memberships: [own, foreign] })
    await assert.rejects(change, { code: 'not-authorised' })
  }
})

test('a change of what somebody else changed meanwhile is refused', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const url = `/api/v1/users/${await idOf(mia)}`
  const { version } = (await operator.send('GET', url)).body
  assert.equal((await operator.send('PATCH', url, { displayName: 'Mia', version })).status, 200)
  assert.equal((await operator.send('PATCH', url, { displayName: 'Mila', version })).status, 409)
})

test('an administrator cannot find out by trying which names others have', async () => {
  await using node = await openTestNode()
  await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const memberships = [{ enterprise: 'e1', role: 'member' }]
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) {
    statuses.push((await anna.send('POST', '/api/v1/users', { name: 'olga', memberships })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(409), 429, 429])
  const free = await anna.send('POST', '/api/v1/users', { name: 'somebody', memberships })
  assert.equal(free.status, 429)
})

test('an enterprise nobody knows is refused by name, to those who may know', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const memberships = [{ enterprise: 'x1', role: 'member' }]
  const reply = await operator.send('POST', '/api/v1/users', { name: 'mia', memberships })
  assert.deepEqual([reply.status, reply.body.errors[0].path], [422, '/memberships/0/enterprise'])
})

test('whether another enterprise exists is told to nobody else', async () => {
  await using node = await openTestNode()
  await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const answers: object[] = []
  for (const enterprise of ['e2', 'x1']) {
    const memberships = [{ enterprise, role: 'member' }]
    answers.push(answer(await anna.send('POST', '/api/v1/users', { name: 'mia', memberships })))
    answers.push(answer(await anna.send('POST', '/api/v1/invitations', memberships[0])))
  }
  assert.deepEqual(answers.slice(0, 2), answers.slice(2))
  assert.ok(answers.every((it) => 'status' in it && it.status === 403))
})

test('people are listed in pages, each once', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (let i = 0; i < 7; i++) await operator.send('POST', '/api/v1/users', { name: `user${i}` })
  const seen: string[] = []
  let after = ''
  for (;;) {
    const page = (await operator.send('GET', `/api/v1/users?limit=3${after}`)).body
    seen.push(...page.items.map((it: { name: string }) => it.name))
    if (page.next === undefined) break
    after = `&after=${encodeURIComponent(page.next)}`
  }
  assert.equal(seen.length, 8)
  assert.equal(new Set(seen).size, 8)
})

test('members nobody declared are refused, not dropped', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const wish = { name: 'mia', password: PASSWORD }
  assert.equal((await operator.send('POST', '/api/v1/users', wish)).status, 422)
})
