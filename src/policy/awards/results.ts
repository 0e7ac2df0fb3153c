import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { CASES, type Case } from '../../kernel/cases/collections.ts'
import { deadlinesOf } from '../../kernel/cases/deadlines.ts'
import { type CaseDesk, readProcedure } from '../../kernel/cases/desk.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import { currentPart } from '../../kernel/cases/standing.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { formatYuan } from '../../lib/money.ts'
import type { Text } from '../../lib/text.ts'
import { Time, timeOf } from '../cases/parts.ts'
import { ReasonReply } from '../cases/reasons.ts'
import type { Outcome } from '../checker/outcome.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { DUTIES, INSTALMENTS_MAX, PAYMENTS } from '../money/collections.ts'
import {
  AWARD_STATES,
  LINE_STANDINGS,
  type Plan,
  type PlanLine,
  POLICY_AWARDS,
  POLICY_PLANS,
} from './collections.ts'
import { awardIdOf } from './granted.ts'
import { AmountText, titleOfMeasure } from './replies.ts'

const NextReply = Type.Object({
  text: Type.Object({ en: Type.String(), zh: Type.String() }),
  dueAt: Type.Optional(Time),
})

/** What became of one application for one measure, for who handed it in. */
export const ResultReply = Type.Object({
  case: Type.String(),
  receipt: Type.String(),
  enterprise: Type.Object({ id: Type.String(), name: Type.String() }),
  plan: Type.String(),
  title: Type.Object(TextSchema.properties, { description: 'Of the plan' }),
  measure: Type.Object({ id: Type.String(), title: TextSchema }),
  year: Type.Integer(),
  state: Type.Enum(['published', 'decided'], {
    description: 'published: as the public notice says it; decided: for good',
  }),
  standing: literals(LINE_STANDINGS),
  isSelected: Type.Boolean(),
  amountFen: Type.Union([AmountText, Type.Null()]),
  basis: Type.Optional(Type.String({ description: 'How firm the amount is' })),
  limitedBy: Type.Optional(Type.String({ description: 'The limit that binds the amount' })),
  document: Type.Optional(Type.String({ description: 'That the amount was determined by' })),
  reasons: Type.Array(ReasonReply, { description: 'Why not, where it is not selected' }),
  text: TextSchema,
  next: Type.Object(NextReply.properties, { description: 'What comes next, and by when' }),
  notice: Type.Optional(
    Type.Object(
      { id: Type.String(), endsAt: Time },
      { description: 'Set as long as one may object' },
    ),
  ),
  award: Type.Optional(Type.String()),
  awardState: Type.Optional(literals(AWARD_STATES)),
  decidedAt: Type.Optional(Time),
})

type Result = Static<typeof ResultReply>

export type ResultDesk = {
  readonly desk: CaseDesk
  readonly open: OpenRules
  readonly reasons: (codes: readonly string[]) => ReasonReply[]
  readonly names: ReadonlyMap<string, string>
  readonly now: number
}

/** Nothing before it is published, nor while it is mended: a draft is the office’s own. */
export async function resultOf(of: ResultDesk, line: PlanLine): Promise<Result | undefined> {
  const { documents } = of.desk
  const [state, plan] = await Promise.all([
    documents.get(CASES, line.plan),
    documents.get(POLICY_PLANS, line.plan),
  ])
  if (state === undefined || plan === undefined) return undefined
  if (state.body.ended === 'decided') return await decidedResult(of, line, plan.body)
  if (!isPublished(state.body)) return undefined
  const endsAt = await noticeEnd(of.desk, state.body)
  const mayObject = endsAt !== undefined && of.now < endsAt
  return {
    ...shownResult(of, line, plan.body),
    state: 'published',
    next: publishedNext(state.body, mayObject ? endsAt : undefined),
    ...(mayObject && { notice: { id: line.plan, endsAt: timeOf(endsAt) } }),
  }
}

function isPublished(state: Case): boolean {
  if (state.state !== 'open' || state.notice === undefined) return false
  return state.step === 'approval' || currentPart(state, state.notice) !== undefined
}

/** Whether its notice is still out is asked of the clock, not of the step: the office may go on later. */
async function noticeEnd(desk: CaseDesk, state: Case): Promise<number | undefined> {
  const procedure = await readProcedure(desk.documents, state.pins.procedure)
  const deadlines = deadlinesOf(state, { procedure, calendars: desk.calendars() })
  const due = deadlines.find((it) => it.of === 'notice')?.due
  return due?.kind === 'running' ? due.dueAt : undefined
}

function shownResult({ open, reasons, names }: ResultDesk, line: PlanLine, plan: Plan) {
  const { applicant, standing, determination } = line
  const outcome = line.result as unknown as Outcome
  const isSelected = standing === 'selected'
  const amountFen = outcome.amount_fen === null ? null : String(outcome.amount_fen)
  return {
    ...{ case: line.case, receipt: line.receipt, plan: line.plan },
    enterprise: { id: applicant, name: names.get(applicant) ?? applicant },
    ...{ title: plan.title, measure: titleOfMeasure(open, plan.measure), year: plan.year },
    ...{ standing, isSelected, amountFen: isSelected ? amountFen : null },
    ...(isSelected && { basis: outcome.amount_basis }),
    ...(isSelected && outcome.limited_by !== null && { limitedBy: outcome.limited_by }),
    ...(isSelected && determination !== undefined && { document: determination.document }),
    reasons: reasons(outcome.reasons),
    text: WORDS[standing],
  }
}

