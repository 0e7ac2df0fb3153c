import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { looseName } from './canonical.ts'
import { canonicalDecimal, compareDecimals } from './decimal.ts'
import { compilePattern } from './pattern.ts'
import { type FieldWish, OPTIONS_MAX, type TemplateWish } from './stored-template.ts'
import { FIELD_INDEX_MIN, type FieldType, type Template, type TemplateField } from './template.ts'

type ValueRules = Pick<
  TemplateField,
  'type' | 'unit' | 'minimum' | 'maximum' | 'charsMax' | 'pattern' | 'options'
>

/**
 * A draft with every default filled in: indexes from the version before (by name), else the next free ones from
 * `FIELD_INDEX_MIN`; `URL` as the type of the first url field, else the field's name.
 */
export function completed(
  wish: TemplateWish,
  { prefix, name, version }: Pick<Template, 'prefix' | 'name' | 'version'>,
  previous?: Template,
): Template {
  const before = new Map(previous?.fields.map((it) => [it.name, it]))
  const taken = [...before.values(), ...wish.fields].map((it) => it.index ?? 0)
  let next = Math.max(FIELD_INDEX_MIN - 1, ...taken)
  const urls = new Set([...before.values()].map((it) => it.handleType))
  const fields = wish.fields.map((field) => {
    const earlier = before.get(field.name)
    const isFirstUrl = field.type === 'url' && field.handleType === undefined && !urls.has('URL')
    if (isFirstUrl && earlier === undefined) urls.add('URL')
    const handleType = isFirstUrl ? 'URL' : field.name
    const index = field.index ?? earlier?.index ?? ++next
    return {
      ...DEFAULTS,
      ...field,
      index,
      handleType: field.handleType ?? earlier?.handleType ?? handleType,
    }
  })
  const { label, description, thing } = wish
  const described = {
    ...(description !== undefined && { description }),
    ...(thing !== undefined && { thing }),
  }
  return { prefix, name, version, label, ...described, state: 'draft', fields }
}

const DEFAULTS = {
  required: false,
  unique: false,
  public: true,
} as const satisfies Partial<FieldWish>

/** Everything that is wrong with a template in itself; paths point into its definition. */
export function templateProblems(template: Pick<Template, 'fields'>): FieldProblem[] {
  const problems: FieldProblem[] = []
  const seen = { names: new Set<string>(), indexes: new Set<number>() }
  for (const [place, field] of template.fields.entries()) {
    const at = `/fields/${place}`
    problems.push(...identityProblems(field, at, seen), ...ruleProblems(field, at))
    problems.push(...elementProblems(field, at))
  }
  return problems
}

/** @throws Problem `invalid-input` */
export function checkTemplate(template: Pick<Template, 'fields'>): void {
  throwIfAny(templateProblems(template))
}

function identityProblems(
  { name, index, handleType }: TemplateField,
  at: string,
  seen: { readonly names: Set<string>; readonly indexes: Set<number> },
): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (seen.names.has(looseName(name))) problems.push({ path: `${at}/name`, reason: SAME_NAME })
  if (seen.indexes.has(index)) problems.push({ path: `${at}/index`, reason: SAME_INDEX })
  if (isReserved(index)) problems.push({ path: `${at}/index`, reason: RESERVED_INDEX })
  if (handleType.endsWith('.') || handleType.trim() !== handleType) {
    problems.push({ path: `${at}/handleType`, reason: WRONG_TYPE })
  }
  if (/^HS_/i.test(handleType)) problems.push({ path: `${at}/handleType`, reason: RESERVED_TYPE })
  seen.names.add(looseName(name))
  seen.indexes.add(index)
  return problems
}

/** Administration keeps its habitual places (100 HS_ADMIN … 400 signatures); 1000 and 1001 are the template's own. */
function isReserved(index: number): boolean {
  return (index >= 100 && index < 500) || index === 1000 || index === 1001
}

/** Which rule goes with which type; what is given for another is refused, so that nobody relies on it. */
const RULES_OF: Readonly<Record<FieldType, readonly (keyof TemplateField)[]>> = {
  text: ['charsMax', 'pattern'],
  number: ['unit', 'minimum', 'maximum'],
  date: [],
  boolean: [],
  enumeration: ['options'],
  url: ['charsMax'],
  file: [],
  reference: ['charsMax'],
  list: ['element', 'separator'],
}
const RULES = ['unit', 'minimum', 'maximum', 'charsMax', 'pattern', 'options'] as const
const LIST_RULES = ['element', 'separator'] as const

