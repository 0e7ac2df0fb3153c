import type { Readable, Writable } from 'node:stream'
import type { FieldProblem } from '../lib/problem.ts'
import { type Language, languageOf } from '../lib/text.ts'

/** What a command may touch of the process it runs in; tests hand in their own. */
export type Io = {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly stdin: Readable
  readonly env: Readonly<Record<string, string | undefined>>
  /** A person watches standard error: progress may redraw its line. */
  readonly isTty: boolean
}

/** Done; some lines refused or a check failed; wrong use. */
export const EXIT_DONE = 0
export const EXIT_FAILED = 1
export const EXIT_WRONG_USE = 2

/** The language of a terminal: LC_ALL, LC_MESSAGES, LANG, in that order of precedence. */
export function languageOfEnv(env: Io['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return languageOf(locale.replace('_', '-'))
}

export function fieldLine(field: FieldProblem, language: Language): string {
  const expected = field.expected === undefined ? '' : ` (${field.expected[language]})`
  const line =
    field.line === undefined ? '' : `${language === 'zh' ? '第' : 'line '}${field.line}: `
  return `${line}${field.path}: ${field.reason[language]}${expected}`
}
