import { type Facts, scopeOf } from '../kernel/facts/fact.ts'
import { parseFacts } from '../kernel/facts/parse-facts.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import { unknownName } from '../kernel/packs/nearest.ts'
import type { JsonDigits } from '../lib/json-digits.ts'
import { Problem } from '../lib/problem.ts'
import { runBudget } from './budget.ts'
import { combine, type Together } from './combine.ts'
import { determinedAmount } from './formula.ts'
import { unique } from './judged-part.ts'
import type { Among, Case, CompiledMeasure } from './measure.ts'
import type { Article } from './measure-schema.ts'
import { type Outcome, refusal, undecided } from './outcome.ts'
import type { Part } from './part.ts'
import { runQuota } from './quota-run.ts'
import type { Rules } from './rules.ts'
import { isMode, MODES } from './standing.ts'

const MEASURES_MAX = 20
const BUDGET = 'BUDGET'

/** What is to be evaluated, as it came: a measure (or several joined by `+`, an article, a prohibition, a budget), a mode and facts. */
export type Question = {
  readonly measure: string
  readonly mode: string
  readonly facts: JsonDigits
}

/**
 * What the rules make of a case. Throws `invalid-input` for a measure, mode or fact that there is not and for facts of the wrong type.
 */
export function evaluate(rules: Rules, { measure, mode, facts: input }: Question): Outcome {
  if (!isMode(mode)) {
    throw new Problem('invalid-input', unknownName(mode, MODES, { en: 'mode', zh: '模式' }))
  }
  const subject = subjectOf(rules, measure)
  const facts = parseFacts(rules.facts, input)
  checkType(rules, facts)
  const given: Case = { mode, facts, scope: scopeOf(facts) }
  switch (subject.kind) {
    case 'budget':
      return runBudget(given.scope)
    case 'prohibition':
      return subject.prohibition.evaluate(given)
    case 'measures':
      return evaluateMeasures(rules, subject.ids, given)
  }
}

function subjectOf(rules: Rules, measure: string) {
  const [name, clause, ...more] = measure.split(':')
  if (name === BUDGET && more.length === 0) {
    if (clause === undefined || rules.budgets.has(clause)) return { kind: 'budget' } as const
    throw new Problem(
      'invalid-input',
      unknownName(clause, rules.budgets, { en: 'budget', zh: '预算' }),
    )
  }
  const prohibition = rules.prohibitions.get(measure)
  if (prohibition !== undefined) return { kind: 'prohibition', prohibition } as const
  const ids = measure.split('+')
  for (const id of ids) {
    if (rules.measures.has(id) || rules.articles.has(id)) continue
    const known = [...rules.measures.keys(), ...rules.articles.keys(), ...rules.prohibitions.keys()]
    throw new Problem('invalid-input', unknownName(id, known, { en: 'measure', zh: '措施' }))
  }
  if (ids.length > MEASURES_MAX || new Set(ids).size < ids.length) {
    throw new Problem('invalid-input', {
      en: `A case names at most ${MEASURES_MAX} measures, each once`,
      zh: `一次申请至多 ${MEASURES_MAX} 项措施，且不得重复`,
    })
  }
  return { kind: 'measures', ids } as const
}

/** A type of applicant that the tree does not have is a slip of the hand. */
function checkType(rules: Rules, facts: Facts): void {
  const type = scopeOf(facts)('applicant.type')
  if (typeof type !== 'string' || rules.types.has(type)) return
  const word = { en: 'type of applicant', zh: '申请人类型' }
  throw new Problem('invalid-input', unknownName(type, rules.types.keys(), word))
}

/** One case of measures and articles that are there, its facts read already. */
export function evaluateMeasures(rules: Rules, ids: readonly string[], given: Case): Outcome {
  const [only] = ids
  if (only !== undefined && ids.length === 1) return evaluateOne(rules, only, given)
  const measures = ids.flatMap((id) => branchesOf(rules, id, given))
  const run = measures.find((it) => isRun(it.compiled, given))
  if (run !== undefined) return runQuota(runOf(run, measures), given)
  return combine(partsOf(measures, given), togetherIn(given))
}

function evaluateOne(rules: Rules, id: string, given: Case): Outcome {
  const article = rules.articles.get(id)
  if (article !== undefined) return evaluateArticle(rules, article, given)
  const compiled = rules.measures.get(id)
  if (compiled === undefined) return combine([], ALONE)
  if (isRun(compiled, given)) return runQuota([compiled], given)
  return combine([compiled.evaluate(given, aloneOf(rules, compiled))], ALONE)
}

function isRun({ measure }: CompiledMeasure, { facts }: Case): boolean {
  return measure.quota?.run === true && facts.has('applicants')
}

