import { setTimeout as sleep } from 'node:timers/promises'
import { foldAscii } from '../../identifiers/handle.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Text } from '../../lib/text.ts'
import { RESPONSE } from '../wire/codes.ts'
import type { WireValue } from '../wire/value.ts'
import {
  type KeepingLimits,
  type Kept,
  KeptAnswers,
  STALE_RETRY_MS,
  valuesOf,
} from './kept-answers.ts'
import type { Walk, Walked, WalkQuestion } from './walk.ts'
import { Walks } from './walks.ts'

export type RecursionParts = {
  readonly walk: Walk
  readonly clock: Clock
  readonly limits: KeepingLimits & {
    readonly walksMax: number
    readonly walksPerPrefixMax: number
    readonly walkMsMax: number
    readonly waitersMax?: number
    readonly staleWaitMs?: number
  }
  /** A walk brought nothing; whether an answer of before was there to give. */
  readonly onFailure: (failure: Failure) => void
  readonly onError: (error: unknown) => void
}

export type Failure = { readonly name: string; readonly why: string; readonly isCovered: boolean }

export type RecursionQuestion = Omit<WalkQuestion, 'recursionCount'> & {
  /** As it stands in the question. */
  readonly recursionCount: number
  /** Somebody has shown who they are: nothing of what they are told is for others. */
  readonly isPersonal: boolean
}

/** What a client is told of a name of others. */
export type Recursed =
  | {
      readonly kind: 'found'
      readonly values: readonly WireValue[]
      /** How many and which, as in a message, a character for each byte; where it is kept so and everybody may read all. */
      readonly written?: string
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'valueless' }
  /** See `RESPONSE`. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: Text }

/** How often something happened since the start, and what there is now. */
export type RecursionNumbers = {
  readonly hits: number
  readonly misses: number
  readonly stale: number
  readonly failures: number
  readonly busy: number
  readonly walking: number
  readonly waiting: number
  readonly answers: number
  readonly bytes: number
}

/** A question that went through so many servers goes round in a circle. */
export const RECURSION_COUNT_MAX = 10
const WAITERS_MAX = 20_000
/** An answer of before is given when the servers have said nothing for so long; they are listened to all the same. */
const STALE_WAIT_MS = 1_800
/** In the last part of its time an answer that is asked for is fetched anew, so that nobody waits for it. */
const REFRESH_PART = 0.1
const REFRESH_LIFE_MS_MIN = 10_000

/** Asks others for those who may have it done, and keeps what they say (RFC 3652 §2.2.2.3, REC). */
export class Recursion implements AsyncDisposable {
  readonly #clock: Clock
  readonly #kept: KeptAnswers
  readonly #walks: Walks
  readonly #onFailure: RecursionParts['onFailure']
  readonly #staleWaitMs: number
  readonly #walkMsMax: number
  #hits = 0
  #misses = 0
  #stale = 0
  #failures = 0
  #busy = 0

  constructor({ walk, clock, limits, onFailure, onError }: RecursionParts) {
    const { walkMsMax, waitersMax = WAITERS_MAX } = limits
    this.#clock = clock
    this.#kept = new KeptAnswers(limits)
    this.#walks = new Walks({ ...limits, walk, waitersMax, onError })
    this.#onFailure = onFailure
    this.#walkMsMax = walkMsMax
    this.#staleWaitMs = limits.staleWaitMs ?? STALE_WAIT_MS
  }

