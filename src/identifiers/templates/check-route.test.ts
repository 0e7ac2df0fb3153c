import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  furnish,
  label,
  must,
  openIdentifierWorld,
  PRODUCT,
} from '../../../test/support/identifier-world.ts'

const CHECK = '/api/v1/templates/check'
const definition = {
  label: label('Pump', '泵'),
  fields: [{ name: 'name', type: 'text', label: label('Name', '名称') }],
}
const body = { prefix: '88.100.1', name: 'pump', version: 1, definition }

test('a definition that is being written is judged as a whole, and nothing is kept', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const right = await must(it.ask('ann', 'POST', CHECK, { body }))
  assert.deepEqual(right.errors, [])
  assert.equal(right.template.fields[0].index, 2000)
  assert.deepEqual(right.schema.properties.name, {
    title: 'Name',
    'x-title': label('Name', '名称'),
    'x-index': 2000,
    'x-type': 'name',
    type: 'string',
    maxLength: 4000,
  })
  const fields = [
    { name: '1', type: 'text', label: label('x') },
    { name: 'a', type: 'enumeration', label: label('x') },
  ]
  const wrong = await must(
    it.ask('ann', 'POST', CHECK, {
      body: { ...body, definition: { ...definition, fields } },
      headers: { 'accept-language': 'zh-CN' },
    }),
  )
  assert.deepEqual(wrong.errors.map((error: { path: string }) => error.path).toSorted(), [
    '/fields/0/name',
    '/fields/1/options',
  ])
  assert.match(wrong.errors.at(-1).detail, /\p{Script=Han}/u)
  assert.equal((await it.ask('ann', 'GET', '/api/v1/templates/88.100.1/pump')).status, 404)
})

test('of a later version it is told what would make older records wrong', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const fields = [{ name: 'more', type: 'text', label: label('More'), required: true }]
  const later = {
    prefix: '88.100.1',
    name: 'product',
    version: 2,
    definition: { label: PRODUCT.label, fields: [...PRODUCT.fields, ...fields] },
  }
  const { errors } = await must(it.ask('ann', 'POST', CHECK, { body: later }))
  assert.deepEqual(
    errors.map((error: { path: string }) => error.path),
    [`/fields/${PRODUCT.fields.length}/required`],
  )
})

test('who may not write templates of the prefix has nothing judged', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  assert.equal((await it.ask('abe', 'POST', CHECK, { body })).status, 403)
  assert.equal((await it.ask('bob', 'POST', CHECK, { body })).status, 404)
  assert.equal((await it.ask('nobody', 'POST', CHECK, { body })).status, 401)
})
