import { type Candidate, type Run, type RunRule, runOver } from '../../kernel/cases/runs.ts'
import { isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { formatYuan, parseDecimal } from '../../lib/money.ts'
import { Problem } from '../../lib/problem.ts'
import type { Outcome } from '../checker/outcome.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Measure } from '../measure-schema.ts'
import type { LINE_STANDINGS, PlanLine } from './collections.ts'
import { outcomeOf } from './judge.ts'
import type { FactsByName } from './published.ts'

const FEN_DECIMALS = 2

/** A recommended application as a plan freezes it. */
export type Frozen = Pick<PlanLine, 'case' | 'receipt' | 'applicant' | 'receivedAt'> &
  Partial<Pick<PlanLine, 'score' | 'determination' | 'project'>> & { readonly facts: FactsByName }

export type EarlierAward = {
  readonly id: string
  readonly measure: string
  readonly year: number
  readonly amountFen: bigint
}

/** What this node has granted so far. */
export type Granted = {
  /** By enterprise. */
  readonly awards: ReadonlyMap<string, readonly EarlierAward[]>
  /** By project: public money by level, in fen, as the register holds it. */
  readonly register: ReadonlyMap<string, ReadonlyMap<string, bigint>>
  /** Places of the quota that are taken. */
  readonly placesTaken: number
}

export type PlanInput = {
  readonly measure: Measure
  readonly year: number
  readonly rule: RunRule
  readonly settled: Run['settled']
  readonly candidates: readonly Frozen[]
  readonly granted: Granted
}

export type ComputedLine = Frozen & {
  readonly place: number
  readonly standing: (typeof LINE_STANDINGS)[number]
  readonly judgedFacts: FactsByName
  readonly result: Outcome
}

export type Computed = {
  readonly lines: readonly ComputedLine[]
  /** What goes into the record of the run: those that the rules do not refuse. */
  readonly run: Pick<Run, 'rule' | 'capacity' | 'candidates' | 'settled'>
}

/** Level of the public money that a measure grants. */
export function levelOf({ layer }: Pick<Measure, 'layer'>): 'city' | 'district' {
  return layer === 'district' ? 'district' : 'city'
}

/**
 * Puts candidates in the order of the rule, gives out the places that are left, and evaluates each with what the plan knows: its
 * place, earlier awards, public money already on its project, those of the same plan before it included. Whoever the rules refuse
 * takes no place. Pure. @throws Problem `invalid-input` where the rule cannot order them
 */
export function computePlan(open: OpenRules, input: PlanInput): Computed {
  const refused = new Map<string, Judgement>()
  for (const it of input.candidates) {
    const first = judgeLine(open, input, it, { place: 1, before: [] })
    if (isRefused(first.result)) refused.set(it.case, first)
  }
  for (;;) {
    const run = runInput(input, refused)
    const result = runOver(run)
    if ('code' in result) throw notOrdered(result.text)
    const chosen = judgeSelected(open, input, result.selected)
    const fallen = [...chosen].filter(([, it]) => isRefused(it.result))
    if (fallen.length === 0)
      return { run, lines: linesOf(open, input, { result, chosen, refused }) }
    for (const [id, it] of fallen) refused.set(id, it)
  }
}

type Judgement = { readonly facts: FactsByName; readonly result: Outcome }

/** Refused by the rules, or nothing is left for it. */
function isRefused({ eligible, amount_fen }: Outcome): boolean {
  return eligible === false || amount_fen === 0
}

function runInput(
  { rule, settled, candidates, measure, granted }: PlanInput,
  refused: ReadonlyMap<string, unknown>,
): Computed['run'] {
  const taking = candidates.filter((it) => !refused.has(it.case))
  const places = measure.quota?.places
  const left = places === undefined ? taking.length : Math.max(0, places - granted.placesTaken)
  return {
    rule,
    capacity: String(left),
    candidates: taking.map(
      ({ case: id, receivedAt, score }): Candidate => ({
        id,
        receivedAt,
        ...(score !== undefined && { score }),
      }),
    ),
    // a tie that is none any more, as one of it was refused, needs no settlement
    settled: settled.filter((it) => it.order.every((id) => !refused.has(id))),
  }
}

/** One after the other, each knowing what those before it get. */
function judgeSelected(
  open: OpenRules,
  input: PlanInput,
  selected: readonly string[],
): ReadonlyMap<string, Judgement> {
  const judged = new Map<string, Judgement>()
  const before: Given[] = []
  for (const [index, id] of selected.entries()) {
    const line = lineOf(input, id)
    const place = input.granted.placesTaken + index + 1
    const judgement = judgeLine(open, input, line, { place, before })
    judged.set(id, judgement)
    before.push({ ...line, amountFen: BigInt(judgement.result.amount_fen ?? 0) })
  }
  return judged
}

function linesOf(
  open: OpenRules,
  input: PlanInput,
  {
    result,
    chosen,
    refused,
  }: {
    readonly result: Run['result']
    readonly chosen: ReadonlyMap<string, Judgement>
    readonly refused: ReadonlyMap<string, Judgement>
  },
): readonly ComputedLine[] {
  const { selected, tied, undecided, notSelected } = result
  const left = input.measure.quota?.places ?? 0
  const listed = [
    ...selected.map((id) => ({ id, standing: 'selected' as const })),
    ...tied.map((id) => ({ id, standing: 'tied' as const })),
    ...undecided.map((id) => ({ id, standing: 'undecided' as const })),
    ...notSelected.map((id) => ({ id, standing: 'not-selected' as const })),
    ...[...refused.keys()].map((id) => ({ id, standing: 'refused' as const })),
  ]
  return listed.map(({ id, standing }, index) => {
    const line = lineOf(input, id)
    const place = standing === 'not-selected' ? Math.max(left, index) + 1 : index + 1
    const known = chosen.get(id) ?? refused.get(id)
    const { facts, result: outcome } = known ?? judgeLine(open, input, line, { place, before: [] })
    return { ...line, place: index + 1, standing, judgedFacts: facts, result: outcome }
  })
}

function lineOf({ candidates }: PlanInput, id: string): Frozen {
  const found = candidates.find((it) => it.case === id)
  if (found === undefined) throw new TypeError(`no candidate ${id}`)
  return found
}

type Given = Frozen & { readonly amountFen: bigint }
type Around = { readonly place: number; readonly before: readonly Given[] }

function judgeLine(open: OpenRules, input: PlanInput, line: Frozen, around: Around): Judgement {
  const facts = factsFor(input, line, around)
  return { facts, result: outcomeOf(open, input.measure.id, facts) }
}

/** The applicant's facts with what the node itself knows beside them. */
function factsFor(input: PlanInput, line: Frozen, { place, before }: Around): FactsByName {
  const { measure, rule, year } = input
  const [ordering_rule] = rule.order
  const prior = priorAwards(input, line, before)
  const { determination } = line
  return {
    ...line.facts,
    ...(measure.quota && { ordering_rule, quota_position: count(place), quota_year: count(year) }),
    ...(prior.length > 0 && { prior_awards: prior }),
    ...publicFunds(input, line, before),
    ...(determination && {
      determined_amount_yuan: yuanOf(BigInt(determination.amountFen)),
      determination_document: determination.document,
    }),
  }
}

function priorAwards(
  { granted, measure, year }: PlanInput,
  { applicant, facts }: Frozen,
  before: readonly Given[],
): readonly JsonDigits[] {
  const told = listAt(facts, 'prior_awards')
  const own = granted.awards.get(applicant) ?? []
  const known = new Set(told.map((it) => (isJsonObject(it) ? it.id : undefined)))
  const inPlan = before
    .filter((it) => it.applicant === applicant)
    .map((it) => ({
      measure: measure.id,
      year: count(year),
      amount_yuan: yuanOf(it.amountFen),
      id: it.case,
    }))
  const kept = own.filter((it) => !known.has(it.id))
  const said = kept.map((it) => ({
    measure: it.measure,
    year: count(it.year),
    amount_yuan: yuanOf(it.amountFen),
    id: it.id,
  }))
  return [...told, ...said, ...inPlan]
}

/** Money that the register holds for the project is public money of its level too. */
function publicFunds(
  { granted, measure }: PlanInput,
  { project, facts }: Frozen,
  before: readonly Given[],
): FactsByName {
  if (project === undefined || measure.publicFunds === undefined) return {}
  const more = new Map(granted.register.get(project) ?? [])
  const level = levelOf(measure)
  for (const it of before.filter((other) => other.project === project)) {
    more.set(level, (more.get(level) ?? 0n) + it.amountFen)
  }
  const known = isJsonObject(facts.public_funds) ? facts.public_funds : {}
  const added = [...more].flatMap(([name, fen]) => {
    const was = fenOf(known[`${name}_yuan`])
    // what nobody stated stays open: it is not taken for nothing
    if (fen === 0n || was === undefined) return []
    return [[`${name}_yuan`, yuanOf(was + fen)]]
  })
  return added.length === 0 ? {} : { public_funds: { ...known, ...Object.fromEntries(added) } }
}

export function yuanOf(fen: bigint): JsonNumber {
  return new JsonNumber(formatYuan(fen))
}

/** Yuan as facts have them, in fen; undefined for what is no sum of money. */
export function fenOf(yuan: JsonDigits | undefined): bigint | undefined {
  return yuan instanceof JsonNumber ? parseDecimal(yuan.digits, FEN_DECIMALS) : undefined
}

export function listAt(facts: FactsByName, name: string): readonly JsonDigits[] {
  const list = facts[name]
  return Array.isArray(list) ? list : []
}

function count(value: number): JsonNumber {
  return new JsonNumber(String(value))
}

function notOrdered(text: Problem['text']): Problem {
  return new Problem('invalid-input', text, { fields: [{ path: '/order', reason: text }] })
}

/** Why a line of those selected cannot be decided as it is; undefined: it can. */
export function blockOf({
  standing,
  result,
}: Pick<ComputedLine, 'standing' | 'result'>): 'tie' | 'open' | 'ceiling' | undefined {
  if (standing === 'tied' || standing === 'undecided') return 'tie'
  if (standing !== 'selected') return undefined
  if (result.eligible !== true || result.amount_fen === null) return 'open'
  return result.amount_basis === 'ceiling' ? 'ceiling' : undefined
}
