import type { Condition } from '../../kernel/facts/condition-schema.ts'
import type { Measure } from '../measure-schema.ts'
import { holdAll, type Place } from './conditions.ts'
import {
  itemsAt,
  type Json,
  listAt,
  look,
  missing as missingFact,
  numberAt,
  type Scope,
} from './facts.ts'
import { byFormula } from './formula.ts'
import {
  add,
  compare,
  type Fraction,
  most,
  ratioOf,
  subtract,
  sumOf,
  times,
  whole,
  ZERO,
} from './fraction.ts'
import { capLimit, guideLimits, type Headroom, headroom, inConflict } from './limits.ts'
import { isOne, type Limit, limited, NOTHING, rounded, type Span, together } from './span.ts'
import { type Mode, standingOf } from './standing.ts'

/** A measure and the place of the region whose rule it is, `shenzhen/baoan`. */
export type Rule = { readonly measure: Measure; readonly place: Place }

/** What one measure says of a case. */
export type Part = {
  readonly rule: Rule
  readonly refused: readonly string[]
  readonly open: readonly string[]
  readonly told: readonly string[]
  readonly span: Span
  /** By item or by year, where several lines were added. */
  readonly byItem: ReadonlyMap<string, Span> | undefined
  readonly byYear: ReadonlyMap<string, Span> | undefined
  /** The limit that refused, where one did. */
  readonly refusedBy: 'public_funds_ratio' | 'quota' | undefined
  readonly audited: Fraction | undefined
  readonly other: { readonly base: string; readonly span: Span } | undefined
}

export type Case = { readonly mode: Mode; readonly facts: Json }

/** Goes through everything that one measure asks of one applicant; nothing is cut short. */
export function partOf(rule: Rule, { mode, facts }: Case): Part {
  const { measure, place } = rule
  const scope: Scope = [facts]
  const standing = standingOf(measure, mode, scope, place)
  const met = holdAll((measure.conditions ?? []) as Condition[], scope, place)
  const lines = linesOf(rule, scope)
  const quota = quotaOf(measure, scope)
  const funds = headroom(measure, scope)
  const refused = [...standing.refused, ...met.refused, ...lines.refused, ...quota.refused]
  if (funds.kind === 'exhausted') refused.push('PUBLIC_FUNDS_LIMIT_EXHAUSTED')
  return {
    rule,
    refused,
    open: [...standing.open, ...met.open, ...lines.open, ...lines.span.missing, ...quota.open],
    told: [...lines.told, ...remarks(rule, scope), ...conflicts(rule, scope)],
    span: lines.span,
    byItem: lines.byItem,
    byYear: lines.byYear,
    refusedBy: refused.includes('PUBLIC_FUNDS_LIMIT_EXHAUSTED')
      ? 'public_funds_ratio'
      : quota.refused.length > 0
        ? 'quota'
        : undefined,
    audited: lines.audited,
    other: otherReading(rule, scope),
  }
}

type LinesSaid = {
  readonly span: Span
  readonly refused: readonly string[]
  readonly open: readonly string[]
  readonly told: readonly string[]
  readonly byItem: ReadonlyMap<string, Span> | undefined
  readonly byYear: ReadonlyMap<string, Span> | undefined
  readonly audited: Fraction | undefined
}

const NO_LINES = {
  refused: [],
  open: [],
  told: [],
  byItem: undefined,
  byYear: undefined,
  audited: undefined,
}

function linesOf(rule: Rule, scope: Scope): LinesSaid {
  const { each } = rule.measure
  const projects = each === undefined ? projectsOf(rule, scope) : undefined
  if (projects !== undefined) return itemLines(rule, scope, projects)
  if (each === undefined) {
    const line = lineOf(rule, scope, { caps: () => true })
    const { base } = line
    const isAudited = base !== undefined && usesLines(rule.measure, scope)
    return { ...NO_LINES, span: line, audited: isAudited ? base : undefined }
  }
  const items = itemsAt(scope, each.list)
  if (items !== undefined) return itemLines(rule, scope, items)
  return { ...NO_LINES, span: openSpan(rule, scope), open: [missingFact(each.list)] }
}

/** Several projects of one applicant, where the measure is reckoned or capped by what each project has of its own. */
function projectsOf({ measure }: Rule, scope: Scope): readonly Json[] | undefined {
  const { amount, caps } = measure
  const projects = itemsAt(scope, 'projects')
  const mine = projects?.filter((it) => it.measure === undefined || it.measure === measure.id)
  if (mine === undefined || mine.length === 0) return undefined
  if (amount.form === 'ceiling-only') return caps?.[0]?.per === 'project' ? mine : undefined
  const fact = amount.form === 'rate' ? amount.of.fact : undefined
  return fact !== undefined && mine.some((it) => it[fact] !== undefined) ? mine : undefined
}

