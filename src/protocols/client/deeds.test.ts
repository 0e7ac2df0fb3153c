import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { serveExchange } from '../../../test/support/handle-exchange.ts'
import { openHandleWorld, SECRET } from '../../../test/support/handle-world.ts'
import {
  error,
  framedAnswer,
  type Said,
  scriptTcp,
  siteAt,
  value,
} from '../../../test/support/scripted-servers.ts'
import { addHandleKey } from '../../identifiers/authority/handle-keys.ts'
import { SECRET_ALGORITHMS } from '../../identifiers/authority/secret-code.ts'
import type { PrefixKey } from '../../identifiers/handle.ts'
import * as wire from '../wire/index.ts'
import type { Authentication } from './authentication.ts'
import { type HandleClient, openHandleClient, USUAL_FLAGS } from './client.ts'
import { Incomplete } from './deeds.ts'

const { OP, OP_FLAG, RESPONSE } = wire
const P = '88.100.1'
const KEY = { handle: `0.NA/${P}`, index: 300 }
const AUTH: Authentication = { kind: 'secret', identity: KEY, secret: Buffer.from(SECRET) }
const FAST: Authentication = { ...AUTH, algorithm: 'HMAC-SHA256' }
const author = { kind: 'system', id: 'test' } as const

async function served() {
  const world = await openHandleWorld(P)
  const server = await serveExchange(world)
  const told = openHandleClient({ sitesForAll: [siteAt(server.port)] })
  const site = await told.siteInfo(`0.NA/${P}`)
  assert.ok(site.kind === 'found')
  const client = openHandleClient({ sitesForAll: [site.site] })
  return {
    ...{ world, client, site: site.site },
    async [Symbol.asyncDispose]() {
      told[Symbol.dispose]()
      client[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      assert.deepEqual(server.errors, [])
    },
  }
}

async function valuesOf(client: HandleClient, handle: string): Promise<string[]> {
  const outcome = await client.resolve({ handle })
  if (outcome.kind !== 'found') return [outcome.kind]
  return outcome.values.map((it) => `${it.index} ${it.type} ${Buffer.from(it.data)}`)
}

async function namesIn(listed: AsyncIterable<string>): Promise<string[]> {
  const names: string[] = []
  for await (const it of listed) names.push(it)
  return names
}

test('a handle is made, changed, listed and deleted by who has the key', async () => {
  await using it = await served()
  const { client } = it
  const handle = `${P}/x`
  const one = value(1, 'URL', 'one')
  const steps: readonly (readonly [Parameters<HandleClient['perform']>[0], number])[] = [
    [{ kind: 'create', handle, values: [one] }, 1],
    [{ kind: 'create', handle, values: [one] }, RESPONSE.handleExists],
    [{ kind: 'create', handle, values: [one], overwrite: true }, 1],
    [{ kind: 'add', handle, values: [value(2, 'DESC', 'two')] }, 1],
    [{ kind: 'add', handle, values: [value(2, 'DESC', 'again')] }, RESPONSE.valueExists],
    [{ kind: 'add', handle, values: [value(2, 'DESC', 'TWO')], overwrite: true }, 1],
    [{ kind: 'modify', handle, values: [value(1, 'URL', 'ONE')] }, 1],
    [{ kind: 'modify', handle, values: [value(9, 'URL', 'x')] }, RESPONSE.valuesNotFound],
  ]
  for (const [deed, code] of steps) {
    const done = await client.perform(deed, { auth: FAST })
    assert.equal(done.kind === 'refused' ? done.code : done.kind === 'done' && 1, code, deed.kind)
  }
  assert.deepEqual(await valuesOf(client, handle), ['1 URL ONE', '2 DESC TWO'])
  await client.perform({ kind: 'remove', handle, indexes: [2] }, { auth: AUTH })
  assert.deepEqual(await valuesOf(client, handle), ['1 URL ONE'])
  const values = [one]
  const minting = { kind: 'create', handle: `${P}/M-`, values, mintSuffix: true } as const
  const minted = await client.perform(minting, { auth: FAST })
  assert.ok(minted.kind === 'done' && /^88\.100\.1\/M-./.test(minted.handle))

  const listed = await client.list(P, { auth: FAST })
  assert.ok(listed.kind === 'found')
  assert.deepEqual((await namesIn(listed.handles)).toSorted(), [minted.handle, handle])
  const gone = await client.perform({ kind: 'delete', handle }, { auth: FAST })
  assert.equal(gone.kind, 'done')
  assert.deepEqual(await valuesOf(client, handle), ['not-found'])
})

test('a long list comes in several messages, and can be left', async () => {
  await using it = await served()
  const { client } = it
  const names = Array.from({ length: 1_100 }, (_, i) => `${P}/${i}`)
  const values = [{ index: 1, type: 'URL', data: 'u' }]
  for (const name of names) await it.world.registry.register(name, { values }, { author })
  const listed = await client.list(P, { auth: FAST })
  assert.ok(listed.kind === 'found')
  assert.equal(new Set(await namesIn(listed.handles)).size, names.length)
  const again = await client.list(P, { auth: FAST })
  assert.ok(again.kind === 'found')
  for await (const name of again.handles) {
    assert.ok(name.startsWith(P))
    break
  }
})

test('every code of a secret proves it, a wrong one does not, nor does nobody', async () => {
  await using it = await served()
  const handle = `${P}/x`
  const deed = { kind: 'create', handle, values: [value(1, 'URL', 'u')], overwrite: true } as const
  for (const algorithm of SECRET_ALGORITHMS) {
    const done = await it.client.perform(deed, { auth: { ...AUTH, algorithm } })
    assert.equal(done.kind, 'done', algorithm)
  }
  const refusal = async (auth?: Authentication) => {
    const done = await it.client.perform(deed, { ...(auth && { auth }) })
    return done.kind === 'refused' ? done.code : done.kind
  }
  assert.equal(await refusal(), RESPONSE.authenticationNeeded)
  const wrong = { ...FAST, secret: Buffer.from('wrong') }
  assert.equal(await refusal(wrong), RESPONSE.authenticationFailed)
})

test('private keys of every kind prove who asks', async () => {
  await using it = await served()
  const { registry, store, book } = it.world
  const pairs: { publicKey: KeyObject; privateKey: KeyObject }[] = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
    generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }),
  ]
  for (const [i, { publicKey, privateKey }] of pairs.entries()) {
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const wish = { kind: 'public', key } as const
    const { index } = await addHandleKey({ registry, store, book }, P as PrefixKey, {
      wish,
      author,
    })
    const auth = { kind: 'key', identity: { handle: KEY.handle, index }, privateKey } as const
    const deed = { kind: 'create', handle: `${P}/${i}`, values: [value(1, 'URL', 'u')] } as const
    const done = await it.client.perform(deed, { auth })
    assert.equal(done.kind, 'done', `${privateKey.asymmetricKeyType}: ${JSON.stringify(done)}`)
  }
})

