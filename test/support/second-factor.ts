import assert from 'node:assert/strict'
import { totpCode, totpStep } from '../../src/kernel/access/totp.ts'
import { PASSWORD, type TestClient, type TestNode } from './access-app.ts'

export const ME = '/api/v1/me/second-factor'

export function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((it) => Number.parseInt(it, 2)))
}

/** Sets the app up for who is signed in; answers what the app then shows, and the recovery codes. */
export async function addApp(node: TestNode, client: TestClient) {
  const { body, status } = await client.send('POST', `${ME}/totp`, { password: PASSWORD })
  assert.equal(status, 200)
  const secret = fromBase32(body.secret)
  assert.equal(secret.length, 20)
  const code = () => totpCode(secret, totpStep(node.clock()))
  const confirmed = await client.send('POST', `${ME}/totp/confirm`, { code: code() })
  assert.equal(confirmed.status, 200)
  return { code, recovery: confirmed.body.recovery as string[] }
}
