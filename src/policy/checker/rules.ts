import type { Article, Measure, Prohibition } from '../measure-schema.ts'
import type { Rules } from './evaluate.ts'

/** Rules as they are handed on: JSON, each with the place of the region whose rule it is. */
export type RuleSet = {
  readonly measures: readonly { readonly place: string; readonly measure: Measure }[]
  readonly articles: readonly Article[]
  readonly prohibitions: readonly { readonly place: string; readonly rule: Prohibition }[]
}

export function rulesOf({ measures, articles, prohibitions }: RuleSet): Rules {
  return {
    measures: new Map(measures.map((it) => [it.measure.id, it])),
    articles: new Map(articles.map((it) => [it.id, it])),
    prohibitions: new Map(prohibitions.map((it) => [it.rule.id, it])),
  }
}
