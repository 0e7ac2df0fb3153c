import { isIP, isIPv4 } from 'node:net'

/** Bytes of an address in HS_SITE; IPv4 takes the last four, the others are zero (as deployed, not `::ffff:`). */
export const ADDRESS_BYTES = 16
const V4_START = 12

/** Dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.subarray(0, V4_START).every((it) => it === 0)) {
    return [...bytes.subarray(V4_START)].join('.')
  }
  const groups: number[] = []
  for (let i = 0; i < ADDRESS_BYTES; i += 2) {
    groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  }
  const { start, length } = longestZeros(groups)
  const text = (part: number[]) => part.map((it) => it.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

/** Undefined for what is not an address of either family. */
export function parseAddress(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(ADDRESS_BYTES)
  if (isIPv4(text)) {
    bytes.set(text.split('.').map(Number), V4_START)
    return bytes
  }
  if (isIP(text) !== 6 || text.includes('%')) return undefined
  const [head = '', tail] = text.split('::')
  const before = groupBytes(head)
  const after = tail === undefined ? [] : groupBytes(tail)
  bytes.set(before)
  bytes.set(after, ADDRESS_BYTES - after.length)
  return bytes
}

function groupBytes(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > best.length) best = { start, length: end - start }
  }
  return best
}
