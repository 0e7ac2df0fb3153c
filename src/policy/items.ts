import { type Check, compileCondition, typeInItem } from '../kernel/facts/condition.ts'
import { type FactValue, fieldOf, isList, itemScope, type Scope } from '../kernel/facts/fact.ts'
import type { Finding, TypeOf } from '../kernel/facts/finding.ts'
import { allOf, type Truth } from '../kernel/facts/truth.ts'
import { idOf } from './base.ts'
import type { Measure } from './measure-schema.ts'

/** One thing of a list that may get an award of its own. */
export type Item = {
  readonly id: string
  readonly index: number
  readonly year: string | undefined
  readonly scope: Scope
  readonly truth: Truth
  readonly findings: readonly Finding[]
}

/** What a measure finds in the list it awards by. `list` undefined: it is one award for the whole case. */
export type Items = {
  readonly items: readonly Item[]
  /** Codes of what refuses where no item is left. */
  readonly refused: readonly string[]
  readonly open: readonly string[]
  /** Codes told of items that were left out beside others. */
  readonly leftOut: readonly string[]
  readonly isListed: boolean
  /** The list itself is not known. */
  readonly isUnknown?: boolean
}

const PROJECTS = 'projects'

/**
 * The award lines of a case. A measure with `each` has one for each item that fulfils its conditions; any measure with caps per project has
 * one for each of the case's `projects` that are its own; else there is one.
 */
export function compileItems(measure: Measure, here: string, typeOf: TypeOf) {
  const { each } = measure
  if (each === undefined) return (scope: Scope) => projectsOf(measure, scope)
  const inItem = typeInItem(typeOf(each.list), typeOf)
  const compile = (it: unknown): Check => compileCondition(it as never, here, inItem)
  const own = each.of === undefined ? undefined : compile(each.of)
  const conditions = (each.conditions ?? []).map(compile)
  // without its year nobody can say under which year's cap an item falls
  const dated =
    each.year === undefined ? undefined : compile({ fact: each.year, unit: 'year', atLeast: 0 })
  return (scope: Scope): Items => {
    const list = scope(each.list)
    if (!isList(list)) return missingList(each.list, scope)
    const weighed = list.map((item, index): Item & { belongs: Truth } => {
      const inside = itemScope(item, scope)
      const ownFinding = own?.(inside)
      const year = each.year === undefined ? undefined : yearOf(item, each.year)
      const findings = [
        ...(ownFinding ? [ownFinding] : []),
        ...conditions.map((it) => it(inside)),
        ...(dated !== undefined && year === undefined ? [dated(inside)] : []),
      ]
      return {
        id: idOf(item, index),
        index,
        year,
        scope: inside,
        truth: allOf(findings.map((it) => it.truth)),
        findings: ownFinding?.truth === false ? [ownFinding] : findings,
        belongs: ownFinding?.truth ?? true,
      }
    })
    const belonging = weighed.filter((it) => it.belongs !== false)
    const candidates = belonging.length > 0 ? belonging : weighed
    return sorted(candidates, {
      leftOut: each.tellLeftOut ?? false,
      list: each.list,
      own,
      scope,
    })
  }
}

function sorted(
  candidates: readonly Item[],
  of: { leftOut: boolean; list: string; own: Check | undefined; scope: Scope },
): Items {
  const items = candidates.filter((it) => it.truth !== false)
  const out = candidates.filter((it) => it.truth === false)
  const refusals = codes(out, false)
  if (candidates.length === 0) {
    // an empty list: nothing was claimed, or what was asked for is not there
    const code = of.own?.(() => null).refused ?? []
    return code.length > 0
      ? { items: [], refused: code, open: [], leftOut: [], isListed: true }
      : missingList(of.list, of.scope)
  }
  return {
    items,
    refused: items.length === 0 ? refusals : [],
    open: codes(items, null),
    leftOut: of.leftOut && items.length > 0 ? refusals : [],
    isListed: true,
  }
}

function codes(items: readonly Item[], truth: Truth): string[] {
  const found = items.flatMap((item) => item.findings.filter((it) => it.truth === truth))
  return [...new Set(found.flatMap((it) => (truth === false ? it.refused : it.open)))]
}

/** Nothing is known of the list: it may hold anything, of which one item stands for all. */
function missingList(list: string, scope: Scope): Items {
  const anything = { id: '', index: 0, year: undefined, scope, truth: null, findings: [] }
  return {
    items: [anything],
    refused: [],
    open: [`MISSING_FACT:${list}`],
    leftOut: [],
    isListed: true,
    isUnknown: true,
  }
}

function yearOf(item: FactValue, field: string): string | undefined {
  const year = fieldOf(item, field)
  return year === null ? undefined : String(year)
}

function projectsOf(measure: Measure, scope: Scope): Items {
  const whole = { index: 0, year: undefined, truth: true, findings: [] } as const
  const single: Items = {
    items: [{ ...whole, id: '', scope }],
    refused: [],
    open: [],
    leftOut: [],
    isListed: false,
  }
  const list = scope(PROJECTS)
  const isPerProject = (measure.caps ?? []).some((it) => it.per === 'project')
  if (!isPerProject || measure.publicFunds !== undefined || !isList(list)) return single
  const own = list.flatMap((item, index) => {
    const of = fieldOf(item, 'measure')
    return of === null || of === measure.id ? [{ item, index }] : []
  })
  if (own.length === 0) return single
  return {
    ...single,
    items: own.map(({ item, index }) => ({
      ...whole,
      id: idOf(item, index),
      index,
      scope: itemScope(item, scope),
    })),
    isListed: true,
  }
}
