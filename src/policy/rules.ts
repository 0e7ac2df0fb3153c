import { join } from 'node:path'
import { compileCondition, typeIn } from '../kernel/facts/condition.ts'
import type { FactType } from '../kernel/facts/fact-type.ts'
import { formatFault } from '../kernel/packs/fault.ts'
import type { PackKind } from '../kernel/packs/kind.ts'
import { type Pack, readPack } from '../kernel/packs/pack.ts'
import { regionsIn } from '../kernel/packs/pack-files.ts'
import { regionsFolder } from '../kernel/packs/regions.ts'
import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import type { ApplicantTypes } from './applicant-types.ts'
import { type CompiledMeasure, compileMeasure } from './measure.ts'
import type { Article, Measure, Prohibition } from './measure-schema.ts'
import { type CompiledProhibition, compileProhibition } from './prohibition.ts'
import type { Target } from './target-schema.ts'
import { factsIn, readVocabulary } from './vocabulary.ts'

/** The rules of all regions, compiled. */
export type Rules = {
  readonly measures: ReadonlyMap<string, CompiledMeasure>
  readonly articles: ReadonlyMap<string, Article>
  readonly prohibitions: ReadonlyMap<string, CompiledProhibition>
  readonly targets: ReadonlyMap<string, Target>
  readonly budgets: ReadonlySet<string>
  readonly facts: ReadonlyMap<string, FactType>
  readonly types: ApplicantTypes
  /** Names of facts and applicant types, for people. */
  readonly titles: ReadonlyMap<string, Text>
}

/**
 * Reads and compiles the packs of every region in `folder` (by default those that come with the program). `kinds` are all kinds that a
 * pack may hold. Throws `unreadable-input` with every fault at its file and line.
 */
export async function readRules(
  kinds: readonly PackKind[],
  folder = regionsFolder(),
): Promise<Rules> {
  const vocabulary = readVocabulary()
  const packs = await packsIn(folder, kinds)
  const facts = new Map(vocabulary.facts.map((it) => [it.name, it.type]))
  const titles = new Map(vocabulary.titles)
  for (const pack of packs) {
    for (const { name, type, title } of factsIn(pack.own('facts'))) {
      facts.set(name, type)
      titles.set(name, title)
    }
  }
  const typeOf = typeIn(facts)
  const around = (pack: Pack) => ({ here: placeOf(pack), typeOf, types: vocabulary.types })
  const all = <Value>(kind: string) =>
    packs.flatMap((pack) => pack.own(kind).map((it) => ({ pack, value: it.value as Value })))
  const byId = <Value extends { readonly id: string }>(values: readonly Value[]) =>
    new Map(values.map((it) => [it.id, it]))
  return {
    measures: new Map(
      all<Measure>('measures').map(({ pack, value }) => [
        value.id,
        compileMeasure(value, around(pack)),
      ]),
    ),
    articles: byId(all<Article>('articles').map((it) => it.value)),
    prohibitions: new Map(
      all<Prohibition>('prohibitions').map(({ pack, value }) => [
        value.id,
        compileProhibition(value, compileCondition(value.forbids as never, placeOf(pack), typeOf)),
      ]),
    ),
    targets: byId(all<Target>('targets').map((it) => it.value)),
    budgets: new Set(all<{ id: string }>('budgets').map((it) => it.value.id)),
    facts,
    types: vocabulary.types,
    titles,
  }
}

async function packsIn(folder: string, kinds: readonly PackKind[]): Promise<Pack[]> {
  const packs: Pack[] = []
  const faults: string[] = []
  for (const code of await regionsIn(folder)) {
    const read = await readPack(join(folder, code), kinds)
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
