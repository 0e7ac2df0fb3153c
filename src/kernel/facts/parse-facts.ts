import { isDay } from '../../lib/day.ts'
import { formatDigits, isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { parseDecimal } from '../../lib/money.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { parseRational } from '../../lib/rational.ts'
import type { Text } from '../../lib/text.ts'
import { unknownName } from '../packs/nearest.ts'
import { type Fact, type FactRecord, type Facts, type FactValue, fieldOf } from './fact.ts'
import type { FactType, PlainType, Vocabulary } from './fact-type.ts'

const ITEMS_MAX = 10_000
const TEXT_CHARS_MAX = 500
const QUANTITY_MAX = 10n ** 24n
const DECLARED = 'declared_'
const SOURCE = '_source'
const WORD = { en: 'fact', zh: '事实项' }

/**
 * Facts from JSON, each by its type: `declared_x` is what was stated for the fact `x` that was measured, `x_source` who measured it.
 * Throws `invalid-input` with everything that is wrong: names nothing has, values of the wrong type, too many decimals.
 */
export function parseFacts(vocabulary: Vocabulary, input: JsonDigits): Facts {
  if (!isJsonObject(input)) {
    throw new Problem('invalid-input', { en: 'facts are a JSON object', zh: '事实须为 JSON 对象' })
  }
  const wrong: FieldProblem[] = []
  const facts = new Map<string, Fact>()
  const beside = new Map<string, { source?: string; declared?: FactValue }>()
  for (const [name, value] of Object.entries(input)) {
    const type = vocabulary.get(name)
    if (type !== undefined) {
      const read = readValue(type, value, { path: `/${name}`, wrong })
      facts.set(name, { name, value: read, trust: 'attested' })
    } else readBeside({ name, value, vocabulary, beside, wrong })
  }
  if (wrong.length > 0) throw problemOf(wrong)
  for (const [name, { source, declared }] of beside) {
    const known = facts.get(name) ?? { name, value: null, trust: 'declared' as const }
    facts.set(name, {
      ...known,
      trust: source === undefined ? known.trust : 'measured',
      ...(source !== undefined && { source }),
      ...(declared !== undefined && { declared }),
    })
  }
  return facts
}

function problemOf(wrong: readonly FieldProblem[]): Problem {
  const list = (language: 'en' | 'zh') =>
    wrong.map((it) => `${it.path.slice(1)}: ${it.reason[language]}`).join('; ')
  return new Problem('invalid-input', { en: list('en'), zh: list('zh') }, { fields: wrong })
}

type Where = { readonly path: string; readonly wrong: FieldProblem[] }

function readBeside({
  name,
  value,
  vocabulary,
  beside,
  wrong,
}: {
  readonly name: string
  readonly value: JsonDigits
  readonly vocabulary: Vocabulary
  readonly beside: Map<string, { source?: string; declared?: FactValue }>
  readonly wrong: FieldProblem[]
}): void {
  const where = { path: `/${name}`, wrong }
  const declaredOf = name.startsWith(DECLARED) ? name.slice(DECLARED.length) : undefined
  const sourceOf = name.endsWith(SOURCE) ? name.slice(0, -SOURCE.length) : undefined
  const declaredType = declaredOf === undefined ? undefined : vocabulary.get(declaredOf)
  if (declaredOf !== undefined && declaredType !== undefined) {
    const declared = readValue(declaredType, value, where)
    if (declared !== null) beside.set(declaredOf, { ...beside.get(declaredOf), declared })
  } else if (sourceOf !== undefined && vocabulary.has(sourceOf)) {
    const source = readValue({ type: 'word' }, value, where)
    if (typeof source === 'string') beside.set(sourceOf, { ...beside.get(sourceOf), source })
  } else wrong.push({ path: `/${name}`, reason: unknownName(name, vocabulary.keys(), WORD) })
}

/** A value by its type; null where it is not known. What is wrong is added to `wrong`. */
function readValue(type: FactType, value: JsonDigits, where: Where): FactValue | null {
  if (value === null) return null
  switch (type.type) {
    case 'record':
      return readRecord(type.fields, value, where)
    case 'map':
      return readMap(type.of, value, where)
    case 'list':
      return readList(type.of, value, where)
    default:
      return readPlain(type, value, where)
  }
}

function readRecord(
  fields: Readonly<Record<string, FactType>>,
  value: JsonDigits,
  { path, wrong }: Where,
): FactRecord | null {
  if (!isJsonObject(value)) return refused({ path, wrong }, OBJECT)
  const read: Record<string, FactValue | null> = {}
  for (const [name, inner] of Object.entries(value)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined
    const below = { path: `${path}/${name}`, wrong }
    if (type === undefined) refused(below, unknownName(name, Object.keys(fields), WORD))
    else read[name] = readValue(type, inner, below)
  }
  return read
}

function readMap(of: PlainType, value: JsonDigits, { path, wrong }: Where): FactRecord | null {
  if (!isJsonObject(value)) return refused({ path, wrong }, OBJECT)
  const entries = Object.entries(value)
  if (entries.length > ITEMS_MAX) return refused({ path, wrong }, TOO_MANY)
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      readValue(of, inner, { path: `${path}/${name}`, wrong }),
    ]),
  )
}

