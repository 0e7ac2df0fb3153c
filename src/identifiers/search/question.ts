import { Problem } from '../../lib/problem.ts'
import { foldAscii, suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { canonical, eachSearched, tokensOf } from './words.ts'

/** What stands between spaces in a question. All pieces have to be found, each in the name or in one value. */
export type Piece = {
  /** As names are folded: a name or its suffix may begin with it. */
  readonly start: string
  /** With spaces between, before and behind; undefined where the piece has neither letter nor digit. */
  readonly phrase: string | undefined
  readonly tokens: readonly string[]
}

export const PIECES_MAX = 16

/** @throws Problem `invalid-input` where nothing is asked for, or too much. */
export function parseQuestion(q: string): readonly Piece[] {
  const parts = q
    .toWellFormed()
    .split(/\s+/u)
    .filter((it) => it !== '')
  if (parts.length === 0 || parts.length > PIECES_MAX) {
    const reason =
      parts.length === 0
        ? { en: 'Nothing to search for', zh: '检索内容为空' }
        : { en: `More than ${PIECES_MAX} words`, zh: `检索词超过 ${PIECES_MAX} 个` }
    throw new Problem('invalid-input', reason, { fields: [{ path: '/q', reason }] })
  }
  return parts.map((part) => {
    const phrase = canonical(part)
    const tokens = tokensOf(phrase)
    return { start: foldAscii(part), phrase: tokens.length === 0 ? undefined : phrase, tokens }
  })
}

const KNOWN_MAX = 20_000
/** Longer texts are not kept: they seldom come twice. */
const KNOWN_CHARS_MAX = 1_024

/** Judges records by a question; keeps what it found out about texts, as neighbours have many in common. */
export class Matcher {
  readonly #pieces: readonly Piece[]
  readonly #all: number
  readonly #withProtected: boolean
  readonly #wideOnly: boolean
  readonly #known = new Map<string, number>()

  constructor(pieces: readonly Piece[], withProtected: boolean) {
    this.#pieces = pieces
    this.#all = 2 ** pieces.length - 1
    this.#withProtected = withProtected
    this.#wideOnly = pieces.every(({ phrase }) => phrase === undefined || !ASCII.test(phrase))
  }

  matches(record: IdRecord): boolean {
    let found = this.#byStart(record.key)
    if (found === this.#all) return true
    eachSearched(record, (text, isPublic) => {
      if (found === this.#all || (!isPublic && !this.#withProtected)) return
      found |= this.#inText(text)
    })
    if (found !== this.#all) found |= this.#inText(suffixOf(record.spelled))
    return found === this.#all
  }

  #byStart(key: string): number {
    let found = 0
    for (let i = 0; i < this.#pieces.length; i++) {
      const { start } = this.#pieces[i] as Piece
      if (key.startsWith(start) || key.startsWith(start, key.indexOf('/') + 1)) found |= 1 << i
    }
    return found
  }

  #inText(text: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#wideOnly && ASCII.test(text)) return 0
    const found = this.#judge(canonical(text))
    if (text.length <= KNOWN_CHARS_MAX) {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear()
      this.#known.set(text, found)
    }
    return found
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
