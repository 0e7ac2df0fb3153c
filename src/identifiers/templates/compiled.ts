import { createHash } from 'node:crypto'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type HandleValue, PERMISSIONS_PROTECTED } from '../record.ts'
import { type Canonical, canonicalFor, type Wrong } from './canonical.ts'
import { type UsableFiles, withFiles } from './files.ts'
import type { Template, TemplateField } from './template.ts'

/** Claims carry at most this many characters of a value; longer ones are claimed by their digest. */
const CLAIM_CHARS_MAX = 128

/** All that is wrong with one set of fields, at once. Never empty. */
export type WrongFields = { readonly problems: readonly FieldProblem[] }
/** Values in the order of their indexes, or what is wrong. */
export type BoundFields = HandleValue[] | WrongFields
/** Reads the cells of one line; an empty cell is an absent value. */
export type LineReader = (cells: readonly string[]) => BoundFields

/** A template made ready to check many records: everything that depends on the template alone is done once. */
export type CompiledTemplate = {
  readonly template: Template
  /** `name@version`, as records carry it. */
  readonly id: string
  readonly fields: ReadonlyMap<string, TemplateField>
  /**
   * A reader of lines whose cell `i` is the field `columns[i]`; '' stands for a column that is left out.
   * @throws Problem `invalid-input` for unknown, doubled and disabled names, and for required fields without a column.
   */
  bind(columns: readonly string[]): LineReader
  /**
   * Fields as a JSON object of texts or typed values; null and '' are absent. Paths of problems begin with `at`
   * (a JSON Pointer, default '').
   */
  parseFields(input: Readonly<Record<string, unknown>>, at?: string): BoundFields
}

type Slot = {
  readonly field: TemplateField
  readonly path: string
  readonly canonical: Canonical
}

export function isWrong(bound: BoundFields): bound is WrongFields {
  return !Array.isArray(bound)
}

/**
 * `files`: those that its fields may refer to; without, ids of files are checked by their form alone.
 * @throws Problem `invalid-input` if a pattern of the template is not one (a published template's patterns all are).
 */
export function compileTemplate(template: Template, files?: UsableFiles): CompiledTemplate {
  const slots: Slot[] = template.fields
    .toSorted((a, b) => a.index - b.index)
    .map((field) => ({
      field,
      path: `/${field.name}`,
      canonical: withFiles(field, canonicalFor(field), files),
    }))
  const fields = new Map(slots.map((slot) => [slot.field.name, slot.field]))
  const members = slots.map((slot) => ({ ...slot, read: valueReader(slot) }))
  return {
    template,
    id: `${template.name}@${template.version}`,
    fields,
    bind: (columns) => lineReader(slots, columns),
    parseFields: (input, at = '') => parseFields(members, fields, input, at),
  }
}

/** A value of a field: the constant parts are shared by all records, `data` is the text. */
function fieldValue({ index, handleType, public: open }: TemplateField, data: string): HandleValue {
  return open
    ? { index, type: handleType, data }
    : { index, type: handleType, data, permissions: PERMISSIONS_PROTECTED }
}

function lineReader(slots: readonly Slot[], columns: readonly string[]): LineReader {
  checkColumns(slots, columns)
  const bound = slots
    .filter((slot) => columns.includes(slot.field.name))
    .map((slot) => ({
      ...slot,
      column: columns.indexOf(slot.field.name),
      canonical: slot.field.type === 'text' ? unspoilt(slot.canonical) : slot.canonical,
    }))
    .map((slot) => ({ path: slot.path, column: slot.column, read: valueReader(slot) }))
  const found: HandleValue[] = []
  return (cells) => {
    let count = 0
    let problems: FieldProblem[] | undefined
    for (const { path, column, read } of bound) {
      const result = read(cells[column] ?? '')
      if (result === undefined) continue
      if ('data' in result) found[count++] = result
      else problems = [...(problems ?? []), problemOf(path, result)]
    }
    return problems === undefined ? found.slice(0, count) : { problems }
  }
}

type ValueReader = (text: string) => HandleValue | Wrong | undefined

/**
 * Reads one field of line after line. Lines of one production batch have its name and number in common: what was read
 * last is not looked at again, and such lines share one value.
 */
function valueReader(slot: Slot): ValueReader {
  const { field } = slot
  let text: string | undefined
  let value: HandleValue | undefined
  return (next) => {
    if (next === text) return value
    const result = readText(slot, next)
    if (typeof result !== 'string') return result
    text = next
    value = fieldValue(field, result)
    return value
  }
}

/** Undefined for an absent value that may be absent. */
function readText({ field, canonical }: Slot, text: string): string | Wrong | undefined {
  if (text === '' || isBlank(text)) return field.required && !field.disabled ? MISSING : undefined
  return field.disabled ? DISABLED : canonical(text)
}

function checkColumns(slots: readonly Slot[], columns: readonly string[]): void {
  const problems: FieldProblem[] = []
  const known = new Map(slots.map((slot) => [slot.field.name, slot.field]))
  const seen = new Set<string>()
  for (const [at, name] of columns.entries()) {
    if (name === '') continue
    const field = known.get(name)
    if (field === undefined) problems.push(problemOf(`/columns/${at}`, unknownField(known)))
    else if (field.disabled) problems.push(problemOf(`/columns/${at}`, DISABLED))
    else if (seen.has(name)) problems.push(problemOf(`/columns/${at}`, DOUBLED))
    seen.add(name)
  }
  for (const { field, path } of slots) {
    if (field.required && !field.disabled && !seen.has(field.name)) {
      problems.push(problemOf(path, NO_COLUMN))
    }
  }
  if (problems.length > 0) throw new Problem('invalid-input', WRONG_COLUMNS, { fields: problems })
}

