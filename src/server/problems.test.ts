import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type { App } from '../lib/http.ts'
import { problemReplies } from './problems.ts'

function emptyApp(): App {
  const app = Fastify() as unknown as App
  problemReplies(app)
  return app
}

test('an address without a route answers a problem document in the language of the caller', async () => {
  const app = emptyApp()
  for (const [language, title] of [
    ['en', 'Not found'],
    ['zh', '未找到'],
  ] as const) {
    for (const method of ['GET', 'POST'] as const) {
      const headers = { 'accept-language': language }
      const reply = await app.inject({ method, url: '/api/v1/nothing-of-ours', headers })
      assert.equal(reply.statusCode, 404)
      assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
      const { type, code, status, ...rest } = reply.json()
      assert.deepEqual(
        { type, code, status },
        { type: '/problems/not-found', code: 'not-found', status: 404 },
      )
      assert.equal(rest.title, title)
      assert.ok(!reply.body.includes('nothing-of-ours'), 'the address is not played back')
    }
  }
})
