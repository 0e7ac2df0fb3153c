import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  furnish,
  must,
  openIdentifierWorld,
  type World,
} from '../../../test/support/identifier-world.ts'
import type { HandleKey } from '../handle.ts'
import { readAdmin } from '../values/admin.ts'
import { readPublicKey } from '../values/public-key.ts'
import { readReferences } from '../values/references.ts'
import { dataOf } from './rights.ts'

const KEYS = '/api/v1/prefixes/88.100.1/handle-keys'
const RECORD = '0.NA/88.100.1' as HandleKey

async function world(): Promise<World> {
  const it = await openIdentifierWorld()
  await furnish(it)
  return it
}

async function valuesOf({ store }: World) {
  const record = await store.get(RECORD)
  assert.ok(record)
  return new Map(record.values.map((it) => [it.index, it]))
}

async function administrators(it: World): Promise<unknown> {
  const values = await valuesOf(it)
  const [admin, group] = [values.get(100), values.get(200)]
  assert.ok(admin && group)
  const members = readReferences(dataOf(group)).map((each) => each.index)
  return [readAdmin(dataOf(admin)).admin.index, members]
}

test('a secret is made, shown once, and stands in the record of the prefix where nobody reads it', async () => {
  await using it = await world()
  const reply = await it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } })
  assert.equal(reply.status, 201)
  assert.equal(reply.headers['cache-control'], 'no-store')
  const { identity, index, secret } = reply.body
  assert.deepEqual([identity, index], ['300:0.NA/88.100.1', 300])
  assert.match(secret, /^[\w-]{43}$/)
  const key = (await valuesOf(it)).get(300)
  assert.deepEqual([key?.type, key?.data, key?.permissions], ['HS_SECKEY', secret, 0x04])
  assert.deepEqual(await administrators(it), [200, [300]])
  const list = await must(it.ask('ann', 'GET', KEYS))
  assert.deepEqual(list.items[0].kind, 'secret')
  assert.ok(!JSON.stringify(list).includes(secret))
})

test('a secret that is in use already is taken, and not told back', async () => {
  await using it = await world()
  const body = { kind: 'secret', secret: 'known for years' }
  const reply = await must(it.ask('ann', 'POST', KEYS, { body }))
  assert.deepEqual(reply, { identity: '300:0.NA/88.100.1', index: 300 })
  assert.equal((await valuesOf(it)).get(300)?.data, 'known for years')
})

test('keys take the lowest free index; the group follows them', async () => {
  await using it = await world()
  for (let i = 0; i < 3; i++) await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  assert.deepEqual(await administrators(it), [200, [300, 301, 302]])
  assert.equal((await it.ask('ann', 'DELETE', `${KEYS}/301`)).status, 204)
  assert.deepEqual(await administrators(it), [200, [300, 302]])
  assert.equal((await it.ask('ann', 'DELETE', `${KEYS}/301`)).status, 404)
  const again = await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  assert.equal(again.index, 301)
})

test('rotating puts another key in the same place', async () => {
  await using it = await world()
  const first = await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  const url = `${KEYS}/300/rotate`
  const next = await must(it.ask('ann', 'POST', url, { body: { kind: 'secret' } }))
  assert.notEqual(next.secret, first.secret)
  assert.equal((await valuesOf(it)).get(300)?.data, next.secret)
  const absent = await it.ask('ann', 'POST', `${KEYS}/305/rotate`, { body: { kind: 'secret' } })
  assert.equal(absent.status, 404)
})

test('public keys come as PEM or JSON web keys; an RSA key is stored as every client reads it', async () => {
  await using it = await world()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const pem = rsa.export({ type: 'spki', format: 'pem' }).toString()
  const jwk = JSON.stringify(ec.export({ format: 'jwk' }))
  for (const key of [pem, jwk]) {
    await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'public', key } }))
  }
  const { items } = await must(it.ask('ann', 'GET', KEYS))
  assert.deepEqual(
    items.map((each: { algorithm: string }) => each.algorithm),
    ['RSA', 'EC'],
  )
  const stored = (await valuesOf(it)).get(300)
  assert.ok(stored)
  assert.deepEqual(readPublicKey(dataOf(stored)), {
    kty: 'RSA',
    n: rsa.export({ format: 'jwk' }).n,
    e: 'AQAB',
  })
})

