import { type Static, Type } from 'typebox'
import {
  ClausePlace,
  dangling,
  EntryId,
  type Finding,
  type Names,
  type PackEntry,
  PackLine,
  PackPassage,
  packKind,
} from '../../kernel/packs/kind.ts'
import { departmentMissing, paperMissing } from '../../kernel/packs/paper-kinds.ts'

const STRICT = { additionalProperties: false }
const Name = Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 64 })
const Departments = Type.Array(EntryId, { minItems: 1, maxItems: 20 })
const YUAN_MAX = 1_000_000_000_000
const Yuan = Type.Integer({ minimum: 1, maximum: YUAN_MAX })

const ProgrammeSchema = Type.Object(
  {
    id: EntryId,
    document: EntryId,
    place: ClausePlace,
    area: Type.Union(
      [
        'network',
        'platform',
        'security',
        'technology',
        'application',
        'carrier',
        'talent',
        'land',
        'tax',
        'finance',
        'exchange',
        'instrument',
      ].map((it) => Type.Literal(it)),
    ),
    clause: PackPassage,
    responsible: Departments,
    /** Where its own rules or values are: what somebody who asks is sent to. */
    guide: PackLine,
  },
  STRICT,
)

/** Articles without an amount: tax, land, talent, finance, directions. */
export const programmeKind = packKind<typeof ProgrammeSchema>({
  folder: 'programmes',
  word: { en: 'programme', zh: '扶持事项' },
  schema: ProgrammeSchema,
  check: (entries, names) =>
    entries.flatMap((it) => [...paperMissing(it, names), ...owners(it, names)]),
})

type Owned = PackEntry<{ readonly responsible: readonly string[] }>

function owners(entry: Owned, names: Names): Finding[] {
  return entry.value.responsible.flatMap((id, index) =>
    departmentMissing(entry, `/responsible/${index}`, id, names),
  )
}

function measureMissing(entry: PackEntry, pointer: string, id: string, names: Names): Finding[] {
  if (!names.knows('measures')) return []
  const word = { en: 'measure', zh: '扶持措施' }
  return dangling(entry, { pointer, id, among: names.of('measures'), word })
}

const BudgetSchema = Type.Object(
  {
    id: EntryId,
    /** What it is called wherever it is chosen or read; the papers give budgets no names. */
    title: PackLine,
    document: EntryId,
    place: ClausePlace,
    clause: PackPassage,
    amountYuan: Yuan,
    /** The paper says “about”: a figure of planning, no hard limit. */
    approximate: Type.Boolean(),
    per: Type.Literal('year'),
    fromYear: Type.Optional(Type.Integer({ minimum: 1949, maximum: 9999 })),
    /** How approvals above it are cut; absent: nothing is cut, the amounts are open. */
    rule: Type.Optional(
      Type.Object(
        { kind: Type.Literal('pro_rata_round_down'), document: Type.String({ minLength: 1 }) },
        STRICT,
      ),
    ),
  },
  STRICT,
)

export const budgetKind = packKind<typeof BudgetSchema>({
  folder: 'budgets',
  word: { en: 'budget', zh: '预算' },
  schema: BudgetSchema,
  check: (entries, names) => entries.flatMap((it) => paperMissing(it, names)),
})

const ProcessSchema = Type.Object(
  {
    id: EntryId,
    document: EntryId,
    place: ClausePlace,
    kind: Type.Union(
      [
        'mechanism',
        'funding',
        'vocabulary',
        'procedure',
        'guide',
        'principle',
        'scope',
        'structure',
      ].map((it) => Type.Literal(it)),
    ),
    clause: PackPassage,
    responsible: Type.Optional(Departments),
    /** A procedure’s or guide’s batch: its year, and which measures each direction opens. */
    batch: Type.Optional(
      Type.Object(
        {
          year: Type.Integer({ minimum: 1949, maximum: 9999 }),
          issued: Type.Optional(Type.Integer({ minimum: 1949, maximum: 9999 })),
          opens: Type.Array(
            Type.Object(
              { direction: PackLine, measures: Type.Array(EntryId, { minItems: 1, maxItems: 50 }) },
              STRICT,
            ),
            { minItems: 1, maxItems: 50 },
          ),
        },
        STRICT,
      ),
    ),
    /** The words of a vocabulary. */
    terms: Type.Optional(Type.Array(PackLine, { minItems: 1, maxItems: 100 })),
  },
  STRICT,
)

