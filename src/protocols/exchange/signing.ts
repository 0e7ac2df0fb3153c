import { Writer } from '../../identifiers/values/bytes.ts'
import type { ServerSigner } from '../handle/login.ts'
import { OP_FLAG } from '../wire/codes.ts'
import {
  type Credential,
  type Message,
  readMessage,
  signedPart,
  writeMessage,
} from '../wire/message.ts'
import { type Answers, isSeveral, type Operation, type Outgoing } from './asked.ts'

/** Signs the answers to those who ask for it (CT). */
export function certified(operation: Operation, sign: ServerSigner): Operation {
  return (asked) => {
    if ((asked.message.header.opFlags & OP_FLAG.certified) === 0) return operation(asked)
    return sealed(operation(asked), (message, { envelope }) =>
      serverCredential({ envelope, counter: 0, message }, sign),
    )
  }
}

async function serverCredential(covered: Covered, sign: ServerSigner): Promise<Credential> {
  const { algorithm, signature } = await sign(coveredBytes(covered))
  return { ...PLAIN, signer: { handle: '', index: 0 }, type: 'HS_SIGNED', algorithm, signature }
}

export type Covered = {
  readonly envelope: Outgoing['envelope']
  /** Of a session's messages; else 0. */
  readonly counter: number
  readonly message: Message
}

/** Since this version a credential covers what stands in the envelope as well, and since the later one what it suggests. */
const ENVELOPE_MINOR_MIN = 7
const SUGGESTED_MINOR_MIN = 8

/** What a signature or a session's code is made of. */
export function coveredBytes({ envelope, counter, message }: Covered): Uint8Array {
  const { major, minor, suggestedMajor, suggestedMinor, sessionId, requestId } = envelope
  const isSince = (it: number) => major > 2 || (major === 2 && minor >= it)
  if (!isSince(ENVELOPE_MINOR_MIN)) return signedPart(message)
  const w = new Writer().u8(major).u8(minor)
  if (isSince(SUGGESTED_MINOR_MIN)) w.u8(suggestedMajor).u8(suggestedMinor)
  return w.u32(sessionId).u32(requestId).u32(counter).bytes(signedPart(message)).done()
}

const PLAIN = { version: 0, reserved: 0, options: 0 } as const

/** Answers with a credential each; one that has one already keeps it. */
function sealed(
  answers: Answers,
  credentialOf: (message: Message, answer: Outgoing) => Promise<Credential>,
): Answers {
  return eachOf(answers, async (answer) => {
    const plain = readMessage(answer.bytes)
    if (plain.credential !== undefined) return answer
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
