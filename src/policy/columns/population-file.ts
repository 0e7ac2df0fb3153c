import { type Facts, scopeOf } from '../../kernel/facts/fact.ts'
import type { FactType } from '../../kernel/facts/fact-type.ts'
import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import { unknownName } from '../../kernel/packs/nearest.ts'
import {
  formatDigits,
  isJsonObject,
  type JsonDigits,
  JsonNumber,
  parseDigits,
} from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Rules } from '../rules.ts'
import { sectionOf } from './groups.ts'

/** Cases of one population. */
export const CASES_MAX = 200_000
export const LINE_CHARS_MAX = 1_000_000

/** A case of a population: facts as they were handed in, and as they are evaluated. */
export type PopulationCase = {
  readonly id: string
  /** 1 for the first line. */
  readonly line: number
  /** Section of GB/T 4754, where the case tells its sector. */
  readonly sector?: string
  readonly json: JsonDigits
  readonly facts: Facts
}

/** One case from JSON: `{"id": …, "sector": …, "facts": {…}}`, or the facts alone; the sector a code of GB/T 4754. @throws Problem `invalid-input` */
export function readCase(rules: Rules, json: JsonDigits, line: number): PopulationCase {
  const isWrapped = isJsonObject(json) && isJsonObject(json.facts ?? null)
  const given = isWrapped ? (json.facts as JsonDigits) : json
  const facts = parseFacts(rules.facts, given)
  const type = scopeOf(facts)('applicant.type')
  if (typeof type === 'string' && !rules.types.has(type)) {
    const word = { en: 'type of applicant', zh: '申请人类型' }
    throw new Problem('invalid-input', unknownName(type, rules.types.keys(), word))
  }
  const own = isWrapped ? json.id : undefined
  const applicant = scopeOf(facts)('applicant.id')
  const id = typeof own === 'string' ? own : typeof applicant === 'string' ? applicant : `#${line}`
  const sector = isWrapped ? sectorIn(json) : undefined
  return { id, line, json: given, facts, ...(sector !== undefined && { sector }) }
}

function sectorIn({ sector: code }: Readonly<Record<string, JsonDigits>>): string | undefined {
  if (code === undefined || code === null) return undefined
  const section = typeof code === 'string' ? sectionOf(code) : undefined
  if (section !== undefined) return section
  throw new Problem('invalid-input', {
    en: `sector is no code of GB/T 4754: ${formatDigits(code)}`,
    zh: `sector 不是 GB/T 4754 的代码：${formatDigits(code)}`,
  })
}

/**
 * The cases of a file, line by line: NDJSON, or CSV whose head names facts (`applicant.type`, `audited_investment_yuan`) with lists as
 * JSON in their cell and an empty cell for what is not known.
 * @throws Problem `unreadable-input` with the line and the fact that is wrong
 */
export async function* readPopulation(
  rules: Rules,
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<PopulationCase> {
  let line = 0
  let head: readonly string[] | undefined
  for await (const text of lines) {
    line++
    if (line > CASES_MAX + 1) throw wrong(line, TOO_MANY)
    if (text.length > LINE_CHARS_MAX) throw wrong(line, TOO_LONG)
    if (line === 1 && isHead(text)) head = cellsOf(text.replace(/^\uFEFF/, ''))
    else if (text.trim() !== '') yield readLine(rules, text, { line, head })
  }
}

function isHead(text: string): boolean {
  return text.trim() !== '' && !text.trimStart().startsWith('{')
}

type Place = { readonly line: number; readonly head: readonly string[] | undefined }

function readLine(rules: Rules, text: string, { line, head }: Place): PopulationCase {
  try {
    const json = head === undefined ? parseDigits(text) : rowOf(rules, head, cellsOf(text))
    return readCase(rules, json, line)
  } catch (error) {
    throw wrong(line, error instanceof Problem ? error.text : NO_JSON, error)
  }
}

const NO_JSON: Text = { en: 'is no JSON object', zh: '不是 JSON 对象' }
const TOO_MANY: Text = { en: `more than ${CASES_MAX} cases`, zh: `超过 ${CASES_MAX} 个案例` }
const TOO_LONG: Text = {
  en: `more than ${LINE_CHARS_MAX} characters`,
  zh: `超过 ${LINE_CHARS_MAX} 个字符`,
}

function wrong(line: number, { en, zh }: Text, cause?: unknown): Problem {
  return new Problem(
    'unreadable-input',
    { en: `line ${line}: ${en}`, zh: `第 ${line} 行：${zh}` },
    { cause },
  )
}

/** One row of a table as facts; a path puts its value into a record. */
function rowOf(rules: Rules, head: readonly string[], cells: readonly string[]): JsonDigits {
  const facts: Record<string, JsonDigits> = {}
  let id: JsonDigits = null
  for (const [at, path] of head.entries()) {
    const cell = cells[at] ?? ''
    if (cell === '') continue
    if (path === 'id') id = cell
    else place(facts, path.split('.'), valueIn(typeOf(rules, path), cell))
  }
  return id === null ? facts : { id, facts }
}

function place(
  into: Record<string, JsonDigits>,
  [name = '', ...rest]: readonly string[],
  value: JsonDigits,
): void {
  if (rest.length === 0) {
    into[name] = value
    return
  }
  const inner = isJsonObject(into[name] ?? null) ? (into[name] as Record<string, JsonDigits>) : {}
  into[name] = inner
  place(inner, rest, value)
}

function typeOf(rules: Rules, path: string): FactType | undefined {
  const [name = '', ...steps] = path.split('.')
  let type = rules.facts.get(name)
  for (const step of steps) {
    type = type?.type === 'record' ? type.fields[step] : type?.type === 'map' ? type.of : undefined
  }
  return type
}

function valueIn(type: FactType | undefined, cell: string): JsonDigits {
  switch (type?.type) {
    case 'quantity':
      return new JsonNumber(cell)
    case 'flag':
      return cell === 'true' ? true : cell === 'false' ? false : cell
    case 'list':
    case 'record':
    case 'map':
      return parseDigits(cell)
    default:
      return cell
  }
}

/** Cells of one line: separated by commas, quoted where they hold one, a quote doubled. A cell holds no line break. */
export function cellsOf(line: string): string[] {
  const text = line.replace(/\r$/, '')
  const cells: string[] = []
  for (let from = 0; from <= text.length; ) {
    const quoted = text[from] === '"' ? /"((?:[^"]|"")*)"/y : undefined
    if (quoted !== undefined) quoted.lastIndex = from
    const match = quoted?.exec(text)
    const comma = text.indexOf(',', match == null ? from : from + match[0].length)
    const end = comma < 0 ? text.length : comma
    cells.push(match == null ? text.slice(from, end) : (match[1] ?? '').replaceAll('""', '"'))
    from = end + 1
  }
  return cells
}
