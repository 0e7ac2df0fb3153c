import { submit } from '../../kernel/cases/calls.ts'
import { CASES, type Case } from '../../kernel/cases/collections.ts'
import { digestOf, readContent } from '../../kernel/cases/content.ts'
import {
  type Also,
  type CaseAnswer,
  type CaseDesk,
  entryIdOf,
  publishProcedure,
  readCase,
} from '../../kernel/cases/desk.ts'
import { type Actor, refuse } from '../../kernel/cases/events.ts'
import { planRun, type RunRule } from '../../kernel/cases/runs.ts'
import type { Documents, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { formatDigits, parseDigits } from '../../lib/json-digits.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { POLICY_CALLS } from '../cases/collections.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Measure } from '../measure-schema.ts'
import {
  CANDIDATES_PER_PLAN_MAX,
  type Plan,
  type PlanLine,
  POLICY_AWARDS,
  POLICY_PLAN_KEYS,
  POLICY_PLAN_LINES,
  POLICY_PLANS,
} from './collections.ts'
import { blockOf, type Computed, type ComputedLine, computePlan, type Frozen } from './compute.ts'
import { awardIdOf, projectIdOf, readGranted } from './granted.ts'
import { type PlanProcedureWish, planProcedure } from './procedure.ts'
import type { FactsByName } from './published.ts'

const RUN_ID_BYTES = 8
const RECOMMENDED = 'recommended'

/** What a plan of awards stands on. */
export type PlanDesk = CaseDesk & {
  readonly rules: OpenRules
  /** The facts of an application as the engine reads them. */
  readonly factsOf: (caseId: string) => Promise<FactsByName>
}

export type PlanWish = {
  readonly key: string
  readonly title: Text
  readonly call: string
  readonly measure: string
  readonly year: number
  readonly budget?: string
  readonly order: RunRule['order']
  readonly orderSource: string
  readonly procedure: PlanProcedureWish
}

/**
 * Begins a plan of awards: freezes the applications of a call that were recommended for a measure and computes their order and
 * amounts. @throws Problem `not-found` (call), `invalid-input`, `wrong-state` where the call is open still or nobody was recommended
 */
export async function beginPlan(desk: PlanDesk, actor: Actor, wish: PlanWish): Promise<CaseAnswer> {
  const { key, ...asked } = wish
  const used: UsedKey = {
    id: entryIdOf('begin-plan', actor.author, key),
    fingerprint: digestOf(asked),
  }
  const before = await begunBefore(desk, used)
  if (before !== undefined) return before
  const answer = await begin(desk, actor, { wish, used })
  // of two at once the slower finds what the faster began
  return answer.kind === 'refused' ? ((await begunBefore(desk, used)) ?? answer) : answer
}

type UsedKey = { readonly id: string; readonly fingerprint: string }

/** The plan that was begun with this key, whatever has become of rules and candidates since; a refusal where it was another wish. */
async function begunBefore(
  { documents }: PlanDesk,
  { id, fingerprint }: UsedKey,
): Promise<CaseAnswer | undefined> {
  const known = (await documents.get(POLICY_PLAN_KEYS, id))?.body
  if (known === undefined) return undefined
  if (known.fingerprint !== fingerprint) return USED_OTHERWISE
  const { receipt, receivedAt: at } = (await readCase(documents, known.plan)).body
  return { kind: 'done', case: known.plan, receipt, number: 1, at, isRepeat: true }
}

const USED_OTHERWISE = refuse(
  'key-used-otherwise',
  'This key was used for another request',
  '该键已用于另一请求',
)

async function begin(
  desk: PlanDesk,
  actor: Actor,
  { wish, used }: { readonly wish: PlanWish; readonly used: UsedKey },
): Promise<CaseAnswer> {
  const { documents, rules } = desk
  const measure = await measureOf(desk, wish)
  const candidates = await candidatesOf(desk, wish)
  const computed = await computeOn(desk, { ...wish, measure, candidates, settled: [] })
  const procedure = planProcedure(wish.procedure)
  await publishProcedure(desk, procedure, actor.author)
  const { key, title, call, year, budget, order, orderSource } = wish
  const pins = {
    procedure: { id: procedure.id, version: procedure.version },
    form: { id: procedure.id, version: '1' },
    rules: rules.digest,
  }
  const also: Also = async ({ id, at }) => {
    if ((await documents.get(POLICY_PLAN_KEYS, used.id)) !== undefined) {
      return { refused: USED_OTHERWISE.reasons }
    }
    const run = runWrite(desk, { call, computed, at })
    const plan: Plan = {
      ...{ title, call, measure: measure.id, year, order, orderSource, settled: [] },
      ...(budget !== undefined && { budget }),
      ...{ run: run.id, runs: 1, ...sumsOf(desk, { measure, computed, at }) },
    }
    const lines = computed.lines.map((it) => lineWrite(id, it, 0))
    const known = { plan: id, fingerprint: used.fingerprint }
    return {
      writes: [
        run,
        { collection: POLICY_PLANS, id, expected: 0, put: plan },
        { collection: POLICY_PLAN_KEYS, id: used.id, expected: 0, put: known },
        ...lines,
      ],
    }
  }
  return await submit(desk, actor, {
    key,
    under: { pins },
    form: { title, call, measure: measure.id, year, orderSource, order: [...order] },
    parties: [...new Set(candidates.map((it) => it.applicant))],
    also,
  })
}

