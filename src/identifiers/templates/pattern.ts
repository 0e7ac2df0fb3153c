import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/** Length of a pattern's source, and of the text it is tried on. */
export const PATTERN_CHARS_MAX = 200
export const PATTERN_INPUT_CHARS_MAX = 256
/** In how many ways at most a text may be divided among a pattern's parts: the bound on the steps of one match. */
export const PATTERN_WAYS_MAX = 20_000_000
const REPEAT_MAX = 256

/**
 * A template's regular expression, matched against the whole value. JavaScript's engine backtracks, so a pattern is
 * refused when it could run away: references and look-around are, and all whose repetitions and choices multiply to
 * more than `PATTERN_WAYS_MAX`.
 * @throws Problem `invalid-input` with the reason.
 */
export function compilePattern(source: string): RegExp {
  if (source.length > PATTERN_CHARS_MAX) throw new Problem('invalid-input', TOO_LONG)
  const compiled = compiledOf(source)
  const why = dangerIn(source)
  if (why !== undefined) throw new Problem('invalid-input', why)
  return compiled
}

function compiledOf(source: string): RegExp {
  try {
    // Alone first: `a)(b` would be well-formed inside the group that is put around it.
    new RegExp(source)
    return new RegExp(`^(?:${source})$`)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new Problem(
      'invalid-input',
      { en: `Not a regular expression: ${said}`, zh: `不是有效的正则表达式：${said}` },
      { cause },
    )
  }
}

const TOKEN =
  /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?:|\(\?<(?![=!])[^>]*>|\(\?|[()|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/g

/** The group that is read now: ways of the alternatives before this one, of the parts before the last, of the last. */
type Group = { others: number; before: number; last: number }

function dangerIn(source: string): Text | undefined {
  const open: Group[] = [emptyGroup()]
  for (const [token] of source.matchAll(TOKEN)) {
    const why = takeToken(token, open)
    if (why !== undefined) return why
  }
  return waysOf(open[0] ?? emptyGroup()) > PATTERN_WAYS_MAX ? TOO_MANY_WAYS : undefined
}

function emptyGroup(): Group {
  return { others: 0, before: 1, last: 1 }
}

function takeToken(token: string, open: Group[]): Text | undefined {
  const group = open.at(-1) ?? emptyGroup()
  if (/^\\[1-9k]/.test(token)) return NO_REFERENCES
  if (token === '(?') return NO_LOOKING
  if (token === ')') {
    open.pop()
    nextPart(open.at(-1) ?? emptyGroup(), waysOf(group))
  } else if (token.startsWith('(')) open.push(emptyGroup())
  else if (token === '|') Object.assign(group, { others: waysOf(group), before: 1, last: 1 })
  else if (!/^(?:[*+?]|\{\d)/.test(token)) nextPart(group, 1)
  else {
    const ways = waysRepeated(token, group.last)
    if (ways === undefined) return TOO_OFTEN
    group.last = ways
  }
  return undefined
}

function waysOf(group: Group): number {
  return group.others + group.before * group.last
}

function nextPart(group: Group, ways: number): void {
  group.before *= group.last
  group.last = ways
}

/** Undefined: repeated more often than `REPEAT_MAX`. */
function waysRepeated(quantifier: string, ways: number): number | undefined {
  if (/^[*+]/.test(quantifier)) return ways === 1 ? PATTERN_INPUT_CHARS_MAX : Infinity
  if (quantifier.startsWith('?')) return ways + 1
  const [, least = '', comma, most = ''] = /^\{(\d+)(,)?(\d*)/.exec(quantifier) ?? []
  if (comma !== undefined && most === '') return ways === 1 ? PATTERN_INPUT_CHARS_MAX : Infinity
  const from = Number(least)
  const to = comma === undefined ? from : Number(most)
  return to > REPEAT_MAX ? undefined : ways ** to * (to - from + 1)
}

const TOO_LONG: Text = {
  en: `A pattern is at most ${PATTERN_CHARS_MAX} characters long`,
  zh: `正则表达式最长 ${PATTERN_CHARS_MAX} 个字符`,
}
const NO_REFERENCES: Text = {
  en: 'A pattern must not refer back to a group (\\1, \\k)',
  zh: '正则表达式不能使用反向引用（\\1、\\k）',
}
const NO_LOOKING: Text = {
  en: 'A pattern must not look ahead or behind, nor set flags',
  zh: '正则表达式不能使用前瞻、后顾或内嵌标志',
}
const TOO_MANY_WAYS: Text = {
  en: 'The pattern could take too long: no repetition of what itself repeats or chooses, and few repetitions of varying length',
  zh: '该正则表达式可能匹配过久：不要重复本身含有重复或多选的部分，并减少不定长重复',
}
const TOO_OFTEN: Text = {
  en: `A repetition is of at most ${REPEAT_MAX} times`,
  zh: `重复次数最多 ${REPEAT_MAX} 次`,
}
