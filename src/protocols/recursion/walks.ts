import { foldAscii } from '../../identifiers/handle.ts'
import type { Walk, Walked, WalkQuestion } from './walk.ts'

export type WalksParts = {
  readonly walk: Walk
  /** At once. */
  readonly walksMax: number
  /** At once for names of one prefix: one whose servers are slow must not keep all others waiting. */
  readonly walksPerPrefixMax: number
  /** Questions that wait for all of them together. */
  readonly waitersMax: number
  readonly walkMsMax: number
  readonly onError: (error: unknown) => void
}

type UnderWay = { readonly answer: Promise<Walked>; waiters: number }

/**
 * Walks under way: equal questions wait for one. A walk goes on when who asked for it is gone: others may wait, and what it
 * brings is kept.
 */
export class Walks implements AsyncDisposable {
  readonly #parts: WalksParts
  readonly #underWay = new Map<string, UnderWay>()
  readonly #stop = new Set<() => void>()
  readonly #byPrefix = new Map<string, number>()
  /** Walks that have not ended; one that was given up may still do. */
  #walking = 0
  #waiting = 0
  #isStopping = false

  constructor(parts: WalksParts) {
    this.#parts = parts
  }

  get walking(): number {
    return this.#walking
  }

  get waiting(): number {
    return this.#waiting
  }

  isUnderWay(key: string): boolean {
    return this.#underWay.has(key)
  }

  /** Undefined where too many are under way, or wait. @param done is told what the walk brought, once, however many wait */
  ask(
    key: string,
    question: WalkQuestion,
    done: (walked: Walked) => void,
  ): Promise<Walked> | undefined {
    if (this.#isStopping || this.#waiting >= this.#parts.waitersMax) return undefined
    const known = this.#underWay.get(key)
    if (known === undefined && !this.#isRoomFor(question)) return undefined
    const joined = known ?? this.#begin(key, question, done)
    joined.waiters++
    this.#waiting++
    return joined.answer
  }

  #isRoomFor({ name }: WalkQuestion): boolean {
    const { walksMax, walksPerPrefixMax } = this.#parts
    const ofPrefix = this.#byPrefix.get(prefixOf(name)) ?? 0
    return this.#walking < walksMax && ofPrefix < walksPerPrefixMax
  }

  #begin(key: string, question: WalkQuestion, done: (walked: Walked) => void): UnderWay {
    const answer = this.#bounded(question).then((walked) => {
      this.#waiting -= begun.waiters
      this.#underWay.delete(key)
      if (!this.#isStopping) done(walked)
      return walked
    })
    const begun: UnderWay = { answer, waiters: 0 }
    this.#underWay.set(key, begun)
    return begun
  }

  /** Resolves in time, whatever the walk does. */
  async #bounded(question: WalkQuestion): Promise<Walked> {
    const { walkMsMax } = this.#parts
    const over = new AbortController()
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Walked>()
    const end = (why: string) => {
      over.abort()
      giveUp({ kind: 'failed', why })
    }
    const timer = setTimeout(end, walkMsMax, `nobody answered within ${walkMsMax} ms`)
    const stop = () => end('the node stops')
    this.#stop.add(stop)
    try {
      return await Promise.race([this.#walked(question, over.signal), givenUp])
    } finally {
      clearTimeout(timer)
      this.#stop.delete(stop)
    }
  }

  async #walked(question: WalkQuestion, signal: AbortSignal): Promise<Walked> {
    const prefix = prefixOf(question.name)
    this.#count(prefix, 1)
    try {
      return await this.#parts.walk(question, { signal })
    } catch (error) {
      if (!signal.aborted) this.#parts.onError(error)
      return { kind: 'failed', why: 'the walk broke off' }
    } finally {
      this.#count(prefix, -1)
    }
  }

  #count(prefix: string, more: 1 | -1): void {
    this.#walking += more
    const ofPrefix = (this.#byPrefix.get(prefix) ?? 0) + more
    if (ofPrefix === 0) this.#byPrefix.delete(prefix)
    else this.#byPrefix.set(prefix, ofPrefix)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    for (const stop of this.#stop) stop()
    await Promise.all([...this.#underWay.values()].map((it) => it.answer))
  }
}

function prefixOf(name: string): string {
  return foldAscii(name.slice(0, name.indexOf('/')))
}
