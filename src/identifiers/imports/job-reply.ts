import { type Static, Type } from 'typebox'
import type { Language } from '../../lib/text.ts'
import { IMPORT_STATES, type ImportJob, isOverLimit } from './import-job.ts'
import type { Checkpoint } from './job-files.ts'
import { type OutcomeLine, toldFields } from './outcomes.ts'
import { FORMATS } from './session.ts'

const Count = Type.Integer({ minimum: 0 })
const Time = Type.String({ format: 'date-time' })

const WrongSchema = Type.Object({
  path: Type.String(),
  detail: Type.String(),
  expected: Type.Optional(Type.String()),
})

/** One line of a result. */
export const OutcomeSchema = Type.Object({
  line: Type.Integer({ minimum: 1 }),
  outcome: Type.Enum(['created', 'updated', 'unchanged', 'refused']),
  handle: Type.Optional(Type.String()),
  fields: Type.Optional(Type.Array(WrongSchema)),
})

export const JobSchema = Type.Object({
  id: Type.String(),
  state: Type.Enum([...IMPORT_STATES]),
  prefix: Type.Optional(Type.String()),
  template: Type.Optional(Type.String()),
  format: Type.Enum([...FORMATS]),
  sheet: Type.Optional(Type.String()),
  /** Name of the file, as the upload gave it. */
  file: Type.Optional(Type.String()),
  /** Size of the whole file, where the upload said it. */
  bytesTotal: Type.Optional(Count),
  dryRun: Type.Boolean(),
  /** Who began it; which of the node’s people, is told to the node’s people alone, and a name to those who may know people. */
  author: Type.Optional(
    Type.Object({ kind: Type.String(), id: Type.String(), name: Type.Optional(Type.String()) }),
  ),
  encoding: Type.Optional(Type.String()),
  columns: Type.Optional(Type.Array(Type.Object({ column: Type.String(), field: Type.String() }))),
  /** Columns of the file that fill nothing. */
  unmapped: Type.Optional(Type.Array(Type.String())),
  lines: Count,
  created: Count,
  updated: Count,
  unchanged: Count,
  refused: Count,
  bytes: Count,
  startedAt: Time,
  finishedAt: Type.Optional(Time),
  /** Since when the outcome of every line is no longer kept. */
  resultGoneAt: Type.Optional(Time),
  errors: Type.Array(OutcomeSchema),
  problem: Type.Optional(
    Type.Object({ code: Type.String(), detail: Type.String(), errors: Type.Array(WrongSchema) }),
  ),
  resume: Type.Optional(
    Type.Object({
      token: Type.String(),
      /** Lines of the file that are settled. */
      lines: Count,
      /** Send the file from this byte on. */
      bytes: Count,
    }),
  ),
  undo: Type.Optional(
    Type.Object({
      state: Type.Enum(['running', 'done', 'broken']),
      retired: Count,
      leftAlone: Count,
      startedAt: Time,
      finishedAt: Type.Optional(Time),
    }),
  ),
})
export type JobReply = Static<typeof JobSchema>

/** A job as the API tells it. `checkpoint`: how far it came, for one that can be resumed. */
export function jobReply(
  id: string,
  job: ImportJob,
  {
    language,
    checkpoint,
  }: { readonly language: Language; readonly checkpoint?: Checkpoint | undefined },
): JobReply {
  const { state, format, dryRun, lines, created, updated, unchanged, refused, bytes } = job
  const position = checkpoint?.position ?? { bytes: 0, line: 1 }
  const resume = {
    token: `${id}.${job.token}`,
    lines: Math.max(position.line - 1, 0),
    bytes: position.bytes,
  }
  const unmapped = job.columns?.filter((it) => it.field === '').map((it) => it.column)
  const reply = {
    id,
    state,
    prefix: job.prefix,
    template: job.template,
    format,
    sheet: job.sheet,
    file: job.file,
    bytesTotal: job.bytesTotal,
    dryRun,
    encoding: job.encoding,
    columns: job.columns,
    unmapped,
    lines,
    created,
    updated,
    unchanged,
    refused,
    bytes,
    startedAt: time(job.startedAt),
    finishedAt: job.finishedAt === undefined ? undefined : time(job.finishedAt),
    resultGoneAt: job.sweptAt === undefined ? undefined : time(job.sweptAt),
    errors: job.errors.map((it) => outcomeReply(it, language)),
    problem: job.problem && {
      code: job.problem.code,
      detail: job.problem.text[language],
      errors: toldFields(job.problem.fields, language),
    },
    resume: isResumable(job) ? resume : undefined,
    undo: job.undo && {
      ...job.undo,
      startedAt: time(job.undo.startedAt),
      finishedAt: job.undo.finishedAt === undefined ? undefined : time(job.undo.finishedAt),
    },
  }
  return withoutUndefined(reply)
}

function isResumable(job: ImportJob): boolean {
  return job.state === 'broken' && job.sweptAt === undefined && !isOverLimit(job)
}

/** Messages in the caller's language. */
export function outcomeReply(
  { fields, ...rest }: OutcomeLine,
  language: Language,
): Static<typeof OutcomeSchema> {
  return fields === undefined ? rest : { ...rest, fields: toldFields(fields, language) }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

function withoutUndefined(reply: object): JobReply {
  return Object.fromEntries(Object.entries(reply).filter(([, it]) => it !== undefined)) as JobReply
}