function usesLines({ amount }: Measure, scope: Scope): boolean {
  if (amount.form !== 'rate') return false
  const { fact, lines } = amount.of
  const isNamed = fact !== undefined && numberAt(scope, fact) !== undefined
  return (
    !isNamed &&
    fact !== undefined &&
    lines !== undefined &&
    itemsAt(scope, lines.list) !== undefined
  )
}

function openSpan(rule: Rule, scope: Scope): Span {
  const ofAll = ownLimits(rule, scope, isOfAll)
  const limits = ofAll.length > 0 ? ofAll : ownLimits(rule, scope, () => true)
  const { form } = rule.measure.amount
  const unsettled =
    form === 'ceiling-only' ? byFormula(rule.measure, scope, rule.place).unsettled : []
  return limited({ ...NOTHING, high: undefined, by: 'sum', unsettled }, limits)
}

type LineOptions = {
  readonly caps: (per: string) => boolean
  readonly year?: number | undefined
}

/** One award line: the formula, then its limits in their order, then rounded. */
function lineOf(rule: Rule, scope: Scope, options: LineOptions): Span {
  const { measure, place } = rule
  const formula = byFormula(measure, scope, place)
  const own = ownLimits(rule, scope, options.caps, options.year)
  const { limit: guide, conflict } = guideLimits(measure, own[0], scope)
  const funds = headroom(measure, scope)
  const rest: Limit[] = []
  if (guide !== undefined) rest.push(guide)
  if (funds.kind === 'left' || (funds.kind === 'missing' && funds.limit !== undefined)) {
    if (funds.limit !== undefined) rest.push(funds.limit)
  }
  const missing = funds.kind === 'missing' ? funds.codes : []
  const [first] = own
  const known = funds.kind === 'missing' ? jointly(measure, formula, { funds, scope }) : formula
  const cut = limited(known, [...own, ...rest])
  const open =
    conflict === undefined || first === undefined ? undefined : inConflict(known, first, conflict)
  const chosen = open === undefined || isOne(rounded(open)) ? cut : open
  const floor = funds.kind === 'missing' ? { ...chosen, low: ZERO } : chosen
  return rounded({ ...floor, missing: [...new Set([...chosen.missing, ...missing])] })
}

/**
 * Upper money that is not known raises the match and takes headroom at once: the most that both leave is where they meet.
 */
function jointly(
  { amount, publicFunds }: Measure,
  formula: Span,
  { funds, scope }: { readonly funds: Headroom; readonly scope: Scope },
): Span {
  if (amount.form !== 'match' || publicFunds === undefined) return formula
  if (funds.kind !== 'missing' || funds.limit === undefined) return formula
  if (isTopOpen(amount.byLevel, scope)) return formula // which money is the base is open too: to the cap
  const open = amount.of.filter((it) => numberAt(scope, it) === undefined)
  if (open.length === 0 || !open.every((it) => publicFunds.counted.includes(it))) return formula
  const ratio = ratioOf(amount.ratio)
  const known = sumOf(amount.of.map((it) => numberAt(scope, it) ?? ZERO))
  const left = subtract(funds.limit.value, times(known, ratio))
  if (compare(left, ZERO) <= 0) return formula
  const [above, below] = add(whole(1), ratio)
  return { ...formula, high: subtract(funds.limit.value, times(left, [below, above])) }
}

type ByLevel = Extract<Measure['amount'], { form: 'match' }>['byLevel']

/** Recognised on several levels, and what the highest gave is not known. */
function isTopOpen(byLevel: ByLevel, scope: Scope): boolean {
  const levels = byLevel === undefined ? [] : (listAt(scope, byLevel.levels) ?? [])
  const [top, ...others] = (byLevel?.order ?? []).filter((it) => levels.includes(it.level))
  return top !== undefined && others.length > 0 && numberAt(scope, top.fact) === undefined
}

const ORDER = ['project', 'enterprise', 'enterprise_year', 'guide']

function ownLimits(
  { measure }: Rule,
  scope: Scope,
  wanted: (per: string) => boolean,
  year?: number,
): Limit[] {
  return (measure.caps ?? [])
    .filter((it) => wanted(it.per))
    .toSorted((a, b) => ORDER.indexOf(a.per) - ORDER.indexOf(b.per))
    .flatMap((it) => capLimit(it, { measure, scope, year }) ?? [])
}

