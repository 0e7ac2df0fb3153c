import { type AskedName, decodePath, HANDLES_PATH, keyOf } from '../handle/request.ts'

/** Paths of the node's own; everything else belongs to identifiers. */
const RESERVED = /^\/(?:api|console|evidence|health|metrics|\.well-known|assets)(?:[/?#]|$)/

export function isReserved(target: string): boolean {
  return RESERVED.test(target)
}

/**
 * A target that the router can read in the place of one it cannot, whose percent escapes are broken or not UTF-8: the
 * same kind of route then sees the target as it came and answers in its own form. For the HTTP library's `rewriteUrl`.
 */
export function routableTarget(target: string): string {
  const end = target.search(/[?#]/)
  const path = end < 0 ? target : target.slice(0, end)
  if (!path.includes('%') || isDecodable(path)) return target
  if (path.startsWith(`${HANDLES_PATH}/`)) return `${HANDLES_PATH}/-`
  return isReserved(path) ? '/api/-' : '/-'
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
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
