import { unknownName } from '../kernel/packs/nearest.ts'
import {
  formatDigits,
  isJsonObject,
  type JsonDigits,
  JsonNumber,
  parseDigits,
} from '../lib/json-digits.ts'
import { formatYuan, parseDecimal } from '../lib/money.ts'
import { Problem } from '../lib/problem.ts'
import { evaluate } from './evaluate.ts'
import type { Outcome } from './outcome.ts'
import type { Rules } from './rules.ts'
import { targetStatus } from './targets.ts'

const VECTORS_MAX = 100_000
/** Codes that may be told beyond those expected. */
const INFORMATIONAL =
  /^(CONDITIONS_MET|RATE_IS_CEILING|MATCH_IS_CEILING|CAP_PER_PROJECT|CAP_PER_ENTERPRISE|CAP_PER_ENTERPRISE_YEAR|GUIDE_CAP|GUIDE_RATE|PUBLIC_FUNDS_LIMIT|BUDGET_PRO_RATA|ROUNDED_DOWN_TO_FEN|BASE_REDUCED_TO_AUDITED|BASE_READING:.+|RECEIPTS_OUTSIDE_WINDOW_EXCLUDED|FEES_OUTSIDE_YEAR_EXCLUDED|TIER_TABLE_APPLIED|TOP_UP_GRANTED|TOP_UP_NOT_MET|PRIORITY|NO_STACKING_RULE_IN_TEXT|EVIDENCE_CONFLICT:.+)$/

type Fields = { readonly [name: string]: JsonDigits }

/** One entry of a file of vectors, by the parts that anything is judged by. */
export type Vector = {
  readonly id: string
  readonly expected: Fields
  readonly ask: (rules: Rules) => Fields
}

/** What became of one: the fields that differ, none where it passed. */
export type Judgement = {
  readonly id: string
  readonly differs: readonly {
    readonly field: string
    readonly expected: JsonDigits
    readonly got: JsonDigits
  }[]
}

/** Reads a file of vectors. Throws `unreadable-input` for what is not of that form. */
export function readVectors(text: string): Vector[] {
  let file: JsonDigits
  try {
    file = parseDigits(text)
  } catch (cause) {
    throw notOfForm({ en: 'it is no JSON', zh: '不是 JSON' }, cause)
  }
  if (!isJsonObject(file)) throw notOfForm({ en: 'it is no JSON object', zh: '不是 JSON 对象' })
  const vectors = entriesOf(file, 'vectors', true).map((entry, index): Vector => {
    const { id, expected } = commonOf(entry, `vectors/${index}`)
    const { measure = null, mode = null, facts = null } = entry
    return { id, expected, ask: (rules) => fieldsOf(askPolicy(rules, { measure, mode, facts })) }
  })
  const targets = entriesOf(file, 'target_vectors', false).map((entry, index): Vector => {
    const { id, expected } = commonOf(entry, `target_vectors/${index}`)
    const { target = null, facts = null } = entry
    return { id, expected, ask: (rules) => ({ status: askTarget(rules, target, facts) }) }
  })
  const all = [...vectors, ...targets]
  if (all.length <= VECTORS_MAX) return all
  throw notOfForm({ en: `it has more than ${VECTORS_MAX} vectors`, zh: `超过 ${VECTORS_MAX} 条` })
}

function notOfForm(reason: { en: string; zh: string }, cause?: unknown): Problem {
  return new Problem(
    'unreadable-input',
    { en: `not a file of policy vectors: ${reason.en}`, zh: `不是政策向量文件：${reason.zh}` },
    { cause },
  )
}

function entriesOf(file: Fields, name: string, isNeeded: boolean): Fields[] {
  const list = Object.hasOwn(file, name) ? file[name] : undefined
  if (list === undefined && !isNeeded) return []
  if (Array.isArray(list) && list.every((it: JsonDigits) => isJsonObject(it)))
    return list as Fields[]
  throw notOfForm({ en: `“${name}” is no list of objects`, zh: `“${name}”不是对象列表` })
}

function commonOf(entry: Fields, place: string): { id: string; expected: Fields } {
  const { id, expected } = entry
  if (typeof id === 'string' && isJsonObject(expected)) return { id: oneLine(id), expected }
  throw notOfForm({ en: `${place} has no id or no “expected”`, zh: `${place} 缺少 id 或 expected` })
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}

type Asked = { readonly measure: JsonDigits; readonly mode: JsonDigits; readonly facts: JsonDigits }

function askPolicy(rules: Rules, { measure, mode, facts }: Asked): Outcome {
  if (typeof measure !== 'string' || typeof mode !== 'string') {
    throw new Problem('invalid-input', {
      en: 'a vector has a measure and a mode',
      zh: '向量须有 measure 与 mode',
    })
  }
  return evaluate(rules, { measure, mode, facts })
}