type MemberSlot = Slot & { readonly read: ValueReader }

function parseFields(
  slots: readonly MemberSlot[],
  fields: ReadonlyMap<string, TemplateField>,
  input: Readonly<Record<string, unknown>>,
  at: string,
): BoundFields {
  const values: HandleValue[] = []
  const problems: FieldProblem[] = []
  for (const name of Object.keys(input)) {
    if (!fields.has(name)) problems.push(problemOf(`${at}/${pointer(name)}`, unknownField(fields)))
  }
  for (const { field, path, read } of slots) {
    const text = textOf(field, Object.hasOwn(input, field.name) ? input[field.name] : null)
    const result = typeof text === 'string' ? read(text) : text
    if (result === undefined) continue
    if ('data' in result) values.push(result)
    else problems.push(problemOf(at + path, result))
  }
  return problems.length === 0 ? values.slice() : { problems }
}

/** The text that a typed JSON value is written as; what has the wrong JSON type for its field is told. */
function textOf(field: TemplateField, given: unknown): string | Wrong {
  if (typeof given === 'string') return given
  if (given === null || given === undefined) return ''
  if (field.type === 'list') return Array.isArray(given) ? listText(given) : WRONG_TYPE
  if (typeof given === 'boolean') return field.type === 'boolean' ? String(given) : WRONG_TYPE
  if (typeof given !== 'number') return WRONG_TYPE
  if (Number.isInteger(given) && !Number.isSafeInteger(given)) return DIGITS_LOST
  return field.type === 'number' || field.type === 'boolean' || field.type === 'enumeration'
    ? String(given)
    : NUMBER_FOR_TEXT
}

function listText(given: readonly unknown[]): string | Wrong {
  if (given.length === 0) return ''
  const lost = given.some((it) => Number.isInteger(it) && !Number.isSafeInteger(it))
  return lost ? DIGITS_LOST : JSON.stringify(given)
}

/**
 * What of a record only one of its prefix may have: `TEMPLATE/FIELD=VALUE` for each unique field that has a value.
 * All versions of a template share their claims.
 */
export function uniqueClaims(template: Template, values: readonly HandleValue[]): string[] {
  const claims: string[] = []
  for (const field of template.fields) {
    if (!field.unique) continue
    const value = values.find((it) => it.index === field.index)
    if (value === undefined) continue
    const text =
      typeof value.data === 'string' ? value.data : Buffer.from(value.data).toString('hex')
    claims.push(`${template.name}/${field.name}=${claimText(text)}`)
  }
  return claims
}

function claimText(text: string): string {
  if (text.length <= CLAIM_CHARS_MAX) return text
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function isBlank(text: string): boolean {
  // Most cells begin with what is no blank: then nothing more is looked at.
  return text.charCodeAt(0) <= 0x20 || text.charCodeAt(0) > 0x7f ? text.trim() === '' : false
}

/** A number that a spreadsheet rounded when it took a long code for a number: `1.2E+11`. */
const SPREADSHEET_NUMBER = /^-?\d(?:\.\d+)?E\+\d{2,3}$/

function unspoilt(canonical: Canonical): Canonical {
  return (cell) => (cell.includes('E+') && SPREADSHEET_NUMBER.test(cell) ? SPOILT : canonical(cell))
}

/** Escapes one step of a JSON Pointer (RFC 6901 §3). */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function problemOf(path: string, { reason, expected }: Wrong): FieldProblem {
  return expected === undefined ? { path, reason } : { path, reason, expected }
}

function unknownField(fields: ReadonlyMap<string, TemplateField>): Wrong {
  const names = [...fields.keys()].slice(0, 20)
  return {
    reason: { en: 'The template has no such field', zh: '模板中没有该字段' },
    expected: { en: `One of ${names.join(', ')}`, zh: `可用字段：${names.join('、')}` },
  }
}

const MISSING: Wrong = { reason: { en: 'This field is required', zh: '此字段必填' } }
const DISABLED: Wrong = {
  reason: { en: 'This field is no longer used', zh: '此字段已停用' },
  expected: { en: 'Leave it out', zh: '请不要填写' },
}
const DOUBLED: Wrong = {
  reason: { en: 'Two columns are mapped to this field', zh: '有两列对应同一字段' },
}
const NO_COLUMN: Wrong = {
  reason: { en: 'No column is mapped to this required field', zh: '没有列对应此必填字段' },
}
const SPOILT: Wrong = {
  reason: {
    en: 'A spreadsheet has rounded this code to a number',
    zh: '电子表格已把该编码当作数字四舍五入',
  },
  expected: {
    en: 'Format the column as text and enter the code again',
    zh: '请把该列设为文本格式后重新填写编码',
  },
}
const WRONG_TYPE: Wrong = {
  reason: { en: 'The wrong type of JSON value', zh: 'JSON 值的类型不对' },
  expected: { en: 'A text, or a value of the field’s type', zh: '文本，或与字段类型一致的值' },
}
const NUMBER_FOR_TEXT: Wrong = {
  reason: { en: 'A number where a text belongs', zh: '此处应为文本而不是数字' },
  expected: { en: 'The value in quotation marks', zh: '请加引号写成文本' },
}
const DIGITS_LOST: Wrong = {
  reason: {
    en: 'JSON numbers of more than 15 digits lose digits on the way',
    zh: '超过 15 位的 JSON 数字会丢失精度',
  },
  expected: { en: 'The number in quotation marks', zh: '请把数字加引号写成文本' },
}
const WRONG_COLUMNS: Text = {
  en: 'The columns do not fit the template',
  zh: '列与模板不符',
}
