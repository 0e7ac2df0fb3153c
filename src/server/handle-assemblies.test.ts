import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Envelope, readEnvelope } from '../protocols/wire/envelope.ts'
import { packetsOf } from '../protocols/wire/packets.ts'
import { Assemblies } from './handle-assemblies.ts'
import { RecentAnswers } from './recent-answers.ts'

const ENVELOPE = {
  ...{ major: 2, minor: 11, flags: 0, suggestedMajor: 2, suggestedMinor: 11, sessionId: 0 },
}

function packets(
  message: Uint8Array,
  requestId: number,
): { envelope: Envelope; part: Uint8Array }[] {
  return packetsOf(message, { ...ENVELOPE, requestId }).map((it) => ({
    envelope: readEnvelope(it),
    part: it.subarray(20),
  }))
}

test('messages of several askers come together beside each other, in whatever order', () => {
  const assemblies = new Assemblies()
  const messages = [1, 2, 3].map((it) => new Uint8Array(1_200).fill(it))
  const sent = messages.flatMap((message, i) =>
    // all with one number: who sent it tells them apart
    packets(message, 7).map((it) => ({ ...it, from: `asker ${i}` })),
  )
  const whole = sent.toReversed().map((it) => assemblies.add(it.from, it.envelope, it.part))
  const done = whole.filter((it) => it !== undefined)
  assert.deepEqual(done.toReversed(), messages)
  assert.equal(assemblies.count, 0)
})

test('what is never finished goes when it is old, and the oldest when there is too much', () => {
  let now = 0
  const assemblies = new Assemblies(() => now)
  const [first] = packets(new Uint8Array(1_200), 1)
  assert.ok(first)
  assemblies.add('a', first.envelope, first.part)
  now = 6_000
  assemblies.add('b', first.envelope, first.part)
  assert.equal(assemblies.count, 1)
  for (let i = 0; i < 5_000; i++) assemblies.add(`c ${i}`, first.envelope, first.part)
  assert.equal(assemblies.count, 1_024)
  const [large] = packets(new Uint8Array(262_144), 1)
  assert.ok(large)
  for (let i = 0; i < 5_000; i++) assemblies.add(`d ${i}`, large.envelope, large.part)
  assert.equal(assemblies.count, 64, 'of 256 KiB each in 16 MiB')
})

test('a request that comes twice is answered with what it was answered with', () => {
  let now = 0
  const recent = new RecentAnswers(() => now)
  const answer = { envelope: { ...ENVELOPE, requestId: 1 }, bytes: new Uint8Array(1_000) }
  const request = Uint8Array.of(1, 2, 3)
  assert.equal(recent.find('a', request), undefined)
  recent.begin('a', request)
  assert.deepEqual(recent.find('a', request), [], 'it is being carried out')
  recent.add('a', answer)
  assert.deepEqual(recent.find('a', request), [answer])
  assert.equal(recent.find('a', Uint8Array.of(9)), undefined, 'another with the same number')
  now = 31_000
  assert.equal(recent.find('a', request), undefined)
  for (let i = 0; i < 10_000; i++) {
    recent.begin(`b ${i}`, request)
    recent.add(`b ${i}`, answer)
  }
  assert.equal(recent.find('b 0', request), undefined, 'the oldest go')
  assert.deepEqual(recent.find('b 9999', request), [answer])
})
