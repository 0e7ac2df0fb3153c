import type { TSchema } from 'typebox'
import type { FieldProblem } from '../../lib/problem.ts'
import { fieldProblems, matches } from '../../lib/schema-problems.ts'
import { completed, templateProblems, throwIfAny } from './define.ts'
import { checkExtension } from './extension.ts'
import { type FieldWish, FieldWishSchema, type TemplateWish } from './stored-template.ts'
import { type FieldType, TEMPLATE_FIELDS_MAX, type Template } from './template.ts'

/** Names of fields that have none yet, for judging the rest of them; no field can be spelled so. */
const NAMELESS = '#'

export type Definition = {
  /** What the request says, whatever that is. */
  readonly given: unknown
  /** What it must be. */
  readonly schema: TSchema
  readonly place: Pick<Template, 'prefix' | 'name' | 'version'>
  /** The version that it follows. */
  readonly previous?: Template | undefined
}

/**
 * Untrusted JSON as a template with its defaults, a draft. All that is wrong is told at once: by the schema, by the rules
 * of templates as far as the rest can be understood, and by the version before.
 * @throws Problem `invalid-input`
 */
export function parseTemplate({ given, schema, place, previous }: Definition): Template {
  const wrong = fieldProblems(schema, given)
  if (wrong.length === 0) {
    const template = completed(given as TemplateWish, place, previous)
    throwIfAny([...templateProblems(template), ...problemsAfter(previous, template)])
    return template
  }
  const understood = understoodOf(given, previous)
  const template = completed(understood, place, previous)
  const isWhole = understood.fields.every((it) => !it.name.startsWith(NAMELESS))
  const more = [
    ...templateProblems(template),
    // A field whose name cannot be read would be missed as well.
    ...(isWhole && understood.fields.length > 0 ? problemsAfter(previous, template) : []),
  ]
  throwIfAny([...wrong, ...more.filter(({ path }) => !isTold(wrong, path))])
  return template
}

function problemsAfter(previous: Template | undefined, template: Template): FieldProblem[] {
  return previous === undefined ? [] : checkExtension(previous, template)
}

/** The value, or something in it, has been told of. That a field is missing has no place of its own. */
function isTold(told: readonly FieldProblem[], path: string): boolean {
  if (path === '/fields') return false
  return told.some((it) => it.path === path || it.path.startsWith(`${path}/`))
}

/** As much of a wrong definition as can be understood: every field keeps its place, and of it the members that are right. */
function understoodOf(given: unknown, previous: Template | undefined): TemplateWish {
  const fields = memberOf(given, 'fields')
  const list = Array.isArray(fields) ? fields.slice(0, TEMPLATE_FIELDS_MAX) : []
  const before = new Map(previous?.fields.map((it) => [it.name, it.type]))
  return { label: NO_LABEL, fields: list.map((it, place) => understoodField(it, place, before)) }
}

/** Which rules apply depends on the type; these do not. */
const WITHOUT_TYPE = new Set(['name', 'index', 'handleType'])

function understoodField(
  given: unknown,
  place: number,
  before: ReadonlyMap<string, FieldType>,
): FieldWish {
  const right = Object.entries(FieldWishSchema.properties)
    .map(([name, schema]) => [name, memberOf(given, name), schema] as const)
    .filter(([, value, schema]) => matches(schema, value))
  const members: Partial<FieldWish> = Object.fromEntries(right)
  const { name = `${NAMELESS}${place}`, type = before.get(name) } = members
  if (type !== undefined) return { ...members, name, type, label: NO_LABEL }
  const kept = Object.fromEntries(right.filter(([member]) => WITHOUT_TYPE.has(member)))
  return { ...kept, name, type: 'text', label: NO_LABEL }
}

const NO_LABEL = { en: '', zh: '' }

function memberOf(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null && Object.hasOwn(given, name)
    ? (given as Record<string, unknown>)[name]
    : undefined
}
