import { type Static, Type } from 'typebox'
import type { Collection } from '../../kernel/documents/documents.ts'
import { AUTHOR_KINDS, type Author } from '../../lib/author.ts'
import type { FieldProblem, ProblemCode } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { FIRST_ERRORS_MAX } from './limits.ts'
import type { OutcomeLine } from './outcomes.ts'
import { FORMATS, type Format } from './session.ts'

export const IMPORT_STATES = ['receiving', 'running', 'done', 'broken', 'cancelled'] as const
/** `receiving`: its upload is under way; `running`: the upload is complete and the rest is being settled. */
export type ImportState = (typeof IMPORT_STATES)[number]

const Count = Type.Integer({ minimum: 0 })
const Time = Type.Integer({ minimum: 0 })
const Told = Type.Object({ en: Type.String(), zh: Type.String() })

/** One import as it is remembered. Counts are as of its last checkpoint that was written here; live ones may be ahead. */
export const ImportJobSchema = Type.Object({
  prefix: Type.Optional(Type.String()),
  /** `NAME@VERSION` and the prefix whose template it is. */
  template: Type.Optional(Type.String()),
  enterprise: Type.Optional(Type.String()),
  format: Type.Unsafe<Format>(Type.Enum([...FORMATS])),
  map: Type.Record(Type.String(), Type.String()),
  sheet: Type.Optional(Type.String()),
  /** What the file was called where it came from. */
  file: Type.Optional(Type.String()),
  /** Size of the whole file, where the upload said it. */
  bytesTotal: Type.Optional(Count),
  dryRun: Type.Boolean(),
  author: Type.Object({
    kind: Type.Unsafe<Author['kind']>(Type.Enum([...AUTHOR_KINDS])),
    id: Type.String(),
  }),
  state: Type.Unsafe<ImportState>(Type.Enum([...IMPORT_STATES])),
  /** Secret part of the resume token. */
  token: Type.String(),
  /** SHA-256 of author and idempotency key. */
  repeat: Type.Optional(Type.String()),
  columns: Type.Optional(
    Type.Array(Type.Object({ column: Type.String(), field: Type.String() }), { maxItems: 1000 }),
  ),
  encoding: Type.Optional(Type.String()),
  lines: Count,
  created: Count,
  updated: Count,
  unchanged: Count,
  refused: Count,
  bytes: Count,
  /** First and last batch entry it wrote. */
  firstBatch: Type.Optional(Count),
  lastBatch: Type.Optional(Count),
  startedAt: Time,
  finishedAt: Type.Optional(Time),
  errors: Type.Array(Type.Unsafe<OutcomeLine>(Type.Object({}, { additionalProperties: true })), {
    maxItems: FIRST_ERRORS_MAX,
  }),
  /** Its files went then: no outcome per line any more, and nothing to resume from. */
  sweptAt: Type.Optional(Time),
  /** Why it broke. */
  problem: Type.Optional(
    Type.Object({
      code: Type.String(),
      text: Told,
      fields: Type.Array(
        Type.Unsafe<FieldProblem>(Type.Object({}, { additionalProperties: true })),
      ),
    }),
  ),
  undo: Type.Optional(
    Type.Object({
      state: Type.Unsafe<'running' | 'done' | 'broken'>(Type.Enum(['running', 'done', 'broken'])),
      retired: Count,
      leftAlone: Count,
      startedAt: Time,
      finishedAt: Type.Optional(Time),
    }),
  ),
})
export type ImportJob = Static<typeof ImportJobSchema>

export const IMPORTS = {
  name: 'imports',
  schema: ImportJobSchema,
  indexes: {
    prefix: 'text',
    enterprise: 'text',
    state: 'text',
    startedAt: 'integer',
    repeat: 'text',
  },
  unique: ['repeat'],
  secret: ['token'],
  // How far it is: told by the import itself.
  quiet: ['bytes', 'lines', 'created', 'updated', 'unchanged', 'refused', 'errors', 'lastBatch'],
} as const satisfies Collection

export function isActive(state: ImportState): boolean {
  return state === 'receiving' || state === 'running'
}

/** It broke because its file is over a limit; the rest of the file would not change that. */
export function isOverLimit({ problem }: Pick<ImportJob, 'problem'>): boolean {
  const code: ProblemCode = 'too-large'
  return problem?.code === code
}

/** What is told where a job that was under way has no program that runs it any more. */
export const LEFT: Text = {
  en: 'The node stopped while the import was under way; send the rest with the resume token',
  zh: '导入期间节点停止运行；请用续传令牌继续',
}
