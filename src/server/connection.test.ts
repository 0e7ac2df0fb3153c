import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressSet, isLoopback, parseProxies } from './connection.ts'

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
