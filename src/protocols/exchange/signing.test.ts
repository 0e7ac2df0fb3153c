import assert from 'node:assert/strict'
import { test } from 'node:test'
import { request } from '../../../test/support/handle-client.ts'
import { testClock } from '../../../test/support/test-clock.ts'
import { ClientLimit } from '../../identifiers/resolution/client-limit.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { readMessage } from '../wire/message.ts'
import type { Asked } from './asked.ts'
import { doneTo, errorTo } from './reply.ts'
import { certified } from './signing.ts'

function askedBy(client: string, flags: number): Asked {
  const body = new Uint8Array()
  const { message, envelope } = request({ opCode: OP.sessionTerminate, body, flags })
  const peer = { transport: 'tcp', asker: { client, address: client }, connection: {} } as const
  return {
    envelope: { ...envelope, sequence: 0, messageBytes: message.length },
    ...{ bytes: message, peer, message: readMessage(message) },
  }
}

test('so many answers are signed for a network, the rest are told that it is too much, unsigned', async () => {
  const clock = testClock()
  const signings = new ClientLimit({ perSecond: 1, burst: 2 }, clock)
  let signed = 0
  const sign = async () => ({ algorithm: 'SHA-256', signature: Uint8Array.of(++signed) })
  let isBusy = false
  const operation = certified(
    (asked) => (isBusy ? errorTo(asked, 1, RESPONSE.serverBusy) : doneTo(asked, 1)),
    { sign, signings, siteSerial: 1 },
  )
  const told = async (client: string, flags: number = OP_FLAG.certified) => {
    const answer = await operation(askedBy(client, flags))
    assert.ok('bytes' in answer)
    const { header, credential } = readMessage(answer.bytes)
    return [header.responseCode, credential !== undefined]
  }
  assert.deepEqual(await told('a'), [RESPONSE.success, true])
  assert.deepEqual(await told('a', 0), [RESPONSE.success, false])
  assert.deepEqual(await told('a'), [RESPONSE.success, true])
  assert.deepEqual(await told('a'), [RESPONSE.serverBusy, false])
  assert.deepEqual(await told('b'), [RESPONSE.success, true])
  clock.advance(1_000)
  assert.deepEqual(await told('a'), [RESPONSE.success, true])
  isBusy = true
  assert.deepEqual(await told('b'), [RESPONSE.serverBusy, false])
  assert.equal(signed, 4)
})
