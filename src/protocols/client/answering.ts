import { foldAscii, suffixOf } from '../../identifiers/handle.ts'
import { readSite, type Site } from '../../identifiers/values/site.ts'
import {
  type Referral,
  readSiteAnswer,
  writeHandleBody,
  writeResolutionRequest,
} from '../wire/bodies.ts'
import { OP, OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { WireValue } from '../wire/value.ts'
import { hasDigest } from './believed.ts'
import {
  type Answer,
  type Context,
  type Conversation,
  Uncertain,
  type Wish,
} from './conversation.ts'
import { NoAnswer, type Protocol } from './endpoint.ts'
import type { Failure, Refused, Tried } from './outcomes.ts'
import type { Quickness } from './quickness.ts'
import type { SiteCache } from './site-cache.ts'
import {
  formatSite,
  isSiteType,
  namesIn,
  placeOf,
  sitesIn,
  type Target,
  targetsIn,
} from './sites.ts'
import type { Purpose, SitesFrom } from './trace.ts'
import { leastTtlS } from './ttl.ts'

export type WalkLimits = {
  /** Of one walk, to servers of any kind. */
  readonly questionsMax: number
  readonly referralsMax: number
  readonly aliasesMax: number
  /** Services that are found through services, and prefixes through prefixes. */
  readonly servicesDeepMax: number
  /** HS_SERV values of one record that are followed. */
  readonly servicesWideMax: number
}

export const WALK_LIMITS: WalkLimits = {
  questionsMax: 64,
  referralsMax: 8,
  aliasesMax: 10,
  servicesDeepMax: 8,
  servicesWideMax: 8,
}

export type AnsweringParts = {
  readonly conversation: Conversation
  readonly quickness: Quickness
  readonly limits: WalkLimits
  /** Of `0.NA/0.NA`; put in order where one of them tells its record anew. */
  readonly roots: { sites: readonly Site[] }
  /** By prefix, folded. */
  readonly localSites: ReadonlyMap<string, readonly Site[]>
  /** Asked whatever the prefix. */
  readonly sitesForAll: readonly Site[] | undefined
  readonly siteCache: SiteCache
  /** Where they are fixed: in this order, and no others. */
  readonly protocols?: readonly Protocol[] | undefined
  /** Where the question itself is asked, in place of what is found out about its prefix. */
  readonly leading?: readonly WireValue[] | undefined
  /** Of the question that it is all for: what is asked on the way asks servers to recurse (REC) only where that does. */
  readonly flags: number
  readonly recursionCount: number | undefined
  readonly now: () => number
}

export type Answered = { readonly kind: 'answered'; readonly answer: Answer }
export type AnsweredByAll = Answered & {
  readonly others: AsyncIterable<Answered | Failure | Refused>
}
type Stopped = Failure | Refused
type Attempt = Tried & { readonly kind: 'tried' }
/** What happened while one question was asked here and there. */
type Past = { readonly referrals: string[]; isRefreshed: boolean }
type Service = {
  readonly kind: 'sites'
  readonly sites: readonly Site[]
  readonly from: SitesFrom
  /** How long it may be gone by, in seconds. */
  readonly ttlS: number
}

const ROOT_RECORD = '0.NA/0.NA'
const PREFIX_RECORDS = '0.NA'
const OWN_TYPES = ['HS_SITE', 'HS_SERV'] as const
const DERIVED_TYPES = ['HS_SITE.PREFIX', 'HS_SERV.PREFIX', 'HS_NA_DELEGATE'] as const
/** What resolvers send that want nothing special. */
const LOOKING_FLAGS = OP_FLAG.recursive + OP_FLAG.cacheCertified + OP_FLAG.publicOnly
/** What nobody has said how long to go by. */
const TTL_S_DEFAULT = 300
const QUICK: readonly Protocol[] = ['UDP', 'TCP', 'HTTP', 'HTTPS']
const SURE: readonly Protocol[] = ['TCP', 'HTTPS', 'HTTP', 'UDP']
/** Another site may have more to say. */
const POOR: ReadonlySet<number> = new Set([
  RESPONSE.error,
  RESPONSE.serverBusy,
  RESPONSE.serverReadOnly,
])

/** Finds who answers for a handle and asks them, and whom they name; one for each walk, whose bounds it keeps. */
export class Answering {
  readonly #parts: AnsweringParts
  readonly #context: Context
  #questions = 0
  /** Records that are being looked for: one that is looked for in order to find itself is never found. */
  readonly #within: string[] = []

  constructor(parts: AnsweringParts, context: Context) {
    this.#parts = parts
    this.#context = context
  }

  async answerTo(wish: Wish): Promise<Answered | Stopped> {
    const { leading } = this.#parts
    // where an alias leads nobody has said
    const isLed = leading !== undefined && wish.purpose === 'answer' && this.#questions === 0
    const service = isLed ? await this.#led(wish, leading) : await this.#serviceOf(wish.handle)
    return service.kind === 'sites' ? await this.#answerAt(service, wish) : service
  }

  async #led({ handle }: Wish, leading: readonly WireValue[]): Promise<Service | Stopped> {
    const service = await this.#servicesIn(leading, [...OWN_TYPES, ...DERIVED_TYPES])
    const isNone = service.kind === 'sites' && service.sites.length === 0
    return isNone ? notSaid(handle) : service
  }

  /**
   * The answer of one server of a site, and of each of the others once it is asked for: of what each has its own part of. Who
   * refers elsewhere is not gone after.
   */
  async answersOfAll(wish: Wish): Promise<AnsweredByAll | Stopped> {
    const service = await this.#serviceOf(wish.handle)
    if (service.kind !== 'sites') return service
    const tried: Tried[] = []
    for (const site of this.#parts.quickness.sorted(service.sites, true)) {
      const [first, ...others] = site.servers.map((it) => ({ ...site, servers: [it] }))
      if (first === undefined) continue
      const answered = await this.#askSites([first], wish)
      if (answered.kind === 'answered') return { ...answered, others: this.#each(others, wish) }
      if (answered.kind !== 'unreachable') return answered
      tried.push(...answered.tried)
    }
    return { kind: 'unreachable', handle: wish.handle, tried }
  }

  async *#each(sites: readonly Site[], wish: Wish): AsyncGenerator<Answered | Stopped> {
    for (const it of sites) yield await this.#askSites([it], wish)
  }

  async #answerAt(begun: Service, wish: Wish): Promise<Answered | Stopped> {
    const past: Past = { referrals: [], isRefreshed: false }
    let service = begun
    for (;;) {
      const answered = await this.#askSites(service.sites, wish)
      if (answered.kind !== 'answered') return answered
      const next = await this.#after(answered.answer, { service, wish, past })
      if (next === undefined) return answered
      if (next.kind !== 'sites') return next
      service = next
    }
  }

  /** Whom to ask next; undefined where the answer is the last word. */
  async #after(
    answer: Answer,
    { service, wish, past }: { service: Service; wish: Wish; past: Past },
  ): Promise<Service | Stopped | undefined> {
    const { code, referral } = answer
    if (referral !== undefined) {
      past.referrals.push(referral.handle)
      return past.referrals.length > this.#parts.limits.referralsMax
        ? { kind: 'endless', of: 'referrals', names: past.referrals }
        : await this.#referred(code, referral, wish)
    }
    if (code === RESPONSE.siteInfoExpired && !past.isRefreshed) {
      past.isRefreshed = true
      return await this.#refreshed(service, answer, wish)
    }
    if (code !== RESPONSE.serverNotResponsible || service.from !== 'cache') return undefined
    this.#parts.siteCache.delete(prefixOf(wish.handle))
    return await this.#serviceOf(wish.handle)
  }

  /** The first answer that a site has something to say in; of those that have nothing, the last. */
  async #askSites(sites: readonly Site[], wish: Wish): Promise<Answered | Failure> {
    const tried: Tried[] = []
    let poor: Answered | undefined
    for (const target of this.#targets(sites, wish)) {
      // what a server has nothing to say in over one way it has not over another
      if (target.site === poor?.answer.target.site) continue
      if (this.#questions >= this.#parts.limits.questionsMax) {
        return { kind: 'endless', of: 'questions', names: [wish.handle] }
      }
      const at = await this.#askAt(target, wish)
      if (at.kind === 'tried') tried.push({ place: at.place, reason: at.reason, detail: at.detail })
      else if (at.kind === 'answered' && POOR.has(at.answer.code)) poor = at
      else return at
    }
    return poor ?? { kind: 'unreachable', handle: wish.handle, tried }
  }

  async #askAt(target: Target, wish: Wish): Promise<Answered | Failure | Attempt> {
    this.#questions++
    try {
      const asked = wish.purpose === 'answer' ? wish : this.#onTheWay(wish)
      const answer = await this.#parts.conversation.ask(target, asked, this.#context)
      return { kind: 'answered', answer }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const { reason, message: detail } = error
      const place = placeOf(target)
      return error instanceof Uncertain && isAdministration(wish)
        ? { kind: 'uncertain', from: place, reason, detail }
        : { kind: 'tried', place, reason, detail }
    }
  }

  #onTheWay(wish: Wish): Wish {
    const { flags, recursionCount = 0 } = this.#parts
    const unwanted = ~flags & OP_FLAG.recursive
    return { ...wish, flags: (wish.flags & ~unwanted) >>> 0, recursionCount }
  }

  #targets(sites: readonly Site[], wish: Wish): Target[] {
    const { quickness, protocols = isPlain(wish) ? QUICK : SURE } = this.#parts
    const needsPrimary = isAdministration(wish) || (wish.flags & OP_FLAG.authoritative) !== 0
    const how = { isAdministration: isAdministration(wish), protocols }
    return quickness
      .sorted(sites, needsPrimary)
      .flatMap((site) => targetsIn(site, wish.handle, how))
  }

  async #serviceOf(handle: string): Promise<Service | Stopped> {
    const { sitesForAll, localSites, roots, siteCache } = this.#parts
    if (sitesForAll !== undefined) return this.#sites('configured', handle, sitesForAll)
    const prefix = prefixOf(handle)
    const isRecord = prefix === PREFIX_RECORDS
    const local = localSites.get(isRecord ? foldAscii(suffixOf(handle)) : prefix)
    if (local !== undefined) return this.#sites('configured', prefix, local)
    if (isRecord) {
      if (roots.sites.length > 0) return this.#sites('root', ROOT_RECORD, roots.sites)
      return { kind: 'no-service', prefix: suffixOf(handle) }
    }
    const cached = siteCache.get(prefix)
    if (cached !== undefined) return this.#sites('cache', prefix, cached)
    const found = await this.#inside(`${PREFIX_RECORDS}/${prefix}`, (it) =>
      this.#recorded(prefix, it),
    )
    if (found.kind === 'sites') siteCache.put(prefix, found.sites, found.ttlS)
    return found
  }

  /** Looks for a record, unless it is being looked for already. */
  async #inside(
    name: string,
    look: (name: string) => Promise<Service | Stopped>,
  ): Promise<Service | Stopped> {
    const folded = foldAscii(name)
    const isTooDeep = this.#within.length >= this.#parts.limits.servicesDeepMax
    if (isTooDeep || this.#within.includes(folded)) {
      return { kind: 'endless', of: 'services', names: [...this.#within, folded] }
    }
    this.#within.push(folded)
    try {
      return await look(name)
    } finally {
      this.#within.pop()
    }
  }

  async #recorded(prefix: string, record: string): Promise<Service | Stopped> {
    const answered = await this.answerTo(lookingFor(record, OWN_TYPES, 'service'))
    if (answered.kind !== 'answered') return answered
    const { answer } = answered
    if (answer.code !== RESPONSE.handleNotFound) return await this.#namedIn(record, answer)
    return await this.#derived(prefix, answer)
  }

  /** Whom a prefix's record names; where it names nobody, who holds the record answers for the prefix as well. */
  async #namedIn(record: string, answer: Answer): Promise<Service | Stopped> {
    const { code, values, target } = answer
    if (code !== RESPONSE.success && code !== RESPONSE.valuesNotFound) return refusal(answer)
    const named = await this.#servicesIn(values, OWN_TYPES)
    if (named.kind !== 'sites') return named
    const sites = named.sites.length > 0 ? named.sites : [target.site]
    return this.#sites('prefix-record', record, sites, named.ttlS)
  }

  /** Of a prefix without a record where prefixes are recorded: a prefix above says who has those below it. */
  async #derived(prefix: string, absent: Answer): Promise<Service | Stopped> {
    const record = `${PREFIX_RECORDS}/${prefix}`
    for (let above = parentOf(prefix); above !== ''; above = parentOf(above)) {
      const service = await this.#below(`${PREFIX_RECORDS}/${above}`)
      if (service === undefined) continue
      if (service.kind !== 'sites') return service
      const again = await this.#answerAt(service, lookingFor(record, OWN_TYPES, 'service'))
      if (again.kind !== 'answered') return again
      if (again.answer.code === RESPONSE.handleNotFound) return notThere(prefix, again.answer)
      return await this.#namedIn(record, again.answer)
    }
    return notThere(prefix, absent)
  }

  /** Who has the prefixes below the one with this record; undefined where it does not say. */
  async #below(record: string): Promise<Service | Stopped | undefined> {
    const answered = await this.answerTo(lookingFor(record, DERIVED_TYPES, 'derived'))
    if (answered.kind !== 'answered') return answered
    const { code, values } = answered.answer
    if (code === RESPONSE.handleNotFound || code === RESPONSE.valuesNotFound) return undefined
    if (code !== RESPONSE.success) return refusal(answered.answer)
    const named = await this.#servicesIn(values, DERIVED_TYPES)
    if (named.kind !== 'sites') return named
    if (named.sites.length === 0) return undefined
    return this.#sites('ancestor', record, named.sites, named.ttlS)
  }

  /** Sites that stand in values, or those of the services that do. None is an answer, too. */
  async #servicesIn(
    values: readonly WireValue[],
    types: readonly string[],
  ): Promise<Service | Stopped> {
    const used = values.filter((it) => types.includes(foldAscii(it.type)))
    const ttlS = used.length === 0 ? TTL_S_DEFAULT : leastTtlS(used, this.#parts.now())
    const sites = types.filter(isSiteType).flatMap((type) => sitesIn(used, type))
    if (sites.length > 0) return { kind: 'sites', sites, from: 'prefix-record', ttlS }
    const names = types.filter((it) => !isSiteType(it)).flatMap((type) => namesIn(used, type))
    const found: Site[] = []
    let stopped: Stopped | undefined
    for (const name of names.slice(0, this.#parts.limits.servicesWideMax)) {
      const service = await this.#inside(name, () => this.#named(name, OWN_TYPES))
      if (service.kind === 'sites') found.push(...service.sites)
      else stopped = service
    }
    if (found.length === 0 && stopped !== undefined) return stopped
    return { kind: 'sites', sites: found, from: 'prefix-record', ttlS }
  }

  /** The sites of a service, or of whatever else a referral names. */
  async #named(handle: string, types: readonly string[]): Promise<Service | Stopped> {
    const answered = await this.answerTo(lookingFor(handle, types, 'service'))
    if (answered.kind !== 'answered') return answered
    const { answer } = answered
    if (answer.code !== RESPONSE.success) return refusal(answer)
    const derived = types.filter((it) => DERIVED_TYPES.some((of) => of === it))
    const below = await this.#servicesIn(answer.values, derived)
    if (below.kind !== 'sites' || below.sites.length > 0) return below
    return await this.#servicesIn(answer.values, OWN_TYPES)
  }

  async #referred(
    code: number,
    { handle, values }: Referral,
    wish: Wish,
  ): Promise<Service | Stopped> {
    const sites = values.some((it) => isSiteType(it.type))
      ? [...OWN_TYPES, ...DERIVED_TYPES].filter(isSiteType).flatMap((it) => sitesIn(values, it))
      : []
    const told = { handle: wish.handle, code, to: handle, sites: sites.length }
    this.#context.trace?.({ kind: 'referral', ...told })
    if (sites.length > 0) return this.#sites('referral', handle, sites)
    if (handle === '') return notSaid(wish.handle)
    if (foldAscii(handle) === ROOT_RECORD) {
      const { roots } = this.#parts
      if (roots.sites.length === 0) return notSaid(wish.handle)
      return this.#sites('root', ROOT_RECORD, roots.sites)
    }
    const isBelow = code === RESPONSE.prefixReferral && stands(wish.handle, handle)
    const types = isBelow ? [...DERIVED_TYPES, ...OWN_TYPES] : OWN_TYPES
    const found = await this.#inside(handle, () => this.#named(handle, types))
    if (found.kind !== 'sites') return found
    return found.sites.length === 0
      ? notSaid(wish.handle)
      : this.#sites('referral', handle, found.sites)
  }

  /** The sites, that of the server as it tells its record now. Undefined where it does not. */
  async #refreshed(
    { sites, from }: Service,
    { target }: Answer,
    wish: Wish,
  ): Promise<Service | undefined> {
    const { handle } = wish
    const body = writeHandleBody(handle)
    const asking = { ...lookingFor(handle, [], 'refresh'), opCode: OP.getSiteInfo, body }
    this.#questions++
    const site = await this.#siteOf(target, asking)
    if (site === undefined) return undefined
    const renewed = sites.map((it) => (it === target.site ? site : it))
    const { roots, siteCache } = this.#parts
    roots.sites = roots.sites.map((it) => (it === target.site ? site : it))
    const prefix = prefixOf(handle)
    if (from === 'cache' || from === 'prefix-record') siteCache.put(prefix, renewed, TTL_S_DEFAULT)
    return this.#sites('refresh', handle, renewed)
  }

  async #siteOf(target: Answer['target'], asking: Wish): Promise<Site | undefined> {
    try {
      const { code, received } = await this.#parts.conversation.ask(target, asking, this.#context)
      if (code !== RESPONSE.success) return undefined
      const { message } = received
      return readSite(readSiteAnswer(message.body, hasDigest(message)).site)
    } catch {
      this.#context.signal?.throwIfAborted()
      return undefined
    }
  }

  #sites(
    from: SitesFrom,
    of: string,
    sites: readonly Site[],
    ttlS: number = TTL_S_DEFAULT,
  ): Service {
    this.#context.trace?.({ kind: 'sites', from, of, sites: sites.map(formatSite) })
    return { kind: 'sites', sites, from, ttlS }
  }
}

