import type { FieldProblem } from '../../lib/problem.ts'
import { Problem } from '../../lib/problem.ts'
import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import { isWholeNational } from '../prefixes/segments.ts'
import type { HandleValue } from '../record.ts'
import { parseNewName } from '../registration/names.ts'
import { knownTypeProblems, valueProblems } from '../registration/values.ts'
import type { RecordDraft } from '../store/store.ts'
import { type BoundFields, type CompiledTemplate, isWrong } from '../templates/compiled.ts'
import { type BatchLine, NO_PROBLEMS, samePrefix } from './batch.ts'
import { type LineSink, refusal } from './lines.ts'
import {
  type ColumnMap,
  IDENTIFIER,
  type Mapping,
  mapColumns,
  SUFFIX,
  targetOf,
} from './mapping.ts'

/** A record written as JSON by the rules of the Handle JSON API; throws Problem. */
export type ReadHandleJson = (record: unknown) => {
  readonly handle: string
  readonly values: readonly HandleValue[]
}

export type BinderOptions = {
  readonly template: CompiledTemplate | undefined
  readonly prefix: { readonly spelled: string; readonly key: PrefixKey } | undefined
  readonly map: ColumnMap
  readonly readHandleJson: ReadHandleJson
  /** The file holds whole records of another Handle server. */
  readonly isMove: boolean
  readonly tell: (line: BatchLine) => void
  /** The columns are understood. */
  readonly mapped: (mapping: Mapping) => void
}

/** Turns the lines a reader tells into drafts of records, or into refusals. */
export class Binder implements LineSink {
  readonly #options: BinderOptions
  #identifier = 0
  #isSuffix = false
  #readCells: ((cells: readonly string[]) => BoundFields) | undefined
  /** Members of JSON lines seen so far: `identifier`, `suffix`, `/FIELD` or ''. */
  readonly #members = new Map<string, string>()
  #lastPrefix: PrefixKey | undefined

  constructor(options: BinderOptions) {
    this.#options = options
  }

  header(columns: readonly string[]): void {
    const { template, map, mapped } = this.#options
    if (template === undefined) throw NO_TEMPLATE
    const mapping = mapColumns(columns, template.template, map)
    this.#readCells = template.bind(mapping.fields)
    this.#identifier = mapping.identifier
    this.#isSuffix = mapping.isSuffix
    mapped(mapping)
  }

  row(line: number, cells: readonly string[], dates?: ReadonlySet<number>): void {
    const name = cells[this.#identifier] ?? ''
    if (dates?.has(this.#identifier)) {
      this.#refuse(line, '', [TURNED_TO_DATE])
      return
    }
    const bound = this.#readCells?.(cells) ?? []
    this.#tell(line, name, this.#isSuffix, bound)
  }

  refuse(line: number, problem: FieldProblem): void {
    this.#refuse(line, '', [problem])
  }

  object(line: number, value: unknown): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#refuse(line, '', [NOT_OBJECT])
    } else if (this.#options.template === undefined || isHandleJson(value)) {
      this.#handleJson(line, value)
    } else {
      this.#jsonFields(line, value as Record<string, unknown>, this.#options.template)
    }
  }

  #handleJson(line: number, value: object): void {
    const { name, isSuffix } = nameIn(value)
    const handle = this.#fullName(name, isSuffix)
    try {
      const { values } = this.#options.readHandleJson({ ...value, handle })
      const problems = [...valueProblems(values), ...this.#wrongTypes(values)]
      this.#tell(line, handle, false, problems.length > 0 ? { problems } : [...values], true)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#refuse(line, name, error.fields.length > 0 ? error.fields : [refusal(error.text)])
    }
  }

