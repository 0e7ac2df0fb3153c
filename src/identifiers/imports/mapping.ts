import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Template, TemplateField } from '../templates/template.ts'

/** What an explicit mapping says of a column: a field's name, `identifier`, `suffix`, or '' to leave it out. */
export type ColumnMap = Readonly<Record<string, string>>

/** How the columns of one file are read. */
export type Mapping = {
  readonly columns: readonly string[]
  /** Position of the column that names the record. */
  readonly identifier: number
  /** It holds what stands after the prefix, even where it looks like a whole identifier. */
  readonly isSuffix: boolean
  /** Per column the field it fills, or ''. */
  readonly fields: readonly string[]
}

export const IDENTIFIER = 'identifier'
export const SUFFIX = 'suffix'
const IDENTIFIER_NAMES = ['identifier', 'handle', '标识', '标识符', '标识编码']
const SUFFIX_NAMES = ['suffix', '后缀', '标识后缀']

/**
 * By explicit mapping first, then by name: a field's name or its label in either language, letter case and spaces aside,
 * a unit in brackets aside. @throws Problem `invalid-input`: no identifier, unknown names in the mapping.
 */
export function mapColumns(
  columns: readonly string[],
  template: Template | undefined,
  map: ColumnMap = {},
): Mapping {
  checkMap(columns, template, map)
  const targets = columns.map((column) => targetOf(column, template, map))
  const identifier = targets.findIndex((it) => it === IDENTIFIER || it === SUFFIX)
  if (identifier === -1) throw noIdentifier(columns)
  const isField = (target: string, at: number) =>
    target !== '' && at !== identifier && !isIdentifier(target)
  return {
    columns,
    identifier,
    isSuffix: targets[identifier] === SUFFIX,
    fields: targets.map((target, at) => (isField(target, at) ? target.slice(FIELD.length) : '')),
  }
}

/** What a column or member fills: `identifier`, `suffix`, `/FIELD`, or '' for nothing. */
export function targetOf(column: string, template: Template | undefined, map: ColumnMap): string {
  const said = Object.hasOwn(map, column) ? map[column] : undefined
  if (said === IDENTIFIER || said === 'handle') return IDENTIFIER
  if (said === SUFFIX || said === '') return said
  if (said !== undefined) return FIELD + said
  const field = template && fieldFor(column, template, new Set(Object.values(map)))
  if (field !== undefined) return FIELD + field.name
  const name = folded(column)
  if (Object.values(map).some(isIdentifier)) return ''
  if (IDENTIFIER_NAMES.includes(name)) return IDENTIFIER
  return SUFFIX_NAMES.includes(name) ? SUFFIX : ''
}

/** Before a field's name, so that a field may be called `identifier`. */
const FIELD = '/'

function isIdentifier(target: string): boolean {
  return target === IDENTIFIER || target === SUFFIX || target === 'handle'
}

function fieldFor(
  column: string,
  template: Template,
  taken: ReadonlySet<string>,
): TemplateField | undefined {
  const offered = template.fields.filter((field) => !field.disabled && !taken.has(field.name))
  for (const name of [folded(column), folded(column.replace(/[(（[][^)）\]]*[)）\]]\s*$/, ''))]) {
    const field =
      offered.find((it) => folded(it.name) === name) ??
      offered.find((it) => folded(it.label.zh) === name || folded(it.label.en) === name)
    if (field !== undefined) return field
  }
  return undefined
}

function folded(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, '').toLowerCase()
}

function checkMap(
  columns: readonly string[],
  template: Template | undefined,
  map: ColumnMap,
): void {
  const fields: FieldProblem[] = []
  const names = template?.fields.map((it) => it.name) ?? []
  for (const [column, target] of Object.entries(map)) {
    if (!columns.includes(column)) fields.push(wrong(column, NO_COLUMN, oneOf(columns)))
    else if (target !== '' && !isIdentifier(target) && !names.includes(target)) {
      fields.push(wrong(column, NO_FIELD, oneOf([IDENTIFIER, SUFFIX, ...names])))
    }
  }
  if (fields.length > 0) throw new Problem('invalid-input', WRONG_MAP, { fields })
}

function wrong(column: string, reason: Text, expected: Text): FieldProblem {
  return { path: `/map/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`, reason, expected }
}

function noIdentifier(columns: readonly string[]): Problem {
  const reason = { en: 'No column names the identifier', zh: '没有标识列' }
  const expected = {
    en: `A column “identifier” or “suffix”, or a mapping COLUMN=identifier for ${oneOf(columns).en}`,
    zh: `名为“标识”或“后缀”的列，或用 列名=identifier 指定；现有列：${columns.slice(0, NAMES_SHOWN_MAX).join('、')}`,
  }
  return new Problem('invalid-input', reason, { fields: [{ path: '/map', reason, expected }] })
}

const NAMES_SHOWN_MAX = 30
function oneOf(names: readonly string[]): Text {
  const shown = names.slice(0, NAMES_SHOWN_MAX)
  return { en: `one of ${shown.join(', ')}`, zh: `可用：${shown.join('、')}` }
}

const NO_COLUMN = { en: 'The file has no such column', zh: '文件中没有该列' }
const NO_FIELD = { en: 'The template has no such field', zh: '模板中没有该字段' }
const WRONG_MAP = {
  en: 'The mapping does not fit file and template',
  zh: '列映射与文件或模板不符',
}
