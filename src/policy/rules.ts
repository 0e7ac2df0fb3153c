import { join } from 'node:path'
import { compileCondition, typeIn } from '../kernel/facts/condition.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import { formatFault } from '../kernel/packs/fault.ts'
import type { PackKind } from '../kernel/packs/kind.ts'
import { type KnownPacks, type Pack, readPack } from '../kernel/packs/pack.ts'
import { regionsIn } from '../kernel/packs/pack-files.ts'
import { regionsFolder } from '../kernel/packs/regions.ts'
import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import type { ApplicantTypes } from './applicant-types.ts'
import { type CompiledMeasure, compileMeasure } from './measure.ts'
import type { Article, Measure, Prohibition } from './measure-schema.ts'
import { type CompiledProhibition, compileProhibition } from './prohibition.ts'
import type { Target } from './target-schema.ts'
import { joinVersions } from './versions-in-force.ts'
import { factsIn, type NamedFact, readVocabulary } from './vocabulary.ts'

/** The rules of all regions, compiled. */
export type Rules = {
  readonly measures: ReadonlyMap<string, CompiledMeasure>
  readonly articles: ReadonlyMap<string, Article>
  readonly prohibitions: ReadonlyMap<string, CompiledProhibition>
  readonly targets: ReadonlyMap<string, Target>
  readonly budgets: ReadonlySet<string>
  readonly facts: ReadonlyMap<string, FactType>
  readonly types: ApplicantTypes
  /** By section of GB/T 4754: the kind of applicant that the register takes an enterprise for. */
  readonly sectors: ReadonlyMap<string, string>
  /** By measure: the place of the region whose rule it is. */
  readonly places: ReadonlyMap<string, string>
  /** By measure: the readings that its words are taken in, as the packs hold them. */
  readonly readings: ReadonlyMap<string, readonly unknown[]>
  /** Names of facts and applicant types, for people. */
  readonly titles: ReadonlyMap<string, Text>
}

/** A measure as it is written, the place of its region, and the readings that its words are taken in. */
export type MeasureSource = {
  readonly place: string
  readonly measure: Measure
  readonly readings: readonly unknown[]
}

export type WrittenMeasure = {
  readonly place: string
  readonly measure: Measure
  /** Entries of `readings` that its words are taken in. */
  readonly readings?: readonly unknown[]
}

/** The rules of all regions as they are written, each with the place of its region. */
export type RuleSources = {
  /** Versions of one measure stand in their order, the oldest first. */
  readonly measures: readonly MeasureSource[]
  readonly articles: readonly Article[]
  readonly prohibitions: readonly { readonly place: string; readonly rule: Prohibition }[]
  readonly targets: readonly Target[]
  readonly budgets: readonly string[]
  /** What packs ask about beyond the common facts. */
  readonly facts: readonly NamedFact[]
}

/**
 * Reads and compiles the packs of every region in `folder` (by default those that come with the program). `kinds` are all kinds that a
 * pack may hold. Throws `unreadable-input` with every fault at its file and line.
 */
export async function readRules(
  kinds: readonly PackKind[],
  folder = regionsFolder(),
): Promise<Rules> {
  return compileRules(sourcesOf(await readPacks(kinds, folder)))
}

/** What the packs' rules say, not compiled yet. */
export function sourcesOf(packs: readonly Pack[]): RuleSources {
  const all = <Value>(kind: string) =>
    packs.flatMap((pack) =>
      pack.own(kind).map((it) => ({ place: placeOf(pack), value: it.value as Value })),
    )
  return {
    measures: packs.flatMap((pack) =>
      pack.own('measures').map(({ value }): MeasureSource => {
        const measure = value as Measure
        return { place: placeOf(pack), measure, readings: readingsOf(measure, pack) }
      }),
    ),
    articles: all<Article>('articles').map((it) => it.value),
    prohibitions: all<Prohibition>('prohibitions').map(({ place, value: rule }) => ({
      place,
      rule,
    })),
    targets: all<Target>('targets').map((it) => it.value),
    budgets: all<{ id: string }>('budgets').map((it) => it.value.id),
    facts: packs.flatMap((pack) => factsIn(pack.own('facts'))),
  }
}

/** The readings that a measure names, as its region holds them. */
export function readingsOf({ readings }: Measure, pack: Pack): unknown[] {
  return (readings ?? []).flatMap((id) => pack.find('readings', id)?.value ?? [])
}

/** Rules as closures; of a measure with several versions each case finds that of its day. */
export function compileRules(sources: RuleSources): Rules {
  const vocabulary = readVocabulary()
  const named = [...vocabulary.facts, ...sources.facts]
  const facts = new Map(named.map((it) => [it.name, it.type]))
  const titles = new Map([
    ...vocabulary.titles,
    ...sources.facts.map((it) => [it.name, it.title] as const),
  ])
  const typeOf = typeIn(facts)
  const { types } = vocabulary
  const compiled = sources.measures.map(({ place, measure }) =>
    compileMeasure(measure, { here: place, typeOf, types }),
  )
  const byId = <Value extends { readonly id: string }>(values: readonly Value[]) =>
    new Map(values.map((it) => [it.id, it]))
  return {
    measures: new Map(
      [...Map.groupBy(compiled, (it) => it.measure.id)].map(([id, versions]) => [
        id,
        joinVersions(versions),
      ]),
    ),
    articles: byId(sources.articles),
    prohibitions: new Map(
      sources.prohibitions.map(({ place, rule }) => [
        rule.id,
        compileProhibition(rule, compileCondition(rule.forbids as never, place, typeOf)),
      ]),
    ),
    targets: byId(sources.targets),
    budgets: new Set(sources.budgets),
    facts,
    types,
    sectors: vocabulary.sectors,
    places: new Map(sources.measures.map((it) => [it.measure.id, it.place])),
    readings: new Map(sources.measures.map((it) => [it.measure.id, it.readings])),
    titles,
  }
}

/** The packs of every region in `folder`. Throws `unreadable-input` with every fault at its file and line. */
export async function readPacks(
  kinds: readonly PackKind[],
  folder = regionsFolder(),
): Promise<Pack[]> {
  const packs: Pack[] = []
  const faults: string[] = []
  const known: KnownPacks = new Map()
  for (const code of await regionsIn(folder)) {
    const read = await readPack(join(folder, code), kinds, known)
    faults.push(...read.faults.map((it) => formatFault(it, 'en')))
    if (read.pack !== undefined) packs.push(read.pack)
  }
  if (faults.length === 0) return packs
  const told = [...new Set(faults)].join('\n')
  throw new Problem('unreadable-input', {
    en: `the rules have faults:\n${told}`,
    zh: `规则有错误：\n${told}`,
  })
}

/** The place of a region below those above it: `shenzhen/baoan`. */
export function placeOf({ region, parent }: Pack): string {
  return parent === undefined ? region.code : `${placeOf(parent)}/${region.code}`
}
