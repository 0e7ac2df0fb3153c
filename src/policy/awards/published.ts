import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { parseDecimal } from '../../lib/money.ts'
import { Problem } from '../../lib/problem.ts'
import { holds } from '../checker/conditions.ts'
import type { Measure, SummedLines } from '../measure-schema.ts'

/** Facts as they are handed in: JSON by the names of the vocabulary, money in yuan, every number by its digits. */
export type FactsByName = Readonly<Record<string, JsonDigits>>

type Items = readonly JsonDigits[]

/** What the facts are judged by, and a spelling of what comes of them: equal where nothing that is told differs. */
export type Judging = {
  readonly measure: Measure
  readonly place: string
  readonly says: (facts: FactsByName) => string
  /** The same, whatever the items are called that amounts are told of. */
  readonly saysOfItems: (facts: FactsByName) => string
}

const DECIMALS = 24

/**
 * The facts that a result is published with: what is left out changes nothing. Of lines that an amount is summed from there is one
 * that stands for all that counted, their sum its amount, and one without an amount for each reason that others were left out for;
 * items that are awarded one by one go by their place. So no invoice, no supplier, no person and no single sum of a list gets out
 * that the amount does not need. Names are tried in one order: the same facts always come to the same.
 * @throws Problem `wrong-state` where a list cannot be told by its sum
 */
export function publishedFacts(facts: FactsByName, judging: Judging): FactsByName {
  const needed = withoutNames(facts, judging.says)
  const summed = placed(inSum(needed, judging), judging)
  if (judging.saysOfItems(summed) !== judging.saysOfItems(needed)) throw notBySum()
  const fewer = placed(withFewerItems(summed, judging.says), judging)
  const said = judging.says(fewer)
  const isSame = (tried: FactsByName) => judging.says(tried) === said
  let kept = fewer
  for (const [name, value] of Object.entries(fewer)) {
    const put = (inner: JsonDigits): FactsByName => ({ ...kept, [name]: inner })
    kept = put(narrowed(value, (tried) => isSame(put(tried))))
  }
  return kept
}

/** Again and again, until nothing more can be left out: what was handed in is needed only while something is asked for. */
function withoutNames(facts: FactsByName, says: Judging['says']): FactsByName {
  const said = says(facts)
  let kept = facts
  for (let before: FactsByName | undefined; before !== kept; ) {
    before = kept
    for (const name of Object.keys(kept).sort()) {
      const { [name]: _, ...fewer } = kept
      if (says(fewer) === said) kept = fewer
    }
  }
  return kept
}

function notBySum(): Problem {
  return new Problem('wrong-state', {
    en: 'The list that the amount is summed from cannot be published by its sum alone; nothing is decided',
    zh: '计算金额所依据的明细无法仅以合计公布，不作决定',
  })
}

// lines that are summed

function inSum(facts: FactsByName, { measure, place }: Judging): FactsByName {
  const { amount } = measure
  const lines = amount.form === 'rate' ? amount.of.lines : undefined
  const items = lines && facts[lines.list]
  if (lines === undefined || !isItems(items)) return facts
  const around = plainFacts(facts)
  const fates = items.map((item) => ({ item, fate: fateOf(item, { lines, around, place }) }))
  const counted = fates.filter((it) => it.fate === COUNTS).map((it) => it.item)
  const left = new Map(fates.map((it) => [it.fate, it.item] as const).toReversed())
  const standing = [...left]
    .filter(([fate]) => fate !== COUNTS && fate !== OPEN)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => withoutSums(item, lines))
  const open = fates.filter((it) => it.fate === OPEN).map((it) => it.item)
  return { ...facts, [lines.list]: [...summed(counted, lines), ...standing, ...open] }
}

const COUNTS = 'counts'
const OPEN = 'open'

/** Whether a line counts, is not to be told yet, or which of the tests it fails. */
function fateOf(
  item: JsonDigits,
  of: { readonly lines: SummedLines; readonly around: PlainJson; readonly place: string },
): string {
  const { lines, around, place } = of
  if (!isJsonObject(item)) return OPEN
  const scope = [plainFacts(item), around]
  const tried = lines.keep.map((it) => holds(it.when as Condition, scope, place).holds)
  if (tried.includes(false)) return tried.map((it) => (it === false ? '0' : '1')).join('')
  const isKnown = !tried.includes(undefined) && item[lines.amount] instanceof JsonNumber
  return isKnown ? COUNTS : OPEN
}

function summed(items: Items, lines: SummedLines): Items {
  const [first] = items
  if (!isJsonObject(first)) return []
  const dropped = lines.dropped === undefined ? undefined : sumOf(items, lines.dropped)
  return [
    {
      ...withoutSums(first, lines),
      [lines.amount]: sumOf(items, lines.amount) ?? null,
      ...(lines.dropped !== undefined && dropped !== undefined && { [lines.dropped]: dropped }),
    },
  ]
}