test('what administrators alone may read is read by who shows to be one, signed and digested', async () => {
  await using it = await served()
  const handle = `${P}/x`
  const hidden = { ...value(2, 'NOTE', 'hidden'), permissions: 0x0c }
  const values = [value(1, 'URL', 'u'), hidden]
  await it.client.perform({ kind: 'create', handle, values }, { auth: FAST })
  assert.deepEqual(await valuesOf(it.client, handle), ['1 URL u'])
  const flags = OP_FLAG.certified + OP_FLAG.returnDigest
  const whole = await it.client.resolve({ handle, flags, auth: FAST })
  assert.ok(whole.kind === 'found' && whole.isSigned, JSON.stringify(whole))
  assert.deepEqual(
    whole.values.map((it) => it.permissions),
    [0x0e, 0x0c],
  )
  const asked = await it.client.resolve({ handle, flags: 0 })
  assert.ok(asked.kind === 'refused' && asked.code === RESPONSE.authenticationNeeded)
  const open = await it.client.resolve({ handle, flags: USUAL_FLAGS, auth: FAST })
  assert.ok(
    open.kind === 'found' && open.values.length === 1,
    'who asks for what is public is asked nothing',
  )
})

test('the server of a key judges a proof by it', async () => {
  await using it = await served()
  const nonce = new Uint8Array(randomBytes(20))
  const digest = new Uint8Array(createHash('sha256').update('request').digest())
  const form = { algorithm: 'HMAC-SHA256' } as const
  const asked = Buffer.concat([nonce, digest])
  for (const [secret, isValid] of [
    [SECRET, true],
    ['wrong', false],
  ] as const) {
    const answer = await wire.proveSecret(Buffer.from(secret), asked, form)
    const verified = await it.client.verify({ key: KEY, nonce, digest, answer })
    assert.ok(verified.kind === 'found' && verified.isValid === isValid)
  }
})

