import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { PackLine } from '../kernel/packs/kind.ts'
import { readYaml } from '../kernel/packs/yaml-text.ts'
import { packageRoot } from '../lib/package-root.ts'
import { Problem } from '../lib/problem.ts'
import { fieldProblems } from '../lib/schema-problems.ts'
import type { Text } from '../lib/text.ts'
import type { ApplicantTypes } from './applicant-types.ts'
import { type FactEntry, FactEntrySchema } from './fact-entry.ts'

const closed = { additionalProperties: false }
const ApplicantType = Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 60 })

const VocabularySchema = Type.Object(
  {
    facts: Type.Array(FactEntrySchema, { maxItems: 300 }),
    applicantTypes: Type.Array(
      Type.Object(
        {
          name: ApplicantType,
          title: PackLine,
          under: Type.Array(ApplicantType),
          /** Sections of GB/T 4754 whose enterprises are of this type by what the register says. */
          sectors: Type.Optional(Type.Array(Type.String({ pattern: '^[A-T]$' }), { maxItems: 20 })),
        },
        closed,
      ),
      { maxItems: 300 },
    ),
  },
  closed,
)

export type NamedFact = FactEntry

/** What measures of all regions may ask about. */
export type CommonVocabulary = {
  readonly facts: readonly NamedFact[]
  readonly types: ApplicantTypes
  /** By section of GB/T 4754: the type of applicant that the register confirms by it. */
  readonly sectors: ReadonlyMap<string, string>
  /** Names of facts and of applicant types, for people. */
  readonly titles: ReadonlyMap<string, Text>
}

let vocabulary: CommonVocabulary | undefined

/** What `spec/policy/vocabulary.yaml` says, read when first asked for. Throws `unreadable-input` where it is not of its form. */
export function readVocabulary(): CommonVocabulary {
  vocabulary ??= readVocabularyNow()
  return vocabulary
}

function readVocabularyNow(): CommonVocabulary {
  const path = join(packageRoot(), 'spec', 'policy', 'vocabulary.yaml')
  const { value, faults } = readYaml(readFileSync(path, 'utf8'))
  const wrong =
    faults.length > 0
      ? faults.map((it) => it.reason.en)
      : fieldProblems(VocabularySchema, value).map((it) => `${it.path} ${it.reason.en}`)
  if (wrong.length > 0) {
    throw new Problem('unreadable-input', {
      en: `${path} is not a vocabulary: ${wrong.join('; ')}`,
      zh: `${path} 不是有效的事实项表：${wrong.join('；')}`,
    })
  }
  const { facts, applicantTypes } = value as Static<typeof VocabularySchema>
  const named = [...facts, ...applicantTypes]
  return {
    facts: facts as readonly NamedFact[],
    types: new Map(applicantTypes.map((it) => [it.name, it.under])),
    sectors: new Map(
      applicantTypes.flatMap((it) => (it.sectors ?? []).map((section) => [section, it.name])),
    ),
    titles: new Map(named.map((it) => [it.name, it.title])),
  }
}

/** The facts that entries of the kind `facts` give. */
export function factsIn(entries: readonly { readonly value: unknown }[]): NamedFact[] {
  return entries.flatMap((it) => (it.value as { readonly facts: readonly NamedFact[] }).facts)
}

/** What judgements (by their paths among the facts) and words (as `word:NAME`) are called by entries of the kind `facts`. */
export function wordTitles(
  entries: readonly { readonly value: unknown }[],
): (readonly [string, Text])[] {
  const titled = (of: 'judgements' | 'words', prefix: string) =>
    entries.flatMap(({ value }) => {
      const list = (value as { readonly [name in typeof of]?: readonly Titled[] })[of] ?? []
      return list.map(({ name, title }) => [`${prefix}${name}`, title] as const)
    })
  return [...titled('judgements', 'determinations.'), ...titled('words', 'word:')]
}

type Titled = { readonly name: string; readonly title: Text }