export const processKind = packKind<typeof ProcessSchema>({
  folder: 'processes',
  word: { en: 'process', zh: '办理规定' },
  schema: ProcessSchema,
  check: (entries, names) =>
    entries.flatMap((entry) => [
      ...paperMissing(entry, names),
      ...(entry.value.responsible ?? []).flatMap((id, index) =>
        departmentMissing(entry, `/responsible/${index}`, id, names),
      ),
      ...(entry.value.batch?.opens ?? []).flatMap(({ measures }, at) =>
        measures.flatMap((id, index) =>
          measureMissing(entry, `/batch/opens/${at}/measures/${index}`, id, names),
        ),
      ),
    ]),
})

const Versioned = {
  id: EntryId,
  version: Type.Integer({ minimum: 1 }),
  name: PackLine,
  /** Where it comes from; a paper’s id, or words. */
  source: PackLine,
  /** Nobody has said so yet: a default of the program’s that a procedure replaces. */
  assumption: Type.Boolean(),
}

const Evidence = Type.Object({ name: Name, label: PackLine }, STRICT)

const ParameterSchema = Type.Union([
  Type.Object(
    {
      ...Versioned,
      kind: Type.Literal('evidence'),
      lists: Type.Array(
        Type.Object(
          {
            measures: Type.Array(EntryId, { minItems: 1, maxItems: 100 }),
            ask: Type.Array(Evidence, { maxItems: 20 }),
            neverAsk: Type.Optional(PackLine),
          },
          STRICT,
        ),
        { minItems: 1, maxItems: 100 },
      ),
    },
    STRICT,
  ),
  Type.Object(
    {
      ...Versioned,
      kind: Type.Literal('audit_standard'),
      drops: Type.Array(Type.Object({ name: Name, content: PackLine }, STRICT), {
        minItems: 1,
        maxItems: 50,
      }),
    },
    STRICT,
  ),
  Type.Object(
    {
      ...Versioned,
      kind: Type.Literal('procedure'),
      /** Steps in their order; what is to be known of each and has no value is open, and named so by whoever needs it. */
      steps: Type.Array(
        Type.Object(
          {
            name: Name,
            label: PackLine,
            said: PackLine,
            parameters: Type.Array(
              Type.Object(
                {
                  name: Name,
                  label: PackLine,
                  value: Type.Union([Type.Integer(), Type.String({ minLength: 1 }), Type.Null()]),
                  source: Type.Optional(PackLine),
                },
                STRICT,
              ),
              { maxItems: 50 },
            ),
          },
          STRICT,
        ),
        { minItems: 1, maxItems: 50 },
      ),
    },
    STRICT,
  ),
])

/** What the papers do not say and somebody has to: lists of documents, the audit standard, clocks. Versioned, with a source. */
export const parameterKind = packKind<typeof ParameterSchema>({
  folder: 'parameters',
  word: { en: 'parameter', zh: '参数' },
  schema: ParameterSchema,
  mayOverride: true,
  check: (entries, names) => entries.flatMap((it) => parameterFindings(it, names)),
})

function parameterFindings(
  entry: PackEntry<Static<typeof ParameterSchema>>,
  names: Names,
): Finding[] {
  const { value } = entry
  if (value.kind === 'evidence') {
    return value.lists.flatMap(({ measures }, at) =>
      measures.flatMap((id, index) =>
        measureMissing(entry, `/lists/${at}/measures/${index}`, id, names),
      ),
    )
  }
  if (value.kind !== 'procedure') return []
  return value.steps.flatMap(({ parameters }, at) =>
    parameters.flatMap(({ value: held, source }, index) =>
      held !== null && source === undefined
        ? [
            {
              entry,
              pointer: `/steps/${at}/parameters/${index}`,
              reason: { en: 'a value needs its source', zh: '有取值时须注明来源' },
            },
          ]
        : [],
    ),
  )
}