async function measureOf(
  { documents, rules, clock }: PlanDesk,
  { call: id, measure: name }: Pick<PlanWish, 'call' | 'measure'>,
): Promise<Measure> {
  const call = await documents.get(POLICY_CALLS, id)
  if (call === undefined) throw wrongField('/call', 'There is no such call', '没有该申报通知')
  const { measures, mode, closesAt } = call.body
  if (!measures.includes(name)) {
    throw wrongField('/measure', 'The call is not for this measure', '该申报通知不含此措施')
  }
  if (mode !== 'live') {
    throw wrongField('/call', 'A pilot call pays nothing', '试点申报不作资金安排')
  }
  if (clock() < closesAt) {
    throw new Problem('wrong-state', {
      en: 'The call is still open; a plan freezes the applications of a call that is closed',
      zh: '申报尚未截止，截止后方可拟定方案',
    })
  }
  const measure = rules.rules.measures.get(name)?.measure
  if (measure === undefined) {
    throw wrongField('/measure', 'The rules hold no such measure', '规则中没有该措施')
  }
  return measure
}

/** Applications that were recommended for the measure and have no award by it yet. */
async function candidatesOf(
  desk: PlanDesk,
  { call, measure }: Pick<PlanWish, 'call' | 'measure'>,
): Promise<readonly Frozen[]> {
  const { documents } = desk
  const found: Frozen[] = []
  const where = { call, state: 'ended' }
  for await (const stored of walkDocuments(documents, CASES, { where })) {
    if (stored.body.ended !== RECOMMENDED) continue
    if ((await documents.get(POLICY_AWARDS, awardIdOf(stored.id, measure))) !== undefined) continue
    const candidate = await frozen(desk, stored, measure)
    if (candidate !== undefined) found.push(candidate)
    if (found.length > CANDIDATES_PER_PLAN_MAX) throw tooMany()
  }
  if (found.length > 0) return found
  throw new Problem('wrong-state', {
    en: 'No application of this call was recommended for this measure, or all of them have their award',
    zh: '该申报中没有建议支持且尚未安排的申请',
  })
}

async function frozen(
  { documents, factsOf }: PlanDesk,
  { id, body }: Stored<Case>,
  measure: string,
): Promise<Frozen | undefined> {
  const { applicant, receipt, receivedAt, content, panel } = body
  const { form } = await readContent(documents, id, content.version)
  const { measures, project } = form as { measures?: readonly string[]; project?: string }
  if (applicant === undefined || measures?.includes(measure) !== true) return undefined
  const { sum, count } = panel?.opened?.tally ?? {}
  return {
    ...{ case: id, receipt, applicant, receivedAt },
    facts: await factsOf(id),
    ...(sum !== undefined && count !== undefined && count > 0 && { score: { sum, count } }),
    ...(project !== undefined && { project: projectIdOf(project) }),
  }
}

type Computing = Pick<Plan, 'year' | 'order' | 'settled'> & {
  readonly measure: Measure
  readonly candidates: readonly Frozen[]
}

async function computeOn(
  { documents, rules }: PlanDesk,
  { measure, year, order, settled, candidates }: Computing,
): Promise<Computed> {
  const granted = await readGranted(documents, measure, { year, candidates })
  const rule: RunRule = { order: [...order] }
  return computePlan(rules, { measure, year, rule, settled, candidates, granted })
}

function sumsOf(
  { rules }: PlanDesk,
  { measure, computed, at }: { measure: Measure; computed: Computed; at: number },
): Pick<
  Plan,
  'rulesDigest' | 'candidates' | 'selected' | 'blocked' | 'totalFen' | 'computedAt' | 'quota'
> {
  const { lines, run } = computed
  const selected = lines.filter((it) => it.standing === 'selected')
  const total = selected.reduce((sum, it) => sum + BigInt(it.result.amount_fen ?? 0), 0n)
  const places = measure.quota?.places
  return {
    rulesDigest: rules.digest,
    candidates: lines.length,
    selected: selected.length,
    blocked: lines.filter((it) => blockOf(it) !== undefined).length,
    totalFen: String(total),
    computedAt: at,
    ...(places !== undefined && { quota: { places, taken: places - Number(run.capacity) } }),
  }
}

function runWrite(
  { chance }: PlanDesk,
  { call, computed, at }: { call: string; computed: Computed; at: number },
): DocumentWrite {
  const { rule, capacity, candidates, settled } = computed.run
  const id = `r${chance(RUN_ID_BYTES).toString('hex')}`
  const write = planRun(id, call, { rule, capacity, candidates, settled }, at)
  if ('code' in write) throw new Problem('invalid-input', write.text)
  return write
}

