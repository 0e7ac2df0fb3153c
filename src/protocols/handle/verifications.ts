import type { Authority } from '../../identifiers/authority/authority.ts'
import { parseIdentity } from '../../identifiers/authority/identity.ts'
import { isOfType } from '../../identifiers/authority/rights.ts'
import { type Answer, codeAnswer } from './answers.ts'
import { proofOf } from './login.ts'
import { decodePath, firstOf, type Parameters } from './request.ts'
import { quote } from './value-json.ts'

export const VERIFICATIONS_PATH = '/api/verifications'

type Asked = {
  /** What follows the path, as it is on the wire. */
  readonly name: string
  readonly parameters: Parameters
  readonly address: string
}

/**
 * Whether somebody's answer to a challenge is that of a key here (`INDEX:HANDLE`). A false answer counts as a failed proof does,
 * so that nobody finds out a secret by asking. @throws Problem `too-many-requests`
 */
export async function answerVerification(authority: Authority, asked: Asked): Promise<Answer> {
  const { parameters, address } = asked
  const name = decodePath(asked.name) ?? ''
  const claimed = /^\d+:/.test(name) ? parseIdentity(name) : undefined
  if (claimed === undefined) {
    return codeAnswer('protocolError', { message: 'A key is INDEX:HANDLE' })
  }
  const record = await authority.read(claimed.handle.key)
  const handle = claimed.handle.spelled
  if (record === undefined) return codeAnswer('handleNotFound', { handle })
  const given = new Map([...parameters.keys()].map((it) => [it, firstOf(parameters, it) ?? '']))
  const key = record.values.find((it) => it.index === claimed.index)
  if (key !== undefined && isOfType(key, 'HS_PUBKEY')) given.set('type', 'HS_PUBKEY')
  const nonce = Buffer.from(given.get('nonce') ?? '', 'base64')
  const proof = proofOf(given, (cnonce) => Buffer.concat([nonce, cnonce]))
  const proven = proof && (await authority.prove(claimed, proof, address))
  const json = `{"responseCode":1,"isValid":${proven !== undefined},"handle":${quote(handle)}}`
  return { status: 200, json }
}
