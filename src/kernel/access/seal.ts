import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Access } from './access.ts'

/** What a sealed paper is for: one made for another purpose opens nothing. */
type Purpose = 'second factor' | 'passkey sign-in' | 'passkey registration'

/** Something this node said a moment ago, to be shown to it again: nobody else could have made it. Not secret. */
export async function seal(
  access: Access,
  purpose: Purpose,
  paper: { readonly stated: unknown; readonly ageMsMax: number },
): Promise<string> {
  const until = access.clock() + paper.ageMsMax
  const text = JSON.stringify({ until, stated: paper.stated })
  const body = Buffer.from(text).toString('base64url')
  return `${body}.${(await sign(access, purpose, body)).toString('base64url')}`
}

/** What was stated, or undefined: not ours, for something else, or too old. */
export async function unseal<T>(
  access: Access,
  purpose: Purpose,
  token: string,
): Promise<T | undefined> {
  const [body = '', signature = ''] = token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = await sign(access, purpose, body)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const { until, stated } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  return access.clock() < until ? (stated as T) : undefined
}

async function sign(access: Access, purpose: Purpose, body: string): Promise<Buffer> {
  return createHmac('sha256', await access.deviceSecret())
    .update(`${purpose}\0${body}`)
    .digest()
}