const CHALLENGE: Said = {
  code: RESPONSE.authenticationNeeded,
  flags: OP_FLAG.returnDigest,
  body: wire.writeChallenge({
    digest: { algorithm: wire.DIGEST_SHA256, digest: new Uint8Array(32) },
    nonce: new Uint8Array(20),
  }),
  envelope: { sessionId: 7 },
}

test('a write whose proof was sent and nothing heard of is not sent again, and told to be uncertain', async () => {
  const deed = { kind: 'delete', handle: `${P}/x` } as const
  await using first = await scriptTcp(() => CHALLENGE, {
    send: (socket, bytes, { message }) => {
      if (message.header.opCode === OP.deleteHandle) socket.write(bytes)
      else socket.destroy()
    },
  })
  await using second = await scriptTcp(() => CHALLENGE)
  using client = openHandleClient({ sitesForAll: [first.site, second.site] })
  const done = await client.perform(deed, { auth: FAST })
  assert.ok(done.kind === 'uncertain' && done.reason === 'closed', JSON.stringify(done))
  const operations = first.asked.map((it) => it.message.header.opCode)
  assert.deepEqual(operations, [OP.deleteHandle, OP.challengeResponse])
  assert.equal(first.asked[1]?.envelope.sessionId, 7, 'the session of the challenge')
  assert.equal(second.asked.length, 0)
})

test('a write that nobody has heard goes to the next way', async () => {
  await using silent = await scriptTcp(() => CHALLENGE, { send: (socket) => void socket.destroy() })
  await using whole = await scriptTcp(({ message }) =>
    message.header.opCode === OP.deleteHandle ? CHALLENGE : { code: 1, body: new Uint8Array() },
  )
  using client = openHandleClient({ sitesForAll: [silent.site, whole.site] })
  const done = await client.perform({ kind: 'delete', handle: `${P}/x` }, { auth: FAST })
  assert.equal(done.kind, 'done')
})

test('every server of a site lists its own part, and one that does not is told of', async () => {
  const names = (all: string[]): Said => ({ code: 1, body: wire.writeHandleList({ handles: all }) })
  await using a = await scriptTcp(() => names(['88.1/a', '88.1/b']))
  await using b = await scriptTcp(() => names(['88.1/c']))
  await using broken = await scriptTcp(() => error(RESPONSE.insufficientPermissions))
  const of = (...sites: (typeof a)[]) => ({
    ...a.site,
    servers: sites.flatMap((it) => it.site.servers),
  })
  const listed = async (...sites: (typeof a)[]) => {
    using client = openHandleClient({ sitesForAll: [of(...sites)] })
    const told = await client.list('88.1', {})
    return told.kind === 'found' ? await namesIn(told.handles) : told.kind
  }
  assert.deepEqual(await listed(a, b), ['88.1/a', '88.1/b', '88.1/c'])
  assert.equal(await listed(broken, a), 'refused')
  await assert.rejects(listed(a, broken), Incomplete)
})

test('a list that breaks off is no whole list', async () => {
  const page: Said = {
    ...{ code: 1, flags: OP_FLAG.continuous },
    body: wire.writeHandleList({ handles: ['88.1/a'] }),
  }
  await using server = await scriptTcp(() => page, {
    send: (socket, _, asked) => void socket.end(framedAnswer(asked, page)),
  })
  using client = openHandleClient({ sitesForAll: [server.site] })
  const told = await client.list('88.1', {})
  assert.ok(told.kind === 'found')
  await assert.rejects(namesIn(told.handles), /ended before/)
})