async function decidedResult(of: ResultDesk, line: PlanLine, plan: Plan): Promise<Result> {
  const shown = shownResult(of, line, plan)
  const at = plan.decidedAt === undefined ? {} : { decidedAt: timeOf(plan.decidedAt) }
  if (!shown.isSelected) return { ...shown, ...at, state: 'decided', next: { text: NEXT.later } }
  const { documents } = of.desk
  const id = awardIdOf(line.case, plan.measure)
  const award = await documents.get(POLICY_AWARDS, id)
  const state = award?.body.state ?? 'decided'
  return {
    ...{ ...shown, ...at, state: 'decided', award: id, awardState: state },
    next: await awardNext(documents, id, state),
  }
}

type Next = Result['next']

function publishedNext({ step }: Case, endsAt: number | undefined): Next {
  if (endsAt !== undefined) return { text: NEXT.object, dueAt: timeOf(endsAt) }
  return { text: step === 'approval' ? NEXT.approval : NEXT.noticeOver }
}

/** The earliest that is to be paid or to be done for an award; what has no day comes after what has one. */
async function awardNext(
  documents: Documents,
  award: string,
  state: Result['awardState'],
): Promise<Next> {
  if (state === 'revoked' || state === 'recovered') return { text: NEXT.ended }
  if (state === 'recovering') return { text: NEXT.recovery }
  const waiting = [
    ...(await paymentsDue(documents, award)),
    ...(await dutiesDue(documents, award)),
  ].sort((a, b) => (a.dueAt ?? Number.MAX_VALUE) - (b.dueAt ?? Number.MAX_VALUE))
  const [first] = waiting
  if (first === undefined) return { text: state === 'paid' ? NEXT.nothing : NEXT.payment }
  return { text: first.text, ...(first.dueAt !== undefined && { dueAt: timeOf(first.dueAt) }) }
}

type Waiting = { readonly text: Text; readonly dueAt?: number }

/** All of them: those without a day come first in the order of days. */
async function paymentsDue(documents: Documents, award: string): Promise<Waiting[]> {
  const { items } = await documents.query(PAYMENTS, {
    where: { award, state: { in: ['planned', 'ordered'] } },
    order: { by: 'dueAt' },
    limit: INSTALMENTS_MAX,
  })
  return items.map(({ body: { number, amountFen, condition, met, dueAt } }) => {
    const yuan = formatYuan(BigInt(amountFen))
    const waits = condition !== undefined && met === undefined ? condition : undefined
    return {
      text: {
        en: `Instalment ${number} of ${yuan} yuan is paid${waits === undefined ? '' : `, once: ${waits}`}`,
        zh: `拨付第 ${number} 期 ${yuan} 元${waits === undefined ? '' : `，条件：${waits}`}`,
      },
      ...(dueAt !== undefined && { dueAt }),
    }
  })
}

async function dutiesDue(documents: Documents, award: string): Promise<Waiting[]> {
  const { items } = await documents.query(DUTIES, {
    where: { award, state: { in: ['open', 'returned'] } },
    order: { by: 'dueAt' },
    limit: 1,
  })
  return items.map(({ body: { title, dueAt } }) => ({
    text: { en: `To be done after the award: ${title}`, zh: `履行后续义务：${title}` },
    dueAt,
  }))
}

const NEXT = {
  object: {
    en: 'Whoever thinks it wrong objects before the public notice ends',
    zh: '如有异议，请在公示结束前提出',
  },
  noticeOver: {
    en: 'The public notice is over; the office answers what was objected and puts the plan forward',
    zh: '公示期已满，经办单位答复异议后报批',
  },
  approval: { en: 'The plan waits for its approval', zh: '方案等待审批' },
  later: {
    en: 'Nothing more comes of this plan; calls that are open take new applications',
    zh: '本方案已办结；可关注正在受理的申报',
  },
  payment: { en: 'The office plans how it is paid', zh: '经办单位安排拨付' },
  nothing: { en: 'Paid as a whole; nothing is open', zh: '已全部拨付，没有待办事项' },
  recovery: {
    en: 'Money is asked back; it is answered under “After the award”',
    zh: '正在追回资金，请在“后续义务”中答复',
  },
  ended: { en: 'The award has ended', zh: '该项决定已终止' },
} as const satisfies Readonly<Record<string, Text>>

const WORDS: Readonly<Record<PlanLine['standing'], Text>> = {
  selected: { en: 'Selected for an award', zh: '列入扶持名单' },
  'not-selected': {
    en: 'Eligible, and behind the last place of the quota in the published order',
    zh: '符合条件，但按公布的排序未进入名额',
  },
  tied: { en: 'Equal with others over the last places', zh: '在最后名额上与其他申请并列' },
  undecided: { en: 'Open while a tie before it is not settled', zh: '前序并列未确定，暂未确定' },
  refused: { en: 'The rules refuse it, for the reasons named', zh: '按规则不予支持，理由见列示' },
}
