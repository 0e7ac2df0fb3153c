import { foldAscii, parseHandle } from '../../identifiers/handle.ts'
import type { Site } from '../../identifiers/values/site.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { writeResolutionRequest } from '../wire/bodies.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { WireValue } from '../wire/value.ts'
import {
  Answering,
  type AnsweringParts,
  refusal,
  WALK_LIMITS,
  type WalkLimits,
} from './answering.ts'
import type { Authentication } from './authentication.ts'
import { type Answer, type Context, Conversation, type Wish } from './conversation.ts'
import {
  type Deed,
  type Done,
  type Listed,
  list,
  type Proof,
  perform,
  type SiteTold,
  siteInfo,
  type Verified,
  verifyProof,
} from './deeds.ts'
import type { Ask, Protocol } from './endpoint.ts'
import type { Resolved } from './outcomes.ts'
import { Quickness } from './quickness.ts'
import { memorySiteCache, type SiteCache } from './site-cache.ts'
import { namesIn, placeOf } from './sites.ts'
import { openTransports, type TransportLimits } from './transports.ts'
import { leastTtlS } from './ttl.ts'

export type ClientOptions = {
  /** Sites of `0.NA/0.NA`: where a walk begins that knows nothing nearer. */
  readonly roots?: readonly Site[]
  /** Sites of prefixes that are known beforehand: they are asked without looking for others, for the prefix's record as well. */
  readonly localSites?: Readonly<Record<string, readonly Site[]>>
  /** Asked whatever the prefix; referrals and aliases are followed from there. */
  readonly sitesForAll?: readonly Site[]
  /** Who answers for which prefix is kept here; in memory where absent. */
  readonly siteCache?: SiteCache
  /** Asked before every connection and every datagram, with the address in its one spelling; what it refuses is not tried. */
  readonly mayConnect?: (address: string, port: number) => boolean
  /** What HTTPS and HTTP call a server that is known by its address; the address where absent. */
  readonly hostOf?: (address: string) => string | undefined
  /** In this order, and no others; where absent UDP first for plain questions, TCP first for all others. */
  readonly protocols?: readonly Protocol[]
  readonly limits?: Partial<WalkLimits & TransportLimits>
  /** Carries messages in the place of sockets. */
  readonly ask?: Ask
  readonly clock?: Clock
}

export type Question = {
  readonly handle: string
  /** Both lists empty or absent: every value; both given: the values of either. */
  readonly indexes?: readonly number[]
  readonly types?: readonly string[]
  /** See `OP_FLAG`; what resolvers usually send where absent (REC, CA, PO). */
  readonly flags?: number
  readonly recursionCount?: number
  /** Values of HS_SITE or HS_SERV that lead to who answers for the handle, in place of finding that out. */
  readonly leading?: readonly WireValue[]
  /** Shown to servers that want to know who asks: leave PO out of the flags to have them want it. */
  readonly auth?: Authentication
  /** HS_ALIAS is gone after unless this is false, or it is asked for by its type. */
  readonly followAliases?: boolean
}

/** Who asks, and what to tell on the way. */
export type Errand = Context & { readonly auth?: Authentication }

/**
 * Each finds out who answers for a handle, and asks. They reject with the signal's reason alone, or throw a Problem for what is
 * no handle; everything else is told by what they answer.
 */
export type HandleClient = Disposable & {
  readonly resolve: (question: Question, context?: Context) => Promise<Resolved>
  readonly perform: (deed: Deed, errand: Errand) => Promise<Done>
  /** The handles of a prefix. */
  readonly list: (prefix: string, errand: Errand) => Promise<Listed>
  readonly verify: (proof: Proof, context?: Context) => Promise<Verified>
  /** The record of the site that answers for a handle, as it tells it itself. */
  readonly siteInfo: (handle: string, context?: Context) => Promise<SiteTold>
}

export const USUAL_FLAGS = OP_FLAG.recursive + OP_FLAG.cacheCertified + OP_FLAG.publicOnly
const ALIAS = 'HS_ALIAS'

