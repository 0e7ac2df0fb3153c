import type { Site } from '../../identifiers/values/site.ts'

/** Who answers for which prefix, as it was learned; somebody else's may be given in its place. */
export type SiteCache = {
  /** Undefined where nothing is known any more. The prefix has its ASCII letters folded. */
  readonly get: (prefix: string) => readonly Site[] | undefined
  readonly put: (prefix: string, sites: readonly Site[], ttlS: number) => void
  readonly delete: (prefix: string) => void
}

const PREFIXES_MAX = 4_096
const MS_PER_S = 1_000
/** However long a record says. */
const TTL_S_MAX = 86_400

type Cached = { readonly sites: readonly Site[]; readonly untilMs: number }

/** So many prefixes; of more the one that was asked for longest ago goes. */
export function memorySiteCache(now: () => number, prefixesMax = PREFIXES_MAX): SiteCache {
  const cached = new Map<string, Cached>()
  return {
    get(prefix) {
      const it = cached.get(prefix)
      if (it === undefined) return undefined
      cached.delete(prefix)
      if (now() >= it.untilMs) return undefined
      cached.set(prefix, it)
      return it.sites
    },
    put(prefix, sites, ttlS) {
      cached.delete(prefix)
      if (ttlS <= 0) return
      cached.set(prefix, { sites, untilMs: now() + Math.min(ttlS, TTL_S_MAX) * MS_PER_S })
      const [oldest] = cached.keys()
      if (cached.size > prefixesMax && oldest !== undefined) cached.delete(oldest)
    },
    delete(prefix) {
      cached.delete(prefix)
    },
  }
}
