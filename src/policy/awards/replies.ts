import { Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { CASES, type Case } from '../../kernel/cases/collections.ts'
import { deadlinesOf } from '../../kernel/cases/deadlines.ts'
import { type CaseDesk, readProcedure } from '../../kernel/cases/desk.ts'
import type { Actor } from '../../kernel/cases/events.ts'
import { type Procedure, TextSchema } from '../../kernel/cases/procedure.ts'
import { ONLY_TRIED, turn } from '../../kernel/cases/turn.ts'
import { heldRoles } from '../../kernel/cases/view.ts'
import type { Documents, Stored } from '../../kernel/documents/documents.ts'
import { LEDGERS } from '../../kernel/quotas/collections.ts'
import { Problem } from '../../lib/problem.ts'
import { type OfficeNaming, unfilledOf } from '../cases/offices.ts'
import { ChangesInMs, showUnfilled, Time, timeOf, UnfilledReply } from '../cases/parts.ts'
import { ReasonReply } from '../cases/reasons.ts'
import type { Outcome } from '../checker/outcome.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { AWARD_STATES, LINE_STANDINGS, type Plan, type PlanLine } from './collections.ts'
import { officesNeeded } from './waiting.ts'

export const AmountText = Type.String({ description: 'Fen, decimal text' })
const MaybeAmount = Type.Union([AmountText, Type.Null()])
const UnitReply = Type.Object({
  unit: Type.String(),
  opinion: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  at: Type.Optional(Time),
})

/** Heads of plans, for lists. */
export const PlanHead = Type.Object({
  id: Type.String(),
  title: TextSchema,
  call: Type.String(),
  measure: Type.Object({ id: Type.String(), title: TextSchema }),
  year: Type.Integer(),
  state: Type.String({ description: 'open or ended' }),
  step: Type.Object({ id: Type.String(), title: TextSchema }),
  ended: Type.Optional(Type.String({ description: 'The outcome it ended with' })),
  candidates: Type.Integer(),
  selected: Type.Integer(),
  blocked: Type.Integer({ description: 'Candidates who stand in the way of a decision' }),
  totalFen: AmountText,
  computedAt: Time,
  decidedAt: Type.Optional(Time),
})

export const PlanReply = Type.Object({
  ...PlanHead.properties,
  receipt: Type.String(),
  entries: Type.Integer(),
  budget: Type.Optional(
    Type.Object({
      id: Type.String(),
      ledger: Type.String(),
      isOpen: Type.Boolean({ description: 'Whether the year’s ledger was opened' }),
      availableFen: Type.Optional(AmountText),
      committedFen: Type.Optional(AmountText),
      paidFen: Type.Optional(AmountText),
    }),
  ),
  order: Type.Array(Type.String()),
  orderSource: Type.String(),
  quota: Type.Optional(Type.Object({ places: Type.Integer(), taken: Type.Integer() })),
  settled: Type.Array(Type.Object({ order: Type.Array(Type.String()), reason: Type.String() })),
  runs: Type.Integer(),
  rulesDigest: Type.String(),
  outcomes: Type.Array(
    Type.Object({
      id: Type.String(),
      title: TextSchema,
      isMine: Type.Boolean({ description: 'Whether the caller’s role may take it' }),
      hindered: Type.Optional(
        Type.Array(TextSchema, { description: 'Why it cannot be taken yet' }),
      ),
    }),
  ),
  units: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
  consultation: Type.Optional(Type.Object({ units: Type.Array(UnitReply) })),
  notice: Type.Optional(
    Type.Object({
      text: Type.String(),
      publishedAt: Time,
      endsAt: Type.Optional(Time),
      objections: Type.Array(
        Type.Object({
          number: Type.Integer(),
          at: Time,
          objector: Type.Optional(Type.String()),
          text: Type.Optional(Type.String()),
          upheld: Type.Optional(Type.Boolean()),
          answer: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
  approval: Type.Optional(
    Type.Object({
      numberFen: AmountText,
      waitingFor: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
      declined: Type.Boolean(),
      isMine: Type.Boolean({ description: 'Whether the caller holds the office that is next' }),
    }),
  ),
  roles: Type.Array(Type.String()),
  unfilled: Type.Array(UnfilledReply, {
    description: 'Offices it waits for in vain, or will before it is decided',
  }),
  changesInMs: ChangesInMs,
})

export const LineReply = Type.Object({
  case: Type.String(),
  receipt: Type.String(),
  enterprise: Type.String(),
  name: Type.String(),
  place: Type.Integer(),
  receivedAt: Time,
  score: Type.Optional(
    Type.Object({
      sum: Type.Integer(),
      count: Type.Integer({ description: 'The mean is sum / count' }),
    }),
  ),
  standing: literals(LINE_STANDINGS),
  block: Type.Optional(literals(['tie', 'open', 'ceiling'])),
  amountFen: MaybeAmount,
  basis: Type.String(),
  limitedBy: Type.Union([Type.String(), Type.Null()]),
  boundsYuan: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.Null()]))),
  reasons: Type.Array(ReasonReply),
  determination: Type.Optional(
    Type.Object({
      amountFen: AmountText,
      document: Type.String(),
      reason: Type.String(),
      at: Time,
    }),
  ),
})

export const AwardReply = Type.Object({
  id: Type.String(),
  enterprise: Type.Object({ id: Type.String(), name: Type.String() }),
  measure: Type.Object({ id: Type.String(), title: TextSchema }),
  amountFen: AmountText,
  basis: Type.String(),
  limitedBy: Type.Optional(Type.String()),
  year: Type.Integer(),
  decidedAt: Time,
  plan: Type.String(),
  state: literals(AWARD_STATES),
})

export function titleOfMeasure({ rules }: OpenRules, id: string) {
  return { id, title: rules.measures.get(id)?.measure.title ?? { en: id, zh: id } }
}

/** A plan and its case. @throws Problem `not-found` */
export async function headOf(
  documents: Documents,
  open: OpenRules,
  { id, body }: Stored<Plan>,
): Promise<ReturnType<typeof shownHead>> {
  const state = (await documents.get(CASES, id))?.body
  if (state === undefined) throw new Problem('not-found', { en: 'No such plan', zh: '没有该方案' })
  const { steps } = await readProcedure(documents, state.pins.procedure)
  const title = steps.find((it) => it.id === state.step)?.title ?? {
    en: state.step,
    zh: state.step,
  }
  return shownHead(open, { id, plan: body, state, title })
}

function shownHead(
  open: OpenRules,
  {
    id,
    plan,
    state,
    title,
  }: {
    readonly id: string
    readonly plan: Plan
    readonly state: Case
    readonly title: { en: string; zh: string }
  },
) {
  return {
    id,
    title: plan.title,
    call: plan.call,
    measure: titleOfMeasure(open, plan.measure),
    year: plan.year,
    state: state.state,
    step: { id: state.step, title },
    ...(state.ended !== undefined && { ended: state.ended }),
    candidates: plan.candidates,
    selected: plan.selected,
    blocked: plan.blocked,
    totalFen: plan.totalFen,
    computedAt: timeOf(plan.computedAt),
    ...(plan.decidedAt !== undefined && { decidedAt: timeOf(plan.decidedAt) }),
  }
}

/** What the parts of a plan's case say, for a page; who may not know of it is told that there is none. */
export async function caseOfPlan(
  desk: CaseDesk,
  actor: Actor,
  {
    state,
    plan,
    naming,
  }: { readonly state: Case; readonly plan: Plan; readonly naming: OfficeNaming },
) {
  const procedure = await readProcedure(desk.documents, state.pins.procedure)
  const held = heldRoles(state, actor, procedure)
  if (held.size === 0) throw new Problem('not-found', { en: 'No such plan', zh: '没有该方案' })
  const step = procedure.steps.find((it) => it.id === state.step)
  const isOpen = state.state === 'open'
  const titled = (id: string) => ({
    id,
    title: naming('approval', id, procedure.roles.find((it) => it.id === id)?.title),
  })
  const needed = officesNeeded(state, procedure, plan.totalFen)
  const unfilled = await unfilledOf(desk.documents, needed)
  const deadlines = deadlinesOf(state, { procedure, calendars: desk.calendars() })
  const { consultation, approval } = state
  return {
    deadlines,
    shown: {
      receipt: state.receipt,
      entries: state.entries,
      outcomes: (isOpen ? (step?.outcomes ?? []) : []).map(({ id, title, by }) => ({
        id,
        title,
        isMine: (by ?? step?.by ?? []).some((it) => held.has(it)),
        ...hinderedBy(id, { state, actor, procedure, desk }),
      })),
      units: procedure.roles
        .filter((it) => it.id.startsWith('unit:'))
        .map(({ id, title }) => {
          const unit = id.slice('unit:'.length)
          return { id: unit, title: naming('unit', unit, title) }
        }),
      unfilled: unfilled.map((it) => showUnfilled(it, naming)),
      ...(consultation !== undefined && {
        consultation: {
          units: consultation.units.map(({ unit, opinion, text, at }) => ({
            unit,
            ...(opinion !== undefined && { opinion }),
            ...(text !== undefined && { text }),
            ...(at !== undefined && { at: timeOf(at) }),
          })),
        },
      }),
      ...(approval !== undefined && {
        approval: {
          numberFen: approval.number,
          waitingFor: approval.chain.map(titled),
          declined: approval.declined === true,
          isMine: isOpen && held.has(approval.chain[0] ?? ''),
        },
      }),
      roles: [...held],
    },
  }
}

/** An outcome is tried by the kernel's own rules, and nothing is kept. */
function hinderedBy(
  outcome: string,
  {
    state,
    actor,
    procedure,
    desk,
  }: {
    readonly state: Case
    readonly actor: Actor
    readonly procedure: Procedure
    readonly desk: CaseDesk
  },
) {
  const context = {
    ...{ at: desk.clock(), actor, procedure },
    ...{ calendars: desk.calendars(), ...ONLY_TRIED },
  }
  const tried = turn(state, { do: 'advance', outcome }, context)
  if (tried.kind === 'done' || tried.reasons.some((it) => it.code !== 'not-met')) return {}
  return { hindered: tried.reasons.map((it) => it.text) }
}

export async function budgetOf(documents: Documents, { budget, year }: Plan) {
  if (budget === undefined) return {}
  const ledger = `budget:${budget}:${year}`
  const balances = (await documents.get(LEDGERS, ledger))?.body.balances
  return {
    budget: {
      ...{ id: budget, ledger, isOpen: balances !== undefined },
      ...(balances !== undefined && {
        availableFen: balances.available,
        committedFen: balances.committed,
        paidFen: balances.paid,
      }),
    },
  }
}

export function shownLine(
  line: PlanLine,
  {
    name,
    block,
    reasons,
  }: {
    readonly name: string
    readonly block: 'tie' | 'open' | 'ceiling' | undefined
    readonly reasons: (codes: readonly string[]) => ReasonReply[]
  },
) {
  const result = line.result as unknown as Outcome
  const { determination: made } = line
  return {
    ...{ case: line.case, receipt: line.receipt, enterprise: line.applicant, name },
    ...{ place: line.place, receivedAt: timeOf(line.receivedAt), standing: line.standing },
    ...(line.score !== undefined && { score: line.score }),
    ...(block !== undefined && { block }),
    amountFen: result.amount_fen === null ? null : String(result.amount_fen),
    basis: result.amount_basis,
    limitedBy: result.limited_by,
    ...(result.bounds_yuan !== undefined && { boundsYuan: [...result.bounds_yuan] }),
    reasons: reasons(result.reasons),
    ...(made !== undefined && {
      determination: {
        ...{ amountFen: made.amountFen, document: made.document, reason: made.reason },
        at: timeOf(made.at),
      },
    }),
  }
}