  /** Records that move here from another server are taken as they were there. */
  #wrongTypes(values: readonly HandleValue[]): FieldProblem[] {
    return this.#options.isMove ? [] : knownTypeProblems(values)
  }

  #jsonFields(line: number, value: Record<string, unknown>, template: CompiledTemplate): void {
    const fields: Record<string, unknown> = {}
    let name: unknown = ''
    let isSuffix = false
    const inner =
      isObject(value.fields) && !template.fields.has('fields') ? value.fields : undefined
    for (const member in value) {
      const target = this.#targetOf(member)
      if (target.charCodeAt(0) === 0x2f) fields[target.slice(1)] = value[member]
      else if (target !== '') {
        name = value[member]
        isSuffix = target === SUFFIX
      }
    }
    for (const member in inner) {
      const target = this.#targetOf(member)
      if (target.charCodeAt(0) === 0x2f) fields[target.slice(1)] = inner[member]
    }
    if (typeof name !== 'string') this.#refuse(line, '', [NAME_NOT_TEXT])
    else this.#tell(line, name, isSuffix, template.parseFields(fields))
  }

  /** Lines of one file have few different members; a hostile file's are not remembered without end. */
  #targetOf(member: string): string {
    let target = this.#members.get(member)
    if (target === undefined) {
      target = targetOf(member, this.#options.template?.template, this.#options.map)
      if (this.#members.size < MEMBERS_KEPT_MAX) this.#members.set(member, target)
    }
    return target
  }

  #tell(line: number, name: string, isSuffix: boolean, bound: BoundFields, isPlain = false): void {
    const handle = this.#fullName(name.trim(), isSuffix)
    const wrong = this.#wrongName(name, handle)
    if (wrong !== undefined || isWrong(bound)) {
      const others = isWrong(bound) ? bound.problems : []
      this.#refuse(line, handle, wrong === undefined ? others : [wrong, ...others])
      return
    }
    const key = foldAscii(handle) as HandleKey
    const values = bound
    const template = isPlain ? undefined : this.#options.template?.id
    const draft: RecordDraft =
      template === undefined
        ? { key, spelled: handle, state: 'registered', held: false, values }
        : { key, spelled: handle, state: 'registered', held: false, template, values }
    const prefix = samePrefix(key, this.#lastPrefix)
    this.#lastPrefix = prefix
    this.#options.tell({ line, handle, prefix, draft, outcome: undefined, problems: NO_PROBLEMS })
  }

  /**
   * A name under the file's prefix or one derived from it is whole, and so is one of another prefix in national form, which is
   * then refused; anything else is what stands after the prefix. What is said to be a suffix is one, whatever it looks like.
   */
  #fullName(name: string, isSuffix: boolean): string {
    const { prefix } = this.#options
    if (prefix === undefined || name === '') return name
    if (!isSuffix && name.indexOf('/', prefix.key.length) !== -1) {
      if (isBelow(name, prefix.key) || isBelow(foldAscii(name), prefix.key)) return name
    }
    if (!isSuffix && isWholeNational(name)) return name
    return `${prefix.spelled}/${name}`
  }

  #wrongName(name: string, handle: string): FieldProblem | undefined {
    if (handle === '') return NO_NAME
    if (this.#isForeign(handle)) return foreignPrefix(this.#options.prefix?.spelled ?? '')
    if (name.includes('E+') && SPREADSHEET_NUMBER.test(name)) return SPOILT
    const slash = handle.indexOf('/')
    if (slash <= 0) return NO_PREFIX
    const isPlain = slash < handle.length - 1 && PLAIN_NAME.test(handle)
    return isPlain ? undefined : wrongName(handle)
  }

  /** A whole identifier that is not below the file's prefix. */
  #isForeign(handle: string): boolean {
    const { prefix } = this.#options
    if (prefix === undefined || isBelow(handle, prefix.spelled)) return false
    return isWholeNational(handle) && !isBelow(foldAscii(handle), prefix.key)
  }

  #refuse(line: number, handle: string, problems: readonly FieldProblem[]): void {
    this.#options.tell({
      line,
      handle,
      prefix: undefined,
      draft: undefined,
      outcome: 'refused',
      problems,
    })
  }
}

const MEMBERS_KEPT_MAX = 2000
/** Names that need no closer look: most are such. */
const PLAIN_NAME = /^[!-~]{1,200}$/

function isBelow(name: string, prefix: string): boolean {
  const next = name.charCodeAt(prefix.length)
  return (next === 0x2f || next === 0x2e) && name.startsWith(prefix)
}

function wrongName(handle: string): FieldProblem | undefined {
  try {
    parseNewName(handle)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return refusal(error.text, undefined, AT_NAME)
    throw error
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHandleJson(value: object): boolean {
  return 'values' in value && Array.isArray(value.values)
}

function nameIn(value: object): { readonly name: string; readonly isSuffix: boolean } {
  const given = value as Record<string, unknown>
  const whole = given.handle ?? given[IDENTIFIER]
  const name = whole ?? given[SUFFIX]
  return {
    name: typeof name === 'string' ? name : '',
    isSuffix: (whole ?? undefined) === undefined,
  }
}

/** What a spreadsheet shows of a long number: `1.2E+11`. */
const SPREADSHEET_NUMBER = /^\s*\d(?:\.\d+)?E\+\d{2,3}\s*$/
const AT_NAME = '/identifier'
const SPOILT = refusal(
  {
    en: 'A spreadsheet has rounded this identifier to a number',
    zh: '电子表格已把该标识当作数字四舍五入',
  },
  {
    en: 'Format the column as text and enter the identifier again',
    zh: '请把该列设为文本格式后重新填写',
  },
  AT_NAME,
)
const TURNED_TO_DATE = refusal(
  {
    en: 'A spreadsheet has turned this identifier into a date',
    zh: '电子表格已把该标识变成日期',
  },
  {
    en: 'Format the column as text and enter the identifier again',
    zh: '请把该列设为文本格式后重新填写',
  },
  AT_NAME,
)
const NO_NAME = refusal(
  { en: 'The line names no identifier', zh: '该行没有标识' },
  undefined,
  AT_NAME,
)
function foreignPrefix(prefix: string): FieldProblem {
  const reason = {
    en: `The identifier is of another prefix than the import’s, ${prefix}`,
    zh: `该标识的前缀不是本次导入的前缀 ${prefix}`,
  }
  const expected = {
    en: `${prefix}/…, or the suffix alone; a column mapped as “suffix” is taken as it stands`,
    zh: `${prefix}/…，或只写后缀；映射为“后缀”的列按原样作为后缀`,
  }
  return refusal(reason, expected, AT_NAME)
}
const NAME_NOT_TEXT = refusal(
  { en: 'The identifier is not a text', zh: '标识不是文本' },
  { en: 'The identifier in quotation marks', zh: '请把标识写在引号中' },
  AT_NAME,
)
const NO_PREFIX = refusal(
  { en: 'The identifier has no prefix', zh: '标识没有前缀' },
  { en: 'PREFIX/SUFFIX, or an import with a prefix', zh: '“前缀/后缀”，或在导入时给出前缀' },
  AT_NAME,
)
const NOT_OBJECT = refusal(
  { en: 'The line is not a JSON object', zh: '该行不是 JSON 对象' },
  { en: 'One JSON object a line', zh: '每行一个 JSON 对象' },
)
const NO_TEMPLATE = new Problem('invalid-input', {
  en: 'A table needs a template that says what its columns are',
  zh: '导入表格需要指定模板',
})
