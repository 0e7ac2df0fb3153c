import { type Static, Type } from 'typebox'
import {
  dangling,
  EntryId,
  type Finding,
  type Names,
  PackDay,
  type PackEntry,
  PackLine,
  PackMonth,
  PackPassage,
  packKind,
} from './kind.ts'

const CLAUSES_MAX = 200
const STRICT = { additionalProperties: false }
const Line = Type.String({ minLength: 1, maxLength: 500 })

/**
 * Why a field of a paper's head has no content here: it stands there and is empty, the paper has no such field, or its text has
 * not been taken over into the pack. Each is shown as what it is.
 */
const Absent = Type.Object(
  {
    absent: Type.Union([
      Type.Literal('empty'),
      Type.Literal('not_stated'),
      Type.Literal('not_held'),
    ]),
  },
  STRICT,
)
const field = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Absent])

/** From when to when a paper holds; both ends inside. Months where it names no days. */
const Validity = Type.Object(
  {
    from: Type.Union([PackDay, PackMonth]),
    to: Type.Union([PackDay, PackMonth]),
    /** Who interprets the paper: a department’s id. */
    interpreter: Type.Optional(EntryId),
  },
  STRICT,
)

/** The eight fields of a published document: 索引号 信息分类 发布机构 发布日期 信息名称 文号 关键词 有效期. */
const Head = Type.Object(
  {
    indexNumber: field(Line),
    class: field(Line),
    issuer: field(Line),
    publicationDate: field(PackDay),
    title: field(Line),
    documentNumber: field(Line),
    keywords: field(Line),
    validity: field(Validity),
  },
  STRICT,
)

/** A reply to a proposal of the consultative conference or a suggestion of the congress. */
const Letter = Type.Object(
  {
    kind: Type.Union([Type.Literal('proposal'), Type.Literal('suggestion')]),
    number: Line,
    publicity: Line,
    jointOpinions: Type.Array(EntryId, { maxItems: 50 }),
    /** A person to ask is printed there: held back, as it is personal data. */
    contact: Type.Optional(Type.Literal('masked')),
  },
  STRICT,
)

const Clause = Type.Object(
  {
    id: EntryId,
    kind: Type.Union([
      Type.Literal('validity'),
      Type.Literal('rule'),
      Type.Literal('head'),
      Type.Literal('fact'),
    ]),
    place: Line,
    content: PackPassage,
  },
  STRICT,
)

const Relation = Type.Object(
  {
    kind: Type.Union(
      ['replaces', 'amends', 'implements', 'child-of', 'interprets', 'based-on', 'cites'].map(
        (it) => Type.Literal(it),
      ),
    ),
    paper: EntryId,
  },
  STRICT,
)

export const DocumentSchema = Type.Object(
  {
    id: EntryId,
    /** The file that the paper was read from. */
    source: Type.String({ pattern: '^[A-Za-z0-9._-]{1,200}$' }),
    name: PackLine,
    sourceKind: Type.Union([
      Type.Literal('measure'),
      Type.Literal('letter'),
      Type.Literal('drafting_note'),
      Type.Literal('draft'),
    ]),
    /** Of its rules: whether and when they hold is told from this and the validity. */
    status: Type.Union([
      Type.Literal('in_force'),
      Type.Literal('draft'),
      Type.Literal('reported_by_letter'),
      Type.Literal('drafting_note'),
    ]),
    signed: Type.Optional(PackDay),
    head: Head,
    /** What the paper says of another one’s time, e.g. the measures that a drafting note revises. */
    reportedValidity: Type.Optional(Validity),
    letter: Type.Optional(Letter),
    /** To other papers, of this region or one above: what it carries out, whose child it is. */
    relations: Type.Optional(Type.Array(Relation, { minItems: 1, maxItems: 50 })),
    clauses: Type.Array(Clause, { maxItems: CLAUSES_MAX }),
  },
  STRICT,
)
export type PaperDocument = Static<typeof DocumentSchema>

export const documentKind = packKind<typeof DocumentSchema>({
  folder: 'documents',
  word: { en: 'document', zh: '文件' },
  schema: DocumentSchema,
  innerIds: ({ clauses }) =>
    clauses.map(({ id }, index) => ({ id, pointer: `/clauses/${index}/id` })),
  check: (entries, names) => entries.flatMap((it) => documentFindings(it, names)),
})

function documentFindings(entry: PackEntry<PaperDocument>, names: Names): Finding[] {
  const { head, letter, reportedValidity: reported } = entry.value
  const bodies: [string, string | undefined][] = (letter?.jointOpinions ?? []).map((id, index) => [
    `/letter/jointOpinions/${index}`,
    id,
  ])
  const findings: Finding[] = []
  const spans = [
    ['/head/validity', 'absent' in head.validity ? undefined : head.validity],
    ['/reportedValidity', reported],
  ] as const
  for (const [pointer, span] of spans) {
    if (span === undefined) continue
    bodies.push([`${pointer}/interpreter`, span.interpreter])
    if (
      span.from.slice(0, 7) > span.to.slice(0, 7) ||
      (isEquallyExact(span) && span.from > span.to)
    ) {
      const reason = { en: 'the end is before the beginning', zh: '结束早于开始' }
      findings.push({ entry, pointer: `${pointer}/to`, reason })
    }
  }
  for (const [index, { paper }] of (entry.value.relations ?? []).entries()) {
    findings.push(...relationFindings(entry, `/relations/${index}/paper`, paper, names))
  }
  for (const [pointer, id] of bodies) {
    if (id !== undefined) findings.push(...departmentMissing(entry, pointer, id, names))
  }
  return findings
}