/** A client of the Handle System. Dispose of it to close the connections it keeps. */
export function openHandleClient(options: ClientOptions = {}): HandleClient {
  const { limits, mayConnect, hostOf, clock = systemClock } = options
  const transports = openTransports({ limits, mayConnect, hostOf })
  const quickness = new Quickness(clock)
  const local = Object.entries(options.localSites ?? {})
  const parts: Parts = {
    ...{ quickness, now: clock, limits: { ...WALK_LIMITS, ...limits } },
    conversation: new Conversation({ ask: options.ask ?? transports.ask, quickness, now: clock }),
    roots: { sites: options.roots ?? [] },
    localSites: new Map(local.map(([prefix, sites]) => [foldAscii(prefix), sites])),
    sitesForAll: options.sitesForAll,
    siteCache: options.siteCache ?? memorySiteCache(clock),
    protocols: options.protocols,
  }
  const errand = (context: Context) =>
    new Answering({ ...parts, flags: USUAL_FLAGS, recursionCount: undefined }, context)
  return {
    resolve: (question, context = {}) => resolve(parts, question, context),
    perform: (deed, it) => perform(errand(it), deed, it.auth),
    list: (prefix, it) => list(errand(it), prefix, it.auth),
    verify: (proof, context = {}) => verifyProof(errand(context), proof),
    siteInfo: (handle, context = {}) => siteInfo(errand(context), handle),
    [Symbol.dispose]: () => transports[Symbol.dispose](),
  }
}

type Parts = Omit<AnsweringParts, 'flags' | 'recursionCount'>

async function resolve(parts: Parts, question: Question, context: Context): Promise<Resolved> {
  const { followAliases = true, types = [], flags = USUAL_FLAGS } = question
  const { leading, recursionCount } = question
  const answering = new Answering({ ...parts, leading, flags, recursionCount }, context)
  const follows = followAliases && !types.some((it) => foldAscii(it) === ALIAS)
  const aliases: string[] = []
  let handle = parseHandle(question.handle).spelled
  let ttlS = Number.POSITIVE_INFINITY
  for (;;) {
    const answered = await answering.answerTo(wishFor(handle, question, follows))
    if (answered.kind !== 'answered') return answered
    const { answer } = answered
    const alias = follows ? aliasIn(answer) : undefined
    if (alias === undefined) return resolved(answer, { handle, aliases, ttlS, now: parts.now() })
    context.trace?.({ kind: 'alias', handle, to: alias.to })
    aliases.push(handle)
    ttlS = Math.min(ttlS, leastTtlS([alias.value], parts.now()))
    const isAgain = aliases.some((it) => foldAscii(it) === foldAscii(alias.to))
    if (isAgain || aliases.length > parts.limits.aliasesMax) {
      return { kind: 'endless', of: 'aliases', names: [...aliases, alias.to] }
    }
    handle = alias.to
  }
}

/** An alias stands alone in its record, so what is asked for by type or index is not there: it is asked for besides. */
function wishFor(handle: string, question: Question, follows: boolean): Wish {
  const { indexes = [], types: asked = [], flags = USUAL_FLAGS, recursionCount = 0 } = question
  const isFiltered = indexes.length + asked.length > 0
  const types = follows && isFiltered ? [...asked, ALIAS] : asked
  return {
    ...{ purpose: 'answer', opCode: OP.resolution, handle, indexes, types },
    ...{ flags, recursionCount, auth: question.auth },
    body: writeResolutionRequest({ handle, indexes, types }),
  }
}

function aliasIn({
  values,
}: Answer): { readonly to: string; readonly value: WireValue } | undefined {
  const value = values.find((it) => foldAscii(it.type) === ALIAS)
  if (value === undefined) return undefined
  const [name] = namesIn([value], ALIAS)
  const to = name === undefined ? undefined : wholeName(name)
  return to === undefined ? undefined : { to, value }
}

function wholeName(name: string): string | undefined {
  try {
    return parseHandle(name).spelled
  } catch {
    return undefined
  }
}

type Reached = {
  readonly handle: string
  readonly aliases: readonly string[]
  readonly ttlS: number
  readonly now: number
}

function resolved(answer: Answer, reached: Reached): Resolved {
  const { code, message, values, isSigned, target } = answer
  const { handle, aliases, now } = reached
  const from = placeOf(target)
  switch (code) {
    case RESPONSE.success: {
      if (values.length === 0) return { kind: 'values-not-found', handle, aliases, from }
      const ttlS = Math.min(reached.ttlS, leastTtlS(values, now))
      return { kind: 'found', handle, values, aliases, ttlS, from, isSigned }
    }
    case RESPONSE.handleNotFound:
      return { kind: 'not-found', handle, message, aliases, from }
    case RESPONSE.valuesNotFound:
      return { kind: 'values-not-found', handle, aliases, from }
    default:
      return refusal(answer)
  }
}
