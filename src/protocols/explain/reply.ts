import { type Static, Type } from 'typebox'

const Ms = Type.Number({ minimum: 0, description: 'Milliseconds this step took' })
const Status = Type.Integer({ minimum: 100, maximum: 599 })

const Site = Type.Object({
  address: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer()),
  protocol: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
})

const Value = Type.Object({
  index: Type.Integer(),
  type: Type.String(),
  format: Type.String(),
  data: Type.String(),
  /** Only its beginning. */
  isCut: Type.Optional(Type.Boolean()),
  ttl: Type.Optional(Type.String()),
})
export type ShownValue = Static<typeof Value>

const Hidden = Type.Object({
  index: Type.Integer(),
  type: Type.String(),
  /** Four bits: administrators read and write, everybody reads and writes. */
  permissions: Type.String(),
  readers: Type.Enum(['administrators', 'nobody']),
})

const Prefix = Type.Object({
  ms: Ms,
  state: Type.Enum(['hosted', 'delegated', 'suspended', 'held', 'released', 'unknown']),
  /** Name of the enterprise that has it. */
  owner: Type.Optional(Type.String()),
  /** Its id, for who may see its prefixes. */
  enterprise: Type.Optional(Type.String()),
  /** The prefix that is delegated: this one or one it derives from. */
  at: Type.Optional(Type.String()),
  sites: Type.Optional(Type.Array(Site)),
})
export type PrefixStep = Static<typeof Prefix>

const RecordRead = Type.Object({
  ms: Ms,
  state: Type.Enum(['registered', 'retired', 'held', 'absent']),
  updatedAt: Type.Optional(Type.String({ format: 'date-time' })),
  version: Type.Optional(Type.Integer()),
  template: Type.Optional(Type.String()),
})
export type RecordStep = Static<typeof RecordRead>

const Values = Type.Object({
  ms: Ms,
  /** What everybody is shown, the first of them. */
  shown: Type.Array(Value),
  shownTotal: Type.Integer(),
  /** What is hidden from others, for who may read it. */
  hidden: Type.Optional(Type.Array(Hidden)),
  hiddenTotal: Type.Optional(Type.Integer()),
})
export type ValuesStep = Static<typeof Values>

/** How an identifier is resolved. Steps that were not needed are absent. */
export const ExplanationSchema = Type.Object({
  asked: Type.String(),
  outcome: Type.Enum([
    ...(['found', 'retired', 'held', 'suspended', 'absent'] as const),
    ...(['delegated', 'unknown', 'malformed'] as const),
  ]),
  parsed: Type.Object({
    ms: Ms,
    handle: Type.Optional(Type.String()),
    prefix: Type.Optional(Type.String()),
    suffix: Type.Optional(Type.String()),
  }),
  prefix: Type.Optional(Prefix),
  record: Type.Optional(RecordRead),
  values: Type.Optional(Values),
  /** What `GET /api/handles/` answers to everybody. */
  handles: Type.Object({
    ms: Ms,
    path: Type.String(),
    status: Status,
    responseCode: Type.Integer(),
  }),
  /** What the public page answers a browser. */
  page: Type.Object({
    ms: Ms,
    path: Type.String(),
    status: Status,
    location: Type.Optional(Type.String()),
  }),
})
export type Explanation = Static<typeof ExplanationSchema>
