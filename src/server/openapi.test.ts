import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { Type } from 'typebox'
import type { App } from '../lib/http.ts'
import { openApiRoutes } from './openapi.ts'

test('the reader page loads from this node alone, and stays on the protocol it came by', async () => {
  const app = Fastify() as unknown as App
  await openApiRoutes(app, { version: '0.0.0', logo: '<svg xmlns="http://www.w3.org/2000/svg"/>' })
  const page = await app.inject({ url: '/api/docs/' })
  assert.equal(page.statusCode, 200)
  const policy = String(page.headers['content-security-policy'])
  assert.doesNotMatch(policy, /upgrade-insecure-requests|https?:|swagger\.io/)
  assert.match(policy, /(^|; )script-src 'self'(;|$)/)
  const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, it]) => it ?? '')
  assert.ok(assets.length >= 4, page.body)
  for (const asset of assets) {
    const url = new URL(asset, 'http://node.example/api/docs/')
    assert.equal(url.origin, 'http://node.example')
    assert.equal((await app.inject({ url: url.pathname })).statusCode, 200, asset)
  }
  const settings = await app.inject({ url: '/api/docs/static/swagger-initializer.js' })
  assert.match(settings.body, /validatorUrl: null/)
  await app.close()
})

test('a body that may be left out is told so', async () => {
  const app = Fastify() as unknown as App
  await openApiRoutes(app, { version: '0.0.0', logo: '<svg xmlns="http://www.w3.org/2000/svg"/>' })
  const thing = Type.Object({ name: Type.String() })
  const route = (operationId: string, body: typeof thing) =>
    app.post(`/${operationId}`, { schema: { operationId, body } }, () => ({}))
  route('always', thing)
  route('perhaps', Type.Optional(thing))
  const { paths } = (await app.inject({ url: '/api/openapi.json' })).json()
  assert.equal(paths['/always'].post.requestBody.required, true)
  const { required, content } = paths['/perhaps'].post.requestBody
  assert.equal(required, false)
  assert.deepEqual(content['application/json'].schema.required, ['name'])
  await app.close()
})
