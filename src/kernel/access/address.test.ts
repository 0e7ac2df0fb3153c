import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf } from './address.ts'

const cases: readonly [string, string, string][] = [
  ['192.0.2.17', '192.0.2.17', '192.0.2.0/24'],
  ['::ffff:192.0.2.17', '192.0.2.17', '192.0.2.0/24'],
  ['2001:db8:1:2345::1', '2001:db8:1:2345::/64', '2001:db8:1:2300::/56'],
  ['2001:0DB8:0001:2345:ffff:0:0:9', '2001:db8:1:2345::/64', '2001:db8:1:2300::/56'],
  ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0:000::/56'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0:000::/56'],
  ['::1', '0:0:0:0::/64', '0:0:0:000::/56'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64', '64:ff9b:0:000::/56'],
  ['not an address', 'not an address', 'not an address'],
]

for (const [given, address, network] of cases) {
  test(`${given} counts as ${address} in ${network}`, () => {
    assert.deepEqual(placesOf(given), { address, network })
  })
}
