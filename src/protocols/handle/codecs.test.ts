import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { readVerifyingKey } from '../../identifiers/authority/public-keys.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import { formatAddress, parseAddress } from '../../identifiers/values/address.ts'
import { readAdmin, writeAdmin } from '../../identifiers/values/admin.ts'
import { readPublicKey, writePublicKey } from '../../identifiers/values/public-key.ts'
import { readReferences, writeReferences } from '../../identifiers/values/references.ts'
import { readSite, type Site, writeSite } from '../../identifiers/values/site.ts'
import { Problem } from '../../lib/problem.ts'
import { parseMoment } from './moment.ts'
import { readHandleJson, readHandleValues } from './record-json.ts'
import { formatValues } from './value-json.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const bytesOf = (data: string | Uint8Array) =>
  new Uint8Array(typeof data === 'string' ? Buffer.from(data) : data)
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

// Vectors A6, A7 and A10 of the reference were printed by the deployed library.
const A6 = '0ff30000000d302e4e412f38382e3131312e310000012c'
const A7 = '0fff0000000d302e4e412f38382e3131312e31000000c80000'
const A10 =
  '0001020b000380020000000000000001000000046465736300000002534e0000000100000001000000000000000000000000c000020a0000000000000003020000000a51030100000a51030200001f40'

test('HS_ADMIN is read and written as deployed servers have it', () => {
  const record = readAdmin(hex(A6))
  assert.deepEqual(record, {
    permissions: 0x0ff3,
    admin: { handle: '0.NA/88.111.1', index: 300 },
    legacy: false,
  })
  assert.equal(toHex(writeAdmin(record)), A6)
})

test('HS_ADMIN of older programs carries two zero bytes more', () => {
  const record = readAdmin(hex(A7))
  assert.deepEqual(record.admin, { handle: '0.NA/88.111.1', index: 200 })
  assert.equal(record.legacy, true)
  assert.equal(toHex(writeAdmin(record)), A7)
})

test('HS_SITE is read and written as deployed servers have it', () => {
  const site = readSite(hex(A10))
  assert.equal(`${site.major}.${site.minor} ${site.serial}`, '2.11 3')
  assert.deepEqual(site.attributes, [{ name: 'desc', value: 'SN' }])
  assert.equal(formatAddress(site.servers[0]?.address ?? new Uint8Array()), '192.0.2.10')
  assert.deepEqual(site.servers[0]?.interfaces, [
    { type: 2, protocol: 0, port: 2641 },
    { type: 3, protocol: 1, port: 2641 },
    { type: 3, protocol: 2, port: 8000 },
  ])
  assert.equal(toHex(writeSite(site)), A10)
})

test('every truncation and every byte too many is refused', () => {
  const readers: [string, (bytes: Uint8Array) => unknown][] = [
    [A6, readAdmin],
    [A10, readSite],
    [toHex(writeReferences([{ handle: '3', index: 2 }])), readReferences],
  ]
  for (const [text, read] of readers) {
    const whole = hex(text)
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => read(whole.subarray(0, length)), `${length} of ${whole.length}`)
    }
    assert.throws(() => read(new Uint8Array([...whole, 0])))
  }
})

