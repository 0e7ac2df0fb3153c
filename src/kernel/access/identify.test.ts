import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestNode, type TestNode } from '../../../test/support/access-app.ts'

const OWN = 'http://localhost:8080'

/** Writes with a session's cookie and these headers; answers the status. */
async function write(
  node: TestNode,
  headers: Record<string, string>,
  method = 'POST',
): Promise<number> {
  const client = node.client()
  client.cookies.set('waymark', operatorCookie)
  client.headers = headers
  return (await client.send(method, '/whoami')).status
}

let operatorCookie = ''
async function opened(): Promise<{ node: TestNode; csrf: string }> {
  const node = await openTestNode()
  const operator = await node.operator()
  operatorCookie = operator.cookies.get('waymark') ?? ''
  return { node, csrf: operator.headers['x-waymark-csrf'] ?? '' }
}

const cases: readonly [string, Record<string, string>, number][] = [
  ['nothing', {}, 403],
  ['our page', { 'sec-fetch-site': 'same-origin', origin: OWN }, 200],
  ['our page, started by the person', { 'sec-fetch-site': 'none', origin: OWN }, 200],
  [
    'our origin with its default port left out',
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
    403,
  ],
  ['only the fetch site', { 'sec-fetch-site': 'same-origin' }, 403],
  ['only the origin', { origin: OWN }, 403],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
  ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: OWN }, 403],
  ['a neighbour of ours', { 'sec-fetch-site': 'same-site', origin: OWN }, 403],
  [
    'our fetch site with another origin',
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    403,
  ],
  ['an opaque origin', { 'sec-fetch-site': 'same-origin', origin: 'null' }, 403],
  ['the other scheme', { 'sec-fetch-site': 'same-origin', origin: 'https://localhost:8080' }, 403],
  ['a wrong token', { 'x-waymark-csrf': 'x'.repeat(43) }, 403],
  ['an empty token', { 'x-waymark-csrf': '' }, 403],
]

for (const [what, headers, status] of cases) {
  test(`a write by cookie with ${what} gets ${status}`, async () => {
    const { node } = await opened()
    await using _ = node
    assert.equal(await write(node, headers), status)
  })
}

test('a write by cookie with the token of the session is taken, from wherever it comes', async () => {
  const { node, csrf } = await opened()
  await using _ = node
  assert.equal(await write(node, { 'x-waymark-csrf': csrf }), 200)
  assert.equal(await write(node, { 'x-waymark-csrf': csrf, 'sec-fetch-site': 'cross-site' }), 200)
})

test('the token of another session is not taken', async () => {
  const { node } = await opened()
  await using _ = node
  const other = node.client()
  await other.signIn('olga')
  assert.equal(await write(node, { 'x-waymark-csrf': other.headers['x-waymark-csrf'] ?? '' }), 403)
})

test('reading by cookie needs no token, and the token does not tell the cookie', async () => {
  const { node, csrf } = await opened()
  await using _ = node
  assert.equal(await write(node, {}, 'GET'), 200)
  assert.ok(!operatorCookie.includes(csrf) && !csrf.includes(operatorCookie.slice(0, 24)))
})

test('a write without a session needs no token', async () => {
  await using node = await openTestNode()
  const reply = await node.client().send('POST', '/whoami')
  assert.deepEqual([reply.status, reply.body.kind], [200, 'anonymous'])
})

test('an API key that came in clear text is refused before it is looked at, others go on', async () => {
  const reason = { en: 'This key was sent in clear text', zh: '该密钥以明文传输' }
  await using node = await openTestNode({
    keyAllowed: ({ headers }) => (headers['x-far'] === undefined ? undefined : reason),
  })
  const operator = await node.operator()
  const { body } = await operator.send('POST', '/api/v1/keys', {
    label: 'ERP',
    scopes: ['users.read'],
  })
  const client = node.client()
  const ask = async (headers: Record<string, string>) => {
    client.headers = headers
    const reply = await client.send('GET', '/whoami')
    return [reply.status, reply.body.code ?? reply.body.kind, reply.body.detail]
  }
  const far = { 'x-far': '1' }
  const refused = [403, 'sign-in-refused', reason.en]
  for (const scheme of ['Bearer', 'bearer', 'Bearer  ']) {
    assert.deepEqual(await ask({ ...far, authorization: `${scheme} ${body.token}` }), refused)
  }
  assert.deepEqual(
    await ask({ ...far, authorization: 'Bearer wmk_nobody' }),
    refused,
    'the answer does not tell whether it is a key',
  )
  assert.deepEqual(await ask(far), [200, 'anonymous', undefined])
  assert.deepEqual(await ask({ authorization: `Bearer ${body.token}` }), [200, 'key', undefined])
})