function withoutSums(item: JsonDigits, { amount, dropped = amount }: SummedLines): FactsByName {
  if (!isJsonObject(item)) return {}
  const { [amount]: _, [dropped]: __, ...rest } = item
  return rest
}

/** Exact, whatever the decimals; undefined where none of them has it. */
function sumOf(items: Items, field: string): JsonNumber | undefined {
  const values = items.flatMap((it) => {
    const value = isJsonObject(it) ? it[field] : undefined
    return value instanceof JsonNumber ? [parseDecimal(value.digits, DECIMALS) ?? 0n] : []
  })
  if (values.length === 0) return undefined
  const sum = values.reduce((all, it) => all + it, 0n)
  const digits = (sum < 0n ? -sum : sum).toString().padStart(DECIMALS + 1, '0')
  const part = digits.slice(-DECIMALS).replace(/0+$/, '')
  const whole = digits.slice(0, -DECIMALS)
  return new JsonNumber(`${sum < 0n ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`)
}

// items that are awarded one by one

/** Items by their place, where the measure awards item by item: what they are called is nobody's business. */
function placed(facts: FactsByName, { measure }: Judging): FactsByName {
  const name = measure.each?.list ?? 'projects'
  const items = facts[name]
  if (!isItems(items)) return facts
  const named = items.map((it, index) => (isJsonObject(it) ? { ...it, id: `${index + 1}` } : it))
  return { ...facts, [name]: named }
}

/** Halves of each list are left out, and halves of those, as long as nothing that is told changes. */
function withFewerItems(facts: FactsByName, says: Judging['says']): FactsByName {
  const said = says(facts)
  let kept = facts
  for (const name of Object.keys(facts).sort()) {
    const items = facts[name]
    if (!isItems(items)) continue
    const left = new Set<JsonDigits>()
    const tryWithout = (some: Items): void => {
      const fewer = items.filter((it) => !left.has(it) && !some.includes(it))
      const tried = { ...kept, [name]: fewer }
      if (says(tried) === said) {
        for (const it of some) left.add(it)
        kept = tried
      } else if (some.length > 1) {
        const half = some.length >> 1
        tryWithout(some.slice(half))
        tryWithout(some.slice(0, half))
      }
    }
    if (items.length > 0) tryWithout(items)
  }
  return kept
}

/** Of records the fields that count, of the items of a list too. */
function narrowed(value: JsonDigits, isSame: (tried: JsonDigits) => boolean): JsonDigits {
  if (isItems(value)) return narrowedItems(value, isSame)
  if (!isJsonObject(value)) return value
  let kept: FactsByName = value
  for (const name of Object.keys(value).sort()) {
    const { [name]: inner = null, ...fewer } = kept
    if (isSame(fewer)) {
      kept = fewer
      continue
    }
    const put = (it: JsonDigits): FactsByName => ({ ...kept, [name]: it })
    kept = put(narrowed(inner, (tried) => isSame(put(tried))))
  }
  return kept
}

/** A field is left out of all of them at once where it can be, else of each that does not need it. */
function narrowedItems(items: Items, isSame: (tried: JsonDigits) => boolean): Items {
  const names = new Set(items.flatMap((it) => (isJsonObject(it) ? Object.keys(it) : [])))
  let kept = items
  for (const name of [...names].sort()) {
    const tried = kept.map((it) => without(it, name))
    if (isSame(tried)) kept = tried
  }
  for (const index of kept.keys()) {
    const put = (it: JsonDigits): Items => kept.with(index, it)
    kept = put(narrowed(kept[index] ?? null, (tried) => isSame(put(tried))))
  }
  return kept
}

function without(item: JsonDigits, name: string): JsonDigits {
  if (!isJsonObject(item)) return item
  const { [name]: _, ...rest } = item
  return rest
}

function isItems(value: JsonDigits | undefined): value is Items {
  return Array.isArray(value)
}

// as JSON that outsiders read

/** JSON with numbers as every program reads them. */
export type PlainJson = Readonly<Record<string, unknown>>

/**
 * Facts with their numbers as JSON numbers, each spelled as it was: what a double cannot hold is refused, never rounded.
 * @throws Problem `invalid-input`
 */
export function plainFacts(facts: FactsByName): PlainJson {
  return Object.fromEntries(Object.entries(facts).map(([name, it]) => [name, plain(it)]))
}

function plain(value: JsonDigits): unknown {
  if (value instanceof JsonNumber) return exactNumber(value)
  if (isItems(value)) return value.map(plain)
  return isJsonObject(value) ? plainFacts(value) : value
}

function exactNumber({ digits }: JsonNumber): number {
  const value = Number(digits)
  const given = parseDecimal(digits, DECIMALS)
  if (given !== undefined && parseDecimal(String(value), DECIMALS) === given) return value
  throw new Problem('invalid-input', {
    en: `${digits} has more digits than a published number can have`,
    zh: `${digits} 的位数超出可公布数值的精度`,
  })
}
