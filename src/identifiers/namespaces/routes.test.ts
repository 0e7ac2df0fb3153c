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
