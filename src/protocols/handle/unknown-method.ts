import type { Duplex } from 'node:stream'
import { endWith } from '../../lib/last-answer.ts'
import { answerApi } from './json-api.ts'
import { HANDLES_PATH } from './request.ts'

const REQUEST_LINE = /^([!-~]{1,64}) (\/[!-~]*) HTTP\/1\.[01]\r\n/
const ORIGIN = /\r\nOrigin:[ \t]*([\t\x20-\x7e]*?)[ \t]*\r\n/i
const HEAD_BYTES_MAX = 8192

/**
 * Node's HTTP parser knows a fixed list of methods and refuses others before there is a request. Under `/api/handles` such
 * a method is answered as every other one that is not known there: 501, in JSON. For the server's `clientError`; false
 * leaves the error to its usual answer.
 */
export function answerUnknownMethod(error: Error, socket: Duplex): boolean {
  const { code, rawPacket } = error as Error & { code?: unknown; rawPacket?: unknown }
  if (code !== 'HPE_INVALID_METHOD' || !Buffer.isBuffer(rawPacket) || !socket.writable) return false
  const head = rawPacket.subarray(0, HEAD_BYTES_MAX).toString('latin1')
  const [, method, target] = REQUEST_LINE.exec(head) ?? []
  if (method === undefined || !target?.startsWith(HANDLES_PATH)) return false
  const origin = ORIGIN.exec(head)?.[1]
  const answer = answerApi(() => ({ kind: 'unknown' }), { method, target, origin, language: 'en' })
  if (answer instanceof Promise) return false
  const { status, headers, body } = answer
  const lines = [`HTTP/1.1 ${status} ${status === 501 ? 'Not Implemented' : 'Bad Request'}`]
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  lines.push('x-content-type-options: nosniff', `content-length: ${Buffer.byteLength(body)}`)
  endWith(socket, `${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n${body}`)
  return true
}
