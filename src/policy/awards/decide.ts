import { type Also, act, type CaseAnswer } from '../../kernel/cases/desk.ts'
import type { Actor, CaseRefusal } from '../../kernel/cases/events.ts'
import type { Documents, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { canonicalDigest } from '../../kernel/evidence/canonical.ts'
import { planLedger } from '../../kernel/quotas/ledger.ts'
import type { Move } from '../../kernel/quotas/moves.ts'
import { planQuotas } from '../../kernel/quotas/quotas.ts'
import type { QuotaRefusal } from '../../kernel/quotas/refusals.ts'
import { isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { FEN, refusalText } from '../desk/refusal-text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Measure } from '../measure-schema.ts'
import {
  type Award,
  type Decision,
  type Plan,
  type PlanLine,
  POLICY_AWARDS,
  POLICY_DECISIONS,
  POLICY_PLANS,
} from './collections.ts'
import { blockOf, type ComputedLine, fenOf, levelOf, listAt } from './compute.ts'
import { awardIdOf, placesName, projectName } from './granted.ts'
import { type Judged, judge, spelled } from './judge.ts'
import { linesOfPlan, type PlanDesk, planOf, readFacts } from './plan.ts'
import type { FactsByName } from './published.ts'

/** The outcome by which awards come to be. */
export const DECIDED = 'decided'
const SALT_BYTES = 16
const PLACES = { en: 'places', zh: '个名额' } as const
const AWARDS = { en: 'awards', zh: '次' } as const

/**
 * Decides a plan: in one commit the case ends, every selected candidate gets its award with its decision of record, its place of the
 * quota, its headroom on the project and under the caps of its enterprise, and its commitment in the ledger of the budget. Where any of it is not to
 * be had nothing is decided, and every reason is told.
 */
export async function decidePlan(
  desk: PlanDesk,
  actor: Actor,
  id: string,
  asked: { readonly key: string; readonly note?: string; readonly seen?: number },
): Promise<CaseAnswer> {
  const { key, note, seen } = asked
  return await act(desk, actor, id, {
    event: { do: 'advance', outcome: DECIDED, ...(note !== undefined && { note }) },
    key,
    ...(seen !== undefined && { seen }),
    also: awardsAlso(desk),
  })
}

/** What is written with the decision of a plan, or why it cannot be made. */
export function awardsAlso({ documents, rules, chance }: PlanDesk): Also {
  return async ({ id, at }) => {
    const plan = await planOf(documents, id)
    const lines = (await linesOfPlan(documents, id)).map((it) => it.body)
    const blocked = blockedOf(plan.body, lines)
    if (blocked.length > 0) return { refused: blocked }
    const measure = rules.rules.measures.get(plan.body.measure)?.measure
    if (measure === undefined) return { refused: [other(NO_MEASURE)] }
    const selected = lines.filter((it) => it.standing === 'selected')
    const made = selected.map((line) =>
      madeOf(rules, { plan: plan.body, line, salt: chance(SALT_BYTES).toString('hex') }),
    )
    const refused = made.flatMap((it) => ('refused' in it ? [it.refused] : []))
    if (refused.length > 0) return { refused }
    const awards = made.flatMap((it) => ('refused' in it ? [] : [it]))
    return await committed(documents, { plan, measure, awards, at })
  }
}

type Made = {
  readonly line: PlanLine
  readonly judged: Judged
  readonly amount: bigint
  /** Hides the facts as they were from whoever guesses at their digest. */
  readonly salt: string
}

/** Everything that stands in the way, told of each candidate by the receipt it goes by. */
function blockedOf(plan: Plan, lines: readonly PlanLine[]): readonly CaseRefusal[] {
  const reasons = lines.flatMap((line) => {
    const why = blockOf(line as unknown as ComputedLine)
    return why === undefined ? [] : [other(BLOCKS[why](line.receipt))]
  })
  if (!lines.some((it) => it.standing === 'selected')) reasons.push(other(NOBODY))
  if (plan.budget === undefined) reasons.push(other(NO_BUDGET))
  return reasons
}

/** Judged anew, by both evaluators, on what was frozen; where that is not what was published nothing is decided. */
function madeOf(
  rules: OpenRules,
  { plan, line, salt }: { readonly plan: Plan; readonly line: PlanLine; readonly salt: string },
): Made | { readonly refused: CaseRefusal } {
  try {
    const judged = judge(rules, plan.measure, readFacts(line.judgedFacts))
    const published = line.result as unknown as ComputedLine['result']
    const amount = judged.result.amount_fen
    if (amount === null || spelled(judged.inside) !== spelled(published)) {
      return { refused: other(changed(line.receipt)) }
    }
    return { line, judged, amount: BigInt(amount), salt }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return { refused: other(problem.text) }
  }
}

type Deciding = {
  readonly plan: Stored<Plan>
  readonly measure: Measure
  readonly awards: readonly Made[]
  readonly at: number
}

async function committed(documents: Documents, deciding: Deciding): ReturnType<Also> {
  const { plan, awards, at } = deciding
  const known = await Promise.all(
    awards.map((it) => documents.get(POLICY_AWARDS, awardIdOf(it.line.case, plan.body.measure))),
  )
  const twice = awards.filter((_, index) => known[index] !== undefined)
  const moves = awards.flatMap((it) => movesOf(deciding, it))
  const ledger = `budget:${plan.body.budget}:${plan.body.year}`
  const postings = awards.map(({ line, amount }) => {
    const matter = awardIdOf(line.case, plan.body.measure)
    return { kind: 'commitment', key: `commit:${matter}`, matter, amount } as const
  })
  const quotas = await planQuotas(documents, moves, at)
  const money = await planLedger(documents, ledger, postings, at)
  const refused = [
    ...twice.map((it) => other(grantedTwice(it.line.receipt))),
    ...(quotas.kind === 'refused' ? quotas.reasons.map((it) => other(ofQuota(it))) : []),
    ...(money.kind === 'refused' ? money.reasons.map((it) => other(refusalText(it))) : []),
  ]
  if (quotas.kind === 'refused' || money.kind === 'refused' || refused.length > 0) {
    return { refused: once(refused) }
  }
  const put: Plan = { ...plan.body, decidedAt: at }
  return {
    writes: [
      { collection: POLICY_PLANS, id: plan.id, expected: plan.version, put },
      ...awards.flatMap((it) => awardWrites(deciding, it)),
      ...quotas.writes,
      ...money.writes,
    ],
  }
}

/** Of quota, project register and what the enterprise may have by this measure. */
function movesOf({ plan, measure }: Deciding, { line, amount }: Made): readonly Move[] {
  const key = awardIdOf(line.case, measure.id)
  const { year } = plan.body
  const take = (of: {
    quota: string
    amount: bigint
    limit?: bigint
    parts?: string[]
    part?: string
    unit: Text
  }): Move => ({
    do: 'take',
    ...{ quota: of.quota, key, amount: of.amount, part: of.part ?? 'all' },
    ...(of.limit !== undefined && { within: [{ parts: of.parts ?? ['all'], limit: of.limit }] }),
    opens: { unit: of.unit },
  })
  const places = measure.quota?.places
  return [
    ...(places === undefined
      ? []
      : [
          take({
            quota: placesName(measure.id, year),
            amount: 1n,
            limit: BigInt(places),
            unit: PLACES,
          }),
        ]),
    ...projectMove(measure, line).map((it) => take({ ...it, amount, unit: FEN })),
    ...capMoves(measure, line, year).map((it) => take({ ...it, amount, unit: FEN })),
    ...(measure.oneTime === true
      ? [
          take({
            quota: `policy-once:${measure.id}:${line.applicant}`,
            amount: 1n,
            limit: 1n,
            unit: AWARDS,
          }),
        ]
      : []),
  ]
}

type Headroom = {
  readonly quota: string
  readonly part?: string
  readonly parts?: string[]
  readonly limit?: bigint
}

/** Public money by level; what other levels were stated to give lessens what may be given here. */
function projectMove(measure: Measure, line: PlanLine): readonly Headroom[] {
  const { project } = line
  if (project === undefined) return []
  const facts = readFacts(line.facts)
  const of = { quota: projectName(project), part: levelOf(measure) }
  const { publicFunds } = measure
  const investment = publicFunds && fenAt(facts, publicFunds.of)
  if (publicFunds === undefined || investment === undefined) return [of]
  const [numerator = '0', denominator = '1'] = publicFunds.ratio.split('/')
  const whole = (investment * BigInt(numerator)) / BigInt(denominator)
  const stated = publicFunds.counted.map((it) => fenAt(facts, it) ?? 0n)
  const elsewhere = stated.reduce((sum, it) => sum + it, 0n)
  const parts = publicFunds.counted.map((it) => it.replace(/^.*\.|_yuan$/g, ''))
  return [{ ...of, parts, limit: whole > elsewhere ? whole - elsewhere : 0n }]
}

/** Caps that earlier awards use up. */
function capMoves(measure: Measure, line: PlanLine, year: number): readonly Headroom[] {
  return (measure.caps ?? []).flatMap(({ yuan, per, prior }) => {
    if (yuan === undefined || prior === undefined || per === 'project' || per === 'guide') return []
    const of = prior === 'year' ? `${line.applicant}:${year}` : line.applicant
    const told = toldAwards(readFacts(line.facts)).filter(
      (it) => it.measure === measure.id && (prior === 'ever' || it.year === year),
    )
    const before = told.reduce((sum, it) => sum + it.fen, 0n)
    const limit = BigInt(yuan) * 100n - before
    return [{ quota: `policy-cap:${measure.id}:${of}`, limit: limit > 0n ? limit : 0n }]
  })
}

type Told = { readonly measure: unknown; readonly year: number | undefined; readonly fen: bigint }

/** Awards of others that the applicant's facts tell; those of this node are counted by its own quotas. */
function toldAwards(facts: FactsByName): readonly Told[] {
  return listAt(facts, 'prior_awards')
    .filter((it) => isJsonObject(it))
    .filter(({ id }) => typeof id !== 'string' || !/^a[0-9a-f]{24}$/.test(id))
    .map(({ measure, year, amount_yuan: yuan }) => ({
      measure,
      year: year instanceof JsonNumber ? Number(year.digits) : undefined,
      fen: fenOf(yuan) ?? 0n,
    }))
}

function fenAt(facts: FactsByName, path: string): bigint | undefined {
  let here: JsonDigits | undefined = facts
  for (const step of path.split('.')) here = isJsonObject(here) ? here[step] : undefined
  return fenOf(here)
}

function awardWrites(
  { plan, measure, at }: Deciding,
  { line, judged, amount, salt }: Made,
): DocumentWrite[] {
  const id = awardIdOf(line.case, measure.id)
  const { year, budget, rulesDigest } = plan.body
  const { result, mode, digests, rules, readings, facts } = judged
  const award: Award = {
    ...{ case: line.case, plan: plan.id, applicant: line.applicant, measure: measure.id },
    ...(line.project !== undefined && { project: line.project }),
    ...{ amountFen: String(amount), basis: result.amount_basis },
    ...(result.limited_by !== null && { limitedBy: result.limited_by }),
    rulesDigest,
    ...(budget !== undefined && { budget }),
    ...{ year, decidedAt: at, state: 'decided', paidFen: '0', recoveredFen: '0' },
  }
  const decision: Decision = {
    ...{ award: id, enterprise: line.applicant, plan: plan.id, measure: measure.id, mode },
    ...{ amountFen: String(amount), year, at, digests: { ...digests } },
    given: { digest: canonicalDigest({ facts: line.judgedFacts, salt }), salt },
    ...{ rules: rules as unknown as Decision['rules'], readings, facts },
    result: result as unknown as Decision['result'],
  }
  return [
    { collection: POLICY_AWARDS, id, expected: 0, put: award },
    { collection: POLICY_DECISIONS, id, expected: 0, put: decision },
  ]
}

function other(text: Text): CaseRefusal {
  return { code: 'other', text }
}

function once(reasons: readonly CaseRefusal[]): readonly CaseRefusal[] {
  return [...new Map(reasons.map((it) => [it.text.en, it])).values()]
}

const NO_MEASURE = { en: 'The rules no longer hold this measure', zh: '规则中已没有该措施' }
const NOBODY = { en: 'Nobody is selected', zh: '没有入选的申请' }
const NO_BUDGET = {
  en: 'The plan names no budget that the awards are committed to',
  zh: '方案未指明承担资金的预算',
}

const BLOCKS: Readonly<Record<'tie' | 'open' | 'ceiling', (receipt: string) => Text>> = {
  tie: (it) => ({
    en: `${it}: equal by the rule over the last places; settle the tie with a reason`,
    zh: `${it}：在最后名额上并列，须说明理由确定次序`,
  }),
  open: (it) => ({
    en: `${it}: the rules leave the amount open until somebody records what is missing`,
    zh: `${it}：金额尚未确定，须先补充记录缺少的事实或认定`,
  }),
  ceiling: (it) => ({
    en: `${it}: the rules give a ceiling; the amount granted is not determined yet`,
    zh: `${it}：规则仅给出上限，尚未确定实际金额`,
  }),
}

function changed(receipt: string): Text {
  return {
    en: `${receipt}: computed anew it is not what was published; send the plan back and compute it again`,
    zh: `${receipt}：重新计算的结果与公示不一致，请退回方案重新计算`,
  }
}

function grantedTwice(receipt: string): Text {
  return { en: `${receipt}: it has its award already`, zh: `${receipt}：已有决定，不能重复安排` }
}

/** Which of the limits it is: their names are for machines. */
function ofQuota(reason: QuotaRefusal): Text {
  const text = refusalText(reason)
  const [kind = ''] = reason.quota.split(':')
  const name = QUOTA_WORDS[kind]
  return name === undefined ? text : { en: `${name.en}: ${text.en}`, zh: `${name.zh}：${text.zh}` }
}

const QUOTA_WORDS: Readonly<Record<string, Text>> = {
  'policy-places': { en: 'Places of the quota', zh: '名额' },
  'policy-project': { en: 'Public money on the project', zh: '项目财政资金' },
  'policy-cap': { en: 'Cap of the enterprise', zh: '企业限额' },
  'policy-once': { en: 'Granted once', zh: '一次性支持' },
}
