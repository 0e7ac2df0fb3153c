import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type { App } from '../../lib/http.ts'
import { checkRoute } from './check-route.ts'

async function check(body: object, language = 'zh'): Promise<{ path: string; detail: string }[]> {
  const app = Fastify() as unknown as App
  checkRoute(app)
  const reply = await app.inject({
    method: 'POST',
    url: '/api/v1/applications/check',
    headers: { 'accept-language': language },
    payload: body,
  })
  assert.equal(reply.statusCode, 200)
  return reply.json().errors
}

test('an application being written is not blamed for what is not there yet', async () => {
  assert.deepEqual(await check({}), [])
  assert.deepEqual(await check({ uscc: '', contact: { phone: '' }, legalPerson: {} }), [])
})

test('a wrong check character is told while the code is typed, in the language of the reader', async () => {
  const [zh] = await check({ uscc: '91350100M000100Y44' })
  const [en] = await check({ uscc: '91350100M000100Y44' }, 'en')
  assert.equal(zh?.path, '/uscc')
  assert.match(zh.detail, /校验码/)
  assert.match(en?.detail ?? '', /check character/)
  assert.deepEqual(await check({ uscc: '91350100M000100Y43' }), [])
})

test('nested fields are judged where they are given', async () => {
  const found = await check({
    contact: { phone: 'x', email: 'no' },
    website: 'javascript:alert(1)',
  })
  assert.deepEqual(found.map((it) => it.path).toSorted(), [
    '/contact/email',
    '/contact/phone',
    '/website',
  ])
})
