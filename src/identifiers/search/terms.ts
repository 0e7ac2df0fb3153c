import { suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import {
  canonical,
  eachSearched,
  endingOf,
  isCharacter,
  isDigit,
  lastWord,
  TAIL_CHARS,
  tokensOf,
  WORD_CHARS_MAX,
  WORD_PARTS_MAX,
} from './words.ts'

/*
 * Terms are numbers of 30 bits: a hash of the word, with a seed of its own for what is public, what is protected and
 * what a record is labelled with. That two words share a number costs a look at a group that does not have it, no more.
 */
export const TERM_BITS = 30
export type Seed = number
export const PUBLIC: Seed = 0x811c9dc5 | 0
export const PROTECTED: Seed = 0x3c6ef372 | 0
export const LABEL: Seed = 0x1f83d9ab | 0
const TAIL: Seed = 0x5be0cd19 | 0
const BEGINNING: Seed = 0x9b05688c | 0
/** Names of labels that are no template's. */
export const RETIRED_LABEL = ':retired'
export const HELD_LABEL = ':held'

const HASH_FACTOR = 0x01000193

export function termOf(word: string, seed: Seed): number {
  let hash = seed
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), HASH_FACTOR)
  return mixed(hash)
}

function mixed(hash: number): number {
  let x = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> (32 - TERM_BITS)
}

/** Terms of endings stand side by side, where a step from one to the next takes little room. */
const TAIL_TERM_BITS = 16
const ANY_DIGIT = 0x23

/**
 * The term of names that end with these letters and digits. Of running numbers the last two are left out: neighbours
 * have them all.
 */
export function tailTermOf(ending: string): number {
  const end = ending.length
  const isNumber = isDigit(ending.charCodeAt(end - 1)) && isDigit(ending.charCodeAt(end - 2))
  let hash = TAIL
  for (let i = end - TAIL_CHARS; i < end; i++) {
    const unit = isNumber && i >= end - 2 ? ANY_DIGIT : ending.charCodeAt(i)
    hash = Math.imul(hash ^ unit, HASH_FACTOR)
  }
  return mixed(hash) >>> (TERM_BITS - TAIL_TERM_BITS)
}

/** Beginnings of names of so many characters and fewer have terms: neighbours have them in common. */
const BEGINNING_CHARS_MAX = 4

/** The term of names that begin so behind their prefix, as names are folded. */
export function beginningTermOf(start: string): number {
  return termOf(start.slice(0, BEGINNING_CHARS_MAX), BEGINNING)
}

/** Words of which a text must have every one to hold `tokens` in a row: pairs of neighbouring characters, and words. */
export function wordsToFind(tokens: readonly string[]): string[] {
  const words: string[] = []
  let isLinked = false
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]
    const links = next !== undefined && isCharacter(token) && isCharacter(next)
    if (links) words.push(token + next)
    else if (!isLinked) words.push(token)
    isLinked = links
  }
  return words
}

/** Terms of one group of records, each once. */
export class TermSet {
  #slots = new Uint32Array(4_096)
  /** A slot counts where its stamp is the present one, so that clearing is one step. */
  #stamps = new Uint32Array(4_096)
  #stamp = 1
  #count = 0

  clear(): void {
    this.#count = 0
    if (++this.#stamp < 0xffff_ffff) return
    this.#stamps.fill(0)
    this.#stamp = 1
  }

  /** Whether it was not there. */
  add(term: number): boolean {
    const mask = this.#slots.length - 1
    for (let at = term & mask; ; at = (at + 1) & mask) {
      if (this.#stamps[at] !== this.#stamp) {
        this.#slots[at] = term
        this.#stamps[at] = this.#stamp
        if (++this.#count * 2 > this.#slots.length) this.#grow()
        return true
      }
      if (this.#slots[at] === term) return false
    }
  }

  #grow(): void {
    const [slots, stamps, stamp] = [this.#slots, this.#stamps, this.#stamp]
    this.#slots = new Uint32Array(slots.length * 2)
    this.#stamps = new Uint32Array(slots.length * 2)
    this.#stamp = 1
    this.#count = 0
    for (let i = 0; i < slots.length; i++) if (stamps[i] === stamp) this.add(slots[i] as number)
  }
}

const SEEN_MAX = 4_096
const LETTER = 1
const DIGIT = 2
/** What each ASCII code is to a word; 0 for what only parts words. */
const WORD_UNITS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const char = String.fromCharCode(unit)
  return /[0-9]/.test(char) ? DIGIT : /[A-Za-z]/.test(char) ? LETTER : 0
})

/** ASCII in lower case. */
const LOWER = Uint8Array.from({ length: 128 }, (_, unit) =>
  String.fromCharCode(unit).toLowerCase().charCodeAt(0),
)

/** Finds the terms of the records of one group after another; every term of a group is told once. */
export class TermFinder {
  readonly #emit: (term: number) => void
  readonly #terms = new TermSet()
  /** Texts of the group that were taken apart already. */
  readonly #seen = [new Set<string>(), new Set<string>()] as const
  /** The texts of the record before, by place: neighbours have many in common. */
  #before: (string | undefined)[] = []
  #template: string | undefined
  /** What the name before began with. */
  #begun = ''
  /** What the record's name ends with: found by that, and so left out of the words. */
  #own = ''
  #ownTerm = -1
  #isWhole = true
  readonly #word = new WordParts()

  constructor(emit: (term: number) => void) {
    this.#emit = emit
  }

