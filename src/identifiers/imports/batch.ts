import type { FieldProblem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
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
