import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { CHARS_MAX_DEFAULT } from './canonical.ts'
import type { Template, TemplateField } from './template.ts'

/**
 * What keeps `newer` from following `older`; empty when nothing does. The rule: every record that `older` allows is still
 * right and readable by `newer`. So each field stays, with its name, type, index, value type and unit; limits are kept or
 * widened, options kept or added to; `required` and `unique` may be dropped, not set. Labels may change, and a field may
 * be disabled and enabled again. A public field may become protected from then on, never the other way round. New fields
 * are optional.
 */
export function checkExtension(older: Template, newer: Template): FieldProblem[] {
  const problems: FieldProblem[] = []
  const places = new Map(newer.fields.map((field, place) => [field.name, { field, place }]))
  for (const field of older.fields) {
    const next = places.get(field.name)
    if (next === undefined) problems.push({ path: `/fields`, reason: gone(field.name) })
    else problems.push(...fieldProblems(field, next.field, `/fields/${next.place}`))
    places.delete(field.name)
  }
  for (const { field, place } of places.values()) {
    const at = `/fields/${place}`
    if (field.required) problems.push({ path: `${at}/required`, reason: NEW_REQUIRED })
    if (older.fields.some((it) => it.index === field.index)) {
      problems.push({ path: `${at}/index`, reason: INDEX_USED })
    }
  }
  return problems
}

const FIXED = ['type', 'index', 'handleType', 'unit', 'separator'] as const

function fieldProblems(older: TemplateField, newer: TemplateField, at: string): FieldProblem[] {
  const problems: FieldProblem[] = FIXED.filter((member) => older[member] !== newer[member]).map(
    (member) => ({ path: `${at}/${member}`, reason: CHANGED }),
  )
  if (newer.required && !older.required) {
    problems.push({ path: `${at}/required`, reason: TIGHTER })
  }
  if (newer.unique && !older.unique) problems.push({ path: `${at}/unique`, reason: NEWLY_UNIQUE })
  if (newer.public && !older.public) problems.push({ path: `${at}/public`, reason: PUBLISHED })
  problems.push(...ruleProblems(older, newer, at))
  if ((older.element === undefined) !== (newer.element === undefined)) {
    problems.push({ path: `${at}/element`, reason: CHANGED })
  } else if (older.element !== undefined && newer.element !== undefined) {
    if (older.element.type !== newer.element.type || older.element.unit !== newer.element.unit) {
      problems.push({ path: `${at}/element/type`, reason: CHANGED })
    }
    problems.push(...ruleProblems(older.element, newer.element, `${at}/element`))
  }
  return problems
}

type Rules = Pick<TemplateField, 'minimum' | 'maximum' | 'charsMax' | 'pattern' | 'options'>

function ruleProblems(older: Rules, newer: Rules, at: string): FieldProblem[] {
  const problems: FieldProblem[] = []
  const tighter = (member: string) => problems.push({ path: `${at}/${member}`, reason: TIGHTER })
  if ((newer.minimum ?? -Infinity) > (older.minimum ?? -Infinity)) tighter('minimum')
  if ((newer.maximum ?? Infinity) < (older.maximum ?? Infinity)) tighter('maximum')
  if (limitOf(newer) < limitOf(older)) tighter('charsMax')
  if (newer.pattern !== undefined && newer.pattern !== older.pattern) tighter('pattern')
  const kept = new Set(newer.options?.map((it) => it.value))
  if (older.options?.some((it) => !kept.has(it.value))) tighter('options')
  return problems
}

function limitOf({ charsMax }: Rules): number {
  return charsMax ?? CHARS_MAX_DEFAULT
}

function gone(name: string): Text {
  return {
    en: `The field ${name} is missing; a field can be disabled, never removed`,
    zh: `缺少字段 ${name}；字段可以停用，但不能删除`,
  }
}

const CHANGED: Text = {
  en: 'This cannot change once it is published',
  zh: '发布后不能更改',
}
const TIGHTER: Text = {
  en: 'This may be widened, not narrowed: older records would become wrong',
  zh: '只能放宽，不能收紧，否则已有记录将不再合规',
}
const NEWLY_UNIQUE: Text = {
  en: 'A published field cannot become unique: older records may share a value',
  zh: '已发布的字段不能改为唯一，已有记录可能存在重复值',
}
const PUBLISHED: Text = {
  en: 'A protected field cannot become public: its values were given in confidence',
  zh: '受保护字段不能改为公开，其值是在保密前提下提供的',
}
const NEW_REQUIRED: Text = {
  en: 'A field added later is optional: older records have no value for it',
  zh: '后加的字段只能为选填，已有记录没有该字段的值',
}
const INDEX_USED: Text = {
  en: 'The version before uses this index for another field',
  zh: '上一版本中该索引已用于其他字段',
}