function relationFindings(
  entry: PackEntry<PaperDocument>,
  pointer: string,
  paper: string,
  names: Names,
): Finding[] {
  if (paper !== entry.id) return documentMissing(entry, pointer, paper, names)
  const reason = { en: 'a paper has no relation to itself', zh: '文件与自身没有关系' }
  return [{ entry, pointer, reason }]
}

/** Both ends are days, or both are months. */
function isEquallyExact({ from, to }: Static<typeof Validity>): boolean {
  return from.length === to.length
}

/** The finding for a department that the pack does not have. */
export function departmentMissing(
  entry: PackEntry,
  pointer: string,
  id: string,
  names: Names,
): Finding[] {
  const among = names.of('departments')
  return dangling(entry, { pointer, id, among, word: { en: 'department', zh: '部门' } })
}

/** The finding for a clause whose paper the pack does not have. */
export function paperMissing(
  entry: PackEntry<{ readonly document: string }>,
  names: Names,
): Finding[] {
  return documentMissing(entry, '/document', entry.value.document, names)
}

function documentMissing(entry: PackEntry, pointer: string, id: string, names: Names): Finding[] {
  const among = names.of('documents')
  return dangling(entry, { pointer, id, among, word: { en: 'document', zh: '文件' } })
}

const PlanSchema = Type.Object(
  {
    id: EntryId,
    name: PackLine,
    issuer: Type.Union([Line, Absent]),
    number: Type.Union([Line, Absent]),
    date: Type.Union([PackDay, Absent]),
    /** The years it covers, where they are named. */
    years: Type.Optional(Type.String({ pattern: '^[0-9]{4}(-[0-9]{4})?$' })),
    /** Documents that name it. */
    citedBy: Type.Array(EntryId, { minItems: 1, maxItems: 100 }),
    /** Whether its text is held here. */
    held: Type.Boolean(),
  },
  STRICT,
)

/** The register of higher plans: papers that the region’s papers name, with or without their text. */
export const planKind = packKind<typeof PlanSchema>({
  folder: 'plans',
  word: { en: 'higher plan', zh: '上位规划' },
  schema: PlanSchema,
  check: (entries, names) =>
    entries.flatMap((entry) =>
      entry.value.citedBy.flatMap((id, index) =>
        documentMissing(entry, `/citedBy/${index}`, id, names),
      ),
    ),
})

const DepartmentSchema = Type.Object(
  {
    /** A role that rules name; who fills it is found by the day. */
    id: EntryId,
    role: PackLine,
    /** The bodies that filled the role, the earliest first. */
    timeline: Type.Array(
      Type.Object(
        {
          name: PackLine,
          from: Type.Optional(PackDay),
          to: Type.Optional(PackDay),
          /** A paper that shows the body acting, and its day. */
          attested: Type.Array(
            Type.Object({ document: EntryId, date: Type.Optional(PackDay) }, STRICT),
            { maxItems: 50 },
          ),
        },
        STRICT,
      ),
      { minItems: 1, maxItems: 50 },
    ),
  },
  STRICT,
)

export const departmentKind = packKind<typeof DepartmentSchema>({
  folder: 'departments',
  word: { en: 'department', zh: '部门' },
  schema: DepartmentSchema,
  mayOverride: true,
  check: (entries, names) => entries.flatMap((it) => departmentFindings(it, names)),
})

function departmentFindings(
  entry: PackEntry<Static<typeof DepartmentSchema>>,
  names: Names,
): Finding[] {
  return entry.value.timeline.flatMap(({ attested }, at) =>
    attested.flatMap(({ document }, index) =>
      documentMissing(entry, `/timeline/${at}/attested/${index}/document`, document, names),
    ),
  )
}

const ReadingSchema = Type.Object(
  {
    id: EntryId,
    /** The words of the papers that are in question. */
    words: PackLine,
    question: PackLine,
    /** `assumption`: computed with the reading, which is shown. `undetermined_until`: bounds until what is missing is there. */
    treatment: Type.Union([Type.Literal('assumption'), Type.Literal('undetermined_until')]),
    reading: PackPassage,
    /** What has to be supplied, where anything is left undetermined. */
    until: Type.Optional(PackLine),
    reasonCodes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z][A-Z0-9_]+(:[A-Za-z0-9_|<>-]+)?$' }), {
        maxItems: 20,
      }),
    ),
    /** Papers whose words are meant. */
    concerns: Type.Array(EntryId, { minItems: 1, maxItems: 50 }),
    version: Type.Integer({ minimum: 1 }),
    /** Once an official has adopted it. */
    adopted: Type.Optional(
      Type.Object({ by: EntryId, date: PackDay, document: Type.Optional(Line) }, STRICT),
    ),
  },
  STRICT,
)

export const readingKind = packKind<typeof ReadingSchema>({
  folder: 'readings',
  word: { en: 'reading', zh: '解读' },
  schema: ReadingSchema,
  mayOverride: true,
  check: (entries, names) => entries.flatMap((it) => readingFindings(it, names)),
})

function readingFindings(entry: PackEntry<Static<typeof ReadingSchema>>, names: Names): Finding[] {
  const { concerns, treatment, until, adopted } = entry.value
  const missing = concerns.flatMap((id, index) =>
    documentMissing(entry, `/concerns/${index}`, id, names),
  )
  if (treatment === 'undetermined_until' && until === undefined) {
    const reason = { en: 'what is it undetermined until?', zh: '须写明待何事确定（until）' }
    missing.push({ entry, pointer: '/treatment', reason })
  }
  return [
    ...missing,
    ...(adopted === undefined ? [] : departmentMissing(entry, '/adopted/by', adopted.by, names)),
  ]
}
