import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Incoming, Outgoing } from '../protocols/exchange/asked.ts'
import { refusal } from '../protocols/exchange/exchange.ts'
import { RESPONSE } from '../protocols/wire/codes.ts'
import { ENVELOPE_BYTES, framed, readEnvelope } from '../protocols/wire/envelope.ts'
import { SERIAL_UNKNOWN } from '../protocols/wire/message.ts'
import { PEER, PEER_TLS } from './hand-over.ts'
import { MESSAGE_TYPE } from './handle-tunnel.ts'
import { connectionName, PEER_CONNECTION } from './inner-connections.ts'

const SOCKETS_MAX = 64
/** A first process that says nothing for so long is given up. */
const ANSWER_MS_MAX = 60_000

/** Asks somebody else, and answers with what that one says. */
export type Ask = (incoming: Incoming) => AsyncIterable<Outgoing>

/**
 * Answers by asking the node's first process through its inner door, which answers as if it had been asked itself; where
 * that fails the server is busy.
 */
export function askInner(
  path: string,
  { onError }: { readonly onError: (error: unknown) => void },
): Disposable & { readonly ask: Ask } {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  return {
    async *ask(incoming) {
      try {
        yield* answersFrom(path, agent, incoming)
      } catch (error) {
        onError(error)
        yield refusal(incoming, RESPONSE.serverBusy, SERIAL_UNKNOWN)
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

async function* answersFrom(path: string, agent: Agent, asked: Incoming): AsyncGenerator<Outgoing> {
  const body = framed(asked)
  const headers = {
    'content-type': MESSAGE_TYPE,
    'content-length': body.length,
    [PEER]: asked.peer.asker.address,
    [PEER_TLS]: '0',
    // Whoever has signed in over it is known there by it.
    ...(asked.peer.transport === 'tcp' && {
      [PEER_CONNECTION]: connectionName(asked.peer.connection),
    }),
  }
  const asking = request({ socketPath: path, agent, method: 'POST', path: '/', headers })
  asking.setTimeout(ANSWER_MS_MAX, () => asking.destroy(new Error('the first process is silent')))
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`the first process answered ${answer.statusCode}`)
  let rest = Buffer.alloc(0)
  for await (const bytes of answer) {
    rest = Buffer.concat([rest, bytes])
    for (let next = wholeIn(rest); next !== undefined; next = wholeIn(rest)) {
      yield next
      rest = rest.subarray(ENVELOPE_BYTES + next.bytes.length)
    }
  }
}

function wholeIn(bytes: Buffer): Outgoing | undefined {
  if (bytes.length < ENVELOPE_BYTES) return undefined
  const { messageBytes, sequence: _, ...envelope } = readEnvelope(bytes)
  const end = ENVELOPE_BYTES + messageBytes
  return bytes.length < end
    ? undefined
    : { envelope, bytes: Uint8Array.from(bytes.subarray(ENVELOPE_BYTES, end)) }
}

/** The first of several answers: a challenge is one message. */
export async function firstOf(answers: AsyncIterable<Outgoing>): Promise<Outgoing> {
  for await (const it of answers) return it
  throw new Error('there was no answer')
}
