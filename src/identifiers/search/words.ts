import type { HandleValue, IdRecord } from '../record.ts'
import { PERMISSIONS_DEFAULT, PUBLIC_READ } from '../record.ts'
import { mayRead } from '../templates/read.ts'

/*
 * What a text is to the search: its words and its Chinese, Japanese and Korean characters, one after another. Text is
 * compared after NFKC in lower case; everything that is neither letter nor digit only parts words. A date and a time that
 * are joined by a `T` are two words, and words longer than 32 are cut.
 */

/** Characters of one value, and of one record, that are searched; what stands behind them is not. */
export const VALUE_CHARS_MAX = 8_192
export const RECORD_CHARS_MAX = 65_536
export const WORD_CHARS_MAX = 32

const ASCII = /^[\0-\x7f]*$/
const CJK = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}`
const TOKENS = new RegExp(String.raw`[${CJK}]|[[\p{L}\p{N}\p{M}]--[${CJK}]]+`, 'gv')
const CHARACTER = new RegExp(`^[${CJK}]$`, 'v')
const JOINED_TIME = /(\d{4}-\d\d-\d\d)t(?=\d)/g
const ASCII_PARTS = /[^a-z0-9]+/g
const TOO_LONG = /[a-z0-9]{33}/
const LONG_PIECE = /[a-z0-9]{32}(?=[a-z0-9])/g

/** Words and characters of a text with a space before, between and behind; a single space where there are none. */
export function canonical(text: string): string {
  if (!ASCII.test(text)) return ` ${wideTokens(text).join(' ')} `.replace('  ', ' ')
  const parted = ` ${text.toLowerCase().replace(JOINED_TIME, '$1 ')} `.replace(ASCII_PARTS, ' ')
  return TOO_LONG.test(parted) ? parted.replace(LONG_PIECE, '$& ') : parted
}

function wideTokens(text: string): string[] {
  const folded = text.normalize('NFKC').toLowerCase().replace(JOINED_TIME, '$1 ')
  const tokens: string[] = []
  for (const [token] of folded.matchAll(TOKENS)) {
    if (token.length <= WORD_CHARS_MAX) tokens.push(token)
    else {
      for (let at = 0; at < token.length; at += WORD_CHARS_MAX) {
        tokens.push(token.slice(at, at + WORD_CHARS_MAX))
      }
    }
  }
  return tokens
}

export function tokensOf(canonicalText: string): string[] {
  return canonicalText.split(' ').filter((it) => it !== '')
}

/** Whether a token is one of the characters that make words without spaces between. */
export function isCharacter(token: string): boolean {
  return token.charCodeAt(0) > 0x10ff && token.length <= 2 && CHARACTER.test(token)
}

/**
 * The word a name begins with, in lower case, where key order alone finds it: ASCII, and what follows it does not
 * belong to it. Such a word is not kept in the index; most names are nothing but one, and all different.
 */
export function ownWord(suffix: string): string {
  let end = 0
  while (end < suffix.length && end < WORD_CHARS_MAX && isAsciiWord(suffix.charCodeAt(end))) end++
  if (end < suffix.length && suffix.charCodeAt(end) > 0x7f) return ''
  return suffix.slice(0, end).toLowerCase()
}

function isAsciiWord(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a)
  )
}

/** One text of a record, and whether everybody may read it. */
export type Searched = { readonly text: string; readonly isPublic: boolean }

/** Calls `take` with each value that somebody may search: text that an administrator may read at least. */
export function eachSearched(
  { values }: Pick<IdRecord, 'values'>,
  take: (text: string, isPublic: boolean) => void,
): void {
  let left = RECORD_CHARS_MAX
  for (const value of values) {
    if (typeof value.data !== 'string' || !mayRead(value, true)) continue
    const most = Math.min(VALUE_CHARS_MAX, left)
    if (most <= 0) return
    const text = value.data.length > most ? value.data.slice(0, most) : value.data
    left -= text.length
    take(text, isPublicValue(value))
  }
}

function isPublicValue({ permissions = PERMISSIONS_DEFAULT }: HandleValue): boolean {
  return (permissions & PUBLIC_READ) !== 0
}
