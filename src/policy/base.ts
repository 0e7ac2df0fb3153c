import { type Check, compileCondition, typeInItem } from '../kernel/facts/condition.ts'
import { fieldOf, isList, itemScope, type Scope } from '../kernel/facts/fact.ts'
import type { Finding, TypeOf } from '../kernel/facts/finding.ts'
import { missingCode } from '../kernel/facts/leaf.ts'
import { compare, rational } from '../lib/rational.ts'
import type { Base, SummedLines } from './measure-schema.ts'
import { ANYTHING, addSpans, point, type Span } from './span.ts'

/** What an amount is reckoned on, in fen. */
export type BaseFound = {
  readonly span: Span
  /** Codes of the facts that are not known. */
  readonly missing: readonly string[]
  readonly told: readonly string[]
  /** The base came out of lines by rules. */
  readonly isAudited: boolean
  /** What became of each line, for the explanation. */
  readonly lines: readonly LineKept[]
}

export type LineKept = {
  readonly id: string
  readonly counts: boolean | null
  readonly excluded: readonly string[]
}

export type FindBase = (scope: Scope) => BaseFound

const REDUCED = 'BASE_REDUCED_TO_AUDITED'

export function compileBase(base: Base, here: string, typeOf: TypeOf): FindBase {
  const sum = base.lines === undefined ? undefined : compileLines(base.lines, here, typeOf)
  return (scope) => {
    const value = base.fact === undefined ? null : scope(base.fact)
    if (typeof value === 'bigint') return known(value, base, scope)
    const list = base.lines === undefined ? null : scope(base.lines.list)
    if (sum !== undefined && isList(list)) return belowDeclared(sum(scope, list), base, scope)
    return unknown(base, scope)
  }
}

function known(value: bigint, { declared, reading }: Base, scope: Scope): BaseFound {
  const stated = declared === undefined ? null : scope(declared)
  const isReduced = typeof stated === 'bigint' && stated > value
  return {
    span: point(rational(value)),
    missing: [],
    told: [...(isReduced ? [REDUCED] : []), ...(reading === undefined ? [] : [reading.code])],
    isAudited: false,
    lines: [],
  }
}

/** Lines that come to less than what was stated. */
function belowDeclared(found: BaseFound, { declared }: Base, scope: Scope): BaseFound {
  const stated = declared === undefined ? null : scope(declared)
  const { hi } = found.span
  const isBelow =
    typeof stated === 'bigint' && hi !== undefined && compare(hi, rational(stated)) < 0
  return isBelow ? { ...found, told: [...new Set([...found.told, REDUCED])] } : found
}

function unknown({ fact, lines, atMost, reading }: Base, scope: Scope): BaseFound {
  const most = atMost === undefined ? null : scope(atMost)
  return {
    span: typeof most === 'bigint' ? { lo: ANYTHING.lo, hi: rational(most) } : ANYTHING,
    missing: [missingCode(fact ?? lines?.list ?? '', scope)],
    told: reading === undefined ? [] : [reading.code],
    isAudited: false,
    lines: [],
  }
}

type Keep = { readonly check: Check; readonly excluded: string | undefined }

function compileLines(lines: SummedLines, here: string, typeOf: TypeOf) {
  const inItem = typeInItem(typeOf(lines.list), typeOf)
  const needs = (lines.needs ?? []).map((it) => compileCondition(it as never, here, typeOf))
  const keeps: Keep[] = lines.keep.map(({ when, excluded }) => ({
    check: compileCondition(when as never, here, inItem),
    excluded,
  }))
  return (scope: Scope, items: readonly unknown[]): BaseFound => {
    let span: Span = point(rational(0n))
    const missing = needs.map((check) => check(scope)).flatMap(openOrRefused)
    const told: string[] = []
    const kept: LineKept[] = []
    for (const [index, item] of items.entries()) {
      const line = weigh(item as never, { keeps, lines, scope })
      span = addSpans(span, line.span)
      missing.push(...line.missing)
      told.push(...line.told)
      kept.push({ id: idOf(item, index), counts: line.counts, excluded: line.told })
    }
    const isUnread = needs.length > 0 && missing.length > 0
    return {
      span: isUnread ? ANYTHING : span,
      missing: [...new Set(missing)],
      told: [...new Set(told)],
      isAudited: needs.length > 0,
      lines: kept,
    }
  }
}

/** A need that is not met leaves the list unread, as one that is not known does. */
function openOrRefused({ truth, open, refused }: ReturnType<Check>): readonly string[] {
  if (truth === true) return []
  return truth === null ? open : refused.map((it) => it.replace(/^[A-Z_]+:/, 'MISSING_FACT:'))
}

export function idOf(item: unknown, index: number): string {
  const id = fieldOf(item as never, 'id')
  return typeof id === 'string' ? id : `#${index + 1}`
}

function weigh(
  item: never,
  { keeps, lines, scope }: { keeps: readonly Keep[]; lines: SummedLines; scope: Scope },
) {
  const inside = itemScope(item, scope)
  const findings = keeps.map(({ check, excluded }) => ({ ...check(inside), excluded }))
  const out = findings.filter((it) => it.truth === false)
  const amount = fieldOf(item, lines.amount)
  const dropped = lines.dropped === undefined ? null : fieldOf(item, lines.dropped)
  const reduced = lines.reduced === undefined ? [] : [lines.reduced]
  const nothing = point(rational(0n))
  if (out.length > 0) {
    const told = [...out.flatMap((it) => it.excluded ?? []), ...reduced]
    return { span: nothing, missing: [], told, counts: false }
  }
  const open = findings.flatMap((it) => (it.truth === null ? it.open : []))
  const told = typeof dropped === 'bigint' && dropped > 0n ? reduced : []
  if (typeof amount !== 'bigint') {
    return {
      span: ANYTHING,
      missing: [...open, `MISSING_FACT:${lines.amount}`],
      told,
      counts: null,
    }
  }
  const whole = rational(amount)
  if (findings.some((it) => it.truth === null && hangsOutside(it, item))) {
    return { span: ANYTHING, missing: open, told, counts: null }
  }
  if (open.length === 0) return { span: point(whole), missing: [], told, counts: true }
  return { span: { lo: nothing.lo, hi: whole }, missing: open, told, counts: null }
}

/** Whether what is not known is a fact beside the list, so that none of its items can be weighed. */
function hangsOutside({ inputs }: { readonly inputs: Finding['inputs'] }, item: never): boolean {
  return inputs.some(({ fact, value }) => value === null && !Object.hasOwn(item, fact))
}
