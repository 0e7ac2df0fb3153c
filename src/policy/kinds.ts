import { conditionFaults, typeIn } from '../kernel/facts/condition.ts'
import type { Condition } from '../kernel/facts/condition-schema.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import {
  dangling,
  type Finding,
  type Names,
  type PackEntry,
  type PackKind,
  packKind,
} from '../kernel/packs/kind.ts'
import { type Known, measureFindings, namedFindings } from './check.ts'
import { type Beside, contradictionFindings } from './contradictions.ts'
import {
  type Article,
  ArticleSchema,
  FactsSchema,
  type Measure,
  MeasureSchema,
  type Prohibition,
  ProhibitionSchema,
} from './measure-schema.ts'
import { type Target, TargetSchema } from './target-schema.ts'
import { factsIn, readVocabulary } from './vocabulary.ts'

/** The kinds of entries that the engine reads from a region's pack. */
export const POLICY_KINDS: readonly PackKind[] = [
  packKind({
    folder: 'measures',
    word: { en: 'measure', zh: '措施' },
    schema: MeasureSchema,
    hasVersions: true,
    check: (entries, names) => {
      const known = knownBy(names)
      const own = entries as readonly PackEntry<Measure>[]
      return [
        ...own.flatMap((it) => [...measureFindings(it, known), ...namedFindings(it, names)]),
        ...contradictionFindings(own, besideIn(names)),
      ]
    },
  }),
  packKind({
    folder: 'articles',
    word: { en: 'article', zh: '条款' },
    schema: ArticleSchema,
    check: (entries, names) => entries.flatMap((it) => articleFindings(it, names)),
  }),
  packKind({
    folder: 'facts',
    word: { en: 'list of facts', zh: '事实项目表' },
    schema: FactsSchema,
    check: (entries, names) => factFindings(entries, names),
  }),
  packKind({
    folder: 'prohibitions',
    word: { en: 'prohibition', zh: '禁止性规定' },
    schema: ProhibitionSchema,
    check: (entries, names) =>
      entries.flatMap((it) => [...prohibitionFindings(it, names), ...namedFindings(it, names)]),
  }),
  packKind({
    folder: 'targets',
    word: { en: 'target', zh: '目标' },
    schema: TargetSchema,
    check: (entries, names) => entries.flatMap((it) => targetFindings(it, names)),
  }),
]

/** What the measures of a pack are compared with. */
export function besideIn(names: Names): Beside {
  return {
    measures: names.entries('measures') as readonly PackEntry<Measure>[],
    articles: names.entries('articles') as readonly PackEntry<Article>[],
    prohibitions: names.entries('prohibitions') as readonly PackEntry<Prohibition>[],
  }
}

/** What a pack may name: the common facts, its own and those of the regions above. */
export function knownBy(names: Names): Known {
  const { facts, types } = readVocabulary()
  const own = factsIn(names.entries('facts'))
  return {
    facts: new Map([...facts, ...own].map((it) => [it.name, it.type])),
    applicantTypes: new Set(types.keys()),
    measures: new Map(names.entries('measures').map((it) => [it.id, it.value as Measure])),
  }
}

const MEASURE = { en: 'measure', zh: '措施' }

function articleFindings(entry: PackEntry<Article>, names: Names): Finding[] {
  return entry.value.branches.flatMap(({ measure: id }, at) =>
    dangling(entry, {
      pointer: `/branches/${at}/measure`,
      id,
      among: names.of('measures'),
      word: MEASURE,
    }),
  )
}

function targetFindings(entry: PackEntry<Target>, names: Names): Finding[] {
  const { value } = entry
  const measures = value.kind === 'quota' ? value.measures : []
  const among = names.of('measures')
  return [
    ...namedFindings(entry, names),
    ...measures.flatMap((id, at) =>
      dangling(entry, { pointer: `/measures/${at}`, id, among, word: MEASURE }),
    ),
  ]
}

function prohibitionFindings(entry: PackEntry<Prohibition>, names: Names): Finding[] {
  const { facts } = knownBy(names)
  const forbids = entry.value.forbids as Condition
  return conditionFaults(forbids, typeIn(facts), facts.keys()).map(({ pointer, reason }) => ({
    entry,
    pointer: `/forbids${pointer}`,
    reason,
  }))
}

/** A name means one thing: the common facts, and those of the regions above, keep their type. */
function factFindings(entries: readonly PackEntry[], names: Names): Finding[] {
  const own = new Set(entries)
  const above = names.entries('facts').filter((it) => !own.has(it))
  const types = new Map<string, FactType>(
    [...readVocabulary().facts, ...factsIn(above)].map((it) => [it.name, it.type]),
  )
  return entries.flatMap((entry) =>
    factsIn([entry]).flatMap(({ name, type }, at) => {
      const known = types.get(name)
      types.set(name, type)
      if (known === undefined || JSON.stringify(known) === JSON.stringify(type)) return []
      const reason = {
        en: `“${name}” has another type already`,
        zh: `“${name}”已有另一种类型`,
      }
      return [{ entry, pointer: `/facts/${at}/name`, reason }]
    }),
  )
}