function lineWrite(plan: string, line: ComputedLine, expected: number): DocumentWrite {
  const { facts, judgedFacts, result, ...rest } = line
  const put: PlanLine = {
    ...{ plan, ...rest, facts: formatDigits(facts), judgedFacts: formatDigits(judgedFacts) },
    result: result as unknown as PlanLine['result'],
  }
  return { collection: POLICY_PLAN_LINES, id: `${plan}~${line.case}`, expected, put }
}

/** @throws Problem `not-found` */
export async function planOf(documents: Documents, id: string): Promise<Stored<Plan>> {
  const stored = await documents.get(POLICY_PLANS, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such plan', zh: '没有该方案' })
}

/** Facts as a line keeps them. */
export function readFacts(text: string): FactsByName {
  return parseDigits(text) as FactsByName
}

/** The candidates in the order of the plan. */
export async function linesOfPlan(
  documents: Documents,
  plan: string,
): Promise<readonly Stored<PlanLine>[]> {
  const found: Stored<PlanLine>[] = []
  const of = { where: { plan }, order: { by: 'place' } }
  for await (const it of walkDocuments(documents, POLICY_PLAN_LINES, of)) found.push(it)
  return found
}

/** How a draft is changed: ties settled, amounts determined, facts read anew. */
export type PlanChange = {
  readonly settle?: { readonly order: readonly string[]; readonly reason: string }
  readonly determine?: {
    readonly case: string
    readonly amountFen: string
    readonly document: string
    readonly reason: string
  }
  /** Reads the facts of the applications again: something was recorded since. */
  readonly refresh?: boolean
}

/**
 * Computes a draft anew, with a tie settled or an amount determined. The kept run goes on to be kept; a new one stands beside it.
 * @throws Problem `not-found`, `wrong-state` after the draft, `invalid-input`, `stale-version` where somebody was faster
 */
export async function changePlan(
  desk: PlanDesk,
  actor: Actor,
  id: string,
  change: PlanChange,
): Promise<void> {
  const { documents, clock, rules } = desk
  const stored = await planOf(documents, id)
  const state = await documents.get(CASES, id)
  if (state === undefined || state.body.state !== 'open' || state.body.step !== 'draft') {
    throw new Problem('wrong-state', {
      en: 'Only a draft is changed; send the plan back to the draft first',
      zh: '仅拟定阶段可以修改，请先退回修改',
    })
  }
  const at = clock()
  const lines = await linesOfPlan(documents, id)
  const candidates = await Promise.all(
    lines.map((it) => changedLine(desk, it.body, { change, at, by: actor.author.id })),
  )
  const measure = rules.rules.measures.get(stored.body.measure)?.measure
  if (measure === undefined) throw new Problem('not-found', { en: 'No measure', zh: '没有该措施' })
  const { call, year, order } = stored.body
  const settled = settledWith(stored.body.settled, change.settle)
  const computed = await computeOn(desk, { measure, year, order, settled, candidates })
  const run = runWrite(desk, { call, computed, at })
  const versions = new Map(lines.map((it) => [it.body.case, it.version]))
  const put: Plan = {
    ...{ ...stored.body, settled, run: run.id, runs: stored.body.runs + 1 },
    ...sumsOf(desk, { measure, computed, at }),
  }
  await documents.commit(
    [
      run,
      // a deed that takes the case out of its draft meanwhile makes this commit stale
      { collection: CASES, id, expected: state.version, put: state.body },
      { collection: POLICY_PLANS, id, expected: stored.version, put },
      ...computed.lines.map((it) => lineWrite(id, it, versions.get(it.case) ?? 0)),
    ],
    { author: actor.author },
  )
}

function settledWith(before: Plan['settled'], settle: PlanChange['settle']): Plan['settled'] {
  if (settle === undefined) return before
  const isSame = (order: readonly string[]) =>
    order.toSorted().join() === settle.order.toSorted().join()
  return [
    ...before.filter((it) => !isSame(it.order)),
    { order: [...settle.order], reason: settle.reason },
  ]
}

async function changedLine(
  { factsOf }: PlanDesk,
  line: PlanLine,
  of: { readonly change: PlanChange; readonly at: number; readonly by: string },
): Promise<Frozen> {
  const { determine, refresh } = of.change
  const { plan: _p, place: _l, standing: _s, judgedFacts: _f, result: _r, ...rest } = line
  const facts = refresh === true ? await factsOf(line.case) : readFacts(rest.facts)
  if (determine?.case !== line.case) return { ...rest, facts }
  const { amountFen, document, reason } = determine
  return { ...rest, facts, determination: { amountFen, document, reason, by: of.by, at: of.at } }
}

function wrongField(path: string, en: string, zh: string): Problem {
  const reason = { en, zh }
  return new Problem('invalid-input', reason, { fields: [{ path, reason }] })
}

function tooMany(): Problem {
  return new Problem('too-large', {
    en: `A plan has at most ${CANDIDATES_PER_PLAN_MAX} candidates`,
    zh: `一个方案最多 ${CANDIDATES_PER_PLAN_MAX} 个候选申请`,
  })
}