function ruleProblems(rules: ValueRules & Partial<TemplateField>, at: string): FieldProblem[] {
  const problems: FieldProblem[] = [...RULES, ...LIST_RULES]
    .filter((rule) => rules[rule] !== undefined && !RULES_OF[rules.type].includes(rule))
    .map((rule) => ({ path: `${at}/${rule}`, reason: FOREIGN_RULE }))
  if (rules.type === 'enumeration') problems.push(...optionProblems(rules.options, at))
  problems.push(...patternProblems(rules.pattern, at), ...rangeProblems(rules, at))
  return problems
}

function elementProblems({ type, element }: TemplateField, at: string): FieldProblem[] {
  if (type !== 'list' || element === undefined) return []
  if (element.type === 'list') return [{ path: `${at}/element/type`, reason: NESTED_LIST }]
  return ruleProblems(element, `${at}/element`)
}

function optionProblems(options: TemplateField['options'], at: string): FieldProblem[] {
  if (options === undefined || options.length === 0 || options.length > OPTIONS_MAX) {
    return [{ path: `${at}/options`, reason: NO_OPTIONS }]
  }
  const whose = new Map<string, string>()
  const problems: FieldProblem[] = []
  for (const [place, { value, label }] of options.entries()) {
    const names = new Set([value, label.en, label.zh].map(looseName))
    const clash = [...names].some((name) => whose.has(name))
    if (clash) problems.push({ path: `${at}/options/${place}`, reason: SAME_OPTION })
    for (const name of names) whose.set(name, value)
  }
  return problems
}

function patternProblems(pattern: string | undefined, at: string): FieldProblem[] {
  if (pattern === undefined) return []
  try {
    compilePattern(pattern)
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [{ path: `${at}/pattern`, reason: error.text }]
  }
}

function rangeProblems({ minimum, maximum }: ValueRules, at: string): FieldProblem[] {
  const given = [minimum, maximum].filter((it) => it !== undefined)
  const [least, most] = given.map((it) => canonicalDecimal(String(it)))
  if (given.length < 2) return []
  const inOrder = least !== undefined && most !== undefined && compareDecimals(least, most) <= 0
  return inOrder ? [] : [{ path: `${at}/maximum`, reason: EMPTY_RANGE }]
}

export function throwIfAny(fields: readonly FieldProblem[]): void {
  if (fields.length > 0) throw new Problem('invalid-input', WRONG_TEMPLATE, { fields })
}

const WRONG_TEMPLATE: Text = { en: 'The template is not right', zh: '模板有误' }
const SAME_NAME: Text = {
  en: 'Another field has this name (letter case does not count)',
  zh: '字段名重复（不区分大小写）',
}
const SAME_INDEX: Text = { en: 'Another field has this index', zh: '索引重复' }
const RESERVED_INDEX: Text = {
  en: 'Indexes 100–499, 1000 and 1001 are kept for administration',
  zh: '索引 100–499、1000 和 1001 为管理用途保留',
}
const WRONG_TYPE: Text = {
  en: 'A value type does not end in a dot and has no blanks around it',
  zh: '值类型不能以点结尾，首尾不能有空格',
}
const RESERVED_TYPE: Text = {
  en: 'Types that begin with HS_ administer the Handle System',
  zh: 'HS_ 开头的类型为 Handle 系统管理用途保留',
}
const FOREIGN_RULE: Text = {
  en: 'This does not apply to fields of this type',
  zh: '该设置不适用于此类型的字段',
}
const NESTED_LIST: Text = { en: 'A list does not hold lists', zh: '列表元素不能是列表' }
const NO_OPTIONS: Text = {
  en: `An enumeration has 1 to ${OPTIONS_MAX} options`,
  zh: `枚举需要 1 至 ${OPTIONS_MAX} 个选项`,
}
const SAME_OPTION: Text = {
  en: 'Another option has this value or label (letter case does not count)',
  zh: '选项的值或标签重复（不区分大小写）',
}
const EMPTY_RANGE: Text = { en: 'The maximum is below the minimum', zh: '最大值小于最小值' }
