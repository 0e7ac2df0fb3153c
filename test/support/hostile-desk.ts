import { CAST, usccOf } from '../../src/cli/demo-cast.ts'
import { call, must } from './api-client.ts'
import {
  type As,
  as,
  BUDGET,
  callFrom,
  DAY_MS,
  MEASURE,
  MINUTE_MS,
  openDeskWorld,
  PLAN,
} from './award-world.ts'
import { published, written } from './hostile-papers.ts'
import { hostile } from './hostile-text.ts'
import {
  both,
  type Filling,
  fileTo,
  type Ids,
  keyed,
  type People,
  peopleOf,
  type World,
} from './hostile-world.ts'
import { PASSWORD } from './node-process.ts'
import { CALL, FORM } from './support-world.ts'

export type { Who } from './hostile-world.ts'

/** A policy desk in this process whose every text is hostile, by the clock of a day in 2021. */
export type HostileDesk = AsyncDisposable & {
  readonly url: string
  readonly sessions: People['sessions']
  /** Addresses in the console, by who looks at them. */
  readonly pages: Readonly<Record<'operator' | 'applicant' | 'expert', readonly string[]>>
  readonly ids: Ids
  /** Of the desk's clock. */
  readonly now: () => number
}

/** Fills every text a desk can hold with what is hostile, over the public API. */
export async function openHostileDesk(): Promise<HostileDesk> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openDeskWorld())
  const { url, clock } = world
  const office = as(url, world.operator)
  const firms = [await firmOf(url, office, 2), await firmOf(url, office, 3)] as const
  await named(await peopleOf(world))
  const decided = await granted(world, firms)
  const filling = { world, people: await peopleOf(world), now: clock(), firms }
  const ids = {
    decided,
    ...(await called(filling)),
    ...(await judged(filling)),
    ...(await paid(filling)),
    ...(await written(filling)),
    ...(await drafted(filling)),
    ...(await published(filling)),
    notice: await noticed(filling),
  }
  const owned = stack.move()
  return {
    ...{ url, ids, now: clock, sessions: (await peopleOf(world)).sessions, pages: pagesOf(ids) },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const NAME_CHARS_MAX = 200

/** Admits an enterprise whose names are hostile; answers its id. */
async function firmOf(url: string, office: As, at: number): Promise<string> {
  const cast = CAST[at]
  if (cast === undefined) throw new RangeError('no such enterprise in the cast')
  const name = () => hostile(NAME_CHARS_MAX, { mayTurn: false })
  const body = {
    ...{ uscc: usccOf(cast), name: name(), legalPerson: { name: name() } },
    ...{ region: '440306', sector: cast.sector },
    contact: { name: name(), phone: '0755-26001234', email: `f${at}@mail.example` },
    account: { name: `firm-${at}`, password: PASSWORD, displayName: cast.person },
  }
  const { enterprise } = await must(call(url, 'POST', '/api/v1/applications', { body }))
  const { version } = await office('GET', `/enterprises/${enterprise}`)
  await office('POST', `/enterprises/${enterprise}/decision`, { decision: 'approve', version })
  return enterprise
}

/** An office, a unit, a calendar and terms. */
async function named({ operator }: People): Promise<void> {
  for (const [kind, id] of [
    ['approval', 'bureau-head'],
    ['unit', 'finance'],
  ]) {
    await operator('PUT', `/policy/offices/${kind}/${id}`, { title: both(500), version: 0 })
  }
  const year = { from: '2021-01-01', to: '2022-12-31', weekend: [6, 7], holidays: ['2021-10-01'] }
  await operator('PUT', '/policy/calendars/hostile', {
    ...{ id: 'hostile', utcOffsetMinutes: 480, title: both(200), ...year, workdays: [] },
    ...{ source: hostile(500), version: 0 },
  })
}

/** From a call over its applications and its plan to an award; answers the plan. */
async function granted(world: World, firms: Filling['firms']): Promise<string> {
  const { clock } = world
  const call = await recommended(world, firms)
  const { operator, other } = await peopleOf(world)
  const { id } = await operator('POST', '/policy/award-plans', planOf(call))
  const by = (person: As) => (event: object) =>
    person('POST', `/policy/award-plans/${id}/deeds`, { event })
  const deed = by(operator)
  await deed({ do: 'advance', outcome: 'to-opinions' })
  await deed({ do: 'consult', units: ['finance'] })
  const opinion = { do: 'give-opinion', unit: 'finance', opinion: 'comments', note: hostile(4000) }
  await by((await peopleOf(world)).approver)(opinion)
  await deed({ do: 'advance', outcome: 'to-notice' })
  await deed({ do: 'publish-notice', text: hostile(4000) })
  await other('POST', `/policy/notices/${id}/objections`, { text: hostile(4000) })
  await deed({ do: 'answer-objection', number: 1, upheld: false, note: hostile(4000) })
  clock.advance(2 * DAY_MS)
  const later = await peopleOf(world)
  await by(later.operator)({ do: 'advance', outcome: 'to-approval' })
  await by(later.operator)({ do: 'put-forward', number: '0' })
  await by(later.approver)({ do: 'approve', note: hostile(4000) })
  await by(later.operator)({ do: 'advance', outcome: 'decided', note: hostile(4000) })
  return id
}

function planOf(call: string, { isConsulted = true } = {}): object {
  const term = { length: 1, unit: 'calendar-day', calendar: 'hostile', source: hostile(500) }
  const approval = {
    ...{ ...PLAN.procedure.approval, source: hostile(500) },
    offices: [{ id: 'bureau-head', title: both(500) }],
  }
  const consultation = { units: [{ id: 'finance', title: both(500) }], term }
  const procedure = { ...(isConsulted && { consultation }), notice: { term }, approval }
  return { ...PLAN, call, title: both(500), orderSource: hostile(4000), procedure }
}

/** A call that is over and whose applications are recommended. */
async function recommended(world: World, firms: Filling['firms']): Promise<string> {
  const { clock } = world
  const { operator, applicant, other } = await peopleOf(world)
  const { id } = await operator('POST', '/policy/calls', {
    ...{ ...callFrom(clock()), title: both(500), source: hostile(500) },
  })
  for (const [at, firm] of [applicant, other].entries()) {
    const form = {
      ...{ project: hostile(200), type: 'industrial_internet_enterprise', measures: [MEASURE] },
      facts: { guidance_fund_investment_yuan: `${at + 1}0000000.50` },
    }
    const handed = await firm('POST', '/policy/applications', {
      ...{ call: id, enterprise: firms[at], form },
    })
    for (const outcome of ['accepted', 'recommended']) {
      await operator('POST', `/policy/cases/${handed.case}/deeds`, {
        event: { do: 'advance', outcome, note: hostile(4000) },
      })
    }
  }
  clock.advance(15 * MINUTE_MS)
  return id
}

/** A second plan, whose notice is out and was objected to. */
async function noticed({ world, firms }: Filling): Promise<string> {
  const call = await recommended(world, firms)
  const { operator, other } = await peopleOf(world)
  const { id } = await operator('POST', '/policy/award-plans', planOf(call, { isConsulted: false }))
  const deed = (event: object) => operator('POST', `/policy/award-plans/${id}/deeds`, { event })
  await deed({ do: 'advance', outcome: 'to-notice' })
  await deed({ do: 'publish-notice', text: hostile(4000) })
  await other('POST', `/policy/notices/${id}/objections`, { text: hostile(4000) })
  return id
}

/** What became of the applications of an open call; the last was only handed in. */
const STATES = ['corrected', 'answered', 'refused', 'withdrawn', 'audited', 'new'] as const

/** A call that is open, with an application in each state. */
async function called(filling: Filling): Promise<Ids> {
  const { people, now, firms } = filling
  const { operator, applicant } = people
  const days = (length: number) => ({
    ...{ length, unit: 'working-day', calendar: 'hostile', source: hostile(500) },
  })
  const { id } = await operator('POST', '/policy/calls', {
    ...{ ...CALL, title: both(500), source: hostile(500) },
    papers: [{ name: 'audit_report', title: both(500) }],
    opensAt: new Date(now).toISOString(),
    closesAt: new Date(now + 30 * DAY_MS).toISOString(),
    procedure: { ...CALL.procedure, terms: { accept: days(5), correct: days(10) } },
  })
  const cases: Record<string, string> = {}
  for (const state of STATES) {
    const papers = { audit_report: [await ownFile(filling)] }
    const body = {
      ...{ call: id, enterprise: firms[0] },
      form: { ...FORM, project: hostile(200), papers },
    }
    const handed = await applicant('POST', '/policy/applications', body)
    cases[state] = handed.case
    const by = (person: As) => (event: object) =>
      person('POST', `/policy/cases/${handed.case}/deeds`, { event })
    await becomes(state, by(operator), by(applicant))
  }
  await operator('POST', `/policy/cases/${cases.audited}/determinations`, {
    document: { title: hostile(300) },
    entries: [
      { fact: 'determinations.effect_and_demonstration', value: true, why: hostile(4000) },
      {
        ...{ fact: 'invoice_lines', item: FORM.facts.invoice_lines[0]?.id },
        ...{ part: 'listed_in_application', value: false, why: hostile(4000) },
      },
    ],
  })
  return { call: id, ...cases }
}

/** A file of the first enterprise; answers its id. */
const ownFile = ({ world, people, firms }: Filling) =>
  fileTo(world, '/files', {
    headers: people.sessions.applicant,
    query: { enterprise: firms[0] },
  })

const EXPERT_STATES = ['asked', 'scored'] as const

/** A call with a panel: the expert was drawn for one application, and has scored another. */
async function judged({ world, people, now, firms }: Filling): Promise<Ids> {
  const { operator, applicant, expert } = people
  const criteria = ['effect', 'novelty'].map((criterion) => {
    return { id: criterion, title: both(500), min: 0, max: 100, weight: 1 }
  })
  const { id: call } = await operator('POST', '/policy/calls', {
    ...{ ...callFrom(now), title: both(500), source: hostile(500) },
    procedure: {
      stages: ['expert-panel'],
      panel: { size: 1, tally: { kind: 'scores', criteria }, source: hostile(500) },
    },
  })
  const cases: Record<string, string> = {}
  for (const state of EXPERT_STATES) {
    const form = { project: hostile(200), measures: [MEASURE], facts: {} }
    const handed = await applicant('POST', '/policy/applications', {
      ...{ call, enterprise: firms[0], form },
    })
    cases[state] = handed.case
    const deed = (by: As, event: object) =>
      by('POST', `/policy/cases/${handed.case}/deeds`, { event: { ...event, note: hostile(4000) } })
    for (const outcome of ['accepted', 'to-panel']) await deed(operator, { do: 'advance', outcome })
    await deed(operator, { do: 'begin-draw' })
    const pool = [{ id: world.expert, organisations: [hostile(100)] }]
    await deed(operator, { do: 'freeze-pool', pool })
    await deed(operator, { do: 'draw' })
    if (state === 'asked') continue
    await deed(expert, { do: 'declare-interest', related: false })
    const sheet = { marks: { effect: 80, novelty: 60 }, comment: hostile(4000) }
    await deed(expert, { do: 'score', sheet })
  }
  return cases
}

type Doing = (event: object) => Promise<unknown>

async function becomes(state: string, office: Doing, own: Doing): Promise<void> {
  const points = [{ path: hostile(500), reason: hostile(4000) }]
  const note = hostile(4000)
  const advance = (outcome: string) => office({ do: 'advance', outcome, note })
  switch (state) {
    case 'corrected':
      await office({ do: 'request-correction', points, note })
      return
    case 'answered':
      await office({ do: 'request-correction', points })
      await own({ do: 'answer-correction', answers: [hostile(4000)], note })
      return
    case 'refused':
      await advance('not-accepted')
      return
    case 'withdrawn':
      await own({ do: 'withdraw', note })
      return
    case 'audited':
      await advance('accepted')
      await advance('to-audit')
      await office({ do: 'attach', note })
      return
  }
}

const YUAN_100_000 = '10000000'

/** Instalments, vouchers, duties and money asked back, each in some state. */
async function paid(filling: Filling): Promise<Ids> {
  const { people, now, firms } = filling
  const { operator, treasurer } = people
  const ledger = `budget:${BUDGET}:2021`
  const day = (days: number) => new Date(now + days * DAY_MS).toISOString()
  const entry = { kind: 'appropriation', amountFen: '1000000000', reason: hostile(4000) }
  await treasurer(
    'POST',
    `/policy/ledgers/${ledger}/entries`,
    keyed({ ...entry, reference: hostile(500) }),
  )
  const { items: awards } = await operator('GET', '/policy/awards')
  const of = (firm: string): string =>
    awards.find((it: { enterprise: { id: string } }) => it.enterprise.id === firm)?.id
  const award = of(firms[0])
  const instalments = [
    { share: '3/5', dueAt: day(20) },
    { share: '2/5', dueAt: day(200), condition: hostile(4000) },
  ]
  await operator('POST', `/policy/awards/${award}/payment-plan`, keyed({ instalments }))
  const { items } = await treasurer('GET', '/policy/payments')
  const payment = items.find((it: { number: number }) => it.number === 1)?.id
  await operator('POST', `/policy/payments/${payment}/order`, keyed({ reference: hostile(500) }))
  await treasurer('POST', `/policy/payments/${payment}/confirm`, keyed({ reference: hostile(500) }))
  await vouched(filling, ledger)
  const duty = (body: object) =>
    operator('POST', '/policy/duties', keyed({ award, source: hostile(500), ...body }))
  const indicator = {
    ...{ name: hostile(200), unit: hostile(40), target: '500', is: 'at-least' },
  }
  const title = () => hostile(200)
  const reported = await duty({ kind: 'indicator', title: title(), dueAt: day(30), indicator })
  const returned = await duty({ kind: 'report', title: title(), dueAt: day(9) })
  await duty({ kind: 'report', title: title(), dueAt: day(-1) })
  for (const { id } of [reported, returned]) {
    const value = id === reported.id && { value: '620' }
    const report = { text: hostile(4000), files: [await ownFile(filling)], ...value }
    await people.applicant('POST', `/policy/duties/${id}/reports`, keyed(report))
  }
  await operator(
    'POST',
    `/policy/duties/${returned.id}/answer`,
    keyed({ outcome: 'returned', note: hostile(4000) }),
  )
  const asked = { award, reason: hostile(4000), clause: hostile(500), amountFen: '500000' }
  const recovery = await operator(
    'POST',
    '/policy/recoveries',
    keyed({ ...asked, heardUntil: day(7) }),
  )
  await people.applicant(
    'POST',
    `/policy/recoveries/${recovery.id}/answer`,
    keyed({ text: hostile(4000), files: [await ownFile(filling)] }),
  )
  return { ledger, award, recovery: recovery.id }
}

async function vouched({ people, now, firms }: Filling, ledger: string): Promise<void> {
  const day = (days: number) => new Date(now + days * DAY_MS).toISOString()
  const series = await people.operator(
    'POST',
    '/policy/voucher-series',
    keyed({
      ...{ title: hostile(200), measure: 'D1-M06', ledger, reference: hostile(500) },
      ...{ faceFen: YUAN_100_000, share: '1/2', count: 50, perEnterpriseMax: 2 },
      ...{ validFrom: day(-1), validUntil: day(180), providers: [firms[1]] },
    }),
  )
  for (const isRefused of [true, false]) {
    const { code } = await people.applicant(
      'POST',
      `/policy/voucher-series/${series.id}/vouchers`,
      keyed({ enterprise: firms[0] }),
    )
    const claimed = await people.other(
      'POST',
      '/policy/vouchers/claim',
      keyed({
        provider: firms[1],
        code,
        invoice: `25442000000${isRefused}`,
        invoiceFen: '15000000',
      }),
    )
    if (!isRefused) continue
    const answer = { isRight: false, reason: hostile(4000) }
    await people.applicant('POST', `/policy/vouchers/${claimed.id}/answer`, keyed(answer))
  }
}

/** Measures that are edited and proposed, an evaluation and a batch. */
async function drafted({ people }: Filling): Promise<Ids> {
  const { operator } = people
  const draft = await operator('POST', '/policy/drafts', { copy: MEASURE })
  const ambiguity = {
    ...{ words: hostile(2000), reading: both(2000), adoptedBy: hostile(2000) },
    adoptedOn: '2021-01-02',
  }
  const { version } = await operator('PUT', `/policy/drafts/${draft.id}`, {
    ...{ place: draft.place, expected: draft.version, supersedes: true },
    body: {
      ...{ ...draft.body, title: both(500) },
      inForce: { from: '2021-06-01', to: '2022-12-31' },
    },
    ...{ evidence: [hostile(200)], ambiguities: [ambiguity], paper: hostile(10_000) },
  })
  await operator('POST', `/policy/drafts/${draft.id}/propose`, { expected: version })
  const other = await operator('POST', '/policy/drafts', { copy: 'D1-M10' })
  await operator('PUT', `/policy/drafts/${other.id}`, {
    ...{ place: other.place, expected: other.version, paper: hostile(10_000) },
    ...{ body: { ...other.body, title: both(500) }, ambiguities: [ambiguity] },
  })
  await operator('POST', '/policy/evaluations', {
    ...{ measure: MEASURE, year: 2021, conclusion: hostile(10_000) },
  })
  const batch = await operator('POST', '/policy/batches', {
    ...keyed({ population: { kind: 'synthetic', count: 50, seed: 7 } }),
    mode: 'as_if_in_force',
  })
  return { proposed: draft.id, editing: other.id, batch: batch.id }
}

function pagesOf(ids: Ids): HostileDesk['pages'] {
  const cases = [...STATES, ...EXPERT_STATES].map((it) => `cases/${ids[it]}`)
  const support = [
    ...['', '/fits', '/measures', `/measures/${MEASURE}`, '/calls', '/calls/new'],
    ...[`/calls/${ids.call}`, '/cases', ...cases.map((it) => `/${it}`)],
    ...['checks', 'found', 'thread'].map((it) => `/cases/${ids.audited}?part=${it}`),
    `/cases/${ids.answered}?part=thread`,
    ...['/plans', `/plans/${ids.decided}`, `/plans/${ids.notice}`, '/awards'],
    ...[`/awards/${ids.award}`, '/verify', `/notices/${ids.notice}`, '/payments'],
    ...[`/ledger?ledger=${ids.ledger}`, '/vouchers', '/vouchers?show=held', '/aftercare'],
    ...['/aftercare?show=indicators', '/aftercare?show=recoveries', '/batches'],
    ...['/editor', `/editor/${ids.proposed}`, `/editor/${ids.editing}`, '/simulate'],
    ...[`/evaluation?measure=${MEASURE}`, `/rules/${MEASURE}`, '/offices', '/calendars'],
  ]
  const letters = ['Answered', 'Forwarded', 'Fresh'].map((it) => `/letters/${ids[`letter${it}`]}`)
  const papers = [
    ...['/papers', '/papers/drafts', `/papers/drafts/${ids.draft}`, `/papers/edit/${ids.draft}`],
    ...[`/papers/edit/${ids.begun}`, `/papers/write?id=${ids.begun}`, '/papers/proposals'],
    ...[`/papers/proposals/${ids.proposal}`, '/papers/plans', '/letters', '/letters/queue'],
    ...[`/papers/${ids.published}`, `/papers/drafts/${ids.published}`],
  ]
  const own = [
    ...['/applications', `/calls/${ids.call}/apply`, ...cases.map((it) => `/${it}`), '/results'],
    ...['/vouchers', '/vouchers?show=held', '/aftercare', '/aftercare?show=recoveries'],
    ...[`/notices/${ids.notice}`, '/payments', `/awards/${ids.award}`],
  ]
  const judging = EXPERT_STATES.map((it) => `/cases/${ids[it]}`)
  const under = (start: string) => (path: string) => `/console${start}${path}`
  return {
    expert: ['/panel', ...judging].map(under('/support')),
    operator: [...support.map(under('/support')), ...[...papers, ...letters].map(under(''))],
    applicant: [...own.map(under('/support')), ...[`/papers/drafts/${ids.draft}`].map(under(''))],
  }
}
