import { OP_FLAG } from '../wire/codes.ts'
import { type Credential, type Message, readMessage, signedPart, writeMessage } from '../wire/message.ts'
import type { Answers, Operation, Outgoing } from './asked.ts'
import { isSeveral } from './exchange.ts'

/** Signs for this server; see `HS_SITE` for the key that it is checked with. */
export type Signer = (
  bytes: Uint8Array,
) => Promise<{ readonly algorithm: string; readonly signature: Uint8Array }>

/** Signs the answers to those who ask for it (CT). */
export function certified(operation: Operation, sign: Signer): Operation {
  return (asked) => {
    if ((asked.message.header.opFlags & OP_FLAG.certified) === 0) return operation(asked)
    return sealed(operation(asked), (message) => serverCredential(message, sign))
  }
}

async function serverCredential(message: Message, sign: Signer): Promise<Credential> {
  const { algorithm, signature } = await sign(signedPart(message))
  return { ...PLAIN, signer: { handle: '', index: 0 }, type: 'HS_SIGNED', algorithm, signature }
}

export const PLAIN = { version: 0, reserved: 0, options: 0 } as const

/** Answers with a credential each; one that has one already keeps it. */
export function sealed(
  answers: Answers,
  credentialOf: (message: Message, answer: Outgoing) => MaybeCredential,
): Answers {
  const seal = async (answer: Outgoing): Promise<Outgoing> => {
    const message = readMessage(answer.bytes)
    if (message.credential !== undefined) return answer
    const credential = await credentialOf(message, answer)
    return { ...answer, bytes: writeMessage({ ...message, credential }) }
  }
  return isSeveral(answers) ? each(answers, seal) : Promise.resolve(answers).then(seal)
}

type MaybeCredential = Credential | Promise<Credential>

async function* each(
  answers: AsyncIterable<Outgoing>,
  seal: (answer: Outgoing) => Promise<Outgoing>,
): AsyncGenerator<Outgoing> {
  for await (const answer of answers) yield await seal(answer)
}