test('a private key, and what is no key, are refused; nothing is stored', async () => {
  await using it = await world()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const wrong = [
    { kind: 'public', key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
    { kind: 'public', key: JSON.stringify(privateKey.export({ format: 'jwk' })) },
    { kind: 'public', key: 'not a key' },
    { kind: 'public' },
    { kind: 'public', key: 'x', secret: 'long enough' },
    { kind: 'secret', key: 'x' },
    { kind: 'secret', secret: 'short' },
    { kind: 'other' },
  ]
  for (const body of wrong) {
    assert.equal((await it.ask('ann', 'POST', KEYS, { body })).status, 422, JSON.stringify(body))
  }
  assert.equal(await it.store.get(RECORD), undefined)
})

test('keys are their administrators’ alone: no member, stranger, auditor or program', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  const asks = [
    ['GET', KEYS],
    ['POST', KEYS],
    ['POST', `${KEYS}/300/rotate`],
    ['DELETE', `${KEYS}/300`],
  ] as const
  for (const [method, url] of asks) {
    const body = method === 'POST' ? { body: { kind: 'secret' } } : {}
    for (const [who, status] of [
      ['abe', 403],
      ['bob', 404],
      ['auditor', 403],
      ['', 401],
    ] as const) {
      assert.equal((await it.ask(who, method, url, body)).status, status, `${who} ${method} ${url}`)
    }
  }
  assert.equal((await it.ask('bob', 'GET', '/api/v1/prefixes/88.100.9/handle-keys')).status, 404)
})

test('the history says who changed the keys of a prefix', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  await must(it.ask('operator', 'DELETE', `${KEYS}/300`))
  const authors = []
  for (const version of await it.store.history(RECORD)) {
    authors.push((await it.store.batch(version.batch))?.author.id)
  }
  assert.deepEqual(authors, ['u-ann', 'u-op'])
})

test('of a suspended prefix no key is added', async () => {
  await using it = await world()
  const body = { reason: 'x' }
  await must(it.ask('operator', 'POST', '/api/v1/prefixes/88.100.1/suspend', { body }))
  const reply = await it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } })
  assert.equal(reply.status, 409)
})

test('the records of prefixes are no identifiers: no list or count has them', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  const { items, total } = await must(it.ask('operator', 'GET', '/api/v1/identifiers'))
  assert.deepEqual([items, total ?? 0], [[], 0])
})

test('a list tells when each key was last used, and of one that was put in its place that it was not', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  await must(it.ask('ann', 'POST', KEYS, { body: { kind: 'secret' } }))
  const uses = async () => {
    const { items, usesSince } = await must(it.ask('ann', 'GET', KEYS))
    assert.equal(usesSince, new Date(began).toISOString())
    return items.map((key: { lastUsedAt?: string }) => key.lastUsedAt)
  }
  const began = it.clock.now
  assert.deepEqual(await uses(), [undefined, undefined])
  it.clock.now += 5_000
  it.keyUses.note({ handle: RECORD, index: 301, mark: 'a' })
  const at = new Date(it.clock.now).toISOString()
  assert.deepEqual(await uses(), [undefined, at], 'before it is written down')
  await it.keyUses.flush()
  assert.deepEqual(await uses(), [undefined, at])
  it.clock.now += 5_000
  await must(it.ask('ann', 'POST', `${KEYS}/301/rotate`, { body: { kind: 'secret' } }))
  assert.deepEqual(await uses(), [undefined, undefined])
  it.keyUses.note({ handle: RECORD, index: 301, mark: 'b' })
  assert.deepEqual(await uses(), [undefined, new Date(it.clock.now).toISOString()])
})
