import type { MessagePort } from 'node:worker_threads'
import { type FieldProblem, Problem, type ProblemCode } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { Template } from '../templates/template.ts'
import type { Mapping } from './mapping.ts'
import type { ImportTask, Settled } from './session.ts'
import type { UndoProgress, UndoTask } from './undo.ts'

/** What a thread for imports is started with. */
export type WorkerStart = {
  /** For the entry's `openStore`. */
  readonly storeOptions: unknown
  readonly gate?: SharedArrayBuffer
  readonly sign?: SharedArrayBuffer
}

/** One import or undo, and where to speak of it. */
export type WorkerOrder = {
  readonly work: { readonly import: ImportTask } | { readonly undo: UndoTask }
  readonly port: MessagePort
}

export type ToWorker =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly isComplete: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly of: PrefixKey | HandleKey; readonly refused?: Text }
  | { readonly kind: 'template'; readonly name: TemplateName; readonly template?: Template }

export type FromWorker =
  | { readonly kind: 'mapped'; readonly mapping: Mapping | undefined }
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'undone'; readonly progress: UndoProgress }
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'ask'; readonly of: PrefixKey | HandleKey }
  | { readonly kind: 'ask-template'; readonly name: TemplateName }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly problem: PlainProblem | undefined; readonly error: unknown }

/** The template that records under a prefix name so. */
export type TemplateName = { readonly prefix: PrefixKey; readonly id: string }

/** A Problem as it crosses threads, which keep the message of an error and nothing else. */
export type PlainProblem = {
  readonly code: ProblemCode
  readonly text: Text
  readonly fields: readonly FieldProblem[]
}

export function toPlain(error: unknown): PlainProblem | undefined {
  if (!(error instanceof Problem)) return undefined
  return { code: error.code, text: error.text, fields: error.fields }
}

export function fromPlain({ code, text, fields }: PlainProblem): Problem {
  return new Problem(code, text, { fields })
}
