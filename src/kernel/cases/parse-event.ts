import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import { literals } from '../access/collections.ts'
import {
  FILES_MAX,
  IdSchema,
  NOTE_CHARS_MAX,
  NoteSchema,
  POINTS_MAX,
  POOL_MAX,
  SheetSchema,
  UNITS_MAX,
} from './collections.ts'
import type { CaseEvent, Deed, EventOf } from './events.ts'
import { CodeSchema } from './procedure.ts'

const ORGANISATIONS_MAX = 50

/** Schemas of the deeds, for routes that take one each. */
export const EVENT_SCHEMAS = {
  advance: of('advance', { outcome: CodeSchema }),
  attach: of('attach', {}),
  'request-correction': of('request-correction', {
    points: Type.Array(
      Type.Object(
        { path: Type.String({ minLength: 1, maxLength: 500 }), reason: NoteSchema },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: POINTS_MAX },
    ),
  }),
  'answer-correction': of('answer-correction', {
    answers: Type.Array(NoteSchema, { minItems: 1, maxItems: POINTS_MAX }),
    form: Type.Optional(Type.Unknown()),
  }),
  'lapse-correction': of('lapse-correction', {}),
  withdraw: of('withdraw', {}),
  'begin-draw': of('begin-draw', {}),
  'freeze-pool': of('freeze-pool', {
    pool: Type.Array(
      Type.Object(
        { id: IdSchema, organisations: Type.Array(IdSchema, { maxItems: ORGANISATIONS_MAX }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: POOL_MAX },
    ),
  }),
  draw: of('draw', {}),
  'declare-interest': of('declare-interest', { related: Type.Boolean() }),
  'exclude-member': of('exclude-member', { member: IdSchema }),
  score: of('score', { sheet: SheetSchema }),
  consult: of('consult', {
    units: Type.Array(CodeSchema, { minItems: 1, maxItems: UNITS_MAX }),
  }),
  'give-opinion': of('give-opinion', {
    unit: CodeSchema,
    opinion: literals(['agrees', 'comments', 'objects']),
  }),
  'publish-notice': of('publish-notice', { text: NoteSchema }),
  object: of('object', {
    objector: Type.String({ minLength: 1, maxLength: 200 }),
    text: Type.String({ minLength: 1, maxLength: NOTE_CHARS_MAX }),
  }),
  'answer-objection': of('answer-objection', {
    number: Type.Integer({ minimum: 1 }),
    upheld: Type.Boolean(),
  }),
  'put-forward': of('put-forward', { number: Type.String({ minLength: 1, maxLength: 40 }) }),
  approve: of('approve', {}),
  decline: of('decline', {}),
} as const satisfies { readonly [D in Deed]: TSchema }

function of<D extends Deed, P extends TProperties>(deed: D, fields: P) {
  return Type.Object(
    {
      do: Type.Literal(deed),
      note: Type.Optional(NoteSchema),
      files: Type.Optional(Type.Array(IdSchema, { maxItems: FILES_MAX })),
      ...fields,
    },
    { additionalProperties: false },
  )
}

/** A deed of what somebody sent. @throws Problem `invalid-input` with every wrong field */
export function parseEvent(value: unknown): CaseEvent {
  const deed = typeof value === 'object' && value !== null ? (value as { do?: unknown }).do : ''
  if (!isDeed(deed)) {
    const reason = { en: 'is no deed', zh: '不是有效动作' }
    throw new Problem('invalid-input', reason, { fields: [{ path: '/do', reason }] })
  }
  const fields = fieldProblems(EVENT_SCHEMAS[deed], value)
  if (fields.length === 0) return value as Static<(typeof EVENT_SCHEMAS)[Deed]>
  const text = { en: 'Some fields are not right', zh: '部分字段不符合要求' }
  throw new Problem('invalid-input', text, { fields })
}

function isDeed(value: unknown): value is EventOf<Deed>['do'] {
  return typeof value === 'string' && Object.hasOwn(EVENT_SCHEMAS, value)
}
