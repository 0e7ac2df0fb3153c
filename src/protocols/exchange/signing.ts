import type { ClientLimit, Rate } from '../../identifiers/resolution/client-limit.ts'
import type { ServerSigner } from '../handle/login.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { type Covered, coveredBytes } from '../wire/covered.ts'
import { type Credential, type Message, readMessage, writeMessage } from '../wire/message.ts'
import { type Answers, isSeveral, isTooMuch, type Operation, type Outgoing } from './asked.ts'
import { errorTo } from './reply.ts'

export type CertifyingParts = {
  readonly sign: ServerSigner
  /** What a network may have signed. */
  readonly signings: ClientLimit
  readonly siteSerial: number
}

/** For networks that want answers signed: each signature takes most of a millisecond. */
export const SIGNINGS: Rate = { perSecond: 500, burst: 5_000 }

/** Signs the answers to those who ask for it (CT), within what their network may have. */
export function certified(
  operation: Operation,
  { sign, signings, siteSerial }: CertifyingParts,
): Operation {
  return (asked) => {
    if ((asked.message.header.opFlags & OP_FLAG.certified) === 0) return operation(asked)
    if (isTooMuch(signings, asked.peer)) return errorTo(asked, siteSerial, RESPONSE.serverBusy)
    return sealed(operation(asked), (message, { envelope }) =>
      serverCredential({ envelope, counter: 0, message }, sign),
    )
  }
}

async function serverCredential(covered: Covered, sign: ServerSigner): Promise<Credential> {
  const { algorithm, signature } = await sign(coveredBytes(covered))
  return { ...PLAIN, signer: { handle: '', index: 0 }, type: 'HS_SIGNED', algorithm, signature }
}

const PLAIN = { version: 0, reserved: 0, options: 0 } as const

/** Answers with a credential each; one that has one already keeps it. */
function sealed(
  answers: Answers,
  credentialOf: (message: Message, answer: Outgoing) => Promise<Credential>,
): Answers {
  return eachOf(answers, async (answer) => {
    const plain = readMessage(answer.bytes)
    // Who is told that there was too much is not given more.
    const isBusy = plain.header.responseCode === RESPONSE.serverBusy
    if (isBusy || plain.credential !== undefined) return answer
    const opFlags = (plain.header.opFlags | OP_FLAG.certified) >>> 0
    const message = { ...plain, header: { ...plain.header, opFlags } }
    const credential = await credentialOf(message, answer)
    return { ...answer, bytes: writeMessage({ ...message, credential }) }
  })
}

/** The answers, each as it is made anew. */
export function eachOf(
  answers: Answers,
  made: (answer: Outgoing) => Outgoing | Promise<Outgoing>,
): Answers {
  return isSeveral(answers) ? every(answers, made) : Promise.resolve(answers).then(made)
}

async function* every(
  answers: AsyncIterable<Outgoing>,
  made: (answer: Outgoing) => Outgoing | Promise<Outgoing>,
): AsyncGenerator<Outgoing> {
  for await (const answer of answers) yield await made(answer)
}
