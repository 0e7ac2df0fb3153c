import type { Finding, Names, PackEntry } from '../../kernel/packs/kind.ts'
import { unknownName } from '../../kernel/packs/nearest.ts'
import type { Pack } from '../../kernel/packs/pack.ts'
import { formatDigits } from '../../lib/json-digits.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import type { Text } from '../../lib/text.ts'
import { measureFindings, namedFindings } from '../check.ts'
import { contradictionFindings } from '../contradictions.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { type DeterminacyClass, determinacyOf } from '../determinacy.ts'
import { besideIn, knownBy } from '../kinds.ts'
import { type Measure, MeasureSchema } from '../measure-schema.ts'
import { placeOf, type Rules } from '../rules.ts'
import { judgeVector, readVectors, type Vector } from '../vectors.ts'
import { rulesWithNewest } from '../versions/cases.ts'
import { type Change, changesOf } from '../versions/difference.ts'

/** What is looked at of a draft. */
export type Checked = {
  readonly place: string
  readonly body: unknown
  readonly vectors?: string
  readonly supersedes?: boolean
}

export type VectorResult = {
  readonly id: string
  readonly ok: boolean
  readonly differs: readonly {
    readonly field: string
    readonly expected: string
    readonly got: string
  }[]
}

/** What is said of a draft: nothing of it is kept. */
export type DraftCheck = {
  /** What keeps it from being a rule, by the place in its body. */
  readonly faults: readonly FieldProblem[]
  /** By its form; absent while its form cannot be read. */
  readonly determinacy?: DeterminacyClass
  /** Against the newest version that there is; absent for a new measure. */
  readonly changes?: readonly Change[]
  /** None while the measure has faults. */
  readonly vectors: readonly VectorResult[]
  /** Of the cases of the vectors, those that come out differently than by the versions that hold; absent for a new measure. */
  readonly cases?: { readonly total: number; readonly changed: string[] }
  /** Why the vectors cannot be run. */
  readonly vectorsFault?: Text
}

/** Everything that a rule file is checked for when it is loaded, of one measure, and its own vectors. */
export function checkDraft(open: OpenRules, draft: Checked): DraftCheck {
  const pack = open.packs.find((it) => placeOf(it) === draft.place)
  if (pack === undefined) {
    const known = open.packs.map(placeOf)
    const reason = unknownName(draft.place, known, { en: 'region', zh: '区域' })
    return { faults: [{ path: '/place', reason }], vectors: [] }
  }
  const wrong = fieldProblems(MeasureSchema, draft.body)
  if (wrong.length > 0) return { faults: wrong, vectors: [] }
  const measure = draft.body as Measure
  const faults = faultsBeside(open, pack, { ...draft, measure })
  const before = open.rules.measures.get(measure.id)?.measure
  return {
    faults,
    determinacy: determinacyOf(measure),
    ...(before !== undefined && { changes: changesOf(before, measure, open.rules) }),
    ...(faults.length > 0 ? { vectors: [] } : vectorResults(open, measure, draft)),
  }
}

function faultsBeside(
  open: OpenRules,
  pack: Pack,
  { measure, supersedes }: Checked & { readonly measure: Measure },
): FieldProblem[] {
  const entry = entryOf(measure)
  const names = namesFor(open, pack)
  const known = knownBy(names)
  const beside = besideIn(names)
  const others = beside.measures.filter((it) => it.id !== measure.id)
  const versions = supersedes === true ? [] : versionsOf(open, measure.id)
  const findings: Finding[] = [
    ...measureFindings(entry, {
      ...known,
      measures: new Map([...known.measures, [measure.id, measure]]),
    }),
    ...contradictionFindings([entry], { ...beside, measures: [...others, ...versions, entry] }),
    ...namedFindings(entry, names),
  ]
  return findings.map(({ pointer, reason }) => ({ path: pointer, reason }))
}

function versionsOf({ sources }: OpenRules, id: string): PackEntry<Measure>[] {
  return sources.measures.filter((it) => it.measure.id === id).map((it) => entryOf(it.measure))
}

function entryOf(value: Measure): PackEntry<Measure> {
  return { id: value.id, value, file: '', at: () => ({ line: 1, column: 1 }) }
}

/** What the pack holds, with the measures as they are in force now. */
function namesFor({ sources, packs }: OpenRules, pack: Pack): Names {
  const lineage: Pack[] = []
  for (let it: Pack | undefined = pack; it !== undefined; it = it.parent) lineage.unshift(it)
  const places = new Set(lineage.map(placeOf))
  const measures = sources.measures.filter((it) => places.has(it.place))
  const adopted = measures.map((it) => entryOf(it.measure))
  return {
    of: (folder) => pack.ids(folder),
    knows: (folder) => packs.some((it) => it.own(folder).length > 0),
    entries: (folder) =>
      folder === 'measures' ? adopted : lineage.flatMap((it) => it.own(folder)),
  }
}

function vectorResults(
  open: OpenRules,
  measure: Measure,
  { vectors, place }: Checked,
): Pick<DraftCheck, 'vectors' | 'vectorsFault' | 'cases'> {
  if (vectors === undefined || vectors.trim() === '') return { vectors: [] }
  const rules = rulesWithNewest(open.rules, measure, place)
  try {
    const read = readVectors(vectors)
    const results = read.map((it): VectorResult => {
      const { id, differs } = judgeVector(rules, it)
      return {
        id,
        ok: differs.length === 0,
        differs: differs.map(({ field, expected, got }) => ({
          field,
          expected: formatDigits(expected),
          got: formatDigits(got),
        })),
      }
    })
    return { vectors: results, ...casesOf(open.rules, rules, { measure, read }) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { vectors: [], vectorsFault: error.text }
  }
}

/** What the cases of the vectors come to under each: a case that either cannot take is no change of this measure's. */
function casesOf(
  before: Rules,
  after: Rules,
  { measure, read }: { readonly measure: Measure; readonly read: readonly Vector[] },
): Pick<DraftCheck, 'cases'> {
  if (!before.measures.has(measure.id)) return {}
  const asked = read.flatMap(({ id, ask }) => {
    try {
      return [{ id, changes: formatDigits(ask(before)) !== formatDigits(ask(after)) }]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return []
    }
  })
  const changed = asked.filter((it) => it.changes).map((it) => it.id)
  return { cases: { total: asked.length, changed } }
}
