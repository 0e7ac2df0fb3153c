import { type PackKind, packKind } from '../kernel/packs/kind.ts'
import { ArticleSchema, FactsSchema, MeasureSchema, ProhibitionSchema } from './measure-schema.ts'
import { TargetSchema } from './target-schema.ts'

/** The kinds of entries that the engine reads from a region's pack. */
export const POLICY_KINDS: readonly PackKind[] = [
  packKind({
    folder: 'measures',
    word: { en: 'measure', zh: '措施' },
    schema: MeasureSchema,
  }),
  packKind({
    folder: 'articles',
    word: { en: 'article', zh: '条款' },
    schema: ArticleSchema,
  }),
  packKind({
    folder: 'facts',
    word: { en: 'list of facts', zh: '事实项目表' },
    schema: FactsSchema,
  }),
  packKind({
    folder: 'prohibitions',
    word: { en: 'prohibition', zh: '禁止性规定' },
    schema: ProhibitionSchema,
  }),
  packKind({
    folder: 'targets',
    word: { en: 'target', zh: '目标' },
    schema: TargetSchema,
  }),
]
