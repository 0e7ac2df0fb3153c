import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { aPicture, openPartiesWorld } from '../../../test/support/parties-world.ts'

test('an upload that is refused half-way is answered, and its connection goes on', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  await world.node.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = world.node.app.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const send = (method: string, path: string, type: string, body: Buffer) =>
    new Promise<number>((resolve, reject) => {
      const headers = { ...client.headers, cookie, 'content-type': type }
      const sent = request({ port, host: '127.0.0.1', agent, method, path, headers }, (reply) => {
        text(reply).then(() => resolve(reply.statusCode ?? 0), reject)
      })
      sent.on('error', reject).end(body)
    })
  const files = `/api/v1/files?enterprise=${id}&name=x`
  const large = Buffer.alloc(34_000_000)
  assert.equal(await send('POST', files, 'image/png', large), 413)
  assert.equal(await send('POST', files, 'text/plain', large), 413)
  assert.equal(await send('POST', files, 'text/html', large), 400)
  assert.equal(await send('POST', '/api/v1/files?enterprise=no&name=x', 'text/plain', large), 403)
  assert.equal(await send('PUT', `/api/v1/enterprises/${id}/licence`, 'image/png', aPicture()), 204)
  assert.equal(await send('POST', files, 'image/png', aPicture()), 201)
  agent.destroy()
})
