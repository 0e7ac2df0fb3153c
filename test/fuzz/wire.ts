import assert from 'node:assert/strict'
import { MalformedBytes } from '../../src/identifiers/values/bytes.ts'
import { ENVELOPE_BYTES, readEnvelope, writeEnvelope } from '../../src/protocols/wire/envelope.ts'
import { Dice } from '../support/records.ts'
import { BODIES, bytesOf, FORMS, hexOf, messageAgain, VECTORS } from '../support/wire-vectors.ts'

const LENGTH_MAX = 2_000
const CHANGES_MAX = 8
const BODIES_TRIED = Object.values(BODIES)
const FORMS_TRIED = Object.values(FORMS)
const SEEDS = [...VECTORS.messages.map((it) => it.message), ...VECTORS.values.map((it) => it.bytes)]

/**
 * Random packets and mutated messages of the Handle protocol, taken for every kind of message in turn. Each is read or
 * malformed; what was read is written again, and reads as the same.
 */
export function fuzzWire(count: number, seed: number): { readonly read: number } {
  const dice = new Dice(seed)
  let read = 0
  for (let i = 0; i < count; i++) {
    const bytes = dice.chance(25) ? randomBytes(dice) : mutated(dice)
    const body = BODIES_TRIED[i % BODIES_TRIED.length]
    const form = FORMS_TRIED[i % FORMS_TRIED.length]
    if (body === undefined || form === undefined) throw new Error('nothing is tried')
    try {
      tryRead(bytes, (it) => void readEnvelope(it))
      if (tryRead(bytes, (it) => twice(it, (again) => messageAgain(again, body)))) read++
      if (tryRead(bytes.subarray(ENVELOPE_BYTES), (it) => twice(it, (a) => form(a, false)))) read++
    } catch (cause) {
      throw new Error(`packet ${i}: ${hexOf(bytes)}`, { cause })
    }
  }
  return { read }
}

/** A message in its envelope, mutated somewhere; or nothing that is one. */
export function randomPacket(dice: Dice): Uint8Array {
  if (dice.chance(10)) return randomBytes(dice)
  const message = mutated(dice)
  const said = dice.chance(5) ? dice.below(2 ** 32) : message.length
  const head = writeEnvelope({
    ...{ major: 2, minor: dice.below(13), flags: dice.chance(5) ? dice.below(2 ** 16) : 0 },
    ...{ suggestedMajor: 2, suggestedMinor: 11, sessionId: dice.chance(5) ? dice.below(9) : 0 },
    ...{ requestId: dice.below(2 ** 32), sequence: dice.chance(5) ? dice.below(9) : 0 },
    messageBytes: said,
  })
  return Buffer.concat([head, message])
}

function twice(bytes: Uint8Array, again: (bytes: Uint8Array) => Uint8Array): void {
  const once = again(bytes)
  assert.deepEqual(again(once), once)
}

function tryRead(bytes: Uint8Array, read: (bytes: Uint8Array) => void): boolean {
  try {
    read(bytes)
    return true
  } catch (error) {
    const isUnknownKey = error instanceof TypeError && error.message.includes('key of type')
    if (error instanceof MalformedBytes || isUnknownKey) return false
    throw error
  }
}

function randomBytes(dice: Dice): Uint8Array {
  return Uint8Array.from({ length: dice.below(LENGTH_MAX) }, () => dice.below(256))
}

function mutated(dice: Dice): Uint8Array {
  const bytes = bytesOf(SEEDS[dice.below(SEEDS.length)] ?? '')
  for (let left = dice.below(CHANGES_MAX); left > 0; left--) {
    bytes[dice.below(bytes.length)] = dice.below(256)
  }
  return dice.chance(20) ? bytes.subarray(0, dice.below(bytes.length + 1)) : bytes
}
