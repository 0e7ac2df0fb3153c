import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { HandleKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { Resolver } from '../resolution/resolution.ts'
import { writeAdmin } from '../values/admin.ts'
import { writePublicKey } from '../values/public-key.ts'
import { Authority } from './authority.ts'
import { formatIdentity, parseIdentity } from './identity.ts'
import type { Proof } from './proof.ts'
import { readVerifyingKey } from './public-keys.ts'
import { type SecretForm, secretCode } from './secret-code.ts'

const ASKED = Buffer.from('nonce and digest')
const HOME = '192.0.2.1'

function resolving(records: Readonly<Record<string, readonly HandleValue[]>>): Resolver {
  return (key) => {
    const values = records[key]
    if (values === undefined) return { kind: 'absent' }
    return { kind: 'found', record: { key, values } as IdRecord }
  }
}

function authorityOver(records: Readonly<Record<string, readonly HandleValue[]>>) {
  const clock = testClock(1_000_000)
  return { authority: new Authority({ resolve: resolving(records), clock }), clock }
}

async function shown(authority: Authority, who: string, proof: Proof): Promise<string | undefined> {
  const claimed = parseIdentity(who)
  assert.ok(claimed)
  const proven = await authority.prove(claimed, proof, HOME)
  return proven && formatIdentity(proven.identity)
}

const secretKey = (index: number, data: string): HandleValue => ({
  index,
  type: 'HS_SECKEY',
  data,
  permissions: 0x04,
})
const publicKey = (index: number, data: string | Uint8Array): HandleValue => ({
  index,
  type: 'HS_PUBKEY',
  data,
})
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const signed = (key: KeyObject, digest: string): Proof => ({
  type: 'HS_PUBKEY',
  asked: ASKED,
  digest,
  signature: sign(digest.replace('SHA-', 'sha'), ASKED, key),
})
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

test('every code by a secret key proves who knows it, and nobody else', async () => {
  const forms: SecretForm[] = [
    ...(['MD5', 'SHA1', 'HMAC-MD5', 'HMAC-SHA1', 'HMAC-SHA256'] as const).map((algorithm) => ({
      algorithm,
    })),
    { algorithm: 'PBKDF2WithHmacSHA1', salt: Buffer.from('salt'), iterations: 1000, keyBits: 160 },
  ]
  for (const form of forms) {
    const { authority } = authorityOver({ '0.NA/88.1': [secretKey(300, 'secret')] })
    const code = await secretCode(Buffer.from('secret'), ASKED, form)
    const proof = { type: 'HS_SECKEY', asked: ASKED, form, code } as const
    assert.equal(await shown(authority, '300:0.NA/88.1', proof), '300:0.NA/88.1', form.algorithm)
    const other = { ...proof, asked: Buffer.from('another nonce') }
    assert.equal(await shown(authority, '300:0.NA/88.1', other), undefined)
    assert.equal(await shown(authority, '301:0.NA/88.1', proof), undefined)
    const cut = { ...proof, code: code.subarray(1) }
    assert.equal(await shown(authority, '300:0.NA/88.1', cut), undefined)
  }
})

test('the published vector of PBKDF2 holds', async () => {
  const asked = Buffer.from(
    `000102030405060708090a0b0c0d0e0f${'d1ce5af46345751d7190336d525f5dd13a0937c8'}`,
    'hex',
  )
  const salt = Buffer.from('3a379e82936ad9bc84af128c04649e26', 'hex')
  const form = { algorithm: 'PBKDF2WithHmacSHA1', salt, iterations: 10_000, keyBits: 160 } as const
  const code = await secretCode(Buffer.from('secret'), asked, form)
  assert.equal(Buffer.from(code).toString('hex'), '07ae4b56a60d62a355cc8e1596ff91b6448c9594')
})

test('signatures by keys in each deployed form prove who made them', async () => {
  const rsaJwk = rsa.publicKey.export({ format: 'jwk' })
  const { n = '', e = '' } = rsaJwk
  const forms = [
    [publicKey(300, writePublicKey({ kty: 'RSA', n, e })), rsa.privateKey],
    [publicKey(300, pem(rsa.publicKey)), rsa.privateKey],
    [publicKey(300, JSON.stringify(rsaJwk)), rsa.privateKey],
    [publicKey(300, dsaBytes(dsa.publicKey)), dsa.privateKey],
    [publicKey(300, pem(ec.publicKey)), ec.privateKey],
    [publicKey(300, JSON.stringify(ec.publicKey.export({ format: 'jwk' }))), ec.privateKey],
  ] as const
  for (const [value, key] of forms) {
    const { authority } = authorityOver({ 'A/B': [value] })
    for (const digest of ['SHA1', 'SHA-1', 'SHA256', 'SHA-256']) {
      const proof = signed(key, digest)
      assert.equal(await shown(authority, '300:a/b', proof), '300:a/b', digest)
    }
    const foreign = signed(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'SHA256')
    assert.equal(await shown(authority, '300:a/b', foreign), undefined)
    assert.equal(
      await shown(authority, '300:a/b', { ...signed(key, 'SHA256'), digest: 'MD2' } as Proof),
      undefined,
    )
  }
})

/** HS_PUBKEY of a DSA key as Handle.Net writes it, its numbers taken from the X.509 form. */
function dsaBytes(key: KeyObject): Uint8Array {
  const numbers: string[] = []
  const visit = (der: Buffer) => {
    for (let at = 0; at < der.length; ) {
      const tag = der[at]
      let length = der[at + 1] ?? 0
      let start = at + 2
      if (length > 0x80) {
        const count = length - 0x80
        length = Number.parseInt(der.subarray(start, start + count).toString('hex'), 16)
        start += count
      }
      const content = der.subarray(start, start + length)
      if (tag === 0x30) visit(content)
      else if (tag === 0x03) visit(content.subarray(1))
      else if (tag === 0x02) numbers.push(content.toString('base64url'))
      at = start + length
    }
  }
  visit(key.export({ type: 'spki', format: 'der' }))
  const [p = '', q = '', g = '', y = ''] = numbers
  return writePublicKey({ kty: 'DSA', p, q, g, y })
}

test('of no index any key is tried: a signature shows its index, a secret does not', async () => {
  const { authority } = authorityOver({
    'A/B': [secretKey(300, 'one'), secretKey(301, 'two'), publicKey(302, pem(ec.publicKey))],
  })
  const secret = { type: 'secret', secret: Buffer.from('two') } as const
  assert.equal(await shown(authority, 'a/b', secret), '0:a/b')
  assert.equal(await shown(authority, '300:a/b', secret), undefined)
  assert.equal(await shown(authority, 'a/b', signed(ec.privateKey, 'SHA256')), '302:a/b')
})

test('an empty secret, a value of another type and an unknown handle prove nothing', async () => {
  const { authority } = authorityOver({
    'A/B': [secretKey(300, ''), { index: 301, type: 'DESC', data: 'open' }],
  })
  const with_ = (text: string) => ({ type: 'secret', secret: Buffer.from(text) }) as const
  assert.equal(await shown(authority, '300:a/b', with_('')), undefined)
  assert.equal(await shown(authority, '301:a/b', with_('open')), undefined)
  assert.equal(await shown(authority, '300:a/c', with_('open')), undefined)
})

test('guessing is slowed down by place and identity, and a good proof ends it', async () => {
  const { authority, clock } = authorityOver({ 'A/B': [secretKey(300, 'right')] })
  const guess = (text: string) =>
    shown(authority, '300:a/b', { type: 'secret', secret: Buffer.from(text) })
  for (let i = 0; i < 10; i++) assert.equal(await guess(`wrong ${i}`), undefined)
  const refused = (error: unknown) => error instanceof Problem && error.code === 'too-many-requests'
  await assert.rejects(guess('right'), refused)
  const claimed = parseIdentity('300:a/b')
  assert.ok(claimed)
  const secret = { type: 'secret', secret: Buffer.from('right') } as const
  assert.ok(await authority.prove(claimed, secret, '198.51.100.9'), 'others are not kept out')
  clock.advance(60_000)
  assert.equal(await guess('right'), '300:a/b')
  assert.equal(await guess('wrong'), undefined)
  assert.equal(await guess('right'), '300:a/b')
})

test('many proofs of one program at once are all believed, and failures among them still count', async () => {
  const { authority } = authorityOver({ 'A/B': [secretKey(300, 'right')] })
  const proof = (secret: string): Proof => ({ type: 'secret', secret: Buffer.from(secret) })
  const many = Array.from({ length: 64 }, () => shown(authority, '300:a/b', proof('right')))
  assert.deepEqual(new Set(await Promise.all(many)), new Set(['300:a/b']))
  const wrong = Array.from({ length: 64 }, () =>
    shown(authority, '300:a/b', proof('wrong')).catch((error) => error.code),
  )
  const told = await Promise.all(wrong)
  assert.equal(told.filter((it) => it === undefined).length, 10)
  assert.equal(told.filter((it) => it === 'too-many-requests').length, 54)
})

test('a record without HS_ADMIN is governed by its prefix’s record, one with it by its own', async () => {
  const admin = (permissions: number, index: number): HandleValue => ({
    index: 100,
    type: 'HS_ADMIN',
    data: writeAdmin({ permissions, admin: { handle: '0.NA/88.1', index }, legacy: false }),
  })
  const { authority } = authorityOver({ '0.NA/88.1': [admin(0xfff, 300)] })
  const who = parseIdentity('300:0.NA/88.1')
  assert.ok(who)
  const key = '88.1/X' as HandleKey
  assert.equal(await authority.rightsOver(who, key, [{ index: 1, type: 'URL', data: 'x' }]), 0xfff)
  assert.equal(await authority.rightsOver(who, key, [admin(1, 301)]), 0)
  assert.equal(await authority.rightsOver(who, key, [admin(1, 300)]), 1)
  assert.equal(await authority.rightsUnder(who, '88.2/X' as HandleKey), 0)
})

test('what is no key, or too weak a one, is none', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 512 })
  const wrong = ['', 'x', '{}', '{"kty":"oct","k":"AA"}', '-----BEGIN PUBLIC KEY-----\nAA\n', '{']
  for (const text of [...wrong, pem(weak.publicKey)]) {
    assert.equal(readVerifyingKey(Buffer.from(text)), undefined, text)
  }
})
