import { type AskedName, decodePath, keyOf } from '../handle/request.ts'

/** Paths of the node's own; everything else belongs to identifiers. */
const RESERVED = /^\/(?:api|console|evidence|health|metrics|\.well-known|assets)(?:[/?#]|$)/

export function isReserved(target: string): boolean {
  return RESERVED.test(target)
}

/** The identifier that a request target names, never normalised; undefined for a broken percent escape. */
export function identifierIn(target: string): AskedName | undefined {
  const end = target.search(/[?#]/)
  const spelled = decodePath(target.slice(1, end < 0 ? target.length : end))
  return spelled === undefined ? undefined : { spelled, key: keyOf(spelled) }
}

/** An identifier as the path of an address: only what a path may not hold is escaped, slashes stay. */
export function pathOf(handle: string): string {
  const escaped = encodeURIComponent(handle)
  return `/${escaped.replace(/%(?:2F|3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent)}`
}
