import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askHandleJson } from '../../../test/support/handle-json.ts'
import { type HandleWorld, openHandleWorld } from '../../../test/support/handle-world.ts'

const OPERATOR = '300:0.NA/88.100'
const ENTERPRISE = '300:0.NA/88.100.1'

const ask = (world: HandleWorld, path: string, method: string, as?: string, body?: unknown) =>
  askHandleJson(world.port, `/api/${path}`, { method, as, body })

test('who administers the node’s own prefix has it answer for another, and no longer', async () => {
  await using world = await openHandleWorld('88.100.1')
  const isHere = async () => (await ask(world, 'handles/20.500/x', 'GET')).responseCode !== 301
  assert.equal(await isHere(), false)
  for (const [path, body] of [
    ['prefixes/0.NA/20.500', undefined],
    ['prefixes/20.500', undefined],
    ['prefixes?prefix=20.500', undefined],
    ['prefixes', { prefix: '0.NA/20.500' }],
  ] as const) {
    for (const [method, after] of [
      ['POST', true],
      ['POST', true],
      ['DELETE', false],
      ['DELETE', false],
    ] as const) {
      const { status, responseCode } = await ask(world, path, method, OPERATOR, body)
      assert.deepEqual([status, responseCode], [200, 1], `${method} ${path}`)
      assert.equal(await isHere(), after, `${method} ${path}`)
    }
  }
  const { handle } = await ask(world, 'prefixes/0.na/20.500', 'POST', OPERATOR)
  assert.equal(handle, '0.na/20.500')
  const listed = await ask(world, 'prefixes', 'GET', OPERATOR)
  assert.deepEqual(listed.prefixes, ['0.NA/20.500', '0.NA/88.100'])
})

test('nobody else does, and nobody does so with what is an enterprise’s', async () => {
  await using world = await openHandleWorld('88.100.1')
  const told = async (path: string, method: string, as?: string) => {
    const { status, responseCode } = await ask(world, path, method, as)
    return [status, responseCode]
  }
  assert.deepEqual(await told('prefixes/20.500', 'POST'), [401, 402])
  assert.deepEqual(await told('prefixes/20.500', 'POST', ENTERPRISE), [403, 400])
  assert.deepEqual(await told('prefixes/88.100.1', 'DELETE', ENTERPRISE), [403, 400])
  assert.deepEqual(await told('prefixes/88.100.1', 'DELETE', OPERATOR), [403, 400])
  assert.deepEqual(await told('prefixes/88.100.1.7', 'POST', OPERATOR), [403, 400])
  assert.deepEqual(await told('prefixes', 'POST', OPERATOR), [400, 4])
  assert.deepEqual(await told('prefixes/20.500', 'GET', OPERATOR), [405, undefined])
  assert.equal((await told('prefixes/88.100', 'DELETE', OPERATOR))[1], 5, 'the node keeps its own')
})
