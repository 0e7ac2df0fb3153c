import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_ALGORITHMS } from '../../identifiers/authority/secret-code.ts'
import { MalformedBytes, Reader } from '../../identifiers/values/bytes.ts'
import {
  readChallenge,
  readChallengeAnswer,
  readErrorAnswer,
  readResolutionAnswer,
  readResolutionRequest,
  writeChallenge,
  writeChallengeAnswer,
  writeErrorAnswer,
  writeResolutionAnswer,
  writeResolutionRequest,
} from './bodies.ts'
import { OP, OP_FLAG, RESPONSE } from './codes.ts'
import { digestOf } from './digest.ts'
import { readEnvelope, writeEnvelope } from './envelope.ts'
import { type Header, type Message, readMessage, SERIAL_UNKNOWN, writeMessage } from './message.ts'
import { Assembly, packetsOf } from './packets.ts'
import { isSecretProved, proveSecret } from './proofs.ts'
import { readValue, TTL_ABSOLUTE, TTL_RELATIVE, type WireValue, writeValue } from './value.ts'

/* Bytes that the Java client library sends and takes, from the published vectors A to C. */
const HANDLE = '88.111.1/TEST-0001'
const A1 = '0203020b0000000001020304000000000000003a'
const A2 =
  '000000010000000019000000ffff0000600000000000001e0000001238382e3131312e312f544553542d30303031000000000000000000000000'
const A3_BODY = '0000001238382e3131312e312f544553542d303030310000000100000064000000010000000355524c'
const A5 =
  '000000015f00000000000151800e0000000355524c0000001668747470733a2f2f6578616d706c652e636e2f702f3100000000'
const A8 = '0000000700000001016100000004000000015800000001790000000100000003312f3200000003'
const A11 = `00000001000000011900000000030000600000000000004d0000001238382e3131312e312f544553542d3030303100000001${A5}00000000`
const C1 = '02d1ce5af46345751d7190336d525f5dd13a0937c800000010000102030405060708090a0b0c0d0e0f'
const C5 =
  '22000000103a379e82936ad9bc84af128c04649e2600002710000000a00000001407ae4b56a60d62a355cc8e1596ff91b6448c9594'
const C10 = '0000000948535f5345434b45590000000d302e4e412f38382e3131312e310000012c0000000202aa'