test('a count that promises more than there are bytes is refused before anything is made', () => {
  assert.throws(() => readReferences(hex('ffffffff')))
  assert.throws(() => readReferences(hex('000fffff00000000')))
})

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const small = fc.integer({ min: 0, max: 127 })
const site: fc.Arbitrary<Site> = fc.record({
  version: fc.integer({ min: 0, max: 65_535 }),
  major: small,
  minor: small,
  serial: fc.integer({ min: 0, max: 65_535 }),
  primary: fc.boolean(),
  multiPrimary: fc.boolean(),
  hashOption: small,
  hashFilter: text,
  attributes: fc.array(fc.record({ name: text, value: text }), { maxLength: 4 }),
  servers: fc.array(
    fc.record({
      id: int,
      address: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      publicKey: fc.uint8Array({ maxLength: 12 }),
      interfaces: fc.array(
        fc.record({
          type: fc.integer({ min: 0, max: 3 }),
          protocol: small,
          port: fc.integer({ min: 0, max: 65_535 }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
})

test('any site is written and read back the same, and so is its JSON', () => {
  fc.assert(
    fc.property(site, (given) => {
      const bytes = writeSite(given)
      assert.equal(toHex(writeSite(readSite(bytes))), toHex(bytes))
      const value: HandleValue = { index: 1, type: 'HS_SITE', data: bytes }
      const [again] = readHandleValues([JSON.parse(formatValues([value], 1))])
      assert.equal(toHex(again?.data as Uint8Array), toHex(bytes))
    }),
    { numRuns: 200 },
  )
})

test('any data comes back from its JSON with the same bytes', () => {
  const data = fc.oneof(text, fc.uint8Array({ maxLength: 60 }))
  const type = fc.constantFrom('URL', 'HS_ADMIN', 'hs_vlist', 'HS_SITE.PREFIX', 'HS_PUBKEY', '名')
  fc.assert(
    fc.property(type, data, (type, data) => {
      const value: HandleValue = { index: 1, type, data }
      const [again] = readHandleValues(JSON.parse(formatValues([value], 1)))
      assert.equal(toHex(bytesOf(again?.data ?? '')), toHex(bytesOf(data)))
    }),
    { numRuns: 500 },
  )
})

test('keys keep their parts, whatever their highest bit', () => {
  const part = fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .filter((it) => it[0] !== 0)
    .map((it) => Buffer.from(it).toString('base64url'))
  fc.assert(
    fc.property(part, part, (n, e) => {
      assert.deepEqual(readPublicKey(writePublicKey({ kty: 'RSA', n, e })), { kty: 'RSA', n, e })
    }),
  )
})

test('addresses of both families are read and written; IPv6 as RFC 5952 says', () => {
  for (const [given, written = given] of [
    ['192.0.2.10'],
    ['2001:db8::1'],
    ['2001:db8:0:0:1:0:0:2', '2001:db8::1:0:0:2'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::1'],
    ['1::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['::ffff:0:0:1:2'],
  ]) {
    assert.equal(formatAddress(parseAddress(given ?? '') ?? new Uint8Array()), written)
  }
  for (const wrong of ['', 'example.org', '1.2.3', '1.2.3.256', 'fe80::1%eth0', ':::']) {
    assert.equal(parseAddress(wrong), undefined, wrong)
  }
})

test('a TTL may be a date in the forms deployed servers take', () => {
  for (const [given, wanted] of [
    ['2021-07-27T12:45:52Z', '2021-07-27T12:45:52.000Z'],
    ['2030-01-01T08:00:00+08:00', '2030-01-01T00:00:00.000Z'],
    ['2030-01-01T08:00:00-0330', '2030-01-01T11:30:00.000Z'],
    ['2030-06-01', '2030-06-01T00:00:00.000Z'],
    ['20300601', '2030-06-01T00:00:00.000Z'],
    ['2030-06', '2030-06-01T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ]) {
    assert.equal(parseMoment(given ?? ''), Date.parse(wanted ?? '') / 1000, given ?? '')
  }
  for (const wrong of ['', 'tomorrow', '2021-02-30', '2021-13-01', '2021-01-01T25:00:00Z']) {
    assert.equal(parseMoment(wrong), undefined, wrong)
  }
})

test('everything wrong in a record is told at once, each with its place', () => {
  const wrong = {
    values: [
      { index: 0, type: 'URL', data: 'x' },
      { index: 1, type: 'URL.', data: { format: 'hex', value: '0g' } },
      { index: 1, type: 'URL', data: { format: 'nope', value: '' }, permissions: '2' },
      { index: 2, type: 'URL', data: 'a', ttl: 'soon', references: [{ handle: 1 }] },
      { index: 2, type: 'URL', data: 'a' },
    ],
  }
  assert.throws(
    () => readHandleJson(wrong),
    (error) => {
      assert.ok(error instanceof Problem)
      assert.deepEqual(error.fields.map((it) => it.path).sort(), [
        '/handle',
        '/values/0/index',
        '/values/1/data/value',
        '/values/1/type',
        '/values/2/data/format',
        '/values/2/permissions',
        '/values/3/references/0/index',
        '/values/3/ttl',
        '/values/4/index',
      ])
      return true
    },
  )
})

test('nothing given as a record makes the reader fail otherwise than by a Problem', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      for (const given of [json, [json], { handle: 'a/b', values: [json] }]) {
        try {
          readHandleJson(given)
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
        }
        try {
          readHandleValues(given)
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
        }
      }
    }),
  )
})

test('keys of curves are taken as JSON web keys and kept as X.509 text, by which proofs are checked', () => {
  const taken = (value: object) => {
    const [it] = readHandleValues({ index: 300, type: 'HS_PUBKEY', data: { format: 'key', value } })
    return it?.data
  }
  const pairs = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('ed25519'),
  ]
  for (const { publicKey, privateKey } of pairs) {
    const text = publicKey.export({ type: 'spki', format: 'pem' }).toString().trim()
    assert.equal(taken(publicKey.export({ format: 'jwk' })), text)
    assert.equal(taken(privateKey.export({ format: 'jwk' })), text, 'what is private is left out')
    assert.ok(readVerifyingKey(Buffer.from(text)))
  }
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  })
  for (const value of [
    { kty: 'EC', crv: 'P-256', x },
    { kty: 'EC', crv: 'P-256', x, y: x },
    { kty: 'EC', crv: 'P-384', x, y },
    { kty: 'OKP', crv: 'X25519', x },
    { kty: 'OKP', crv: 'Ed25519', x: 'AA' },
    { kty: 'oct', k: x },
  ]) {
    assert.throws(() => taken(value), Problem)
  }
})
