import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRODUCT } from '../../../test/support/identifier-world.ts'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'
import { PERSONAL_READS } from '../../kernel/access/collections.ts'
import type { HandleKey } from '../handle.ts'

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

async function narrowed(world: ImportWorld, query: Record<string, string>): Promise<string[]> {
  const asked = new URLSearchParams({ prefix: '88.100.1', template: 'product', ...query })
  const answer = await world.call('ann', 'GET', `/api/v1/exports?${asked}`)
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  const rows = text.replace('\ufeff', '').trimEnd().split('\r\n').slice(1)
  return rows.map((it) => it.split(',')[0] ?? '')
}

test('an export is narrowed as the list is, and has the columns that are asked for', async () => {
  await using world = await openImportWorld()
  const path = '/api/v1/imports?prefix=88.100.1&template=product'
  await must(world, path, 'suffix,name\n1,Pump\n2,Valve\n3,Pipe\n')
  const record = await world.store.get('88.100.1/2' as HandleKey)
  assert.ok(record)
  const writes = [{ expected: record.version, next: { ...record, state: 'retired' as const } }]
  const author = { kind: 'user', id: 'ann' } as const
  await world.store.commit({ author, at: Date.now(), writes })
  assert.deepEqual(await narrowed(world, {}), ['88.100.1/1', '88.100.1/3'])
  assert.deepEqual(await narrowed(world, { state: 'retired' }), ['88.100.1/2'])
  assert.deepEqual(await narrowed(world, { to: '2001-01-01' }), [])
  assert.deepEqual(await narrowed(world, { from: '2001-01-01' }), ['88.100.1/1', '88.100.1/3'])
  const asked = 'prefix=88.100.1&template=product'
  const named = await world.call('ann', 'GET', `/api/v1/exports?${asked}&fields=name`)
  assert.equal((await named.text()).split('\r\n')[1], '88.100.1/1,Pump')
  for (const wrong of ['fields=name,nothing', 'from=yesterday', 'q=']) {
    const answer = await world.call('ann', 'GET', `/api/v1/exports?${asked}&${wrong}`)
    assert.equal(answer.status, 422, wrong)
  }
  const unsearched = await world.call('ann', 'GET', `/api/v1/exports?${asked}&q=pump`)
  assert.equal(unsearched.status, 501)
})

test('without a prefix, all that one may read is exported, each record by the template of its prefix', async () => {
  await using world = await openImportWorld()
  const label = (text: string) => ({ en: text, zh: text })
  const fields = [
    { name: 'name', type: 'text', label: label('Name'), required: true },
    // a number there is a text here: what a spreadsheet would run stays a text
    { name: 'weight', type: 'text', label: label('Weight') },
    { name: 'colour', type: 'text', label: label('Colour') },
  ]
  const asBob = async (path: string, body?: unknown) => {
    const answer = await world.call('bob', 'POST', path, body)
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`)
  }
  const product = { prefix: '88.100.2', name: 'product', label: label('Product'), fields }
  await asBob('/api/v1/templates', product)
  await asBob('/api/v1/templates/88.100.2/product/1/publish')
  const into = (prefix: string) => `/api/v1/imports?prefix=${prefix}&template=product`
  await must(world, into('88.100.1'), 'suffix,name,weight\n1,Pump,7.5\n2,Valve,\n')
  await asBob(into('88.100.2'), 'suffix,name,weight,colour\n9,Pipe,=1+1,red\n')
  const rowsFor = async (as: string, query = 'fields=name,weight') => {
    const answer = await world.call(as, 'GET', `/api/v1/exports?template=product&${query}`)
    const text = await answer.text()
    assert.equal(answer.status, 200, text)
    return text.replace('\ufeff', '').trimEnd().split('\r\n')
  }
  const own = ['identifier,name,weight', '88.100.1/1,Pump,7.5', '88.100.1/2,Valve,']
  assert.deepEqual(await rowsFor('ann'), own)
  assert.deepEqual(await rowsFor('operator'), [...own, `88.100.2/9,Pipe,"'=1+1"`])
  assert.deepEqual(await rowsFor('operator', 'fields=colour'), [
    'identifier,colour',
    '88.100.1/1,',
    '88.100.1/2,',
    '88.100.2/9,red',
  ])
  // a field of somebody else's template is none
  const foreign = await world.call('ann', 'GET', '/api/v1/exports?template=product&fields=colour')
  assert.equal(foreign.status, 422)
  const linesFor = async (as: string) => {
    const answer = await world.call(as, 'GET', '/api/v1/exports?format=ndjson')
    const lines = (await answer.text()).trimEnd().split('\n')
    return lines.filter((it) => it !== '').map((it) => JSON.parse(it))
  }
  assert.deepEqual(
    (await linesFor('bob')).map((it) => [it.handle, it.fields]),
    [['88.100.2/9', { name: 'Pipe', weight: '=1+1', colour: 'red' }]],
  )
  assert.equal((await linesFor('operator')).length, 3)
  const nobody = await world.call('nobody', 'GET', '/api/v1/exports?format=ndjson')
  assert.equal(nobody.status, 401)
})

test('an export leaves in the access log how many protected values it told, of the columns it has', async () => {
  await using world = await openImportWorld()
  const path = '/api/v1/imports?prefix=88.100.1&template=product'
  await must(world, path, 'suffix,name,cost\n1,Pump,7\n2,Valve,8\n3,Pipe,\n')
  const left = async (as: string, query: string) => {
    const before = (await reads(world)).length
    const answer = await world.call(as, 'GET', `/api/v1/exports?prefix=88.100.1&${query}`)
    assert.equal(answer.status, 200)
    await answer.text()
    return (await reads(world)).slice(before)
  }
  const names = ['88.100.1/1', '88.100.1/2']
  const of = { what: 'identifiers', subject: '88.100.1', place: '88.100.1' }
  const told = { ...of, names, enterprise: 'A', count: 2 }
  assert.deepEqual(await left('ann', 'template=product&fields=name'), [])
  assert.deepEqual(await left('ann', 'template=product&fields=name,cost'), [told])
  assert.deepEqual(await left('abe', 'format=ndjson'), [told])
  assert.deepEqual(await left('operator', 'template=product&format=xlsx'), [told])
})

async function reads({ documents }: ImportWorld) {
  const { name: collection } = PERSONAL_READS
  return (await documents.changes(0, 100, { collection })).map((it) => it.after)
}