function itemLines(rule: Rule, scope: Scope, items: readonly Json[]): LinesSaid {
  const { each, amount } = rule.measure
  const sorted = items.map((item, at) => ({ item, at, said: isOfMeasure(rule, item, scope) }))
  const mine = sorted.filter((it) => it.said.holds !== false)
  const strangers = sorted.filter((it) => it.said.holds === false).flatMap((it) => it.said.refused)
  const tried = mine.map((it) => triedItem(rule, [it.item, ...scope], it))
  const good = tried.filter((it) => it.said.holds === true)
  const open = tried.filter((it) => it.said.holds === undefined)
  const out = tried.filter((it) => it.said.holds === false)
  const outCodes = out.flatMap((it) => it.said.refused)
  if (good.length + open.length === 0) {
    const refused = outCodes.length > 0 ? outCodes : strangers
    if (refused.length > 0) return { ...NO_LINES, span: NOTHING, refused }
    return {
      ...NO_LINES,
      span: openSpan(rule, scope),
      open: [missingFact(each?.list ?? 'projects')],
    }
  }
  const counted = [...good, ...open.map((it) => ({ ...it, span: { ...it.span, low: ZERO } }))]
  const totals = totalsOf(rule, scope, counted)
  const span = amount.form === 'ceiling-only' ? oneDetermination(totals.span, counted) : totals.span
  // one decision for several items says nothing of each
  const isShared = amount.form === 'ceiling-only' && counted.length > 1
  return {
    span,
    refused: [],
    open: open.flatMap((it) => it.said.open),
    told: each?.tellLeftOut === true ? outCodes : [],
    byItem: new Map(
      counted.map((it) => [it.id, isShared ? { ...it.span, unsettled: ['SHARED'] } : it.span]),
    ),
    byYear: totals.byYear,
    audited: undefined,
  }
}

type Said = ReturnType<typeof holdAll>

function isOfMeasure({ measure, place }: Rule, item: Json, scope: Scope): Said {
  const { each } = measure
  return holdAll(each?.of === undefined ? [] : [each.of as Condition], [item, ...scope], place)
}

/** One decision stands for all items together, not for each. */
function oneDetermination(span: Span, counted: readonly Tried[]): Span {
  const [first] = counted
  if (first === undefined || counted.length < 2 || span.unsettled.length > 0) return span
  const { high } = together(counted.map((it) => ({ ...it.span, high: it.cap })))
  const value = first.determined
  if (value === undefined) return span
  const isCut = high !== undefined && compare(high, value) < 0
  const kept = isCut ? high : value
  const told = isCut ? ['CAP_PER_PROJECT'] : []
  return { ...span, low: kept, high: kept, by: isCut ? 'cap_project' : 'determination', told }
}

type Tried = {
  readonly id: string
  readonly year: number | undefined
  readonly said: Said
  readonly span: Span
  readonly cap: Fraction | undefined
  readonly determined: Fraction | undefined
}

/** Whether an item is of the measure and fulfils what it asks; without its year nobody can say under which cap it falls. */
function ofItem({ measure: { each }, place }: Rule, item: Json, scope: Scope): Said {
  const asked = [...(each?.of === undefined ? [] : [each.of]), ...(each?.conditions ?? [])]
  const said = holdAll(asked as Condition[], scope, place)
  const year = each?.year
  if (year === undefined || typeof item[year] === 'number') return said
  const open = [...said.open, missingFact(year)]
  return { ...said, open, holds: said.holds === false ? false : undefined }
}

function triedItem(rule: Rule, scope: Scope, { item, at }: { item: Json; at: number }): Tried {
  const { each } = rule.measure
  const said = ofItem(rule, item, scope)
  const year = each?.year === undefined ? undefined : item[each.year]
  const caps = ownLimits(rule, scope, isOfItem)
  return {
    id: typeof item.id === 'string' ? item.id : `#${at + 1}`,
    year: typeof year === 'number' ? year : undefined,
    said,
    span: lineOf(rule, scope, { caps: isOfItem }),
    cap: caps[0]?.value,
    determined: numberAt(scope, 'determined_amount_yuan'),
  }
}

const isOfItem = (per: string) => per === 'project' || per === 'guide'
const isOfAll = (per: string) => !isOfItem(per)

