import type { Edition } from '../../identifiers/resolution/editions.ts'

/** A finished answer to one request target. */
export type KeptAnswer = {
  readonly target: string
  /** It holds for as long as this is its prefix's. */
  readonly edition: Edition
  /** The bytes of the body, one character each. */
  readonly body: string
}

/** Memory for kept answers, about. */
const CACHE_BYTES_MAX = 64 * 2 ** 20
const ANSWER_BYTES_MAX = 16_384
/** What an answer takes beside its letters. */
const OVERHEAD_BYTES = 160
/** Of answers as short as there are. */
const ANSWER_BYTES_LEAST = 500
/** Places where one target can be kept; their marks lie beside each other in memory. */
const WAYS = 8
const ASKED_SLOTS = 2 ** 16

/**
 * Answers that are asked for again and again. Once there is no more room, one is kept only when its target was asked for
 * not long before, so that a walk over everything pushes nothing out; it takes the place of one that has not been asked
 * for since its place was last looked at. What is not here is told by one look at a few neighbouring numbers.
 */
export class AnswerCache {
  readonly #bytesMax: number
  readonly #asked = new Int32Array(ASKED_SLOTS)
  /** Of the target kept at each place; 0 where there is none. */
  readonly #hashes: Int32Array
  readonly #answers: (KeptAnswer | undefined)[]
  readonly #isUsed: Uint8Array
  #bytes = 0
  #hand = 0
  #size = 0
  #wasFull = false
  #target = ''
  #hash = hashOf('')

  constructor(bytesMax = CACHE_BYTES_MAX) {
    this.#bytesMax = bytesMax
    const places = 2 ** Math.ceil(Math.log2(Math.max(bytesMax / ANSWER_BYTES_LEAST, WAYS)))
    this.#hashes = new Int32Array(places)
    this.#isUsed = new Uint8Array(places)
    this.#answers = new Array<KeptAnswer | undefined>(places).fill(undefined)
  }

  find(target: string): KeptAnswer | undefined {
    this.#hash = hashOf(target)
    this.#target = target
    const place = this.#placeOf(target, this.#hash)
    if (place < 0) return undefined
    this.#isUsed[place] = 1
    return this.#answers[place]
  }

  /** Whether the answer to the target should be kept: there is room for it, or it was asked for lately. */
  wants(target: string): boolean {
    return !this.#wasFull || this.#wasAsked(this.#hashFor(target))
  }

  /** Keeps the answer to a target that is wanted; for the time being where it is not too large. */
  keep(answer: KeptAnswer): void {
    const { target } = answer
    if (answer.body.length > ANSWER_BYTES_MAX) return
    const hash = this.#hashFor(target)
    const same = this.#placeOf(target, hash)
    const place = same < 0 ? this.#placeFor(hash) : same
    this.#drop(place)
    this.#hashes[place] = hash
    this.#answers[place] = { ...answer, body: inOnePiece(answer.body) }
    this.#bytes += bytesOf(answer)
    this.#size++
    while (this.#bytes > this.#bytesMax) this.#dropNext(place)
  }

  /** Answers kept now. */
  get size(): number {
    return this.#size
  }

  #placeOf(target: string, hash: number): number {
    const first = this.#firstPlace(hash)
    for (let place = first; place < first + WAYS; place++) {
      if (this.#hashes[place] === hash && this.#answers[place]?.target === target) return place
    }
    return -1
  }

  #firstPlace(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#hashes.length - WAYS)
  }

  /** Mostly of the target that was looked for just now. */
  #hashFor(target: string): number {
    return target === this.#target ? this.#hash : hashOf(target)
  }

  /** Where an answer that is not here yet is put. */
  #placeFor(hash: number): number {
    const first = this.#firstPlace(hash)
    const end = first + WAYS
    for (let place = first; place < end; place++) if (this.#hashes[place] === 0) return place
    for (let place = first; place < end; place++) {
      if (this.#isUsed[place] === 0) return place
      this.#isUsed[place] = 0
    }
    return first
  }

  /** Makes room, going round: who was asked for since the last time stays once more. */
  #dropNext(except: number): void {
    this.#wasFull = true
    const place = this.#hand
    this.#hand = (place + 1) % this.#hashes.length
    if (this.#isUsed[place] === 1) this.#isUsed[place] = 0
    else if (place !== except) this.#drop(place)
  }

  #drop(place: number): void {
    const answer = this.#answers[place]
    if (answer === undefined) return
    this.#bytes -= bytesOf(answer)
    this.#size--
    this.#answers[place] = undefined
    this.#hashes[place] = 0
    this.#isUsed[place] = 0
  }

  #wasAsked(hash: number): boolean {
    const slot = (hash ^ (hash >>> 16)) & (ASKED_SLOTS - 1)
    if (this.#asked[slot] === hash) return true
    this.#asked[slot] = hash
    return false
  }
}

function bytesOf({ target, body }: KeptAnswer): number {
  return target.length + body.length + OVERHEAD_BYTES
}

const scratch = Buffer.allocUnsafe(ANSWER_BYTES_MAX)

/** A text that was put together of many refers to each of them; kept, that is more memory and slower to send. */
function inOnePiece(body: string): string {
  return scratch.toString('latin1', 0, scratch.write(body, 'latin1'))
}

/** FNV-1a, never 0; two targets that have the same are at worst kept too early. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash === 0 ? 1 : hash
}
