import { readRegion } from '../../src/kernel/packs/regions.ts'
import type { RuleSet } from '../../src/policy/checker/rules.ts'
import type { Article, Measure, Prohibition } from '../../src/policy/measure-schema.ts'
import { placeOf } from '../../src/policy/rules.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'

const REGIONS = ['shenzhen', 'baoan', 'luan']

/** The rules of the packs that come with the program, as they are handed to the checker. */
export async function packRules(): Promise<RuleSet> {
  const set = { measures: [], articles: [], prohibitions: [] } as {
    -readonly [Name in keyof RuleSet]: RuleSet[Name][number][]
  }
  for (const code of REGIONS) {
    const { pack } = await readRegion(code, { kinds: REGION_KINDS })
    if (pack === undefined) throw new Error(`${code} cannot be read`)
    const place = placeOf(pack)
    for (const { value } of pack.own('measures'))
      set.measures.push({ place, measure: value as Measure })
    for (const { value } of pack.own('articles')) set.articles.push(value as Article)
    for (const { value } of pack.own('prohibitions')) {
      set.prohibitions.push({ place, rule: value as Prohibition })
    }
  }
  return set
}