/** The measure whose places are given out, then what tops it up; places of two measures are two selections. */
function runOf(run: Named, measures: readonly Named[]): CompiledMeasure[] {
  const others = measures.filter((it) => it !== run).map((it) => it.compiled)
  const { id } = run.compiled.measure
  const stranger = others.find(
    ({ measure: { amount } }) => amount.form !== 'top-up' || amount.on !== id,
  )
  if (stranger === undefined) return [run.compiled, ...others]
  const other = stranger.measure.id
  throw new Problem('invalid-input', {
    en: `A selection among applicants is of one measure and what tops it up: ${other} does not top up ${id}`,
    zh: `一次遴选只限一项措施及其追加奖励：${other} 不是 ${id} 的追加奖励`,
  })
}

const ALONE: Together = { sharesCost: false, determined: undefined }

function togetherIn({ scope }: Case): Together {
  const shared = scope('shared_cost_yuan')
  return {
    sharesCost: typeof shared === 'bigint' && shared > 0n,
    determined: determinedAmount(scope),
  }
}

type Named = {
  readonly compiled: CompiledMeasure
  /** The article of which it is a branch, by which a batch may open it. */
  readonly alone: Among
}

/** A decision is for the one measure whose amount is open; where several are it is for all of them together. */
function partsOf(measures: readonly Named[], given: Case): Part[] {
  const parts = eachOf(measures, given)
  if (parts.length < 2) return parts
  const using = parts.filter((it) => it.isDecided)
  return using.length > 1 ? eachOf(measures, given, { ignoresDecision: true }) : parts
}

/** Measures that others top up come first. */
function eachOf(measures: readonly Named[], given: Case, among: Among = {}): Part[] {
  const [only] = measures
  if (only !== undefined && measures.length === 1)
    return [only.compiled.evaluate(given, only.alone)]
  const inCase = new Map<string, Truth>()
  const found = new Map<string, Part>()
  const isTopUp = ({ compiled }: Named) => compiled.measure.amount.form === 'top-up'
  const order = [...measures.filter((it) => !isTopUp(it)), ...measures.filter(isTopUp)]
  for (const named of order) {
    const part = named.compiled.evaluate(given, { ...named.alone, ...among, inCase })
    inCase.set(part.measure.id, part.eligible)
    found.set(named.compiled.measure.id, part)
  }
  return measures.flatMap(({ compiled }) => found.get(compiled.measure.id) ?? [])
}

/** A measure by its id; an article by the branch that the facts choose, or its first while they do not. */
function branchesOf(rules: Rules, id: string, given: Case): Named[] {
  const article = rules.articles.get(id)
  const value = article === undefined ? null : given.scope(article.branchBy)
  const branch =
    article === undefined
      ? id
      : (article.branches.find((it) => it.is === value) ?? article.branches[0])?.measure
  const compiled = branch === undefined ? undefined : rules.measures.get(branch)
  return compiled === undefined ? [] : [{ compiled, alone: aloneOf(rules, compiled) }]
}

function aloneOf(rules: Rules, { measure }: CompiledMeasure): Among {
  let known = ARTICLES.get(rules.articles)
  if (known === undefined) {
    known = new Map()
    for (const { id, branches } of rules.articles.values()) {
      for (const it of branches)
        if (!known.has(it.measure)) known.set(it.measure, { alsoNamed: [id] })
    }
    ARTICLES.set(rules.articles, known)
  }
  return known.get(measure.id) ?? NO_ARTICLE
}

const NO_ARTICLE: Among = {}

/** By the articles of some rules: which of them a measure is a branch of. */
const ARTICLES = new WeakMap<Rules['articles'], Map<string, Among>>()

/** While the branch is not known every branch is evaluated as if it were chosen; the best of them bounds the amount. */
function evaluateArticle(rules: Rules, article: Article, given: Case): Outcome {
  const value = given.scope(article.branchBy)
  const branches = article.branches.flatMap((it) => {
    const compiled = rules.measures.get(it.measure)
    return compiled === undefined ? [] : [{ ...it, compiled }]
  })
  const chosen = branches.find((it) => it.is === value)
  const named = (compiled: CompiledMeasure) => [{ compiled, alone: { alsoNamed: [article.id] } }]
  if (chosen !== undefined) return combine(partsOf(named(chosen.compiled), given), ALONE)
  if (value !== null) {
    const parts = branches.flatMap((it) => partsOf(named(it.compiled), given))
    return refusal(unique(parts.flatMap((it) => it.refused)), parts)
  }
  const parts = branches.flatMap(({ is, compiled }) => {
    const scope: Case['scope'] = (path) => (path === article.branchBy ? is : given.scope(path))
    return partsOf(named(compiled), { ...given, scope })
  })
  const possible = parts.filter((it) => it.eligible !== false)
  if (possible.length === 0) return refusal(unique(parts.flatMap((it) => it.refused)), parts)
  const most = possible.map((it) => it.fen.hi)
  const hi = most.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b))
  const reasons = possible.flatMap((it) => [...it.open, ...it.unfixed, ...it.told])
  return undecided(unique([article.open, ...reasons]), hi, parts)
}
