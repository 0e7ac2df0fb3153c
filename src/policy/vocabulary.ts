import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { FactName, type FactType, FactTypeSchema } from '../kernel/facts/fact-type.ts'
import { PackLine } from '../kernel/packs/kind.ts'
import { readYaml } from '../kernel/packs/yaml-text.ts'
import { packageRoot } from '../lib/package-root.ts'
import { Problem } from '../lib/problem.ts'
import { fieldProblems } from '../lib/schema-problems.ts'
import type { Text } from '../lib/text.ts'
import type { ApplicantTypes } from './applicant-types.ts'

const closed = { additionalProperties: false }
const ApplicantType = Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 60 })

const VocabularySchema = Type.Object(
  {
    facts: Type.Array(
      Type.Object({ name: FactName, title: PackLine, type: FactTypeSchema }, closed),
      { maxItems: 300 },
    ),
    applicantTypes: Type.Array(
      Type.Object(
        { name: ApplicantType, title: PackLine, under: Type.Array(ApplicantType) },
        closed,
      ),
      { maxItems: 300 },
    ),
  },
  closed,
)

export type NamedFact = { readonly name: string; readonly title: Text; readonly type: FactType }

/** What measures of all regions may ask about. */
export type CommonVocabulary = {
  readonly facts: readonly NamedFact[]
  readonly types: ApplicantTypes
  /** Names of facts and of applicant types, for people. */
  readonly titles: ReadonlyMap<string, Text>
}

/** Reads `spec/policy/vocabulary.yaml`. Throws `unreadable-input` where it is not of its form. */
export function readVocabulary(): CommonVocabulary {
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
    titles: new Map(named.map((it) => [it.name, it.title])),
  }
}

/** The facts that entries of the kind `facts` give. */
export function factsIn(entries: readonly { readonly value: unknown }[]): NamedFact[] {
  return entries.flatMap((it) => (it.value as { readonly facts: readonly NamedFact[] }).facts)
}
