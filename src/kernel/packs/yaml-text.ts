import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Text } from '../../lib/text.ts'
import type { Place } from './fault.ts'
import { ALIASES_MAX, DEPTH_MAX, FILE_BYTES_MAX, NODES_MAX } from './limits.ts'
import { syntaxReason } from './yaml-reasons.ts'

/** One wrong place in a text. */
export type TextFault = Place & { readonly reason: Text }

export type YamlRead = {
  /** What the text says; undefined where it has faults or is empty. */
  readonly value: unknown
  readonly faults: readonly TextFault[]
  /**
   * Where the value under a JSON Pointer (RFC 6901) begins; with `key`, where its member's name does. What is not there
   * is told at what would hold it.
   */
  at(pointer: string, part?: 'key' | 'value'): Place
}

const START: Place = { line: 1, column: 1 }

/**
 * Reads one YAML 1.2 document of the core schema, with positions. Nothing in it can name a type, a function or a file; no
 * merge keys; bytes, depth, values and aliases are bounded. Every fault of syntax is told at once.
 */
export function readYaml(text: string): YamlRead {
  if (Buffer.byteLength(text) > FILE_BYTES_MAX) {
    return refused(START, {
      en: `is larger than ${FILE_BYTES_MAX} bytes`,
      zh: `超过 ${FILE_BYTES_MAX} 字节`,
    })
  }
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const deep = tooDeep(tokens)
  if (deep !== undefined) {
    return refused(placeAt(lines, deep), {
      en: `is nested deeper than ${DEPTH_MAX} levels`,
      zh: `嵌套超过 ${DEPTH_MAX} 层`,
    })
  }
  const documents = [...composer().compose(tokens)]
  return readDocuments(documents, lines)
}

function composer(): Composer {
  return new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
  })
}

function readDocuments(documents: readonly Document.Parsed[], lines: LineCounter): YamlRead {
  const [document, second] = documents
  const faults: TextFault[] = documents.flatMap((it) =>
    [...it.errors, ...it.warnings].map((error) => ({
      ...placeAt(lines, error.pos[0]),
      reason: syntaxReason(error),
    })),
  )
  if (second !== undefined) {
    faults.push({
      ...placeAt(lines, second.range[0]),
      reason: { en: 'a file holds one document', zh: '一个文件只能有一个文档' },
    })
  }
  if (document === undefined || document.contents === null) {
    return refused(START, { en: 'is empty', zh: '内容为空' })
  }
  const walk = new Walk(document, lines, faults)
  const value = walk.read(document.contents, '', 0)
  return {
    value: faults.length === 0 ? value : undefined,
    faults,
    at: (pointer, part = 'value') => walk.placeOf(pointer, part),
  }
}

/** From nodes to plain values: iterated names, counted values, remembered places. */
class Walk {
  readonly #document: Document.Parsed
  readonly #lines: LineCounter
  readonly #faults: TextFault[]
  readonly #values = new Map<string, number>()
  readonly #keys = new Map<string, number>()
  #nodes = 0
  #aliases = 0
  #isOver = false

  constructor(document: Document.Parsed, lines: LineCounter, faults: TextFault[]) {
    this.#document = document
    this.#lines = lines
    this.#faults = faults
  }

  placeOf(pointer: string, part: 'key' | 'value'): Place {
    for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
      const isAsked = here === pointer
      const offset =
        (isAsked && part === 'key' ? this.#keys.get(here) : undefined) ?? this.#values.get(here)
      if (offset !== undefined) return placeAt(this.#lines, offset)
      if (here === '') return START
    }
  }

  read(node: ParsedNode | null, pointer: string, depth: number): unknown {
    if (node === null || this.#isOver) return null
    const offset = node.range[0]
    if (!this.#values.has(pointer)) this.#values.set(pointer, offset)
    if (++this.#nodes > NODES_MAX) {
      return this.#stop(offset, {
        en: `holds more than ${NODES_MAX} values`,
        zh: `超过 ${NODES_MAX} 个值`,
      })
    }
    if (depth > DEPTH_MAX) {
      const reason = {
        en: `is nested deeper than ${DEPTH_MAX} levels`,
        zh: `嵌套超过 ${DEPTH_MAX} 层`,
      }
      return this.#stop(offset, reason)
    }
    if (isAlias(node)) return this.#alias(node, pointer, depth)
    if (isSeq(node)) {
      return node.items.map((it, index) =>
        this.read(it as ParsedNode | null, `${pointer}/${index}`, depth + 1),
      )
    }
    return isMap(node) ? this.#map(node, pointer, depth) : this.#scalar(node)
  }

  #alias(node: ParsedNode, pointer: string, depth: number): unknown {
    if (!isAlias(node)) return null
    if (++this.#aliases > ALIASES_MAX) {
      const reason = {
        en: `holds more than ${ALIASES_MAX} aliases`,
        zh: `别名超过 ${ALIASES_MAX} 个`,
      }
      return this.#stop(node.range[0], reason)
    }
    const meant = node.resolve(this.#document) as ParsedNode | undefined
    if (meant === undefined) {
      this.#fault(node.range[0], {
        en: 'there is no anchor of this name before it',
        zh: '此前没有该名称的锚点',
      })
      return null
    }
    return this.read(meant, pointer, depth + 1)
  }

  #map(node: YAMLMap, pointer: string, depth: number): Record<string, unknown> {
    const members: [string, unknown][] = []
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : undefined
      const offset = (key as ParsedNode | null)?.range?.[0] ?? node.range?.[0] ?? 0
      if (typeof name !== 'string') {
        this.#fault(offset, { en: 'the name of a field must be text', zh: '字段名必须是文本' })
        continue
      }
      if (name === '<<') {
        this.#fault(offset, { en: 'merge keys are not used here', zh: '此处不使用合并键' })
        continue
      }
      const below = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      this.#keys.set(below, offset)
      members.push([name, this.read(value as ParsedNode | null, below, depth + 1)])
    }
    return Object.fromEntries(members)
  }

  #scalar(node: Scalar): unknown {
    const { value } = node
    if (typeof value !== 'number' || (Number.isFinite(value) && isExact(value))) return value
    this.#fault(node.range?.[0] ?? 0, {
      en: 'is no number that is held exactly; write it as text',
      zh: '不是可精确表示的数字，请写成文本',
    })
    return null
  }

  #fault(offset: number, reason: Text): void {
    this.#faults.push({ ...placeAt(this.#lines, offset), reason })
  }

  #stop(offset: number, reason: Text): null {
    this.#isOver = true
    this.#fault(offset, reason)
    return null
  }
}

function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value)
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function refused(place: Place, reason: Text): YamlRead {
  return { value: undefined, faults: [{ ...place, reason }], at: () => place }
}

type Open = { readonly token: CST.Token; readonly depth: number }

/** Where the tokens go too deep; looked for without recursion, as what composes them recurses. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: Open[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const { token, depth } = here
    if (depth > DEPTH_MAX) return 'offset' in token ? token.offset : 0
    open.push(...inside(token).map((it) => ({ token: it, depth: depth + 1 })))
  }
  return undefined
}

/** The tokens right below; a document is the value it holds. */
function inside(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? inside(token.value) : []
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key, value].filter((it) => it != null))
}
