import type { HandleKey, PrefixKey } from '../../identifiers/handle.ts'

/** A finished answer to one request target. */
export type KeptAnswer = {
  readonly key: HandleKey
  readonly prefix: PrefixKey
  /** It holds for as long as this is the prefix's. */
  readonly edition: object
  readonly headers: string[]
  /** The bytes of the body, one character each. */
  readonly body: string
}

/** Memory for kept answers, about. */
const CACHE_BYTES_MAX = 64 * 2 ** 20
const ANSWER_BYTES_MAX = 16_384
/** What an answer takes beside its letters. */
const OVERHEAD_BYTES = 400
const ASKED_SLOTS = 2 ** 16

/**
 * Answers that are asked for again and again. Once there is no more room, one is kept only when its target was asked for
 * not long before, so that a walk over everything pushes nothing out. Two generations: what is asked for of the older comes into the younger.
 */
export class AnswerCache {
  readonly #generationBytesMax: number
  readonly #asked = new Int32Array(ASKED_SLOTS)
  #younger = new Map<string, KeptAnswer>()
  #older = new Map<string, KeptAnswer>()
  #bytes = 0
  #wasFull = false

  constructor(bytesMax = CACHE_BYTES_MAX) {
    this.#generationBytesMax = bytesMax / 2
  }

  find(target: string): KeptAnswer | undefined {
    const young = this.#younger.get(target)
    if (young !== undefined) return young
    const old = this.#older.get(target)
    if (old !== undefined) this.#put(target, old)
    return old
  }

  /** Keeps the answer where there is room for it, or if its target was asked for lately. */
  offer(target: string, answer: KeptAnswer): void {
    if (answer.body.length > ANSWER_BYTES_MAX) return
    const isWanted = !this.#wasFull || this.#younger.has(target) || this.#wasAsked(target)
    if (isWanted) this.#put(target, answer)
  }

  /** Answers kept now. */
  get size(): number {
    return this.#younger.size + this.#older.size
  }

  #put(target: string, answer: KeptAnswer): void {
    if (this.#bytes >= this.#generationBytesMax) {
      this.#wasFull ||= this.#older.size > 0
      this.#older = this.#younger
      this.#younger = new Map()
      this.#bytes = 0
    }
    this.#younger.set(target, answer)
    this.#bytes += answer.body.length + target.length + OVERHEAD_BYTES
  }

  #wasAsked(target: string): boolean {
    const hash = hashOf(target)
    const slot = (hash ^ (hash >>> 16)) & (ASKED_SLOTS - 1)
    if (this.#asked[slot] === hash) return true
    this.#asked[slot] = hash
    return false
  }
}

/** FNV-1a; two targets that have the same are at worst kept too early. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
