import type { Admitted } from './demo-admission.ts'
import { PASSWORD } from './demo-cast.ts'
import { anybody, type Session, type Stage, signIn } from './demo-stage.ts'

/** A measure of the district whose amount needs nobody's judgement: a part of what its fund has put in. */
const MEASURE = 'D3-M6a'
const PLACE = 'shenzhen/baoan'
const APPROVER = 'demo-approver'
const INVESTED_YUAN = '1234567.89'
const AWARD_FEN = '6172839'
const WINDOW_MS = 3_600_000

type Draft = {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly body: { readonly id: string; readonly inForce: object }
}

type Fit = { readonly measure: string; readonly verdict: string; readonly amountFen?: string }

/** What the support chapter leaves to look at. */
export type Supported = { readonly measure: string; readonly call: string }

/** A measure of a region's paper is extended by two people, somebody asks what fits, an enterprise applies and is recommended. */
export async function support(
  stage: Stage,
  operator: Session,
  applicant: Admitted,
): Promise<Supported> {
  const { story } = stage
  story.step({
    en: 'A support measure becomes a rule that computes',
    zh: '扶持措施成为可计算的规则',
  })
  const approver = await approverOf(stage, operator)
  await adopt(stage, operator, approver)
  await askWhatFits(stage)
  story.step({ en: 'An enterprise applies for support', zh: '企业申报扶持' })
  const call = await openCall(operator)
  await applyFor(stage, operator, { call, applicant })
  return { measure: MEASURE, call }
}

async function approverOf(stage: Stage, operator: Session): Promise<Session> {
  const { token } = await operator.call<{ token: string }>('POST', '/api/v1/invitations', {
    nodeRole: 'approver',
  })
  const account = { name: APPROVER, password: PASSWORD }
  const wish = { token, ...account, displayName: '审批示范' }
  await anybody(stage).call('POST', '/api/v1/invitations/accept', wish)
  return await signIn(stage, account)
}

/** The paper's own term is long over: for the demo it is extended, as a new version that two people stand for. */
async function adopt(stage: Stage, operator: Session, approver: Session): Promise<void> {
  const drafts = '/api/v1/policy/drafts'
  const copy = await operator.call<Draft>('POST', drafts, { copy: MEASURE })
  const year = new Date().getUTCFullYear()
  const inForce = { from: `${year}-01-01`, to: `${year + 1}-12-31` }
  const changed = await operator.call<Draft>('PUT', `${drafts}/${copy.id}`, {
    place: PLACE,
    body: { ...copy.body, inForce },
    expected: copy.version,
  })
  const deed = (who: Session, name: string, { version }: Draft) =>
    who.call<Draft>('POST', `${drafts}/${copy.id}/${name}`, { expected: version })
  const proposed = await deed(operator, 'propose', changed)
  const adopted = await deed(approver, 'adopt', proposed)
  stage.story.check(
    {
      en: `${MEASURE}, extended for the demo: drafted by one person, adopted by another`,
      zh: `${MEASURE} 为演示延长有效期：一人起草，另一人审定`,
    },
    adopted.state === 'adopted',
    adopted,
  )
}

async function askWhatFits(stage: Stage): Promise<void> {
  const facts = {
    applicant: { type: 'industrial_internet_enterprise', location: PLACE },
    guidance_fund_investment_yuan: Number(INVESTED_YUAN),
  }
  const { items } = await anybody(stage).call<{ items: readonly Fit[] }>(
    'POST',
    '/api/policy/fits',
    { facts },
  )
  const found = items.find((it) => it.measure === MEASURE)
  stage.story.check(
    {
      en: `anybody may ask what fits: ${items.length} measures, of 1,234,567.89 yuan 5 % are 61,728.39`,
      zh: `任何人都可查询：比对 ${items.length} 项措施，1234567.89 元的 5% 为 61728.39 元`,
    },
    found?.verdict === 'fits' && found.amountFen === AWARD_FEN,
    found ?? items.length,
  )
}

async function openCall(operator: Session): Promise<string> {
  const now = Date.now()
  const { id } = await operator.call<{ id: string }>(
    'POST',
    '/api/v1/policy/calls',
    {
      title: { en: 'Awards on fund investment (demo)', zh: '基金投资奖励申报（演示）' },
      measures: [MEASURE],
      mode: 'live',
      opensAt: new Date(now).toISOString(),
      closesAt: new Date(now + WINDOW_MS).toISOString(),
      papers: [],
      procedure: { stages: [] },
    },
    { 'idempotency-key': 'demo-call' },
  )
  return id
}

async function applyFor(
  stage: Stage,
  operator: Session,
  { call, applicant }: { readonly call: string; readonly applicant: Admitted },
): Promise<void> {
  const firm = await signIn(stage, { name: applicant.enterprise.account, password: PASSWORD })
  const handed = await firm.call<{ case: string; receipt: string }>(
    'POST',
    '/api/v1/policy/applications',
    {
      call,
      enterprise: applicant.id,
      form: {
        project: '示范项目 Demo project',
        type: 'industrial_internet_enterprise',
        measures: [MEASURE],
        facts: { guidance_fund_investment_yuan: INVESTED_YUAN },
      },
    },
    { 'idempotency-key': 'demo-application' },
  )
  for (const outcome of ['accepted', 'recommended']) {
    await operator.call(
      'POST',
      `/api/v1/policy/cases/${handed.case}/deeds`,
      { event: { do: 'advance', outcome } },
      { 'idempotency-key': outcome },
    )
  }
  const { state } = await firm.call<{ state: string }>('GET', `/api/v1/policy/cases/${handed.case}`)
  stage.story.check(
    {
      en: `receipt ${handed.receipt}: the application was examined and recommended`,
      zh: `回执 ${handed.receipt}：申报已审查并推荐`,
    },
    state === 'ended',
    state,
  )
}
