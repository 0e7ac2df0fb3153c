import { isIPv4, isIPv6 } from 'node:net'

/**
 * What a client's address is counted by. One customer commonly holds a whole IPv6 /64, so that is one address; the network
 * around it is the /24 or the /56. IPv4 written as IPv6 counts as IPv4. Nothing of this is stored.
 */
export function placesOf(address: string): { readonly address: string; readonly network: string } {
  const plain = /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address
  if (isIPv4(plain)) {
    return { address: plain, network: `${plain.slice(0, plain.lastIndexOf('.'))}.0/24` }
  }
  const [unscoped = ''] = plain.split('%')
  if (!isIPv6(unscoped)) return { address: plain, network: plain }
  const groups = groupsOf(unscoped)
  const hex = (count: number): string =>
    groups
      .slice(0, count)
      .map((it) => it.toString(16))
      .join(':')
  const half = ((groups[3] ?? 0) >> 8).toString(16)
  return { address: `${hex(4)}::/64`, network: `${hex(3)}:${half}00::/56` }
}

/** The first four of an address's eight groups. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::')
  const before = head.split(':').filter((it) => it !== '')
  const after = (tail ?? '').split(':').filter((it) => it !== '')
  const embedded = after.at(-1)?.includes('.') === true || before.at(-1)?.includes('.') === true
  const missing = tail === undefined ? 0 : 8 - before.length - after.length - (embedded ? 1 : 0)
  const all = [...before, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after]
  return all.slice(0, 4).map((it) => Number.parseInt(it, 16) || 0)
}