/** What caps per enterprise and per year leave of the lines. */
function totalsOf(
  rule: Rule,
  scope: Scope,
  lines: readonly Tried[],
): { readonly span: Span; readonly byYear: ReadonlyMap<string, Span> | undefined } {
  const years = [...new Set(lines.map((it) => it.year))]
  // of a year that is not known no earlier award is
  const unnamed = rule.measure.each?.year === undefined ? undefined : -1
  const ofYears = years.map((year) => {
    const sum = together(lines.filter((it) => it.year === year).map((it) => it.span))
    return {
      year,
      span: limited(
        sum,
        ownLimits(rule, scope, (per) => per === 'enterprise_year', year ?? unnamed),
      ),
    }
  })
  const all = together(ofYears.map((it) => it.span))
  const isCut = ofYears.some((it) => it.span.by === 'cap_enterprise_year')
  const yearly =
    ofYears.length > 1 && isCut && isOne(all) ? { ...all, by: 'cap_enterprise_year' as const } : all
  const span = limited(
    yearly,
    ownLimits(rule, scope, (per) => isOfAll(per) && per !== 'enterprise_year'),
  )
  const byYear =
    rule.measure.each?.year !== undefined && !years.includes(undefined)
      ? new Map(ofYears.map((it) => [String(it.year), it.span]))
      : undefined
  return { span, byYear }
}

function quotaOf({ quota }: Measure, scope: Scope): { refused: string[]; open: string[] } {
  if (quota === undefined) return { refused: [], open: [] }
  const position = numberAt(scope, 'quota_position')
  const [facts = {}] = scope
  // an order that is said not to be supplied leaves even a known place open
  const isUnordered = facts.ordering_rule === null
  if (isUnordered && (position !== undefined || facts.quota_position === null)) {
    return { refused: [], open: ['QUOTA_ORDER_UNSPECIFIED'] }
  }
  if (position === undefined) {
    if (quota.position === 'if-known') return { refused: [], open: [] }
    const isOrdered = look(scope, 'ordering_rule') !== undefined
    return {
      refused: [],
      open: [isOrdered ? 'MISSING_FACT:quota_position' : 'QUOTA_ORDER_UNSPECIFIED'],
    }
  }
  const isIn = compare(position, whole(quota.places)) <= 0
  return { refused: isIn ? [] : ['QUOTA_EXCEEDED'], open: [] }
}

function remarks({ measure, place }: Rule, scope: Scope): string[] {
  return (measure.remarks ?? [])
    .filter((it) => holdAll([it.when as Condition], scope, place).holds === true)
    .map((it) => it.code)
}

/** A figure that was measured and declared otherwise: the measured one counted. */
function conflicts({ measure }: Rule, scope: Scope): string[] {
  const asked = JSON.stringify([measure.conditions, measure.amount, measure.each])
  const [facts = {}] = scope
  return Object.keys(facts)
    .filter((it) => it.startsWith('declared_'))
    .map((it) => it.slice('declared_'.length))
    .filter((it) => asked.includes(`"${it}"`) && look(scope, `${it}_source`) !== undefined)
    .filter((it) => {
      const [measured, declared] = [numberAt(scope, it), numberAt(scope, `declared_${it}`)]
      return measured !== undefined && declared !== undefined && compare(measured, declared) !== 0
    })
    .map((it) => `EVIDENCE_CONFLICT:${it}`)
}

/** What the reading that was not adopted gives, where it differs. */
function otherReading(rule: Rule, scope: Scope): Part['other'] {
  const { amount } = rule.measure
  if (amount.form !== 'rate' || amount.of.reading === undefined) return undefined
  const { other, otherName } = amount.of.reading
  if (numberAt(scope, other) === undefined) return undefined
  const swapped = { ...rule.measure, amount: { ...amount, of: { fact: other } } }
  const span = lineOf({ ...rule, measure: swapped }, scope, { caps: () => true })
  const adopted = lineOf(rule, scope, { caps: () => true })
  const differs =
    compare(most(span.low, adopted.low), adopted.low) !== 0 ||
    compare(subtract(adopted.low, span.low), ZERO) > 0
  return differs ? { base: otherName, span } : undefined
}

/** Lists of facts that a measure rewards item by item. */
export function rewardedItems({ rule }: Part, facts: Json): readonly string[] | undefined {
  const { rewards, each } = rule.measure
  const items = rewards === undefined ? undefined : itemsAt([facts], rewards.thing)
  if (items === undefined || each === undefined) return undefined
  const conditions = [
    ...(each.of === undefined ? [] : [each.of]),
    ...(each.conditions ?? []),
  ] as Condition[]
  return items.flatMap((item, at) =>
    holdAll(conditions, [item, facts], rule.place).holds === false ? [] : [String(at)],
  )
}

export function applicantsOf(facts: Json): readonly Json[] | undefined {
  return listAt([facts], 'applicants') === undefined ? undefined : itemsAt([facts], 'applicants')
}
