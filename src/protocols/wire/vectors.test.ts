import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Again,
  BODIES,
  bytesOf,
  FORMS,
  hexOf,
  messageAgain,
  VECTORS,
} from '../../../test/support/wire-vectors.ts'
import { MalformedBytes } from '../../identifiers/values/bytes.ts'
import { digestOf } from './digest.ts'
import { readEnvelope, writeEnvelope } from './envelope.ts'
import { readMessage } from './message.ts'
import { isSecretProved } from './proofs.ts'

/** Each message, envelope and value, and what reads and writes it. */
const READINGS = [
  ...VECTORS.envelopes.map(({ what, bytes }) => ({
    what,
    bytes: bytesOf(bytes),
    again: (it: Uint8Array) => writeEnvelope(readEnvelope(it)),
  })),
  ...VECTORS.messages.map(({ what, body, message }) => ({
    what,
    bytes: bytesOf(message),
    again: (it: Uint8Array) => messageAgain(it, codecOf(BODIES, body)),
  })),
  ...VECTORS.values.map(({ what, form, bytes }) => ({
    what,
    bytes: bytesOf(bytes),
    again: (it: Uint8Array) => codecOf(FORMS, form)(it, false),
  })),
]

/** Bits that are changed: each alone in the short run, every octet there is in the long one. */
const CHANGES =
  process.env.WAYMARK_TEST_LONG === '1'
    ? Array.from({ length: 255 }, (_, i) => i + 1)
    : [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7f, 0xff]

test('what clients and servers send is read and written as the same bytes', () => {
  for (const { what, bytes, again } of READINGS)
    assert.equal(hexOf(again(bytes)), hexOf(bytes), what)
  const named = new Set(VECTORS.messages.map((it) => it.body))
  assert.deepEqual(Object.keys(BODIES).toSorted(), [...named].toSorted(), 'no body goes untested')
})

test('every truncation and every change of one byte is read, or refused as malformed', () => {
  using _quick = withoutTraces()
  for (const { what, bytes, again } of READINGS) {
    for (let end = 0; end < bytes.length; end++) readOrRefused(again, bytes.subarray(0, end), what)
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      const whole = bytes[at] ?? 0
      for (const by of CHANGES) {
        changed[at] = whole ^ by
        readOrRefused(again, changed, what)
      }
    }
  }
})

test('what is cut off or too long is refused for that', () => {
  for (const { what, envelope, message, body } of VECTORS.malformed) {
    assert.throws(
      () => {
        if (envelope !== undefined) readEnvelope(bytesOf(envelope))
        const bytes = bytesOf(message ?? '')
        if (body !== undefined) messageAgain(bytes, codecOf(BODIES, body))
        else if (message !== undefined) readMessage(bytes)
      },
      MalformedBytes,
      what,
    )
  }
})

test('digests and proofs are those of the published vectors', async () => {
  const { request, ...digests } = VECTORS.digests
  const asked = readMessage(bytesOf(request))
  for (const [i, name] of (['md5', 'sha1', 'sha256'] as const).entries()) {
    assert.equal(hexOf(digestOf(asked, i + 1).digest), digests[name])
  }
  const { secret, nonce, digest, answers } = VECTORS.proofs
  for (const { what, bytes } of answers) {
    const asked = bytesOf(nonce + digest)
    assert.ok(await isSecretProved(Buffer.from(secret), asked, bytesOf(bytes)), what)
  }
})

function codecOf(table: Readonly<Record<string, Again>>, name: string): Again {
  const codec = table[name]
  assert.ok(codec, `nothing reads ${name}`)
  return codec
}

/** Most of what an error costs is to tell where it came from. */
function withoutTraces(): Disposable {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  return {
    [Symbol.dispose]: () => {
      Error.stackTraceLimit = before
    },
  }
}

/** An unknown type of key is not a broken one. */
function readOrRefused(again: (it: Uint8Array) => unknown, bytes: Uint8Array, what: string): void {
  try {
    again(bytes)
  } catch (error) {
    const isUnknownKey = error instanceof TypeError && error.message.includes('key of type')
    if (!(error instanceof MalformedBytes) && !isUnknownKey) {
      assert.fail(`${what}: ${error} for ${hexOf(bytes)}`)
    }
  }
}