function readList(of: FactType, value: JsonDigits, { path, wrong }: Where): FactValue[] | null {
  if (!Array.isArray(value)) return refused({ path, wrong }, LIST)
  if (value.length > ITEMS_MAX) return refused({ path, wrong }, TOO_MANY)
  const keys = new Set<string>()
  return value.flatMap((item: JsonDigits, index) => {
    const below = { path: `${path}/${index}`, wrong }
    const read = readValue(of, item, below)
    if (read === null && item === null) refused(below, NOT_NULL)
    const key = of.type === 'record' ? keyOf(of.fields, read) : undefined
    if (key !== undefined && keys.has(key)) refused({ path: `${path}/${index}/id`, wrong }, TWICE)
    else if (key !== undefined) keys.add(key)
    return read === null ? [] : [read]
  })
}

/** What tells things of one list apart: their id, with what it is the id of (a measure, a level, a year). Undefined without an id. */
function keyOf(
  fields: Readonly<Record<string, FactType>>,
  item: FactValue | null,
): string | undefined {
  if (typeof fieldOf(item, 'id') !== 'string') return undefined
  const named = Object.entries(fields).filter(
    ([, it]) => it.type === 'word' || (it.type === 'quantity' && it.unit === 'year'),
  )
  return named.map(([name]) => String(fieldOf(item, name) ?? '')).join('\n')
}

function readPlain(type: PlainType, value: JsonDigits, where: Where): FactValue | null {
  if (type.type === 'quantity') return readQuantity(type, value, where)
  if (type.type === 'flag') {
    return typeof value === 'boolean'
      ? value
      : refused(where, { en: 'must be true or false', zh: '须为 true 或 false' })
  }
  if (typeof value !== 'string' || value.length > TEXT_CHARS_MAX) {
    return refused(where, { en: 'must be a text', zh: '须为文本' })
  }
  switch (type.type) {
    case 'day':
      return isDay(value)
        ? value
        : refused(where, { en: 'must be a day, YYYY-MM-DD', zh: '须为日期，格式 YYYY-MM-DD' })
    case 'ratio':
      return (
        parseRational(value) ??
        refused(where, { en: 'must be two integers, e.g. “2/5”', zh: '须为两个整数之比，如“2/5”' })
      )
    case 'place':
      return PLACE.test(value)
        ? value
        : refused(where, {
            en: 'must be a place, e.g. shenzhen/baoan',
            zh: '须为地点，如 shenzhen/baoan',
          })
    case 'word':
      return readWord(type, value, where)
  }
}

function readWord(
  { words, other }: PlainType & { type: 'word' },
  value: string,
  where: Where,
): string | null {
  if (words === undefined || other === true || words.includes(value)) return value
  return refused(where, {
    en: `“${value}” is none of ${words.join(', ')}`,
    zh: `“${value}”不在 ${words.join('、')} 之中`,
  })
}

function readQuantity(
  { decimals, max }: PlainType & { type: 'quantity' },
  value: JsonDigits,
  where: Where,
): bigint | null {
  const read = value instanceof JsonNumber ? parseDecimal(value.digits, decimals) : undefined
  const limit = max === undefined ? QUANTITY_MAX : BigInt(max) * 10n ** BigInt(decimals)
  if (read !== undefined && read >= 0n && read <= limit) return read
  const shown = formatDigits(value).slice(0, 60)
  return refused(where, {
    en: `must be a number, not below 0, of at most ${decimals} decimals; it is ${shown}`,
    zh: `须为不小于 0、至多 ${decimals} 位小数的数，而非 ${shown}`,
  })
}

const PLACE = /^[^/]+(\/[^/]+)*$/
const OBJECT: Text = { en: 'must be an object', zh: '须为对象' }
const LIST: Text = { en: 'must be a list', zh: '须为列表' }
const TWICE: Text = { en: 'is in the list twice', zh: '在列表中重复' }
const NOT_NULL: Text = { en: 'must not be null', zh: '不得为 null' }
const TOO_MANY: Text = {
  en: `has more than ${ITEMS_MAX} entries`,
  zh: `超过 ${ITEMS_MAX} 项`,
}

function refused(where: Where, reason: Text): null {
  where.wrong.push({ path: where.path, reason })
  return null
}
