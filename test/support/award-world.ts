import { join } from 'node:path'
import { CAST, usccOf } from '../../src/cli/demo-cast.ts'
import { readConfig } from '../../src/config/config.ts'
import { type Node, startNode } from '../../src/node.ts'
import { call, must, type Reply, sessionOf, setUpBy, signIn } from './api-client.ts'
import { PASSWORD, scratchFolder } from './node-process.ts'
import { type TestClock, testClock } from './test-clock.ts'

type Headers = Readonly<Record<string, string>>

/** A day inside the months in which the district's measures were in force for certain. */
const BEGINNING = Date.UTC(2021, 8, 1, 2)
export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000
/** 5 % of what the fund put in; nobody has to select or judge anything. */
export const MEASURE = 'D3-M6a'
export const BUDGET = 'D0-B1'
const INVESTED = ['1234567.89', '20000000']

/** A node in this process, at a day of 2021, with applications that are recommended and money to grant. */
export type AwardWorld = AsyncDisposable & {
  readonly node: Node
  readonly url: string
  readonly clock: TestClock
  readonly folder: string
  /** Sessions anew: the clock moves by days. */
  readonly official: () => Promise<Headers>
  readonly approver: () => Promise<Headers>
  readonly person: (name: 'treasurer' | 'expert') => Promise<Headers>
  readonly applicant: (index: number) => Promise<Headers>
  readonly call: string
  readonly cases: readonly string[]
  readonly enterprises: readonly string[]
  /** Id of the expert. */
  readonly expert: string
}

export const FIRMS = [
  '宝安云智互联有限公司',
  '宝安数联工业软件有限公司',
  '宝安恒芯电子制造有限公司',
  '宝安联创精密机械有限公司',
]

let keys = 0

export const keyed = (headers: Headers): Headers => ({
  ...headers,
  'idempotency-key': `k${keys++}`,
})

/** A node in this process, at a day of 2021, with its staff, two admitted enterprises and money to grant. */
export type DeskWorld = AsyncDisposable &
  Omit<AwardWorld, 'person' | 'call' | 'cases' | 'expert'> & {
    readonly person: (name: 'treasurer' | 'expert' | 'otto') => Promise<Headers>
    readonly operator: Headers
    readonly expert: string
  }

/** `AwardWorld` before anything was called for. */
export async function openDeskWorld(): Promise<DeskWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await scratchFolder()).path
  const clock = testClock(BEGINNING)
  const config = readConfig({
    WAYMARK_DATA: join(folder, 'data'),
    WAYMARK_HTTP_PORT: '0',
    WAYMARK_HANDLE: 'false',
    WAYMARK_LOG_LEVEL: 'silent',
  })
  const node = stack.use(await startNode(config, { clock }))
  const { url } = node
  const operator = await setUpBy(url, node.setupCode)
  const office = as(url, operator)
  await approverOf(url, office)
  await personOf(url, office, 'treasurer', 'treasurer')
  await personOf(url, office, 'otto', 'official')
  const expert = await personOf(url, office, 'expert', 'expert')
  await office('PUT', '/policy/calendars/plain', CALENDAR)
  const enterprises = await Promise.all([0, 1].map((it) => enterpriseOf(url, office, it)))
  await office('POST', '/policy/ledgers', { key: 'open-ledger', budget: BUDGET, year: 2021 })
  await office('POST', `/policy/ledgers/budget:${BUDGET}:2021/entries`, {
    key: 'appropriation',
    kind: 'appropriation',
    amountFen: '1000000000',
    reference: 'No. 1',
  })
  const owned = stack.move()
  return {
    ...{ node, url, clock, folder, operator, expert, enterprises },
    official: () => signIn(url, 'ops'),
    approver: () => signIn(url, 'approver'),
    person: (name) => signIn(url, name),
    applicant: (index) => signIn(url, `firm-${index}`),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Asks for what must be answered, each write with a key of its own. */
export const as =
  (url: string, headers: Headers): As =>
  (method, path, body) =>
    must(call(url, method, `/api/v1${path}`, { headers: keyed(headers), body }))

export async function openAwardWorld(): Promise<AwardWorld> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openDeskWorld())
  const { url, clock, enterprises } = world
  const office = as(url, world.operator)
  const opened = await office('POST', '/policy/calls', callFrom(clock()))
  const cases: string[] = []
  for (const [index, enterprise] of enterprises.entries()) {
    const apply = as(url, await world.applicant(index))
    const form = {
      project: `项目 ${index}`,
      type: 'industrial_internet_enterprise',
      measures: [MEASURE],
      facts: { guidance_fund_investment_yuan: INVESTED[index] },
    }
    const handed = await apply('POST', '/policy/applications', {
      call: opened.id,
      enterprise,
      form,
    })
    cases.push(handed.case)
    clock.advance(1_000)
  }
  for (const it of cases) {
    for (const outcome of ['accepted', 'recommended']) {
      await office('POST', `/policy/cases/${it}/deeds`, { event: { do: 'advance', outcome } })
    }
  }
  clock.advance(15 * MINUTE_MS)
  const owned = stack.move()
  const made = { cases, call: opened.id, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  return { ...world, ...made }
}

