import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furnish, must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import type { HandleKey } from '../handle.ts'

const PATH = '/api/v1/prefixes/88.100.1/namespace'
const XML = '<namespace><template delimiter="@"><foreach><value/></foreach></template></namespace>'

test('a namespace is put into the record of the prefix, read, replaced and taken away', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  assert.equal((await it.ask('ann', 'GET', PATH)).status, 404)
  const put = await must(it.ask('ann', 'PUT', PATH, { body: { xml: XML } }))
  assert.deepEqual(put, { xml: XML, delimiter: '@', stopped: false, readable: true })
  assert.deepEqual(await must(it.ask('ann', 'GET', PATH)), put)
  const values = async () => (await it.store.get('0.NA/88.100.1' as HandleKey))?.values ?? []
  const told = async () => (await values()).map(({ index, type }) => [index, type])
  assert.deepEqual(await told(), [
    [10, 'HS_NAMESPACE'],
    [100, 'HS_ADMIN'],
  ])
  const xml = '<namespace><status>inactive</status></namespace>'
  const stopped = await must(it.ask('ann', 'PUT', PATH, { body: { xml } }))
  assert.deepEqual(stopped, { xml, stopped: true, readable: true })
  assert.equal((await values()).length, 2)
  assert.equal((await it.ask('ann', 'DELETE', PATH)).status, 204)
  assert.deepEqual(await told(), [[100, 'HS_ADMIN']])
  assert.equal((await it.ask('ann', 'DELETE', PATH)).status, 404)
})

test('what is wrong with a namespace is told by line and element, and nothing is stored', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const xml = '<namespace>\n<template delimiter="@"><zzz/></template></namespace>'
  const { status, body } = await it.ask('ann', 'PUT', PATH, { body: { xml } })
  assert.equal(status, 422)
  assert.deepEqual([body.errors[0].path, body.errors[0].line], ['/xml', 2])
  assert.match(body.errors[0].detail, /(?:Line 2|第 2 行).*<zzz>/)
  assert.equal((await it.ask('ann', 'GET', PATH)).status, 404)
})

test('of two that began with one text, the second is told that there is another by now', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const put = (xml: string, was: string | null) =>
    it.ask('ann', 'PUT', PATH, { body: { xml, was } })
  const other = '<namespace><status>active</status></namespace>'
  assert.equal((await put(XML, null)).status, 200)
  const { status, body } = await put(other, null)
  assert.deepEqual([status, body.code], [409, 'stale-version'])
  assert.equal((await put(other, 'something else')).status, 409)
  assert.equal((await must(it.ask('ann', 'GET', PATH))).xml, XML)
  assert.equal((await put(other, XML)).status, 200)
})

const CHECK = `${PATH}/check`
const DATA = `<foreach><value data="\${data}?serial=\${extension}"/></foreach>`
const template = (inside: string) =>
  `<namespace><template delimiter="@">${inside}</template></namespace>`

test('a namespace that is being written is judged, and nothing is kept', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const check = (body: object) => must(it.ask('ann', 'POST', CHECK, { body }))
  assert.deepEqual(await check({ xml: XML }), { errors: [], delimiter: '@', stopped: false })
  const message = 'back on Monday'
  const xml = `<namespace><status>inactive</status><statusmsg>${message}</statusmsg></namespace>`
  const sample = { handle: '88.100.1/a', outcome: 'stopped' }
  assert.deepEqual(await check({ xml, suffix: 'a' }), {
    ...{ errors: [], stopped: true, message, sample },
  })
  const { errors } = await check({ xml: template('\n<zzz/>') })
  assert.deepEqual([errors.length, errors[0].path, errors[0].line], [1, '/xml', 2])
  assert.match(errors[0].detail, /<zzz>/)
  assert.equal((await it.ask('ann', 'GET', PATH)).status, 404)
  await must(it.ask('ann', 'PUT', PATH, { body: { xml } }))
  const stored = { xml, stopped: true, readable: true }
  for (const text of [XML, '']) assert.deepEqual((await check({ xml: text })).stored, stored)
  const refused = [
    ['bob', 404],
    ['nobody', 401],
  ] as const
  for (const [as, status] of refused) {
    assert.equal((await it.ask(as, 'POST', CHECK, { body: { xml: XML } })).status, status, as)
  }
})

test('a sample name tells what everybody would be told of it', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const values = [
    { index: 1, type: 'URL', data: 'https://a.example/p' },
    { index: 2, type: 'DESC', data: 'dear', permissions: 0b1100 },
  ]
  const body = { handle: '88.100.1/pump', values }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  const gone = { handle: '88.100.1/gone@1', values: values.slice(0, 1) }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body: gone }))
  await must(it.ask('ann', 'POST', '/api/v1/identifiers/retire', { body: { handle: gone.handle } }))
  const sample = async (suffix: string, xml = template(DATA)) =>
    (await must(it.ask('ann', 'POST', CHECK, { body: { xml, suffix } }))).sample
  const made = await sample('pump@A7')
  assert.deepEqual([made.handle, made.outcome, made.hiddenTotal], ['88.100.1/pump@A7', 'made', 1])
  const told = made.values.map((value: { index: number; data: unknown }) => [
    value.index,
    value.data,
  ])
  assert.deepEqual(told, [[1, { format: 'string', value: 'https://a.example/p?serial=A7' }]])
  assert.ok(!JSON.stringify(made).includes('dear'))
  assert.equal((await sample('pump')).outcome, 'registered')
  assert.equal((await sample('gone@1')).outcome, 'withdrawn')
  assert.equal((await sample('valve')).outcome, 'not-parted')
  assert.equal((await sample('pump@A7', template('<notfound/>'))).outcome, 'absent')
  assert.equal((await sample('pump@A7', '<namespace/>')).outcome, 'not-parted')
})
