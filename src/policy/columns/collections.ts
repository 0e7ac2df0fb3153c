import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import type { Collection } from '../../kernel/documents/documents.ts'
import type { SumsJson } from './result-lines.ts'

const Id = Type.String({ minLength: 1, maxLength: 128 })
const Count = Type.Integer({ minimum: 0 })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Line = Type.String({ maxLength: 2000 })

export const BATCH_STATES = ['running', 'stopped', 'done', 'failed'] as const

/** Whom a batch is about: every admitted enterprise with what the node knows of it, given cases, or made-up ones. */
export const PopulationSchema = Type.Union([
  Type.Object({ kind: Type.Literal('register'), day: Day }),
  Type.Object({ kind: Type.Literal('given') }),
  Type.Object({
    kind: Type.Literal('synthetic'),
    count: Count,
    seed: Count,
    day: Type.Optional(Day),
  }),
])

/** All measures over many cases. Its sums and its newest part are written in one commit: no case is lost or counted twice. */
export const POLICY_BATCHES = {
  name: 'policy-batches',
  schema: Type.Object({
    state: literals(BATCH_STATES),
    mode: literals(['live', 'as_if_in_force']),
    population: PopulationSchema,
    /** Of the rules that it computes by, from its first case to its last. */
    rules: Digest,
    total: Count,
    done: Count,
    /** How far the register is read. */
    cursor: Type.Optional(Type.String()),
    sums: Type.Unsafe<readonly SumsJson[]>({ type: 'array' }),
    author: AuthorSchema,
    /** Of the request that made it. */
    fingerprint: Digest,
    /** Why it failed. */
    fault: Type.Optional(Type.Object({ zh: Line, en: Line })),
  }),
  indexes: { state: 'text' },
} as const satisfies Collection

export type Batch = Static<typeof POLICY_BATCHES.schema>

/** So many lines of a batch, given or computed: NDJSON, gzip, base64. */
export const POLICY_BATCH_PARTS = {
  name: 'policy-batch-parts',
  schema: Type.Object({
    batch: Id,
    kind: literals(['given', 'result']),
    number: Count,
    lines: Count,
    packed: Type.String(),
  }),
  indexes: { batch: 'text', number: 'integer' },
} as const satisfies Collection

/** Cases of a part: what is computed between two commits. */
export const PART_CASES = 500

export const COLUMN_COLLECTIONS: readonly Collection[] = [POLICY_BATCHES, POLICY_BATCH_PARTS]

const NUMBER_DIGITS = 6

export function partId(batch: string, kind: 'given' | 'result', number: number): string {
  return `${batch}~${kind}~${String(number).padStart(NUMBER_DIGITS, '0')}`
}
