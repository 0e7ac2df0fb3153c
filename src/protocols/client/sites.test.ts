import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteAt } from '../../../test/support/scripted-servers.ts'
import { parseAddress } from '../../identifiers/values/address.ts'
import { SERVES_ADMIN, SERVES_QUERY, type Site } from '../../identifiers/values/site.ts'
import { canonicalAddress } from './endpoint.ts'
import { Quickness } from './quickness.ts'
import { hashOf, numberOf, serverFor, serverNumber, targetsIn } from './sites.ts'

const [SERVER] = siteAt(2641).servers

function siteOf(servers: number, hashOption: number): Site {
  assert.ok(SERVER)
  return {
    ...siteAt(2641, { hashOption }),
    servers: Array.from({ length: servers }, (_, id) => ({ ...SERVER, id })),
  }
}

test('the server of a handle is the one that deployed clients choose', () => {
  const vectors = [
    ['88.111.1/TEST-0001', 1_518_927_800, 0],
    ['88.111.1/中文', 104_306_659, 4],
    ['88.100.10/a', 1_026_476_279, 4],
    ['0.NA/88.111.1', 1_958_921_169, 4],
    ['10.1000/1', 1_515_935_840, 0],
  ] as const
  const site = siteOf(5, 2)
  for (const [handle, hash, number] of vectors) {
    assert.equal(Math.abs(hashOf(handle.toUpperCase())), hash, handle)
    assert.equal(serverFor(site, handle)?.id, number, handle)
  }
  assert.equal(serverNumber(siteOf(5, 0), '88.1/a'), serverNumber(siteOf(5, 0), '88.1/b'))
  assert.equal(serverNumber(siteOf(5, 1), '88.1/A'), serverNumber(siteOf(5, 1), '99.2/a'))
  assert.equal(serverFor(siteOf(0, 2), '88.1/a'), undefined)
})

test('every hash names a server, the one without a positive form in four bytes, too', () => {
  for (const servers of [1, 2, 3, 5, 7]) {
    for (let i = 0; i < 500; i++) {
      const number = serverNumber(siteOf(servers, 2), `88.1/${i}`)
      assert.ok(Number.isInteger(number) && number >= 0 && number < servers)
    }
  }
  const last = -(2 ** 31)
  assert.deepEqual([numberOf(last, 3), numberOf(last, 4), numberOf(-7, 4)], [2, 0, 3])
})

test('ways to a server are those of its record that serve what is asked, in the order wanted', () => {
  assert.ok(SERVER)
  const interfaces = [
    { type: SERVES_QUERY, protocol: 0, port: 1 },
    { type: SERVES_QUERY | SERVES_ADMIN, protocol: 1, port: 2 },
    { type: SERVES_ADMIN, protocol: 2, port: 3 },
    { type: SERVES_QUERY, protocol: 9, port: 4 },
    { type: SERVES_QUERY, protocol: 2, port: -5 },
    { type: SERVES_QUERY, protocol: 2, port: 70_000 },
  ]
  const site = { ...siteAt(1), servers: [{ ...SERVER, interfaces }] }
  const all = ['UDP', 'TCP', 'HTTP', 'HTTPS'] as const
  const ports = (isAdministration: boolean, protocols: readonly (typeof all)[number][]) =>
    targetsIn(site, '88.1/x', { isAdministration, protocols }).map((it) => it.endpoint.port)
  assert.deepEqual(ports(false, all), [1, 2])
  assert.deepEqual(ports(false, ['TCP', 'UDP']), [2, 1])
  assert.deepEqual(ports(true, all), [2, 3])
  assert.deepEqual(ports(true, ['UDP']), [])
})

test('an address is spelled in one way, however the record holds it', () => {
  const mapped = Uint8Array.from([...Array.from({ length: 10 }, () => 0), 255, 255, 10, 0, 0, 1])
  assert.equal(canonicalAddress(mapped), '10.0.0.1')
  for (const address of ['192.0.2.1', '2001:db8::1', '::1', '0.0.0.0', 'fe80::1']) {
    assert.equal(canonicalAddress(parseAddress(address) ?? new Uint8Array(16)), address)
  }
})

test('the quickest site comes first, one that fails last, and what is old is forgotten', () => {
  let now = 0
  const quickness = new Quickness(() => now)
  const at = (address: string) => ({
    ...siteAt(1),
    servers: [{ ...SERVER, address: parseAddress(address) ?? new Uint8Array(16) }],
  })
  const [a, b, c, d] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(at) as Site[]
  assert.ok(a && b && c && d)
  const order = (needsPrimary = false) =>
    quickness.sorted([a, b, c, d], needsPrimary).map((it) => [a, b, c, d].indexOf(it))
  assert.deepEqual(order(), [0, 1, 2, 3])
  quickness.failed('192.0.2.1')
  quickness.answered('192.0.2.2', 900)
  quickness.answered('192.0.2.4', 20)
  assert.deepEqual(order(), [3, 2, 1, 0], 'an unknown one before the slow')
  for (let i = 0; i < 20; i++) quickness.answered('192.0.2.2', 5)
  assert.deepEqual(order(), [1, 3, 2, 0])
  now += 3_600_000
  assert.deepEqual(order(), [0, 1, 2, 3])
})