function askTarget(rules: Rules, target: JsonDigits, facts: JsonDigits): string {
  const known = typeof target === 'string' ? rules.targets.get(target) : undefined
  if (known !== undefined) return targetStatus(known, facts)
  const word = { en: 'target', zh: '目标' }
  throw new Problem('invalid-input', unknownName(formatDigits(target), rules.targets.keys(), word))
}

/** Evaluates one vector and compares. What the rules cannot take fails it with the reason as `error`. */
export function judgeVector(rules: Rules, { id, expected, ask }: Vector): Judgement {
  try {
    return { id, differs: differences(expected, ask(rules)) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { id, differs: [{ field: 'error', expected: null, got: error.text.en }] }
  }
}

/** `ok ID`, or what differs. */
export function formatJudgement({ id, differs }: Judgement): string {
  if (differs.length === 0) return `ok ${id}`
  const side = (of: 'expected' | 'got') =>
    formatDigits(Object.fromEntries(differs.map((it) => [it.field, it[of]])))
  return `FAIL ${id}: expected ${side('expected')} got ${side('got')}`
}

const ALWAYS = ['eligible', 'amount_fen', 'amount_basis', 'reasons', 'cap_applied', 'limited_by']
const WHEN_GIVEN = [
  'bounds_yuan',
  'by_item',
  'by_measure',
  'by_year',
  'selected',
  'not_selected',
  'undecided',
  'unallocated_yuan',
  'audited_base_yuan',
  'alternative_readings',
]

function differences(expected: Fields, got: Fields): Judgement['differs'] {
  const fields = Object.hasOwn(got, 'status')
    ? ['status']
    : [...ALWAYS, ...WHEN_GIVEN.filter((it) => Object.hasOwn(expected, it))]
  return fields.flatMap((field) => {
    const sides = { field, expected: expected[field] ?? null, got: got[field] ?? null }
    const same =
      field === 'reasons'
        ? sameReasons(sides.expected, sides.got)
        : isSame(sides.expected, sides.got)
    return same ? [] : [sides]
  })
}

/** Every expected code is there; codes beyond them only tell something. */
function sameReasons(expected: JsonDigits, got: JsonDigits): boolean {
  if (!Array.isArray(expected) || !Array.isArray(got)) return false
  return (
    expected.every((it) => got.includes(it)) &&
    got.every((it) => expected.includes(it) || INFORMATIONAL.test(String(it)))
  )
}

const DECIMALS = 6

/** Numbers by their value, objects whatever the order of their fields. */
function isSame(a: JsonDigits, b: JsonDigits): boolean {
  if (a instanceof JsonNumber && b instanceof JsonNumber) {
    const value = parseDecimal(a.digits, DECIMALS)
    return value !== undefined && value === parseDecimal(b.digits, DECIMALS)
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((it, index) => isSame(it, b[index] ?? null))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] ?? null, b[name] ?? null))
  )
}

/** An outcome in the words of a vector; money in yuan, but for `amount_fen`. */
export function fieldsOf(outcome: Outcome): Fields {
  const yuan = (fen: bigint | null | undefined) =>
    fen === null || fen === undefined ? null : new JsonNumber(formatYuan(fen))
  const parts = (of: ReadonlyMap<string, bigint | null>) =>
    Object.fromEntries([...of].map(([name, fen]) => [name, yuan(fen)]))
  const { amountFen, bounds } = outcome
  return {
    eligible: outcome.eligible,
    amount_yuan: yuan(amountFen),
    amount_fen: amountFen === null ? null : new JsonNumber(amountFen.toString()),
    amount_basis: outcome.basis,
    reasons: outcome.reasons,
    cap_applied: outcome.capApplied,
    limited_by: outcome.limitedBy,
    ...(bounds !== undefined && { bounds_yuan: [yuan(bounds.lo), yuan(bounds.hi)] }),
    ...(outcome.byItem !== undefined && { by_item: parts(outcome.byItem) }),
    ...(outcome.byMeasure !== undefined && { by_measure: parts(outcome.byMeasure) }),
    ...(outcome.byYear !== undefined && { by_year: parts(outcome.byYear) }),
    ...(outcome.selected !== undefined && {
      selected: outcome.selected,
      not_selected: outcome.notSelected ?? [],
      undecided: outcome.undecided ?? [],
    }),
    ...(outcome.unallocatedFen !== undefined && { unallocated_yuan: yuan(outcome.unallocatedFen) }),
    ...(outcome.auditedBaseFen !== undefined && {
      audited_base_yuan: yuan(outcome.auditedBaseFen),
    }),
    ...(outcome.alternativeReadings !== undefined && {
      alternative_readings: outcome.alternativeReadings.map(({ base, amountFen: fen }) => ({
        base,
        amount_yuan: yuan(fen),
      })),
    }),
  }
}
