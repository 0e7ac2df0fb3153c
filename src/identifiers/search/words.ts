import type { HandleValue, IdRecord } from '../record.ts'
import { PERMISSIONS_DEFAULT, PUBLIC_READ } from '../record.ts'
import { mayRead } from '../templates/read.ts'
import { isSecretType } from '../values/known-types.ts'

/*
 * What a text is to the search: its words and its Chinese, Japanese and Korean characters, one after another. Text is
 * compared after NFKC in lower case; everything that is neither letter nor digit only parts words. A date and a time that
 * are joined by a `T` are two words, and words longer than 32 are cut. A word of letters and digits is parted where one
 * follows the other, `TT4999` into `tt` and `4999`; of more than three such parts it is a random code and stays whole.
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
const MIXED = /[a-z][0-9]|[0-9][a-z]/
const MIXED_WORDS = /(?<= )(?:([a-z]+)([0-9]+)([a-z]*)|([0-9]+)([a-z]+)([0-9]*))(?= )/g
const BORDERS = /(?<=\p{N})(?!\p{N})|(?<!\p{N})(?=\p{N})/gv

/** A word of more parts than these stays whole. */
export const WORD_PARTS_MAX = 3

/** Words and characters of a text with a space before, between and behind; a single space where there are none. */
export function canonical(text: string): string {
  if (!ASCII.test(text)) return ` ${wideTokens(text).join(' ')} `.replace('  ', ' ')
  const parted = ` ${text.toLowerCase().replace(JOINED_TIME, '$1 ')} `.replace(ASCII_PARTS, ' ')
  const cut = TOO_LONG.test(parted) ? parted.replace(LONG_PIECE, '$& ') : parted
  return MIXED.test(cut) ? cut.replace(MIXED_WORDS, spaced) : cut
}

function spaced(_word: string, ...groups: (string | undefined)[]): string {
  const [a, b, c, d, e, f] = groups
  const last = c || f
  return `${a ?? d} ${b ?? e}${last ? ` ${last}` : ''}`
}

function wideTokens(text: string): string[] {
  const folded = text.normalize('NFKC').toLowerCase().replace(JOINED_TIME, '$1 ')
  const tokens: string[] = []
  for (const [token] of folded.matchAll(TOKENS)) {
    if (token.length === 1) tokens.push(token)
    else
      for (let at = 0; at < token.length; at += WORD_CHARS_MAX) {
        const parts = token.slice(at, at + WORD_CHARS_MAX).split(BORDERS)
        if (parts.length <= WORD_PARTS_MAX) tokens.push(...parts)
        else tokens.push(parts.join(''))
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

/** So many of the last letters and digits of a name find it, and no fewer. */
export const TAIL_CHARS = 4

/** The ASCII letters and digits that a name ends with, in lower case; empty where they are too few to be found by. */
export function endingOf(name: string): string {
  let start = name.length
  while (start > 0 && isAsciiWord(name.charCodeAt(start - 1))) start--
  return name.length - start < TAIL_CHARS ? '' : name.slice(start).toLowerCase()
}

/**
 * The word a name ends with, where its last letters and digits alone find it. Such a word is not kept in the index; most
 * names end with one, and all differ.
 */
export function lastWord(ending: string): string {
  const start = Math.floor((ending.length - 1) / WORD_CHARS_MAX) * WORD_CHARS_MAX
  let last = start
  let parts = 1
  for (let i = start + 1; i < ending.length; i++) {
    if (isDigit(ending.charCodeAt(i)) === isDigit(ending.charCodeAt(i - 1))) continue
    parts++
    last = i
  }
  const from = parts > WORD_PARTS_MAX ? start : last
  return ending.length - from < TAIL_CHARS ? '' : ending.slice(from)
}

/** Whether an ASCII digit. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isAsciiWord(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)
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
    if (typeof value.data !== 'string' || !isSearched(value)) continue
    const most = Math.min(VALUE_CHARS_MAX, left)
    if (most <= 0) return
    const text = value.data.length > most ? value.data.slice(0, most) : value.data
    left -= text.length
    take(text, isPublicValue(value))
  }
}

function isSearched(value: HandleValue): boolean {
  return mayRead(value, true) && !isSecretType(value.type)
}

function isPublicValue({ permissions = PERMISSIONS_DEFAULT }: HandleValue): boolean {
  return (permissions & PUBLIC_READ) !== 0
}
