import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  type Asked,
  answerTo,
  error,
  found,
  type Said,
  scriptTcp,
  scriptUdp,
  siteAt,
  value,
} from '../../../test/support/scripted-servers.ts'
import { writePublicKey } from '../../identifiers/values/public-key.ts'
import type { Site } from '../../identifiers/values/site.ts'
import * as wire from '../wire/index.ts'
import { openHandleClient, USUAL_FLAGS } from './client.ts'

const { OP_FLAG, RESPONSE } = wire
const CERTIFIED = USUAL_FLAGS + OP_FLAG.certified
const DIGESTED = USUAL_FLAGS + OP_FLAG.returnDigest
const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
const OTHER = generateKeyPairSync('rsa', { modulusLength: 2048 })

function keyed(site: Site, { publicKey } = KEY): Site {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const bytes = writePublicKey({ kty: 'RSA', n, e })
  return { ...site, servers: site.servers.map((it) => ({ ...it, publicKey: bytes })) }
}

function signed(asked: Asked, said: Said, type: string, { privateKey } = KEY): Said {
  const { envelope, bytes } = answerTo(asked, said)
  const message = wire.readMessage(bytes)
  const covered = wire.coveredBytes({ envelope, counter: 0, message })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const key = type === 'HS_SIGNED_PSS' ? { key: privateKey, padding } : privateKey
  const credential = {
    ...{ version: 0, reserved: 0, options: 0, signer: { handle: '', index: 0 } },
    ...{ type, algorithm: 'SHA-256', signature: sign('sha256', covered, key) },
  }
  return { ...said, credential }
}

const URL_OF = found('88.1/x', value(1, 'URL', 'u'))

async function outcomeOf(site: Site, flags: number) {
  using client = openHandleClient({ sitesForAll: [site] })
  const outcome = await client.resolve({ handle: '88.1/x', flags })
  if (outcome.kind === 'unreachable') return outcome.tried.map((it) => it.reason)
  return outcome.kind === 'found' ? { isSigned: outcome.isSigned } : outcome.kind
}

test('an answer that is to be signed counts only by the key of the server', async () => {
  for (const type of ['HS_SIGNED', 'HS_SIGNED_PSS']) {
    await using server = await scriptTcp((asked) => signed(asked, URL_OF, type))
    assert.deepEqual(await outcomeOf(keyed(server.site), CERTIFIED), { isSigned: true })
    assert.deepEqual(await outcomeOf(keyed(server.site, OTHER), CERTIFIED), ['wrong-signature'])
    assert.deepEqual(await outcomeOf(server.site, CERTIFIED), ['wrong-signature'])
    assert.deepEqual(await outcomeOf(keyed(server.site), USUAL_FLAGS), { isSigned: false })
  }
  const wrong: ((asked: Asked) => Said)[] = [
    () => URL_OF,
    (asked) => ({
      ...signed(asked, error(RESPONSE.handleNotFound), 'HS_SIGNED'),
      body: URL_OF.body ?? new Uint8Array(),
    }),
    (asked) => signed(asked, URL_OF, 'HS_SIGNED', OTHER),
    (asked) => signed(asked, URL_OF, 'HS_MAC'),
    (asked) =>
      signed({ ...asked, envelope: { ...asked.envelope, requestId: 1 } }, URL_OF, 'HS_SIGNED'),
    () => error(RESPONSE.handleNotFound),
  ]
  for (const script of wrong) {
    await using server = await scriptTcp(script)
    assert.deepEqual(await outcomeOf(keyed(server.site), CERTIFIED), ['wrong-signature'])
  }
})

test('an answer that is to say which request it is to counts only if it does', async () => {
  const digested = (asked: Asked, algorithm: number, said: Said = URL_OF): Said => {
    const digest = wire.digestOf(asked.message, algorithm)
    const body = Buffer.concat([Buffer.of(algorithm), digest.digest, said.body ?? Buffer.of()])
    return { ...said, body, flags: OP_FLAG.returnDigest }
  }
  for (const algorithm of [wire.DIGEST_MD5, wire.DIGEST_SHA1, wire.DIGEST_SHA256]) {
    await using server = await scriptTcp((asked) => digested(asked, algorithm))
    assert.deepEqual(await outcomeOf(server.site, DIGESTED), { isSigned: false })
  }
  const ofAnother = (asked: Asked): Asked => ({
    ...asked,
    message: { ...asked.message, body: new Uint8Array(9) },
  })
  const wrong: ((asked: Asked) => Said)[] = [
    () => URL_OF,
    (asked) => digested(ofAnother(asked), wire.DIGEST_SHA256),
    (asked) => digested(ofAnother(asked), wire.DIGEST_SHA256, error(RESPONSE.handleNotFound)),
  ]
  for (const script of wrong) {
    await using server = await scriptTcp(script)
    assert.deepEqual(await outcomeOf(server.site, DIGESTED), ['wrong-digest'])
  }
  await using absent = await scriptTcp(() => ({
    code: RESPONSE.handleNotFound,
    body: new Uint8Array(),
  }))
  assert.equal(await outcomeOf(absent.site, DIGESTED), 'not-found', 'an error may have no body')
})

test('a server is spoken to in the version of its record, then in the one it would rather speak', async () => {
  const spoken: string[] = []
  await using server = await scriptTcp(({ envelope }) => {
    const { major, minor, suggestedMajor, suggestedMinor } = envelope
    spoken.push(`${major}.${minor} ${suggestedMajor}.${suggestedMinor}`)
    return { ...URL_OF, envelope: { suggestedMajor: 2, suggestedMinor: 9 } }
  })
  for (const [major, minor] of [
    [2, 10],
    [2, 1],
    [1, 0],
    [3, 0],
  ] as const) {
    using client = openHandleClient({ sitesForAll: [siteAt(server.port, { major, minor })] })
    for (let i = 0; i < 2; i++) await client.resolve({ handle: '88.1/x' })
  }
  const later = '2.9 2.11'
  assert.deepEqual(spoken, [
    '2.10 2.11',
    later,
    '2.1 2.11',
    later,
    '2.3 2.11',
    later,
    '2.11 2.11',
    later,
  ])
})

test('what one way answers wrongly is asked over another', async () => {
  await using tcp = await scriptTcp(() => URL_OF)
  await using udp = await scriptUdp(() => ({ code: RESPONSE.success, body: new Uint8Array(3) }))
  const [overUdp] = udp.site.servers
  const [overTcp] = tcp.site.servers
  assert.ok(overUdp && overTcp)
  const interfaces = [...overUdp.interfaces, ...overTcp.interfaces]
  const site = { ...tcp.site, servers: [{ ...overTcp, interfaces }] }
  assert.deepEqual(await outcomeOf(site, USUAL_FLAGS), { isSigned: false })
  assert.ok(udp.asked.length >= 1)
  assert.equal(tcp.asked.length, 1)
})

test('forms of answers that the RFC has and servers do not send are taken', async () => {
  const none = found('88.1/x')
  const cases: readonly (readonly [Said, unknown])[] = [
    [none, 'values-not-found'],
    [{ code: RESPONSE.handleNotFound, body: new Uint8Array() }, 'not-found'],
    [error(RESPONSE.valuesNotFound), 'values-not-found'],
    [error(RESPONSE.authenticationNeeded), 'refused'],
    [error(999, 'what?'), 'refused'],
    [{ code: 0 }, ['malformed']],
  ]
  for (const [said, outcome] of cases) {
    await using server = await scriptTcp(() => said)
    assert.deepEqual(await outcomeOf(server.site, USUAL_FLAGS), outcome)
  }
})
