import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { CodeSchema, TextSchema } from '../../kernel/cases/procedure.ts'
import { TermSchema } from '../../kernel/cases/terms.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import { Problem } from '../../lib/problem.ts'
import { CALL_MODES, OFFICE_KINDS } from './collections.ts'
import type { OfficeNaming, Unfilled } from './offices.ts'
import type { FoundCall } from './opening.ts'

export const LIMIT_MAX = 200
export const LIMIT_DEFAULT = 50

export const Id = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^~\\u0000-\\u001f]+$' })
export const Params = Type.Object({ id: Id })
export const After = Type.Optional(
  Type.String({ maxLength: 8192, description: '`next` of the page before' }),
)
export const Limit = Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
/** In what a page shows that time alone changes. */
export const ChangesInMs = Type.Optional(
  Type.Integer({
    minimum: 1,
    description: 'Until a term of it ends, by the node’s clock: ask again then',
  }),
)

export const Time = Type.String({ format: 'date-time' })
/** Of the caller: the same again is the same once. */
export const KeyHeaders = Type.Object({
  'idempotency-key': Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'Of the caller: the same again is the same once',
  }),
})

export function keyOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string') return key
  const reason = { en: 'is needed', zh: '必须提供' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/idempotency-key', reason }] })
}

export function timeOf(at: number): string {
  return new Date(at).toISOString()
}

export const CALL_STATES = ['coming', 'open', 'closed'] as const
export type CallState = (typeof CALL_STATES)[number]

export const CallReply = Type.Object({
  id: Type.String(),
  title: TextSchema,
  mode: Type.Enum([...CALL_MODES]),
  state: Type.Enum([...CALL_STATES]),
  opensAt: Time,
  closesAt: Time,
  measures: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
  department: Type.Optional(CodeSchema),
  perApplicantMax: Type.Optional(Type.Integer()),
  source: Type.Optional(Type.String()),
  guide: Type.Optional(Type.String()),
  auditStandard: Type.Optional(Type.String()),
  form: Type.Object({ id: Type.String(), version: Type.String() }),
  procedure: Type.Object({ id: Type.String(), version: Type.String() }),
})

export function showCall({ id, call, support }: FoundCall, at: number) {
  const { pins } = call
  return {
    id,
    title: call.title,
    mode: support.mode,
    state: callState(support, at),
    opensAt: timeOf(call.opensAt),
    closesAt: timeOf(call.closesAt),
    measures: support.measures.map((it) => ({
      id: it,
      title: support.titles[it] ?? { en: it, zh: it },
    })),
    form: pins.form,
    procedure: pins.procedure,
    ...(support.department !== undefined && { department: support.department }),
    ...(call.perApplicantMax !== undefined && { perApplicantMax: call.perApplicantMax }),
    ...(call.source !== undefined && { source: call.source }),
    ...(pins.guide !== undefined && { guide: pins.guide }),
    ...(pins.auditStandard !== undefined && { auditStandard: pins.auditStandard }),
  }
}

export function callState(
  { opensAt, closesAt }: { readonly opensAt: number; readonly closesAt: number },
  at: number,
): CallState {
  if (at < opensAt) return 'coming'
  return at < closesAt ? 'open' : 'closed'
}

export const StepReply = Type.Object({
  id: Type.String(),
  title: TextSchema,
  term: Type.Optional(TermSchema),
  correctionTerm: Type.Optional(TermSchema),
})

/** An office that is needed and that nobody fills who may act. */
export const UnfilledReply = Type.Object({
  kind: literals(OFFICE_KINDS),
  id: Type.String(),
  title: TextSchema,
  isNow: Type.Boolean({ description: 'It is its turn' }),
  /** `not-another`: each approval is another person’s, and who fills it had theirs. */
  why: literals(['nobody', 'not-another']),
})

export function showUnfilled(
  { kind, id, title, isNow, why }: Unfilled,
  naming: OfficeNaming,
): Static<typeof UnfilledReply> {
  return { kind, id, title: naming(kind, id, title), isNow, why }
}

/** Names of enterprises by their ids, each asked for once. */
export async function namesOf(
  documents: Documents,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(ids.filter((it) => it !== undefined))]
  const found = await Promise.all(asked.map((it) => documents.get(ENTERPRISES, it)))
  return new Map(found.flatMap((it) => (it === undefined ? [] : [[it.id, it.body.entry.name]])))
}