function lookingFor(handle: string, types: readonly string[], purpose: Purpose): Wish {
  return {
    ...{ purpose, opCode: OP.resolution, handle, indexes: [], types },
    ...{ flags: LOOKING_FLAGS, recursionCount: 0 },
    body: writeResolutionRequest({ handle, indexes: [], types }),
  }
}

/** A question whose answer fits a datagram well enough, and that nobody has to show anything for. */
function isPlain({ opCode, flags, auth }: Wish): boolean {
  return opCode < OP.createHandle && auth === undefined && (flags & OP_FLAG.certified) === 0
}

function isAdministration({ opCode }: Wish): boolean {
  return opCode >= OP.createHandle
}

export function refusal({ code, message, target }: Answer): Refused {
  return { kind: 'refused', code, message, from: placeOf(target) }
}

function notThere(prefix: string, { target }: Answer): Failure {
  return { kind: 'prefix-not-found', prefix, from: placeOf(target) }
}

function notSaid(handle: string): Failure {
  return { kind: 'no-service', prefix: aboutOf(handle) }
}

function prefixOf(handle: string): string {
  return foldAscii(handle.slice(0, handle.indexOf('/')))
}

/** The prefix that a handle, or a prefix's record, is of. */
function aboutOf(handle: string): string {
  const prefix = prefixOf(handle)
  return prefix === PREFIX_RECORDS ? foldAscii(suffixOf(handle)) : prefix
}

/** Whether a handle is of a prefix that was derived from another, which is named by its record. */
function stands(handle: string, record: string): boolean {
  return aboutOf(handle).startsWith(`${aboutOf(record)}.`)
}

function parentOf(prefix: string): string {
  return prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))
}
