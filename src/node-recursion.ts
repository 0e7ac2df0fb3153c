import type { IncomingMessage } from 'node:http'
import type { Config } from './config/settings.ts'
import type { PrefixKey } from './identifiers/handle.ts'
import type { PrefixBook } from './identifiers/prefixes/book.ts'
import { ancestorsOf } from './identifiers/prefixes/segments.ts'
import { addressSet, listed } from './lib/address-set.ts'
import type { Clock } from './lib/clock.ts'
import { openClientWalk } from './protocols/recursion/client-walk.ts'
import { reachOf } from './protocols/recursion/reach.ts'
import { type Door, openDoor, type Recurse, recursing } from './protocols/recursion/recursing.ts'
import { type Failure, Recursion } from './protocols/recursion/recursion.ts'
import { boundedSiteCache } from './protocols/recursion/site-cache.ts'
import { readSiteFiles } from './protocols/recursion/site-files.ts'
import { askerAddress } from './server/connection.ts'
import type { Log } from './server/log.ts'
import type { Numbers } from './server/metrics.ts'

/** Of all bytes that are kept, one part in so many says who answers for a prefix. */
const SITES_PART = 16
/** Of all walks at once, names of one prefix have one part in so many. */
const PREFIX_PART = 8
const TOLD_EVERY_MS = 10_000

export type NodeRecursion = AsyncDisposable &
  RecursionDoor & {
    readonly recurse: Recurse
    readonly numbers: Numbers
  }

export type RecursionDoor = {
  /** Whom, and for what, others are asked. */
  readonly door: Door
  /** Who asks over HTTP; behind a trusted proxy the address that it forwards. */
  readonly addressOf: (request: IncomingMessage) => string
}

type Parts = {
  readonly book: PrefixBook
  readonly clock: Clock
  readonly log: Log
  readonly onError: (error: unknown) => void
}

/** Asks others for listed clients, where there are any. @throws Problem where the files of the roots are none */
export function openRecursion(config: Config, parts: Parts): NodeRecursion | undefined {
  const roots = readSiteFiles(listed(config.recursionRoots), 'WAYMARK_RECURSION_ROOTS')
  const opened = openRecursionDoor(config, parts.book)
  if (opened === undefined) return undefined
  const { clock, log, onError } = parts
  if (listed(config.recursionClients).some((it) => it.endsWith('/0'))) {
    log.warn(
      'WAYMARK_RECURSION_CLIENTS lists everybody: others can misuse this node against third parties',
    )
  }
  const { recursionCacheBytesMax: bytesMax, recursionTtlSMax: ttlSMax } = config
  const siteBytesMax = Math.floor(bytesMax / SITES_PART)
  const siteCache = boundedSiteCache({ bytesMax: siteBytesMax, ttlSMax }, clock)
  const reach = reachOf(listed(config.recursionPrivate))
  const { recursionWalkMsMax: walkMsMax } = config
  const client = openClientWalk({ roots, reach, siteCache, clock, walkMsMax })
  const limits = {
    ...{ cacheBytesMax: bytesMax - siteBytesMax, ttlSMax },
    negativeTtlSMax: config.recursionNegativeTtlSMax,
    staleSMax: config.recursionStaleSMax,
    walksMax: config.recursionWalksMax,
    walksPerPrefixMax: Math.ceil(config.recursionWalksMax / PREFIX_PART),
    walkMsMax,
  }
  const onFailure = failuresTo(log, clock)
  const recursion = new Recursion({ walk: client.walk, clock, limits, onFailure, onError })
  return {
    ...opened,
    recurse: recursing(recursion, opened.door),
    numbers: numbersOf(recursion, siteCache.bytes),
    async [Symbol.asyncDispose]() {
      await recursion[Symbol.asyncDispose]()
      client[Symbol.dispose]()
    },
  }
}

/** Undefined where others are asked for nobody. */
export function openRecursionDoor(config: Config, book: PrefixBook): RecursionDoor | undefined {
  const clients = listed(config.recursionClients)
  if (clients.length === 0) return undefined
  const isOwn = (prefix: PrefixKey) =>
    [prefix, ...ancestorsOf(prefix)].some((it) => book.isKnown(it))
  const hasRoots = listed(config.recursionRoots).length > 0
  const proxies = addressSet(listed(config.trustedProxies))
  return {
    door: openDoor({ isClient: addressSet(clients), isOwn, hasRoots }),
    addressOf: askerAddress(proxies),
  }
}

/** The first of several in a while, and how many there were since. */
function failuresTo(log: Log, clock: Clock): (failure: Failure) => void {
  let toldMs = Number.NEGATIVE_INFINITY
  let untold = 0
  return ({ name, why, isCovered }) => {
    const now = clock()
    if (now - toldMs < TOLD_EVERY_MS) {
      untold++
      return
    }
    log.warn({ name, why, stale: isCovered, untold }, 'other servers could not be asked')
    toldMs = now
    untold = 0
  }
}

function numbersOf(recursion: Recursion, siteBytes: () => number): Numbers {
  const read = (name: keyof Recursion['numbers']) => () => recursion.numbers[name]
  return {
    waymark_recursion_hits: { help: 'Questions answered from what is kept', read: read('hits') },
    waymark_recursion_misses: { help: 'Questions that others were asked', read: read('misses') },
    waymark_recursion_stale: {
      help: 'Questions answered from what was kept, past its time, as nobody else answered',
      read: read('stale'),
    },
    waymark_recursion_failures: { help: 'Walks that brought nothing', read: read('failures') },
    waymark_recursion_busy: {
      help: 'Questions refused as too much was under way',
      read: read('busy'),
    },
    waymark_recursion_walks: { help: 'Walks under way', read: read('walking') },
    waymark_recursion_waiting: { help: 'Questions that wait for walks', read: read('waiting') },
    waymark_recursion_answers: { help: 'Answers that are kept', read: read('answers') },
    waymark_recursion_bytes: {
      help: 'Bytes of what is kept, of answers and of sites',
      read: () => recursion.numbers.bytes + siteBytes(),
    },
  }
}
