import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { ask, type Reply } from '../../../test/support/handle-vectors.ts'
import { type HandleWorld, openHandleWorld, SECRET } from '../../../test/support/handle-world.ts'
import { revokeHandleKey, rotateHandleKey } from '../../identifiers/authority/handle-keys.ts'
import { secretCode } from '../../identifiers/authority/secret-code.ts'
import type { PrefixKey } from '../../identifiers/handle.ts'

const P = '88.100.1'
const ADMIN = `300:0.NA/${P}`
const author = { kind: 'system', id: 'test' } as const
const URL_VALUE = [{ index: 1, type: 'URL', data: 'https://a.example' }]

type Wish = { readonly authorization?: string; readonly body?: unknown; readonly plain?: true }

async function send(
  { port }: HandleWorld,
  method: string,
  path: string,
  { authorization, body, plain }: Wish = {},
): Promise<Reply> {
  const headers = {
    ...(plain === undefined && { 'X-Forwarded-Proto': 'https' }),
    ...(authorization !== undefined && { Authorization: authorization }),
  }
  return await ask(port, {
    scheme: 'https',
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
  })
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user.replace(':', '%3A')}:${password}`).toString('base64')}`
const json = ({ body }: Reply) => JSON.parse(body.toString())

async function begin(world: HandleWorld): Promise<{ id: string; nonce: Buffer }> {
  const { sessionId, nonce } = json(await send(world, 'POST', '/api/sessions'))
  return { id: sessionId, nonce: Buffer.from(nonce, 'base64') }
}

async function proofHeader(session: { id: string; nonce: Buffer }, id = ADMIN): Promise<string> {
  const cnonce = randomBytes(16)
  const asked = Buffer.concat([session.nonce, cnonce])
  const code = await secretCode(Buffer.from(SECRET), asked, { algorithm: 'HMAC-SHA256' })
  const pairs = { sessionId: session.id, id, type: 'HS_SECKEY', alg: 'HMAC-SHA256' }
  const bytes = {
    cnonce: cnonce.toString('base64'),
    signature: Buffer.from(code).toString('base64'),
  }
  const all = Object.entries({ ...pairs, ...bytes })
  return `Handle ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`
}

test('a session that signed in writes by its id alone, until its key is revoked', async () => {
  await using world = await openHandleWorld(P)
  const session = await begin(world)
  const login = await send(world, 'PUT', '/api/sessions/this', {
    authorization: await proofHeader(session),
  })
  assert.equal(login.status, 200)
  assert.equal(json(login).id, ADMIN)
  const authorization = `Handle sessionId="${session.id}"`
  const put = () => send(world, 'PUT', `/api/handles/${P}/x`, { authorization, body: URL_VALUE })
  assert.equal((await put()).status, 201)
  await revokeHandleKey(world, P as PrefixKey, { index: 300, author })
  assert.equal((await put()).status, 401)
  assert.equal((await send(world, 'GET', '/api/sessions/this', { authorization })).status, 403)
})

test('a rotated key ends what was signed in by the old one', async () => {
  await using world = await openHandleWorld(P)
  const session = await begin(world)
  await send(world, 'PUT', '/api/sessions/this', { authorization: await proofHeader(session) })
  const wish = { kind: 'secret', secret: 'another secret' } as const
  await rotateHandleKey(world, P as PrefixKey, { index: 300, wish, author })
  const authorization = `Handle sessionId="${session.id}"`
  const put = (by: string) =>
    send(world, 'PUT', `/api/handles/${P}/x`, { authorization: by, body: URL_VALUE })
  assert.equal((await put(authorization)).status, 401)
  assert.equal((await put(basic(ADMIN, SECRET))).status, 401)
  assert.equal((await put(basic(ADMIN, 'another secret'))).status, 201)
})

test('sessions end half an hour after their last use', async () => {
  await using world = await openHandleWorld(P)
  const session = await begin(world)
  await send(world, 'PUT', '/api/sessions/this', { authorization: await proofHeader(session) })
  const look = () =>
    send(world, 'GET', '/api/sessions/this', { authorization: `Handle sessionId="${session.id}"` })
  for (let i = 0; i < 3; i++) {
    world.clock.advance(20 * 60_000)
    assert.equal((await look()).status, 200)
  }
  world.clock.advance(30 * 60_000)
  assert.equal((await look()).status, 403)
})

test('a proof is of one session: in another it shows nothing', async () => {
  await using world = await openHandleWorld(P)
  const [first, second] = [await begin(world), await begin(world)]
  const header = await proofHeader(first)
  const replayed = header.replace(first.id, second.id)
  const reply = await send(world, 'PUT', '/api/sessions/this', { authorization: replayed })
  assert.equal(reply.status, 401)
  assert.equal(json(reply).authenticated, false)
  const unknown = header.replace(first.id, 'nosuch')
  assert.equal(
    (await send(world, 'PUT', '/api/sessions/this', { authorization: unknown })).status,
    403,
  )
})

