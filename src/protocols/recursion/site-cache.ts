import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import { readSite, type Site, writeSite } from '../../identifiers/values/site.ts'
import type { Clock } from '../../lib/clock.ts'
import type { SiteCache } from '../client/site-cache.ts'
import { Sieve } from './sieve.ts'

type Kept = { readonly sites: string; readonly untilMs: number }

const KEPT_BYTES = 120
const S = 1_000

/** Who answers for which prefix, in so many bytes. Sites are kept as they are written: read, they hold on to the message they came in. */
export function boundedSiteCache(
  { bytesMax, ttlSMax }: { readonly bytesMax: number; readonly ttlSMax: number },
  now: Clock,
): SiteCache & { readonly bytes: () => number } {
  const kept = new Sieve<Kept>(bytesMax)
  return {
    bytes: () => kept.bytes,
    get(prefix) {
      const it = kept.get(prefix)
      if (it === undefined) return undefined
      if (now() < it.untilMs) return read(it.sites)
      kept.delete(prefix)
      return undefined
    },
    put(prefix, sites, ttlS) {
      const text = written(sites)
      const untilMs = now() + Math.min(ttlS, ttlSMax) * S
      if (ttlS <= 0) kept.delete(prefix)
      else kept.put(prefix, { sites: text, untilMs }, KEPT_BYTES + text.length)
    },
    delete: (prefix) => kept.delete(prefix),
  }
}

function written(sites: readonly Site[]): string {
  const bytes = new Writer().list(sites, (w, it) => void w.counted(writeSite(it))).done()
  return Buffer.from(bytes).toString('latin1')
}

function read(text: string): Site[] {
  const reader = new Reader(new Uint8Array(Buffer.from(text, 'latin1')))
  return reader.list(COUNT_BYTES, (it) => readSite(it.counted()))
}

const COUNT_BYTES = 4
