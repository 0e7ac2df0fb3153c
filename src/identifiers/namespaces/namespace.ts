import { compileLinear, type LinearPattern } from '../../lib/linear-pattern.ts'
import { WrongPattern } from '../../lib/pattern-tree.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { parseXml, wrongElement, XML_LIMITS, type XmlElement } from '../../lib/xml.ts'
import { parseHandle } from '../handle.ts'
import type { ValueReference } from '../record.ts'
import { compileText, type TemplateText } from './template-text.ts'

/** The type of the value of a prefix's record that says what holds for every name under the prefix. */
export const NAMESPACE_TYPE = 'HS_NAMESPACE'
export const NAMESPACE_CHARS_MAX = XML_LIMITS.charsMax
export const DELIMITER_CHARS_MAX = 64

/** What the value of a prefix says of the names under it. */
export type Namespace = {
  /** Given where nothing under the prefix is to be resolved, with what people are told. */
  readonly stopped?: { readonly message?: string }
  /** How names that are not registered are computed. */
  readonly template?: NameTemplate
}

export type NameTemplate = {
  /** Where a name is parted, at its first occurrence; a slash parts behind the prefix. */
  readonly delimiter: string
  readonly body: TemplateBody
}

export type TemplateBody =
  | { readonly kind: 'steps'; readonly steps: readonly TemplateStep[] }
  /** Stands in a value of another record. */
  | { readonly kind: 'reference'; readonly to: ValueReference }

export type TemplateStep =
  | {
      readonly kind: 'value'
      readonly index?: number
      readonly type?: TemplateText
      readonly data?: TemplateText
    }
  | { readonly kind: 'each'; readonly steps: readonly TemplateStep[] }
  | {
      readonly kind: 'if'
      /** The name of what is looked at, as it stands in `${…}`. */
      readonly value: string
      readonly test:
        | { readonly kind: 'equals'; readonly text: string }
        | { readonly kind: 'matches'; readonly pattern: LinearPattern }
      readonly isNegated: boolean
      /** Under which name the steps find what was looked at, and its groups. */
      readonly parameter?: string
      readonly steps: readonly TemplateStep[]
      readonly otherwise: { steps: readonly TemplateStep[] }
    }
  | { readonly kind: 'define'; readonly parameter: string; readonly steps: readonly TemplateStep[] }
  | { readonly kind: 'not-found' }

/** @throws Problem `invalid-input`, whose field says the line and the element */
export function parseNamespace(xml: string): Namespace {
  const root = parseXml(xml)
  const status = textOf(root, 'status')
  const message = textOf(root, 'statusmsg')
  const template = templateIn(root)
  return {
    ...(status === 'inactive' && { stopped: message === undefined ? {} : { message } }),
    ...(template !== undefined && { template }),
  }
}

/** What a value says that a template refers to. @throws Problem `invalid-input` */
export function parseReferred(xml: string): TemplateBody {
  const root = parseXml(xml)
  const element = root.name === 'template' ? root : templatesOf(root)[0]
  if (element === undefined) throw wrongElement(root, NO_TEMPLATE)
  return bodyOf([element])
}

function textOf({ children }: XmlElement, name: string): string | undefined {
  const text = children.find((it) => it.name === name)?.text.trim()
  return text === '' ? undefined : text
}

function templatesOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((it) => it.name === 'template')
}

/** Several are one after the other; without a delimiter nothing is ever computed. */
function templateIn(root: XmlElement): NameTemplate | undefined {
  const elements = templatesOf(root)
  const [first] = elements
  if (first === undefined) return undefined
  const body = bodyOf(elements)
  const { delimiter } = first.attributes
  if (delimiter === undefined) throw wrongElement(first, NO_DELIMITER)
  if (delimiter === '' || delimiter.length > DELIMITER_CHARS_MAX) {
    throw wrongElement(first, WRONG_DELIMITER)
  }
  return { delimiter, body }
}

function bodyOf(elements: readonly XmlElement[]): TemplateBody {
  const [first] = elements
  const { ref } = first?.attributes ?? {}
  if (first !== undefined && ref !== undefined) {
    return { kind: 'reference', to: referenceIn(first, ref) }
  }
  return { kind: 'steps', steps: elements.flatMap((it) => stepsIn(it)) }
}

function referenceIn(element: XmlElement, ref: string): ValueReference {
  const [, index = '', handle = ''] = /^(\d{1,9}):(.+)$/s.exec(ref) ?? []
  if (handle === '') throw wrongElement(element, WRONG_REFERENCE)
  try {
    return { index: Number(index), handle: parseHandle(handle).spelled }
  } catch {
    throw wrongElement(element, WRONG_REFERENCE)
  }
}

