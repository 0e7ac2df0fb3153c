import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressSet, askerCountry, isLoopback, parseProxies } from './connection.ts'

test('addresses and ranges of both families are told apart', () => {
  const trusted = addressSet(parseProxies('10.0.0.0/8, 192.0.2.7,fd00::/8'))
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', 'fd12::1']) {
    assert.equal(trusted(address), true, address)
  }
  for (const address of ['11.0.0.1', '192.0.2.8', 'fe80::1', 'nonsense', undefined]) {
    assert.equal(trusted(address), false, String(address))
  }
})

test('loopback is the whole range and its v6 forms', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopback(address), true, address)
  }
  assert.equal(isLoopback('128.0.0.1'), false)
})

test('the country of an asker is believed from a trusted proxy alone, in its own header', () => {
  const trusted = addressSet(['10.0.0.1'])
  const from = (remoteAddress: string, said?: string) =>
    ({ socket: { remoteAddress }, headers: { 'x-where': said } }) as never
  const countryOf = askerCountry(trusted, 'X-Where')
  assert.equal(countryOf(from('10.0.0.1', 'CN')), 'CN')
  assert.equal(countryOf(from('10.0.0.2', 'CN')), undefined)
  assert.equal(countryOf(from('10.0.0.1', 'China')), undefined)
  assert.equal(countryOf(from('10.0.0.1')), undefined)
  assert.equal(askerCountry(trusted, undefined)(from('10.0.0.1', 'CN')), undefined)
})