test('a public key signs in with its index, or none; PEM, of which only the public part is here', async () => {
  await using world = await openHandleWorld(P)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await rotateHandleKey(world, P as PrefixKey, {
    index: 300,
    wish: { kind: 'public', key },
    author,
  })
  for (const id of [ADMIN, `0:0.NA/${P}`, `0.NA/${P}`]) {
    const session = await begin(world)
    const cnonce = randomBytes(16)
    const signature = sign('sha256', Buffer.concat([session.nonce, cnonce]), privateKey)
    const pairs = { sessionId: session.id, id, type: 'HS_PUBKEY', alg: 'SHA256' }
    const bytes = { cnonce: cnonce.toString('base64'), signature: signature.toString('base64') }
    const all = Object.entries({ ...pairs, ...bytes }).map(([name, it]) => `${name}="${it}"`)
    const authorization = `Handle ${all.join(', ')}`
    const reply = await send(world, 'PUT', '/api/sessions/this', { authorization })
    assert.deepEqual([reply.status, json(reply).id], [200, ADMIN])
  }
})

test('guessing a secret is refused after a while, by Basic, by sessions and by verifications alike', async () => {
  await using world = await openHandleWorld(P)
  const path = `/api/handles/${P}/x`
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) {
    statuses.push((await send(world, 'GET', path, { authorization: basic(ADMIN, `${i}`) })).status)
    const session = await begin(world)
    const wrong = (await proofHeader(session)).replace(/signature="..../, 'signature="AAAA')
    statuses.push((await send(world, 'PUT', '/api/sessions/this', { authorization: wrong })).status)
    const query = 'nonce=AAAA&cnonce=BBBB&alg=SHA1&signature=AAAA'
    const url = `/api/verifications/${ADMIN}?${query}`
    statuses.push((await send(world, 'GET', url, { plain: true })).status)
  }
  assert.deepEqual(statuses.slice(0, 9), [401, 401, 200, 401, 401, 200, 401, 401, 200])
  const right = { authorization: basic(ADMIN, SECRET) }
  const held = await send(world, 'GET', path, right)
  assert.equal(held.status, 429)
  assert.ok(Number(held.headers.get('retry-after')?.[0]) >= 1)
  assert.equal(
    (await send(world, 'GET', `/api/handles/${P}/x`)).status,
    404,
    'no credentials, no wait',
  )
  world.clock.advance(60_000)
  assert.equal((await send(world, 'GET', path, right)).status, 404)
})

test('credentials in clear text count for nothing: neither good nor bad ones', async () => {
  await using world = await openHandleWorld(P)
  const put = (password: string) =>
    send(world, 'PUT', `/api/handles/${P}/x`, {
      authorization: basic(ADMIN, password),
      body: URL_VALUE,
      plain: true,
    })
  for (const password of [SECRET, 'wrong']) {
    const reply = await put(password)
    assert.deepEqual([reply.status, json(reply).responseCode], [403, 402])
    assert.equal(reply.headers.get('www-authenticate'), undefined)
  }
})

test('another enterprise’s identity reads, lists and writes nothing here', async () => {
  await using world = await openHandleWorld(P)
  const mine = { authorization: basic(ADMIN, SECRET) }
  const theirs = { authorization: basic('300:0.NA/88.100.2', SECRET) }
  const hidden = [
    { index: 1, type: 'URL', data: 'x' },
    { index: 2, type: 'NOTE', data: 'secret', permissions: '1100' },
  ]
  const path = `/api/handles/${P}/doc`
  assert.equal((await send(world, 'PUT', path, { ...mine, body: hidden })).status, 201)
  assert.equal(json(await send(world, 'GET', path, mine)).values.length, 2)
  for (const query of ['', '?index=2', '?type=NOTE', '?publicOnly=false']) {
    const reply = await send(world, 'GET', path + query, theirs)
    assert.equal(reply.status, 403, query)
    assert.ok(!reply.body.includes('secret'))
  }
  assert.equal(json(await send(world, 'GET', `${path}?publicOnly=true`, theirs)).values.length, 1)
  assert.equal((await send(world, 'GET', `/api/handles?prefix=${P}`, theirs)).status, 403)
  assert.deepEqual(json(await send(world, 'GET', '/api/prefixes', theirs)).prefixes, [
    '0.NA/88.100.2',
  ])
  for (const [method, url] of [
    ['PUT', path],
    ['DELETE', path],
    ['DELETE', `${path}?index=1`],
    ['PUT', `/api/handles/${P}/new`],
    ['PUT', `/api/handles/0.NA/${P}?index=1`],
  ] as const) {
    const body = method === 'PUT' ? { body: URL_VALUE } : {}
    const reply = await send(world, method, url, { ...theirs, ...body })
    assert.deepEqual([reply.status, json(reply).responseCode], [403, 400], `${method} ${url}`)
  }
})

test('the secret of a prefix is in no answer, also not to its administrator', async () => {
  await using world = await openHandleWorld(P)
  const mine = { authorization: basic(ADMIN, SECRET) }
  for (const query of [
    '',
    '?index=300',
    '?type=HS_SECKEY',
    '?publicOnly=true',
    '?publicOnly=false',
  ]) {
    for (const wish of [mine, {}]) {
      const reply = await send(world, 'GET', `/api/handles/0.NA/${P}${query}`, wish)
      assert.ok(!reply.body.includes(SECRET), query)
    }
  }
})

test('a flood of challenges leaves a session that is in use as it was', async () => {
  await using world = await openHandleWorld(P)
  const session = await begin(world)
  await send(world, 'PUT', '/api/sessions/this', { authorization: await proofHeader(session) })
  const path = `/api/handles?prefix=${P}`
  for (let i = 0; i < 200; i++) assert.equal((await send(world, 'GET', path)).status, 401)
  const authorization = `Handle sessionId="${session.id}"`
  assert.equal((await send(world, 'GET', path, { authorization })).status, 200)
})
