import { Problem } from '../../lib/problem.ts'
import { foldAscii, suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { canonical, eachSearched, endingOf, tokensOf } from './words.ts'

/**
 * What stands between spaces in a question, or between quotes. All pieces have to be found, each in the name or in one
 * value.
 */
export type Piece = {
  /** As names are folded: a name or its suffix may begin with one of these. */
  readonly starts: readonly string[]
  /** Those of them that a suffix may end with, as they end with enough letters and digits. */
  readonly ends: readonly string[]
  /** With spaces between, before and behind; undefined where the piece has neither letter nor digit. */
  readonly phrase: string | undefined
  readonly tokens: readonly string[]
}

export const PIECES_MAX = 16
const PIECES = /"([^"]+)"|“([^“”]+)”|(\S+)/gu

/** @throws Problem `invalid-input` where nothing is asked for, or too much. */
export function parseQuestion(q: string): readonly Piece[] {
  const parts: string[] = []
  for (const [, quoted, curled, plain] of q.toWellFormed().matchAll(PIECES)) {
    const part = (quoted ?? curled ?? plain ?? '').trim()
    if (part !== '') parts.push(part)
  }
  if (parts.length === 0 || parts.length > PIECES_MAX) {
    const reason =
      parts.length === 0
        ? { en: 'Nothing to search for', zh: '检索内容为空' }
        : { en: `More than ${PIECES_MAX} words`, zh: `检索词超过 ${PIECES_MAX} 个` }
    throw new Problem('invalid-input', reason, { fields: [{ path: '/q', reason }] })
  }
  return parts.map(pieceOf)
}

/** Names keep wide forms of letters and digits apart from the usual ones; who types them may mean either. */
function pieceOf(part: string): Piece {
  const phrase = canonical(part)
  const tokens = tokensOf(phrase)
  const starts = [...new Set([part, part.normalize('NFKC')].map(foldAscii))]
  const ends = starts.filter((it) => endingOf(it) !== '')
  return { starts, ends, phrase: tokens.length === 0 ? undefined : phrase, tokens }
}

/** How well a name answers, whatever else its record says. The order of what is found: a name never changes. */
export const EXACT = 0
export const BEGINNING = 1
export const TEXT = 2
export type Rank = typeof EXACT | typeof BEGINNING | typeof TEXT

/** Of several pieces none is the beginning of what is looked for. */
export function rankOf(key: string, pieces: readonly Piece[]): Rank {
  const suffixAt = key.indexOf('/') + 1
  let rank: Rank = TEXT
  for (const { starts } of pieces) {
    for (const start of starts) {
      if (key === start) return EXACT
      const isInSuffix = key.startsWith(start, suffixAt)
      if (isInSuffix && key.length - suffixAt === start.length) return EXACT
      if (pieces.length === 1 && (isInSuffix || key.startsWith(start))) rank = BEGINNING
    }
  }
  return rank
}

const KNOWN_MAX = 20_000
/** Longer texts are not kept: they seldom come twice. */
const KNOWN_CHARS_MAX = 1_024

/** Judges records by a question; keeps what it found out about texts, as neighbours have many in common. */
export class Matcher {
  readonly #pieces: readonly Piece[]
  readonly #all: number
  readonly #withProtected: boolean
  /** The words of each piece, longest first: a plain text that lacks one of every piece needs no closer look. */
  readonly #needles: readonly (readonly string[])[]
  readonly #known = new Map<string, number>()

  constructor(pieces: readonly Piece[], withProtected: boolean) {
    this.#pieces = pieces
    this.#all = 2 ** pieces.length - 1
    this.#withProtected = withProtected
    this.#needles = pieces
      .filter(({ tokens }) => tokens.length > 0)
      .map(({ tokens }) => [...new Set(tokens)].sort((a, b) => b.length - a.length))
  }

  matches(record: IdRecord): boolean {
    let found = this.#byName(record.key)
    if (found === this.#all) return true
    eachSearched(record, (text, isPublic) => {
      if (found === this.#all || (!isPublic && !this.#withProtected)) return
      found |= this.#inText(text)
    })
    if (found !== this.#all) found |= this.#inText(suffixOf(record.spelled))
    return found === this.#all
  }

  #byName(key: string): number {
    const suffixAt = key.indexOf('/') + 1
    let found = 0
    for (let i = 0; i < this.#pieces.length; i++) {
      const { starts, ends } = this.#pieces[i] as Piece
      const isFound =
        starts.some((it) => key.startsWith(it) || key.startsWith(it, suffixAt)) ||
        ends.some((it) => key.length - suffixAt >= it.length && key.endsWith(it))
      if (isFound) found |= 1 << i
    }
    return found
  }

  #inText(text: string): number {
    if (ASCII.test(text) && !this.#mayHold(text.toLowerCase())) return 0
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const found = this.#judge(canonical(text))
    if (text.length <= KNOWN_CHARS_MAX) {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear()
      this.#known.set(text, found)
    }
    return found
  }

  #mayHold(lower: string): boolean {
    return this.#needles.some((words) => words.every((it) => lower.includes(it)))
  }

  #judge(words: string): number {
    let found = 0
    for (let i = 0; i < this.#pieces.length; i++) {
      const { phrase } = this.#pieces[i] as Piece
      if (phrase !== undefined && words.includes(phrase)) found |= 1 << i
    }
    return found
  }
}

const ASCII = /^[\0-\x7f]*$/
