import { SaxesParser } from 'saxes'
import { Problem } from './problem.ts'
import type { Text } from './text.ts'

/** An element as it was read; texts between its children are joined. */
export type XmlElement = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
  /** Where its start tag ends, from 1. */
  readonly line: number
}

export type XmlLimits = {
  readonly charsMax: number
  readonly elementsMax: number
  readonly depthMax: number
  readonly attributesMax: number
}

/** For what people write by hand and a program reads whole. */
export const XML_LIMITS: XmlLimits = {
  charsMax: 65_536,
  elementsMax: 2_000,
  depthMax: 32,
  attributesMax: 16,
}

type Growing = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  readonly line: number
  text: string
}

/**
 * A small document as a tree. Comments and instructions are passed over; a document type is refused, and with it every
 * entity but XML's five and the numbers of characters.
 *
 * @throws Problem `invalid-input`, whose field `/xml` names line and column
 */
export function parseXml(text: string, limits: XmlLimits = XML_LIMITS): XmlElement {
  if (text.length > limits.charsMax) throw wrong({ line: 1, column: 1 }, TOO_LONG(limits.charsMax))
  const parser = new SaxesParser()
  const open: Growing[] = []
  let root: XmlElement | undefined
  let elements = 0
  const refuse = (reason: Text): never => {
    throw wrong(parser, reason)
  }
  parser.on('error', ({ message }) => {
    const said = message.replace(/^\d+:\d+: /, '')
    refuse({ en: `this is no well-formed XML: ${said}`, zh: `XML 格式不正确：${said}` })
  })
  parser.on('doctype', () => refuse(DOCTYPE))
  parser.on('opentag', ({ name, attributes }) => {
    elements++
    if (elements > limits.elementsMax) refuse(TOO_MANY(limits.elementsMax))
    if (open.length === limits.depthMax) refuse(TOO_DEEP(limits.depthMax))
    if (Object.keys(attributes).length > limits.attributesMax) {
      refuse(TOO_MANY_ATTRIBUTES(name, limits.attributesMax))
    }
    open.push({ name, attributes, children: [], text: '', line: parser.line })
  })
  const take = (piece: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += piece
  }
  parser.on('text', take)
  parser.on('cdata', take)
  parser.on('closetag', () => {
    const element = open.pop()
    const above = open.at(-1)
    if (above === undefined) root = element
    else if (element !== undefined) above.children.push(element)
  })
  parser.write(text).close()
  return root ?? refuse(EMPTY)
}

type Place = { readonly line: number; readonly column: number }

function wrong({ line, column }: Place, { en, zh }: Text): Problem {
  const reason = {
    en: `Line ${line}, column ${column}: ${en}`,
    zh: `第 ${line} 行第 ${column} 列：${zh}`,
  }
  return xmlProblem(reason, line)
}

/** What is wrong with an element that was read. */
export function wrongElement({ name, line }: XmlElement, { en, zh }: Text): Problem {
  const reason = { en: `Line ${line}, <${name}>: ${en}`, zh: `第 ${line} 行 <${name}>：${zh}` }
  return xmlProblem(reason, line)
}

function xmlProblem(reason: Text, line: number): Problem {
  return new Problem('invalid-input', reason, { fields: [{ path: '/xml', reason, line }] })
}

const EMPTY: Text = { en: 'there is no element', zh: '没有元素' }
const DOCTYPE: Text = {
  en: 'a document type, and entities of its own, are not taken',
  zh: '不接受文档类型声明（DOCTYPE）及自定义实体',
}
const TOO_LONG = (most: number): Text => ({
  en: `at most ${most} characters`,
  zh: `最多 ${most} 个字符`,
})
const TOO_MANY = (most: number): Text => ({
  en: `at most ${most} elements`,
  zh: `最多 ${most} 个元素`,
})
const TOO_DEEP = (most: number): Text => ({
  en: `elements lie at most ${most} deep`,
  zh: `元素最多嵌套 ${most} 层`,
})
const TOO_MANY_ATTRIBUTES = (name: string, most: number): Text => ({
  en: `<${name}> has more than ${most} attributes`,
  zh: `<${name}> 的属性超过 ${most} 个`,
})
