import { ADDRESS_BYTES, formatAddress, parseAddress } from '../../identifiers/values/address.ts'
import { addressSet } from '../../lib/address-set.ts'

/** Whether a walk may connect to an address. */
export type Reach = (address: string, port: number) => boolean

/** IANA's special-purpose addresses: nobody out there answers on them, and what does is somebody's own. */
const SPECIAL_V4 = addressSet([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
])
/** All that is allotted to anybody; loopback, unique-local, link-local and multicast lie outside. */
const GLOBAL_V6 = addressSet(['2000::/3'])
const SPECIAL_V6 = addressSet(['2001::/23', '2001:db8::/32', '3fff::/20'])

/** Where an IPv4 address stands in an IPv6 one that leads to it. */
const EMBEDDING: readonly { readonly isOf: (address: string) => boolean; readonly at: number }[] = [
  { isOf: addressSet(['64:ff9b::/96']), at: 12 },
  { isOf: addressSet(['2002::/16']), at: 2 },
]
const V4_BYTES = 4
const V4_AT = ADDRESS_BYTES - V4_BYTES
const MAPPED = 0xff
const PORT_MAX = 65_535

/**
 * Walks go where records of others send them, so they may go to no address that means something here alone (loopback, link-local,
 * private and the like, however it is spelled), except to those that are listed.
 *
 * @param listed addresses and CIDR ranges
 */
export function reachOf(listed: readonly string[]): Reach {
  const isListed = addressSet(listed)
  return (address, port) => {
    const bytes = parseAddress(address)
    if (bytes === undefined || !(port > 0 && port <= PORT_MAX)) return false
    const v4 = embeddedV4(bytes)
    const spelled = formatAddress(bytes)
    if (isListed(address) || isListed(spelled) || (v4 !== undefined && isListed(v4))) return true
    if (v4 !== undefined) return !SPECIAL_V4(v4)
    return GLOBAL_V6(spelled) && !SPECIAL_V6(spelled)
  }
}

/** The IPv4 address that packets arrive at in the end: plain, mapped, compatible, or behind a translator. */
function embeddedV4(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, V4_AT - 2).every((it) => it === 0)) {
    const [high, low] = bytes.subarray(V4_AT - 2)
    const isMapped = high === MAPPED && low === MAPPED
    if (isMapped || (high === 0 && low === 0)) return v4At(bytes, V4_AT)
  }
  const spelled = formatAddress(bytes)
  const found = EMBEDDING.find(({ isOf }) => isOf(spelled))
  return found && v4At(bytes, found.at)
}

function v4At(bytes: Uint8Array, at: number): string {
  return bytes.subarray(at, at + V4_BYTES).join('.')
}
