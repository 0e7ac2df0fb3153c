import { BlockList, isIP } from 'node:net'

const BITS_MAX = { 4: 32, 6: 128 }

/** What stands between the commas of a list. */
export function listed(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
}

/** Whether a text is an address or a CIDR range of either family. */
export function isNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0 || address.includes('%')) return false
  if (bits === undefined) return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= BITS_MAX[family as 4 | 6]
}

/** A set of addresses and CIDR ranges, v4 and v6; v4 written as v6 (`::ffff:…`) counts as v4. */
export function addressSet(entries: readonly string[]): (address: string | undefined) => boolean {
  // Asked for every request, and mostly of nothing: the list would read the address first.
  if (entries.length === 0) return () => false
  const set = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) set.addAddress(address, family)
    else set.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    if (address === undefined) return false
    const plain = address.startsWith('::ffff:') ? address.slice(7) : address
    const version = isIP(plain)
    return version !== 0 && set.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}