const PLAIN = OP_FLAG.recursive + OP_FLAG.cacheCertified + OP_FLAG.publicOnly
const REQUEST: Header = {
  opCode: OP.resolution,
  responseCode: 0,
  opFlags: PLAIN,
  siteSerial: SERIAL_UNKNOWN,
  recursionCount: 0,
  reserved: 0,
  expiresS: 0x60000000,
}
const URL_VALUE: WireValue = {
  index: 1,
  timestampS: 0x5f000000,
  ttlType: TTL_RELATIVE,
  ttlS: 86_400,
  permissions: 0x0e,
  type: 'URL',
  data: Buffer.from('https://example.cn/p/1'),
  references: [],
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

test('an envelope says its version and the one its sender would rather speak', () => {
  const envelope = readEnvelope(bytesOf(A1))
  assert.deepEqual(envelope, {
    ...{ major: 2, minor: 3, flags: 0, suggestedMajor: 2, suggestedMinor: 11 },
    ...{ sessionId: 0, requestId: 0x01020304, sequence: 0, messageBytes: 58 },
  })
  assert.equal(hex(writeEnvelope(envelope)), A1)
})

test('a message shorter than a header, or about nothing, is malformed', () => {
  assert.throws(() => readEnvelope(bytesOf(`${A1.slice(0, -2)}17`)), MalformedBytes)
  assert.throws(() => readMessage(bytesOf(`00000000${A2.slice(8)}`)), MalformedBytes)
})

test('a plain resolution is the bytes that clients send', () => {
  const body = writeResolutionRequest({ handle: HANDLE, indexes: [], types: [] })
  assert.equal(hex(writeMessage({ header: REQUEST, body })), A2)
  const message = readMessage(bytesOf(A2))
  assert.deepEqual(message.header, REQUEST)
  assert.deepEqual(readResolutionRequest(message.body), { handle: HANDLE, indexes: [], types: [] })

  const some = { handle: HANDLE, indexes: [100], types: ['URL'] }
  assert.equal(hex(writeResolutionRequest(some)), A3_BODY)
  assert.deepEqual(readResolutionRequest(bytesOf(A3_BODY)), some)
  const flags = [
    OP_FLAG.authoritative,
    OP_FLAG.certified,
    OP_FLAG.returnDigest,
    OP_FLAG.keepConnection,
  ]
  const sum = flags.reduce((a, b) => a + b, PLAIN - OP_FLAG.publicOnly)
  assert.equal(sum.toString(16), 'da800000')
})

test('values are read and written whole, with what means nothing here', () => {
  assert.equal(hex(writeValue(URL_VALUE)), A5)
  const value = readValue(new Reader(bytesOf(A8)))
  assert.deepEqual(value, {
    ...{ index: 7, timestampS: 1, ttlType: TTL_ABSOLUTE, ttlS: 0x61000000, permissions: 4 },
    ...{ type: 'X', data: bytesOf('79'), references: [{ handle: '1/2', index: 3 }] },
  })
  assert.equal(hex(writeValue(value)), A8)
})

test('answers: the values that were found, or an error that has four bytes at least', () => {
  const header = { ...REQUEST, responseCode: RESPONSE.success, siteSerial: 3 }
  const found = { handle: HANDLE, values: [URL_VALUE] }
  assert.equal(hex(writeMessage({ header, body: writeResolutionAnswer(found) })), A11)
  assert.deepEqual(readResolutionAnswer(readMessage(bytesOf(A11)).body, false), {
    ...found,
    values: [{ ...URL_VALUE, data: new Uint8Array(URL_VALUE.data) }],
  })
  assert.equal(hex(writeErrorAnswer({ message: '' })), '00000000')
  assert.deepEqual(readErrorAnswer(new Uint8Array(0), false), { message: '' })
})

test('a challenge holds the digest of what was asked, and its answer names the key', () => {
  const body = writeResolutionRequest({ handle: HANDLE, indexes: [], types: [] })
  const header = { ...REQUEST, opFlags: PLAIN + OP_FLAG.returnDigest }
  const digests = [1, 2, 3].map((it) => hex(digestOf({ header, body }, it).digest))
  assert.deepEqual(digests, [
    '683cfff02ee867172f389d965de366aa',
    'd1ce5af46345751d7190336d525f5dd13a0937c8',
    '851355f009afb0a5b78692182feec79bbd7505c7d5641f6e66fa2e0e90c5712d',
  ])
  const nonce = bytesOf('000102030405060708090a0b0c0d0e0f')
  const challenge = { digest: digestOf({ header, body }, 2), nonce }
  assert.equal(hex(writeChallenge(challenge)), C1)
  assert.deepEqual(readChallenge(bytesOf(C1)), challenge)
  const answer = {
    ...{ type: 'HS_SECKEY', key: { handle: '0.NA/88.111.1', index: 300 } },
    ...{ answer: bytesOf('02aa') },
  }
  assert.equal(hex(writeChallengeAnswer(answer)), C10)
  assert.deepEqual(readChallengeAnswer(bytesOf(C10)), answer)
})

test('who knows the secret proves it in every form, and nobody else does', async () => {
  const asked = bytesOf('000102030405060708090a0b0c0d0e0fd1ce5af46345751d7190336d525f5dd13a0937c8')
  const secret = Buffer.from('secret')
  assert.equal(
    hex(await proveSecret(secret, asked, { algorithm: 'SHA1' })),
    '029a5d9e4432fe2bd21f4505193b0f1f446e50496e',
  )
  assert.ok(await isSecretProved(secret, asked, bytesOf(C5)))
  const numbers = {
    salt: bytesOf('3a379e82936ad9bc84af128c04649e26'),
    iterations: 10_000,
    keyBits: 160,
  }
  const derived = { algorithm: 'PBKDF2WithHmacSHA1', ...numbers } as const
  assert.equal(hex(await proveSecret(secret, asked, derived)), C5)
  for (const algorithm of SECRET_ALGORITHMS) {
    const answer = await proveSecret(secret, asked, { ...numbers, algorithm })
    assert.ok(await isSecretProved(secret, asked, answer), `algorithm ${algorithm}`)
    assert.ok(!(await isSecretProved(Buffer.from('other'), asked, answer)))
    answer[answer.length - 1] = (answer.at(-1) ?? 0) ^ 1
    assert.ok(!(await isSecretProved(secret, asked, answer)))
  }
  const endless = bytesOf(C5.replace('00002710', 'ffffffff'))
  await assert.rejects(isSecretProved(secret, asked, endless), MalformedBytes)
})

test('a long message goes in datagrams that each say its whole length, and comes together in any order', () => {
  const message = Uint8Array.from({ length: 1_000 }, (_, i) => i & 0xff)
  const { sequence: _, messageBytes: __, ...envelope } = readEnvelope(bytesOf(A1))
  const packets = packetsOf(message, envelope)
  assert.deepEqual(
    packets.map((it) => it.length),
    [512, 512, 36],
  )
  const heads = packets.map(readEnvelope)
  assert.deepEqual(
    heads.map((it) => [it.sequence, it.messageBytes]),
    [
      [0, 1000],
      [1, 1000],
      [2, 1000],
    ],
  )
  const assembly = new Assembly(1_000)
  const seen = [2, 0, 0, 1].map((at) => {
    const packet = packets[at] as Uint8Array
    return assembly.add(readEnvelope(packet), packet.subarray(20))
  })
  assert.deepEqual(
    seen.map((it) => it !== undefined),
    [false, false, false, true],
  )
  assert.deepEqual(seen[3], message)
  assert.throws(() => new Assembly(2 ** 31), MalformedBytes)
})

test('every truncation and every changed byte is read or malformed, and nothing else', () => {
  const whole = [A2, A11].map(bytesOf)
  for (const bytes of whole) {
    for (let end = 0; end < bytes.length; end++) readOrMalformed(bytes.subarray(0, end))
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x7f, 0x80, 0xff]) {
        const changed = bytes.slice()
        changed[at] = (changed[at] ?? 0) ^ change
        readOrMalformed(changed)
      }
    }
  }
})

function readOrMalformed(bytes: Uint8Array): void {
  let message: Message
  try {
    message = readMessage(bytes)
    if (message.header.responseCode === 0) readResolutionRequest(message.body)
    else readResolutionAnswer(message.body, false)
  } catch (error) {
    assert.ok(error instanceof MalformedBytes, String(error))
  }
}
