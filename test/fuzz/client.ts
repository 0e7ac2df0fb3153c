import assert from 'node:assert/strict'
import type { Authentication } from '../../src/protocols/client/authentication.ts'
import { openHandleClient } from '../../src/protocols/client/client.ts'
import { Incomplete } from '../../src/protocols/client/deeds.ts'
import {
  type Ask,
  isContinued,
  NoAnswer,
  type Outgoing,
  type Received,
} from '../../src/protocols/client/endpoint.ts'
import { Frames } from '../../src/protocols/client/frames.ts'
import { OwnLengths } from '../../src/protocols/client/own-lengths.ts'
import * as wire from '../../src/protocols/wire/index.ts'
import { Dice } from '../support/records.ts'
import {
  error,
  found,
  framedAnswer,
  readAsked,
  referral,
  type Said,
  siteAt,
  siteValueOf,
  value,
} from '../support/scripted-servers.ts'

const CHANGES_MAX = 6
const PIECE_BYTES_MAX = 400
/** More than the limits of the client let it ask, and less than what would be no end. */
const QUESTIONS_MAX = 200
const { RESPONSE, OP, OP_FLAG } = wire
const SITE = siteAt(2641, { protocols: ['UDP', 'TCP', 'HTTP'] })
const NAMES = ['88.1/x', '88.1.7/y', '0.NA/88.1', '0.NA/0.NA', '0.NA/88', '']
const AUTH: Authentication = {
  ...{ kind: 'secret', secret: Buffer.from('secret'), algorithm: 'HMAC-SHA256' },
  identity: { handle: '0.NA/88.1', index: 300 },
}

/**
 * Answers that servers may give and ought not, as they stand and with bytes changed, cut off, or in the wrong order, to everything
 * a client asks. Each request comes to one of its outcomes after a bounded number of questions; none throws what it should not.
 */
export async function fuzzClient(count: number, seed: number): Promise<Record<string, number>> {
  const dice = new Dice(seed)
  const outcomes: Record<string, number> = {}
  let questions = 0
  const ask: Ask = async function* (_endpoint, request) {
    questions++
    yield* answersTo(request, dice)
  }
  for (let i = 0; i < count; i++) {
    questions = 0
    using client = openHandleClient({ ...startOf(dice), ask })
    try {
      const outcome = await askSomething(client, dice)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    } catch (cause) {
      throw new Error(`request ${i}`, { cause })
    }
    assert.ok(questions < QUESTIONS_MAX, `${questions} questions in request ${i}`)
    packets(dice)
  }
  return outcomes
}

function startOf(dice: Dice) {
  return dice.chance(50) ? { roots: [SITE] } : { sitesForAll: [SITE, SITE] }
}

async function askSomething(
  client: ReturnType<typeof openHandleClient>,
  dice: Dice,
): Promise<string> {
  const handle = oneOf(dice, NAMES.slice(0, -1))
  const flags = [0, OP_FLAG.certified, OP_FLAG.returnDigest, OP_FLAG.authoritative]
  const auth = dice.chance(50) ? { auth: AUTH } : {}
  switch (dice.below(6)) {
    case 0: {
      const listed = await client.list('88.1', auth)
      if (listed.kind === 'found') await taken(listed.handles)
      return listed.kind
    }
    case 1: {
      const [nonce, digest, answer] = [new Uint8Array(9), new Uint8Array(20), new Uint8Array(3)]
      return (await client.verify({ key: AUTH.identity, nonce, digest, answer })).kind
    }
    case 2:
      return (await client.siteInfo(handle)).kind
    case 3: {
      const values = [value(1, 'URL', 'u')]
      return (await client.perform({ kind: 'create', handle, values }, auth)).kind
    }
    default: {
      const types = dice.chance(50) ? ['URL'] : []
      return (await client.resolve({ handle, types, flags: oneOf(dice, flags), ...auth })).kind
    }
  }
}

