import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandleAdmission, Standing } from './handle-admission.ts'

const of = (network: string) => ({ client: network, address: network })

test('a network is forgiven so many faults a second, is cut off beyond, and begins anew after a while', () => {
  let now = 0
  const standing = new Standing({ faultsPerSMax: 2, burstS: 5, cutOffMs: 1_000 }, () => now)
  const fault = (times: number) => {
    for (let i = 0; i < times; i++) standing.fault(of('a'))
  }
  fault(10)
  assert.ok(!standing.isCutOff('a'))
  now += 1_000
  fault(2)
  assert.ok(!standing.isCutOff('a'), 'two of them were forgiven')
  fault(1)
  assert.ok(standing.isCutOff('a'))
  assert.ok(!standing.isCutOff('b'))
  now += 999
  assert.ok(standing.isCutOff('a'))
  now += 1
  assert.ok(!standing.isCutOff('a'))
  fault(10)
  assert.ok(!standing.isCutOff('a'))
  fault(1)
  assert.ok(standing.isCutOff('a'))
})

test('so many networks are remembered, and the one at fault longest ago goes', () => {
  const standing = new Standing({ faultsPerSMax: 1, burstS: 1, networksMax: 3 }, () => 0)
  for (const network of ['a', 'b', 'c', 'a', 'd']) standing.fault(of(network))
  assert.equal(standing.size, 3)
  assert.ok(standing.isCutOff('a'))
  standing.fault(of('b'))
  assert.ok(!standing.isCutOff('b'), 'its first fault was forgotten')
})

test('where no limit is wanted, nobody is cut off and nothing remembered', () => {
  const standing = new Standing({ faultsPerSMax: 0 })
  for (let i = 0; i < 10_000; i++) standing.fault(of('a'))
  assert.ok(!standing.isCutOff('a'))
  assert.equal(standing.size, 0)
})

test('connections are refused by network, and what came by datagram is not held against them', () => {
  const askers = { meet: (address: string) => ({ client: address, address }) }
  const limits = { connectsPerSMax: 0.2, faultsPerSMax: 0.1 }
  const admission = new HandleAdmission(askers, limits, () => 0)
  for (let i = 0; i < 5; i++) admission.overUdp.fault(of('a'))
  assert.ok(admission.overUdp.isCutOff('a'))
  assert.deepEqual(
    ['a', 'a', 'a', 'b'].map((it) => admission.refuses(it)),
    [false, false, true, false],
  )
  for (let i = 0; i < 5; i++) admission.overTcp.fault(of('b'))
  assert.ok(admission.blockList().check('b'))
  assert.equal(admission.refusedConnections, 2)
})

test('who was let in is told once, to the connection that comes next', () => {
  const askers = { meet: (address: string) => ({ client: address, address }) }
  const admission = new HandleAdmission(askers, { connectsPerSMax: 0.1, faultsPerSMax: 0 }, () => 0)
  assert.equal(admission.takeLetIn(), undefined)
  admission.refuses('a')
  assert.equal(admission.takeLetIn()?.address, 'a')
  assert.equal(admission.takeLetIn(), undefined)
  admission.refuses('b')
  assert.ok(admission.refuses('a'))
  assert.equal(admission.takeLetIn(), undefined, 'it was refused')
})

test('this machine itself is never refused: what stands before the node makes all look like it', () => {
  const askers = { meet: of }
  const admission = new HandleAdmission(
    askers,
    { connectsPerSMax: 0.1, faultsPerSMax: 0.1 },
    () => 0,
  )
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    for (let i = 0; i < 10; i++) admission.overTcp.fault(of(address))
    for (let i = 0; i < 10; i++) assert.ok(!admission.refuses(address))
    assert.equal(admission.takeLetIn()?.address, address)
  }
})
