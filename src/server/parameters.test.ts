import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Type } from 'typebox'
import { openHttp } from './http.ts'
import { refuseUnknownParameters } from './parameters.ts'
import { problemReplies } from './problems.ts'

const querystring = Type.Object({
  state: Type.Optional(Type.String()),
  limit: Type.Integer({ minimum: 1, default: 10 }),
})

function openApp() {
  const { app } = openHttp({ log: pino({ level: 'silent' }), trustedProxies: [] })
  problemReplies(app)
  refuseUnknownParameters(app)
  app.get('/api/v1/things', { schema: { querystring } }, ({ query }) => query)
  app.get('/api/v1/plain', () => ({}))
  app.post('/api/v1/lenient', { attachValidation: true }, () => ({}))
  app.get('/api/handles/*', () => ({}))
  app.get('/*', () => ({}))
  return app
}

test('a parameter that a route does not know is refused, with those it knows and all else that is wrong', async (t) => {
  const app = openApp()
  t.after(() => app.close())
  const url = '/api/v1/things?stat%2Fe=x&limit=0&LIMIT=5'
  const answer = await app.inject({ url, headers: { 'accept-language': 'en' } })
  assert.equal(answer.statusCode, 422)
  assert.deepEqual(answer.json().errors, [
    { path: '/stat~1e', detail: 'is not a known parameter', expected: 'one of state, limit' },
    { path: '/LIMIT', detail: 'is not a known parameter', expected: 'one of state, limit' },
    { path: '/limit', detail: 'must be at least 1' },
  ])
  const zh = await app.inject({ url, headers: { 'accept-language': 'zh' } })
  assert.equal(zh.json().errors[0].expected, '可用参数：state、limit')
  for (const path of ['/api/v1/plain?x', '/api/v1/plain?__proto__=1']) {
    assert.equal((await app.inject(path)).statusCode, 422, path)
  }
  assert.equal((await app.inject({ url: '/api/v1/lenient?x=1', method: 'POST' })).statusCode, 422)
})

test('what is known, or asked of others’ protocols and of pages, is taken', async (t) => {
  const app = openApp()
  t.after(() => app.close())
  assert.deepEqual((await app.inject('/api/v1/things?state=x&limit=3')).json(), {
    state: 'x',
    limit: 3,
  })
  for (const url of ['/api/v1/plain', '/api/handles/88.1/x?pretty&_=1', '/88.1/x?utm_source=a']) {
    assert.equal((await app.inject(url)).statusCode, 200, url)
  }
})
