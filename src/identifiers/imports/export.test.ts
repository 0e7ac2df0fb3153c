import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../../../test/support/identifier-world.ts'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'

const TEMPLATE = '/api/v1/templates/88.100.1/product'

async function must(world: ImportWorld, path: string, body?: unknown): Promise<string> {
  const answer = await world.call('ann', 'POST', path, body)
  const text = await answer.text()
  assert.ok(answer.ok, `${path}: ${answer.status} ${text}`)
  return text
}

async function exported(world: ImportWorld, template: string): Promise<string[]> {
  const query = new URLSearchParams({ prefix: '88.100.1', template })
  const answer = await world.call('ann', 'GET', `/api/v1/exports?${query}`)
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return text.replace('\ufeff', '').trimEnd().split('\r\n')
}

test('a table keeps the fields of a version that has been withdrawn', async () => {
  await using world = await openImportWorld()
  const {
    name: _name,
    prefix: _prefix,
    ...wish
  } = PRODUCT as Record<string, unknown> & {
    fields: readonly unknown[]
  }
  const batch = { name: 'batch', type: 'text', label: { en: 'Batch', zh: '批次' } }
  await must(world, `${TEMPLATE}/versions`, { ...wish, fields: [...wish.fields, batch] })
  await must(world, `${TEMPLATE}/2/publish`)
  const path = '/api/v1/imports?prefix=88.100.1&template=product'
  await must(world, path, 'suffix,name,batch\n1,Pump,B-7\n')
  await must(world, `${TEMPLATE}/2/withdraw`)
  const [header = '', row = ''] = await exported(world, 'product')
  assert.equal(header.split(',').at(-1), 'batch')
  assert.equal(row.split(',').at(-1), 'B-7')
  const [own = ''] = await exported(world, 'product@1')
  assert.doesNotMatch(own, /batch/, 'a version that is named has its own columns')
  await must(world, `${TEMPLATE}/1/withdraw`)
  assert.equal((await exported(world, 'product')).length, 2, 'also where no version is in force')
})
