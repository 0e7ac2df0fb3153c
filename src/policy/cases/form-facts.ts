import type { FactType } from '../../kernel/facts/fact-type.ts'
import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import { type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Application, FormField, SupportCall, SupportForm } from './collections.ts'

const DECIMAL = /^(0|[1-9][0-9]{0,30})(\.[0-9]{1,6})?$/

/** A value of a form as the engine takes facts: decimal text of quantities as numbers that keep their digits. */
export function digitsOf(type: FactType, value: unknown): JsonDigits {
  if (value === null || value === undefined) return null
  switch (type.type) {
    case 'quantity':
      if (typeof value === 'number') return new JsonNumber(String(value))
      return typeof value === 'string' && DECIMAL.test(value)
        ? new JsonNumber(value)
        : (value as JsonDigits)
    case 'list':
      return Array.isArray(value) ? value.map((it) => digitsOf(type.of, it)) : (value as JsonDigits)
    case 'record':
      return mapped(value, (name) => type.fields[name])
    case 'map':
      return mapped(value, () => type.of)
    default:
      return value as JsonDigits
  }
}

function mapped(value: unknown, typeOf: (name: string) => FactType | undefined): JsonDigits {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value as JsonDigits
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const type = typeOf(name)
      return [name, type === undefined ? (inner as JsonDigits) : digitsOf(type, inner)]
    }),
  )
}

/** What an applicant stated, by the names of the facts. Nothing that the office fills in is among it. */
export function declaredFacts(
  { facts }: Pick<Application, 'facts'>,
  { fields }: Pick<SupportForm, 'fields'>,
): Readonly<Record<string, JsonDigits>> {
  const declared = fields.flatMap((field) => {
    const value = Object.hasOwn(facts, field.name) ? facts[field.name] : undefined
    return field.by === 'office' || value === undefined || value === null || value === ''
      ? []
      : [[field.name, digitsOf(field.type, value)] as const]
  })
  return Object.fromEntries(declared)
}

/**
 * Judges a form by its call: everything that is wrong, each at its field. What is absent is not wrong: it stays open until it is
 * told. @throws Problem `invalid-input`
 */
export function checkForm(form: Application, call: SupportCall, known: SupportForm): void {
  const wrong: FieldProblem[] = [
    ...unknownMeasures(form, call),
    ...unknownType(form, known),
    ...foreignFields(form, known),
    ...unknownPapers(form, call),
  ]
  const vocabulary = new Map(known.fields.map((it) => [it.name, it.type]))
  try {
    parseFacts(vocabulary, declaredFacts(form, known))
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    wrong.push(...problem.fields.map((it) => ({ ...it, path: `/form/facts${it.path}` })))
  }
  if (wrong.length === 0) return
  const text = { en: 'Some fields are not right', zh: '部分字段不符合要求' }
  throw new Problem('invalid-input', text, { fields: wrong })
}

function unknownMeasures({ measures }: Application, call: SupportCall): FieldProblem[] {
  return measures.flatMap((id, index) => {
    if (call.measures.includes(id) && measures.indexOf(id) === index) return []
    const reason = { en: `“${id}” is not in this call`, zh: `本次申报不含“${id}”` }
    return [{ path: `/form/measures/${index}`, reason }]
  })
}

function unknownType({ type }: Application, { types }: SupportForm): FieldProblem[] {
  if (type === undefined || types.some((it) => it.name === type)) return []
  const reason = { en: `there is no kind of applicant “${type}”`, zh: `没有申请人类型“${type}”` }
  return [{ path: '/form/type', reason }]
}

function foreignFields({ facts }: Application, { fields }: SupportForm): FieldProblem[] {
  const own = new Map<string, FormField>(fields.map((it) => [it.name, it]))
  return Object.entries(facts).flatMap(([name, value]) => {
    const field = own.get(name)
    const path = `/form/facts/${name}`
    if (field === undefined) {
      return [{ path, reason: { en: 'the form does not ask for it', zh: '表单没有此项' } }]
    }
    const filled = field.by === 'office' ? [path] : officePartsIn(value, field, path)
    return filled.map((at) => ({
      path: at,
      reason: { en: 'is filled in by the office', zh: '由主管部门填写' },
    }))
  })
}

function officePartsIn(value: unknown, { officeParts }: FormField, path: string): string[] {
  const items = Array.isArray(value) ? value : []
  return items.flatMap((item, index) =>
    officeParts
      .filter((part) => typeof item === 'object' && item !== null && part in item)
      .map((part) => `${path}/${index}/${part}`),
  )
}

function unknownPapers({ papers = {} }: Application, call: SupportCall): FieldProblem[] {
  return Object.keys(papers)
    .filter((name) => !call.papers.some((it) => it.name === name))
    .map((name) => ({
      path: `/form/papers/${name}`,
      reason: { en: 'the call does not ask for it', zh: '本次申报不要求此材料' },
    }))
}

/** Papers that the chosen measures ask for. */
export function papersAsked(
  { papers }: Pick<SupportCall, 'papers'>,
  measures: readonly string[],
): SupportCall['papers'] {
  return papers.filter((it) => it.measures?.some((id) => measures.includes(id)) ?? true)
}