  /** At once where the answer is kept. */
  resolve(question: RecursionQuestion): MaybePromise<Recursed> {
    if (question.recursionCount >= RECURSION_COUNT_MAX) return TOO_DEEP
    if (question.isPersonal || !question.isPublic) return this.#unkept(question)
    const key = keyOf(question)
    const now = this.#clock()
    const kept = question.isAuthoritative ? undefined : this.#kept.find(key, now)
    if (kept === undefined) return this.#missed(key, question)
    if (now < kept.freshUntilMs) {
      if (kept.kind !== 'failed') this.#hits++
      if (isSoonOver(kept, now) && !this.#walks.isUnderWay(key)) void this.#asked(key, question)
      return toldOf(kept)
    }
    return this.#pastTime(key, question, kept)
  }

  get numbers(): RecursionNumbers {
    const counted = { hits: this.#hits, misses: this.#misses, stale: this.#stale }
    const failed = { failures: this.#failures, busy: this.#busy }
    const { walking, waiting } = this.#walks
    return {
      ...counted,
      ...failed,
      walking,
      waiting,
      answers: this.#kept.size,
      bytes: this.#kept.bytes,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#walks[Symbol.asyncDispose]()
  }

  /** The whole record is asked for: it answers every other question about the name. */
  #asked(key: string, question: RecursionQuestion): Promise<Walked> | undefined {
    const whole = { ...asWalk(question), indexes: [], types: [] }
    // who asks for a primary does not wait for what another server says
    const walkKey = question.isAuthoritative ? `A ${key}` : key
    return this.#walks.ask(walkKey, whole, (walked) => this.#keep(key, walked))
  }

  async #missed(key: string, question: RecursionQuestion): Promise<Recursed> {
    this.#misses++
    const walked = await this.#asked(key, question)
    if (walked === undefined) return this.#refuseBusy()
    return told(walked)
  }

  async #pastTime(key: string, question: RecursionQuestion, kept: Kept): Promise<Recursed> {
    const mayAsk = this.#clock() >= kept.retryMs
    const asked = mayAsk ? this.#asked(key, question) : undefined
    if (asked !== undefined) {
      const late = new AbortController()
      const waiting = sleep(this.#staleWaitMs, undefined, { signal: late.signal, ref: false })
      const walked = await Promise.race([asked, waiting.catch(() => undefined)])
      late.abort()
      // whoever asks next does not wait as well for what is late already
      if (walked === undefined) kept.retryMs = this.#clock() + this.#walkMsMax
      if (walked !== undefined && walked.kind !== 'failed') {
        this.#misses++
        return told(walked)
      }
    }
    this.#stale++
    return toldOf(kept)
  }

  async #unkept(question: RecursionQuestion): Promise<Recursed> {
    this.#misses++
    const { name, indexes, types, isAuthoritative, isPublic } = question
    const key = `U ${JSON.stringify([name, indexes, types, isAuthoritative, isPublic])}`
    const note = (walked: Walked) => {
      if (walked.kind === 'failed') this.#noteFailure(name, walked.why, false)
    }
    const walked = await this.#walks.ask(key, asWalk(question), note)
    return walked === undefined ? this.#refuseBusy() : told(walked)
  }

  #keep(key: string, walked: Walked): void {
    const now = this.#clock()
    // who is responsible has taken back what was told before
    if (walked.kind === 'refused') {
      this.#kept.drop(key)
      return
    }
    if (walked.kind === 'failed') {
      const before = this.#kept.find(key, now)
      const isCovered = before !== undefined && before.kind !== 'failed'
      this.#noteFailure(key, walked.why, isCovered)
      if (isCovered) {
        before.retryMs = now + STALE_RETRY_MS
        return
      }
    }
    this.#kept.keep(key, walked, now)
  }

  #noteFailure(name: string, why: string, isCovered: boolean): void {
    this.#failures++
    this.#onFailure({ name, why, isCovered })
  }

  #refuseBusy(): Recursed {
    this.#busy++
    return BUSY
  }
}

/** Prefixes are the same in capitals; whether a name is, its own server knows. */
function keyOf({ name }: RecursionQuestion): string {
  const slash = name.indexOf('/')
  return foldAscii(name.slice(0, slash)) + name.slice(slash)
}

function asWalk({ isPersonal: _, ...question }: RecursionQuestion): WalkQuestion {
  return { ...question, recursionCount: question.recursionCount + 1 }
}

function isSoonOver({ keptMs, freshUntilMs, retryMs }: Kept, nowMs: number): boolean {
  const lifeMs = freshUntilMs - keptMs
  const isDue = freshUntilMs - nowMs < REFRESH_PART * lifeMs
  return isDue && lifeMs >= REFRESH_LIFE_MS_MIN && nowMs >= retryMs
}

function toldOf(kept: Kept): Recursed {
  switch (kept.kind) {
    case 'found':
      return keptFound(kept)
    case 'failed':
      return UNREACHABLE
    case 'absent':
    case 'valueless':
      return { kind: kept.kind }
  }
}

/** Read only where somebody asks for some of them. */
function keptFound(kept: Kept): Recursed {
  return {
    kind: 'found',
    get values() {
      return valuesOf(kept)
    },
    ...(kept.isOpen && { written: kept.values }),
  }
}

function told(walked: Walked): Recursed {
  if (walked.kind === 'failed') return UNREACHABLE
  if (walked.kind !== 'refused') return walked
  const { code, message } = walked
  // Nobody can show this node who they are for another server to believe.
  const isChallenge = code === RESPONSE.authenticationNeeded
  if (isChallenge) return UNPROVABLE
  const shown = message.slice(0, MESSAGE_CHARS_MAX).toWellFormed()
  return refused(code, { en: shown, zh: shown })
}

const MESSAGE_CHARS_MAX = 500

function refused(code: number, message: Text): Recursed {
  return { kind: 'refused', code, message }
}

const TOO_DEEP = refused(RESPONSE.recursionTooHigh, {
  en: 'The question went through too many servers',
  zh: '问题经过的服务器过多',
})
const BUSY = refused(RESPONSE.serverBusy, {
  en: 'Too many questions to other servers are under way',
  zh: '正在向其他服务器查询的请求过多',
})
const UNREACHABLE = refused(RESPONSE.error, {
  en: 'The servers of the prefix do not answer',
  zh: '该前缀的服务器没有应答',
})
const UNPROVABLE = refused(RESPONSE.unableToAuthenticate, {
  en: 'Hidden values are told by the server of the prefix alone: ask it',
  zh: '非公开的值只能直接向该前缀的服务器查询',
})
