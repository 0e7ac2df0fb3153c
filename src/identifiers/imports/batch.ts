import type { FieldProblem } from '../../lib/problem.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { RecordDraft } from '../store/store.ts'

export type Outcome = 'created' | 'updated' | 'unchanged' | 'refused'

/** One line of the file on its way into the store. */
export type BatchLine = {
  readonly line: number
  /** The identifier as it was spelled; '' where it could not be read. */
  readonly handle: string
  readonly prefix: PrefixKey | undefined
  /** What is to be stored; undefined for a line that was refused when it was read. */
  readonly draft: RecordDraft | undefined
  outcome: Outcome | undefined
  problems: readonly FieldProblem[]
}

export type Counts = {
  lines: number
  created: number
  updated: number
  unchanged: number
  refused: number
}

export function noCounts(): Counts {
  return { lines: 0, created: 0, updated: 0, unchanged: 0, refused: 0 }
}

export function refuseLine(line: BatchLine, ...problems: readonly FieldProblem[]): void {
  line.outcome = 'refused'
  line.problems = problems
}

/** What is wrong with most lines. */
export const NO_PROBLEMS: readonly FieldProblem[] = []

/** Lines that follow each other mostly have the same prefix, and then share its text. */
export function samePrefix(key: HandleKey, last: PrefixKey | undefined): PrefixKey {
  if (last !== undefined && key.charCodeAt(last.length) === 0x2f && key.startsWith(last))
    return last
  return prefixOf(key)
}