/** A list may break off; everything else is a fault. */
async function taken(handles: AsyncIterable<string>): Promise<void> {
  try {
    for await (const it of handles) assert.equal(typeof it, 'string')
  } catch (error) {
    if (!(error instanceof NoAnswer || error instanceof Incomplete)) throw error
  }
}

async function* answersTo(request: Outgoing, dice: Dice): AsyncGenerator<Received> {
  const frames = new Frames()
  const bytes = bytesFor(request, dice)
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + dice.below(PIECE_BYTES_MAX)
    for (const it of frames.add(bytes.subarray(at, end))) {
      yield it
      if (!isContinued(it)) return
    }
    at = end
  }
  throw new NoAnswer('closed', 'nothing more came')
}

function bytesFor({ envelope, bytes }: Outgoing, dice: Dice): Buffer {
  const asked = readAsked({ ...envelope, sequence: 0, messageBytes: bytes.length }, bytes)
  const several = Array.from({ length: 1 + dice.below(3) }, (_, i) => {
    const said = saidTo(dice, asked.handle)
    const flags = i === 0 && dice.chance(20) ? OP_FLAG.continuous : 0
    return framedAnswer(asked, { ...said, flags: ((said.flags ?? 0) | flags) >>> 0 })
  })
  const all = Buffer.concat(several)
  if (dice.chance(50)) {
    for (let left = dice.below(CHANGES_MAX); left > 0; left--) {
      all[dice.below(all.length)] = dice.below(256)
    }
  }
  return dice.chance(10) ? all.subarray(0, dice.below(all.length)) : all
}

function saidTo(dice: Dice, handle: string): Said {
  const name = oneOf(dice, NAMES)
  const site = dice.chance(80) ? [SITE] : []
  const all: readonly (() => Said)[] = [
    () => found(handle, value(1, 'URL', 'u')),
    () => found(handle, value(1, 'HS_ALIAS', name)),
    () => found(handle, value(1, 'HS_SERV', name), value(2, 'HS_SERV.PREFIX', name)),
    () => found(handle, siteValueOf(SITE), siteValueOf(SITE, 'HS_SITE.PREFIX', 2)),
    () => found(handle, value(1, 'HS_SITE', new Uint8Array(dice.below(80)))),
    () => referral(RESPONSE.serviceReferral, name, ...site),
    () => referral(RESPONSE.prefixReferral, name, ...site),
    () => error(oneOf(dice, Object.values(RESPONSE)), 'message'),
    () => ({ code: RESPONSE.success, body: siteValueOf(SITE).data }),
    () => ({ code: RESPONSE.success, body: wire.writeHandleList({ handles: NAMES }) }),
    () => ({ code: RESPONSE.authenticationNeeded, flags: OP_FLAG.returnDigest, body: CHALLENGE }),
    () => ({ code: OP.resolution, body: new Uint8Array(dice.below(40)) }),
  ]
  return oneOf(dice, all)()
}

const CHALLENGE = wire.writeChallenge({
  digest: { algorithm: wire.DIGEST_SHA1, digest: new Uint8Array(20) },
  nonce: new Uint8Array(16),
})

/** Packets that say their own lengths, of anything. */
function packets(dice: Dice): void {
  const message = new OwnLengths()
  for (let i = dice.below(8); i > 0; i--) {
    const part = Uint8Array.from({ length: dice.below(492) }, () => dice.below(4))
    const envelope = wire.readEnvelope(new Uint8Array([...HEAD, ...new Uint8Array([0, 0, 0, 99])]))
    try {
      const whole = message.add({ ...envelope, sequence: dice.below(600) }, part)
      assert.ok(whole === undefined || whole.length <= wire.MESSAGE_BYTES_MAX)
    } catch (error) {
      if (!(error instanceof wire.MalformedBytes)) throw error
    }
  }
}

const HEAD = new Uint8Array(16)

function oneOf<T>(dice: Dice, all: readonly T[]): T {
  const it = all[dice.below(all.length)]
  if (it === undefined) throw new RangeError('nothing to choose from')
  return it
}
