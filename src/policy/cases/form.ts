import { type Static, Type } from 'typebox'
import { digestOf } from '../../kernel/cases/content.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import { PackLine } from '../../kernel/packs/kind.ts'
import type { Measure } from '../measure-schema.ts'
import type { Rules } from '../rules.ts'
import type { FormField, SupportForm } from './collections.ts'
import { readSpec } from './spec-files.ts'

const Names = Type.Array(Type.String({ maxLength: 100 }), { maxItems: 300 })

const FormSpec = Type.Object(
  {
    system: Names,
    office: Names,
    officeParts: Type.Array(Type.Object({ list: Type.String(), parts: Names })),
    /** The last takes what no other names. */
    groups: Type.Array(Type.Object({ id: Type.String(), title: PackLine, facts: Names }), {
      minItems: 1,
    }),
    parts: Type.Record(Type.String(), TextSchema),
  },
  { additionalProperties: false },
)

export type FormSpec = Static<typeof FormSpec>

/** Who fills in which fact and under which heading: `spec/policy/form.yaml`. */
export function readFormSpec(): Promise<FormSpec> {
  return readSpec(FormSpec, 'form.yaml')
}

export const FORM_ID = 'support'
const VERSION_CHARS = 12

export function formVersion(form: SupportForm): string {
  return digestOf(form).slice(0, VERSION_CHARS)
}

export function formDocumentId({ id, version }: { readonly id: string; readonly version: string }) {
  return `${id}@${version}`
}

/** The form that asks what these measures ask about, and nothing that the node knows by itself. */
export function formOf(measures: readonly Measure[], rules: Rules, spec: FormSpec): SupportForm {
  const asked = new Map<string, string[]>()
  for (const measure of measures) {
    for (const name of factsAsked(measure, rules.facts)) {
      asked.set(name, [...(asked.get(name) ?? []), measure.id])
    }
  }
  const system = new Set(spec.system)
  const fields = [...asked]
    .filter(([name]) => !system.has(name) && name !== 'determinations')
    .map(([name, of]) => fieldOf(name, of, { rules, spec }))
  const order = spec.groups.map((it) => it.id)
  fields.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
  const groups = spec.groups.filter(({ id }) => fields.some((it) => it.group === id))
  const types = [...rules.types.keys()].map((name) => ({ name, title: titleOf(name, rules) }))
  return {
    fields,
    groups: groups.map(({ id, title }) => ({ id, title })),
    parts: partsOf(fields, spec),
    types,
    judgements: [...new Set(measures.flatMap(judgementsIn))].sort().map((name) => {
      const title = rules.titles.get(`determinations.${name}`)
      return { name, title: title ?? { en: name, zh: name } }
    }),
  }
}

function fieldOf(
  name: string,
  measures: string[],
  { rules, spec }: { readonly rules: Rules; readonly spec: FormSpec },
): FormField {
  const type = rules.facts.get(name)
  if (type === undefined) throw new TypeError(`there is no fact ${name}`)
  const group = spec.groups.find((it) => it.facts.includes(name)) ?? spec.groups.at(-1)
  return {
    name,
    title: titleOf(name, rules),
    type,
    group: group?.id ?? '',
    by: spec.office.includes(name) ? 'office' : 'applicant',
    officeParts: spec.officeParts.find((it) => it.list === name)?.parts ?? [],
    measures,
  }
}

function titleOf(name: string, { titles }: Rules): FormField['title'] {
  return titles.get(name) ?? { en: name, zh: name }
}

function partsOf(fields: readonly FormField[], { parts }: FormSpec): FormSpec['parts'] {
  const names = new Set(fields.flatMap(({ type }) => Object.keys(recordFields(type) ?? {})))
  return Object.fromEntries(Object.entries(parts).filter(([name]) => names.has(name)))
}

/** The fields of a record, or of the records that a list holds. */
export function recordFields(
  type: FormField['type'],
): Readonly<Record<string, unknown>> | undefined {
  if (type.type === 'record') return type.fields
  return type.type === 'list' && type.of.type === 'record' ? type.of.fields : undefined
}

/** Members of a measure that name no fact. */
const WORDS = new Set(['oneOf', 'id', 'refused', 'open', 'code', 'unit', 'wording', 'level', 'per'])
const ASKING = [
  'conditions',
  'amount',
  'caps',
  'publicFunds',
  'each',
  'rewards',
  'remarks',
] as const

/** Names of the facts that a measure reads, whatever part of it reads them; also those that limit its award. */
export function factsAsked(measure: Measure, facts: Rules['facts']): readonly string[] {
  const asked = ASKING.flatMap((part) => [...textsIn(measure[part], '')])
  const names = asked
    .filter(({ key }) => !WORDS.has(key))
    .map(({ text }) => text.split('.')[0] ?? '')
  const ofQuota = measure.quota === undefined ? [] : ['quota_position', 'ordering_rule']
  return [...new Set([...names, ...ofQuota])].filter((it) => facts.has(it))
}

/** What is judged by people, by its name. */
function judgementsIn(measure: Measure): readonly string[] {
  const judged = [...textsIn(measure, '')].filter((it) => it.key === 'judged').map((it) => it.text)
  const { unordered } = measure.quota ?? {}
  return unordered === undefined ? judged : [...judged, unordered]
}

/** Every text in a value, with the name of the member that holds it or its list. */
function* textsIn(value: unknown, key: string): Generator<{ key: string; text: string }> {
  if (typeof value === 'string') yield { key, text: value }
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    yield* textsIn(inner, Array.isArray(value) ? key : name)
  }
}