function stepsIn({ children }: XmlElement): TemplateStep[] {
  const steps: TemplateStep[] = []
  let last: TemplateStep | undefined
  for (const element of children) {
    if (element.name !== 'else') {
      last = stepOf(element)
      steps.push(last)
    } else {
      if (last?.kind !== 'if') throw wrongElement(element, ELSE_ALONE)
      last.otherwise.steps = stepsIn(element)
      last = undefined
    }
  }
  return steps
}

function stepOf(element: XmlElement): TemplateStep {
  switch (element.name) {
    case 'value':
      return valueStep(element)
    case 'foreach':
      return { kind: 'each', steps: stepsIn(element) }
    case 'if':
      return ifStep(element)
    case 'def':
      return defineStep(element)
    case 'notfound':
      return { kind: 'not-found' }
    default:
      throw wrongElement(element, UNKNOWN)
  }
}

/** An index that is no number is that of the value it is made of, as on deployed servers. */
function valueStep(element: XmlElement): TemplateStep {
  if (element.children.length > 0) throw wrongElement(element, VALUE_INSIDE)
  const { index = '', type, data } = element.attributes
  const text = element.text.trim()
  const given = data ?? (text === '' ? undefined : text)
  return {
    kind: 'value',
    ...(/^\d{1,9}$/.test(index) && { index: Number(index) }),
    ...(type !== undefined && { type: compileText(type) }),
    ...(given !== undefined && { data: compileText(given) }),
  }
}

function ifStep(element: XmlElement): TemplateStep {
  const { value = 'extension', test = 'equals', expression, negate, parameter } = element.attributes
  if (expression === undefined) throw wrongElement(element, NO_EXPRESSION)
  return {
    kind: 'if',
    value,
    test: testOf(element, test, expression),
    isNegated: negate === 'true',
    ...(parameter !== undefined && { parameter }),
    steps: stepsIn(element),
    otherwise: { steps: [] },
  }
}

function testOf(element: XmlElement, test: string, expression: string) {
  if (test === 'equals') return { kind: 'equals', text: expression } as const
  if (test !== 'matches') throw wrongElement(element, WRONG_TEST)
  try {
    return { kind: 'matches', pattern: compileLinear(expression, true) } as const
  } catch (error) {
    if (!(error instanceof WrongPattern)) throw error
    throw wrongElement(element, {
      en: `the expression cannot be used: ${error.message}`,
      zh: `表达式不可用：${error.message}`,
    })
  }
}

function defineStep(element: XmlElement): TemplateStep {
  const { parameter } = element.attributes
  if (parameter === undefined || parameter === '') throw wrongElement(element, NO_PARAMETER)
  return { kind: 'define', parameter, steps: stepsIn(element) }
}

/** The namespace that a text says, or undefined where it says none: what was stored elsewhere may be anything. */
export function readNamespace(xml: string): Namespace | undefined {
  try {
    return parseNamespace(xml)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

const UNKNOWN: Text = {
  en: 'no element of templates: they have value, foreach, if, else, def and notfound',
  zh: '不是模板元素；可用元素为 value、foreach、if、else、def、notfound',
}
const NO_TEMPLATE: Text = { en: 'there is no <template> in it', zh: '其中没有 <template>' }
const NO_DELIMITER: Text = {
  en: 'say the delimiter, for example delimiter="@"',
  zh: '须给出分隔符，例如 delimiter="@"',
}
const WRONG_DELIMITER: Text = {
  en: `a delimiter has 1 to ${DELIMITER_CHARS_MAX} characters`,
  zh: `分隔符为 1 至 ${DELIMITER_CHARS_MAX} 个字符`,
}
const WRONG_REFERENCE: Text = {
  en: 'ref names a value as index:handle, for example ref="1:88.100.1/template"',
  zh: 'ref 的形式为 索引:标识，例如 ref="1:88.100.1/template"',
}
const ELSE_ALONE: Text = {
  en: 'an else stands right behind its <if>, once',
  zh: 'else 须紧跟其 <if> 之后，且只能出现一次',
}
const VALUE_INSIDE: Text = { en: 'a value holds no elements', zh: 'value 内不能含有元素' }
const NO_EXPRESSION: Text = { en: 'say the expression', zh: '须给出 expression' }
const WRONG_TEST: Text = { en: 'test is equals or matches', zh: 'test 为 equals 或 matches' }
const NO_PARAMETER: Text = { en: 'say the parameter', zh: '须给出 parameter' }