export type As = (method: string, path: string, body?: unknown) => Promise<Reply['json']>

/** A person of the node with a role; answers their id. */
async function personOf(url: string, office: As, name: string, nodeRole: string): Promise<string> {
  const { token } = await office('POST', '/invitations', { nodeRole })
  const body = { token, name, displayName: name.toUpperCase(), password: PASSWORD }
  sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body }))
  const { items } = await office('GET', '/users')
  return items.find((it: { name: string }) => it.name === name).id
}

async function approverOf(url: string, office: As): Promise<void> {
  const id = await personOf(url, office, 'approver', 'approver')
  await office('PUT', `/policy/posts/${id}`, {
    units: ['finance'],
    approvals: ['bureau-head'],
    fields: [],
    interests: [],
    version: 0,
  })
}

/** Admits an enterprise of the district; answers its id. */
export async function enterpriseOf(url: string, office: As, index: number): Promise<string> {
  const cast = CAST[index]
  if (cast === undefined) throw new RangeError('no such enterprise in the cast')
  const { enterprise } = await must(
    call(url, 'POST', '/api/v1/applications', {
      body: {
        uscc: usccOf(cast),
        name: FIRMS[index],
        legalPerson: { name: cast.person },
        region: '440306',
        sector: cast.sector,
        contact: { name: cast.person, phone: '0755-26001234', email: `f${index}@mail.example` },
        account: { name: `firm-${index}`, password: PASSWORD, displayName: cast.person },
      },
    }),
  )
  const { version } = await office('GET', `/enterprises/${enterprise}`)
  await office('POST', `/enterprises/${enterprise}/decision`, { decision: 'approve', version })
  return enterprise
}

/** Without holidays: made up for tests. */
const CALENDAR = {
  id: 'plain',
  utcOffsetMinutes: 480,
  from: '2021-01-01',
  to: '2022-12-31',
  weekend: [6, 7],
  holidays: [],
  workdays: [],
  source: 'made up for tests',
  version: 0,
}

export const callFrom = (now: number) => ({
  title: { en: 'Call for awards on fund investment', zh: '基金投资奖励申报' },
  measures: [MEASURE],
  mode: 'live',
  opensAt: new Date(now).toISOString(),
  closesAt: new Date(now + 10 * MINUTE_MS).toISOString(),
  papers: [],
  procedure: { stages: [] },
})

export const PLAN = {
  title: { en: 'Awards on fund investment 2021', zh: '2021 年基金投资奖励方案' },
  measure: MEASURE,
  year: 2021,
  budget: BUDGET,
  order: ['received_at_asc'],
  orderSource: '区专项资金管理办法（虚构）',
  procedure: {
    notice: { term: { length: 1, unit: 'calendar-day', calendar: 'plain' } },
    approval: {
      offices: [{ id: 'bureau-head', title: { en: 'Head of the bureau', zh: '局长' } }],
      levels: [{ from: '0', roles: ['bureau-head'] }],
      source: '区专项资金管理办法（虚构）',
    },
  },
}

/** From the plan to its awards; answers the plan's id. */
export async function decidedPlan(world: AwardWorld): Promise<string> {
  const { url, clock } = world
  const post = async (headers: Headers, path: string, body: unknown) =>
    await must(call(url, 'POST', `/api/v1/policy${path}`, { headers: keyed(headers), body }))
  const official = await world.official()
  const { id } = await post(official, '/award-plans', { ...PLAN, call: world.call })
  const deed = async (headers: Headers, event: object) =>
    await post(headers, `/award-plans/${id}/deeds`, { event })
  await deed(official, { do: 'advance', outcome: 'to-notice' })
  await deed(official, { do: 'publish-notice', text: '拟支持名单公示' })
  clock.advance(2 * DAY_MS)
  const later = await world.official()
  await deed(later, { do: 'advance', outcome: 'to-approval' })
  await deed(later, { do: 'put-forward', number: '0' })
  await deed(await world.approver(), { do: 'approve' })
  await deed(later, { do: 'advance', outcome: 'decided' })
  return id
}