  begin(): void {
    this.#terms.clear()
    for (const seen of this.#seen) seen.clear()
    this.#before = []
    this.#template = undefined
    this.#begun = ''
  }

  take(record: IdRecord): void {
    const { template } = record
    if (template !== undefined && template !== this.#template) this.#label(template)
    if (record.state === 'retired') this.#add(termOf(RETIRED_LABEL, LABEL))
    if (record.held) this.#add(termOf(HELD_LABEL, LABEL))
    this.#beginning(suffixOf(record.key))
    const suffix = suffixOf(record.spelled)
    this.#ending(endingOf(suffix))
    this.#text(suffix, PUBLIC)
    let place = 0
    eachSearched(record, (text, isPublic) => {
      // the same text may be public here and protected there.
      const at = place++ * 2 + (isPublic ? 0 : 1)
      if (this.#before[at] === text) return
      const isWhole = this.#text(text, isPublic ? PUBLIC : PROTECTED)
      this.#before[at] = isWhole ? text : undefined
    })
  }

  #label(template: string): void {
    this.#template = template
    this.#add(termOf(template, LABEL))
    const at = template.indexOf('@')
    if (at > 0) this.#add(termOf(template.slice(0, at), LABEL))
  }

  #beginning(suffix: string): void {
    const begun = suffix.slice(0, BEGINNING_CHARS_MAX)
    if (begun === this.#begun) return
    this.#begun = begun
    for (let chars = 1; chars <= begun.length; chars++) {
      this.#add(beginningTermOf(begun.slice(0, chars)))
    }
  }

  #ending(ending: string): void {
    this.#own = ending === '' ? '' : lastWord(ending)
    if (ending !== '') this.#add(tailTermOf(ending))
  }

  #add(term: number): void {
    if (this.#terms.add(term)) this.#emit(term)
  }

  /** False where the word that the name ends with was left out: for another record the text is to be told again. */
  #text(text: string, seed: Seed): boolean {
    this.#ownTerm = this.#own === '' ? -1 : termOf(this.#own, seed)
    this.#isWhole = true
    if (this.#ascii(text, seed)) return this.#isWhole
    const seen = this.#seen[seed === PUBLIC ? 0 : 1]
    if (seen.has(text)) return true
    this.#wide(text, seed)
    if (seen.size >= SEEN_MAX) seen.clear()
    if (this.#isWhole) seen.add(text)
    return this.#isWhole
  }

  /** The short way for ASCII; false, with some of the terms told, where the text is not. */
  #ascii(text: string, seed: Seed): boolean {
    const word = this.#word
    word.begin(0, seed)
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) return false
      if (partsWords(unit, text, i)) {
        if (i > word.start) this.#tellWord(text, i)
        word.begin(i + 1, seed)
        continue
      }
      if (i - word.start === WORD_CHARS_MAX) {
        this.#tellWord(text, i)
        word.begin(i, seed)
      }
      word.take(LOWER[unit] as number, WORD_UNITS[unit] as number, i)
    }
    if (text.length > word.start) this.#tellWord(text, text.length)
    return true
  }

  #tellWord(text: string, end: number): void {
    const { start, parts, whole, hashes, ends } = this.#word
    if (parts > WORD_PARTS_MAX) {
      this.#tell(mixed(whole), text, start, end)
      return
    }
    let from = start
    for (let i = 0; i < parts; i++) {
      const to = i === parts - 1 ? end : (ends[i] as number)
      this.#tell(mixed(hashes[i] as number), text, from, to)
      from = to
    }
  }

  #tell(term: number, text: string, start: number, end: number): void {
    const isOwn = term === this.#ownTerm && text.slice(start, end).toLowerCase() === this.#own
    if (isOwn) this.#isWhole = false
    else this.#add(term)
  }

  #wide(text: string, seed: Seed): void {
    let before = ''
    for (const token of tokensOf(canonical(text))) {
      const isCharacterNow = isCharacter(token)
      if (token === this.#own) this.#isWhole = false
      else this.#add(termOf(token, seed))
      if (isCharacterNow && before !== '') this.#add(termOf(before + token, seed))
      before = isCharacterNow ? token : ''
    }
  }
}

/** The hashes of a word and of its parts, letter by letter. */
class WordParts {
  start = 0
  whole = 0
  /** Parts begun; of more than are told apart the last hash counts for nothing. */
  parts = 0
  readonly hashes = new Int32Array(WORD_PARTS_MAX)
  readonly ends = new Int32Array(WORD_PARTS_MAX)
  #kind = 0
  #seed = 0

  begin(start: number, seed: Seed): void {
    this.start = start
    this.whole = seed
    this.parts = 0
    this.#kind = 0
    this.#seed = seed
  }

  take(unit: number, kind: number, at: number): void {
    this.whole = Math.imul(this.whole ^ unit, HASH_FACTOR)
    if (kind !== this.#kind) {
      this.#kind = kind
      if (this.parts > 0 && this.parts <= WORD_PARTS_MAX) this.ends[this.parts - 1] = at
      if (this.parts < WORD_PARTS_MAX) this.hashes[this.parts] = this.#seed
      this.parts++
    }
    const part = this.parts - 1
    if (part >= WORD_PARTS_MAX) return
    this.hashes[part] = Math.imul((this.hashes[part] as number) ^ unit, HASH_FACTOR)
  }
}

function partsWords(unit: number, text: string, at: number): boolean {
  return WORD_UNITS[unit] === 0 || ((unit | 0x20) === 0x74 && joinsTime(text, at))
}

/** Whether the `T` at `at` stands between a date and a time. */
function joinsTime(text: string, at: number): boolean {
  if (at < 10 || !isDigit(text.charCodeAt(at + 1))) return false
  for (let i = 0; i < 10; i++) {
    const unit = text.charCodeAt(at - 10 + i)
    if (i === 4 || i === 7 ? unit !== 0x2d : !isDigit(unit)) return false
  }
  return true
}
