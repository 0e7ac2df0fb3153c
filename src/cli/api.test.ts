import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyHeader } from './api.ts'

const shown = { authorization: 'Bearer wmk_k' }

const cases: readonly [string | undefined, boolean][] = [
  [undefined, true],
  ['http://localhost:8080', true],
  ['http://127.9.9.9', true],
  ['http://[::1]:8080/', true],
  ['https://node.example.cn', true],
  ['http://node.example.cn', false],
  ['http://192.0.2.7:8080', false],
  ['http://localhost.example.cn', false],
  ['http://127.0.0.1@node.example.cn', false],
  ['HTTP://node.example.cn', false],
]

for (const [url, isSent] of cases) {
  test(`a key is ${isSent ? '' : 'not '}sent to ${url ?? 'the default address'}`, () => {
    const env = { WAYMARK_API_KEY: 'wmk_k', ...(url !== undefined && { WAYMARK_URL: url }) }
    if (isSent) return assert.deepEqual(keyHeader(env), shown)
    assert.throws(() => keyHeader(env), { code: 'invalid-input', message: /https:/ })
  })
}

test('without a key there is no header, wherever the node is', () => {
  assert.deepEqual(keyHeader({ WAYMARK_URL: 'http://node.example.cn' }), {})
})
