import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, OFFICER, PlanWorld } from '../../../test/support/plan-world.ts'
import { CASE_RUNS, isRecomputed } from '../../kernel/cases/runs.ts'
import { canonicalDigest } from '../../kernel/evidence/canonical.ts'
import { LEDGERS, QUOTAS } from '../../kernel/quotas/collections.ts'
import { checkQuota } from '../../kernel/quotas/quotas.ts'
import type { Problem } from '../../lib/problem.ts'
import { bundleDigests } from '../checker/bundle.ts'
import { POLICY_AWARDS, POLICY_DECISIONS, POLICY_PLANS } from './collections.ts'
import { decidePlan } from './decide.ts'
import { placesName, projectIdOf, projectName } from './granted.ts'
import { changePlan, linesOfPlan, planOf } from './plan.ts'

const PARK = {
  application_date: '2021-09-10',
  applicant: { type: 'park', location: 'shenzhen/baoan', name: 'Not to be told' },
  trade_secret: 'x',
}
const park = (enterprise: string, change: object = {}) => {
  const { trade_secret: _, ...facts } = PARK
  const { name: __, ...applicant } = facts.applicant
  return { enterprise, facts: { ...facts, applicant, ...change } }
}
const SIX = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'].map((it) => park(it))

const standings = async (world: PlanWorld, id: string) =>
  (await linesOfPlan(world.desk.documents, id)).map(
    (it) => `${it.body.applicant} ${it.body.standing}`,
  )

async function refusals(world: PlanWorld, id: string): Promise<string> {
  const answer = await decidePlan(world.desk, OFFICER, id, { key: `d${Math.random()}` })
  assert.ok(answer.kind === 'refused', JSON.stringify(answer))
  return answer.reasons.map((it) => it.text.en).join('\n')
}

test('of six for five places the first five by receipt are selected, and the sixth is told why not', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun()
  const { documents } = world.desk
  assert.deepEqual(await standings(world, id), [
    ...['e1', 'e2', 'e3', 'e4', 'e5'].map((it) => `${it} selected`),
    'e6 not-selected',
  ])
  const plan = (await planOf(documents, id)).body
  assert.deepEqual(
    [plan.totalFen, plan.blocked, plan.quota],
    ['500000000', 0, { places: 5, taken: 0 }],
  )
  const last = (await linesOfPlan(documents, id)).at(-1)?.body ?? assert.fail()
  assert.deepEqual(last.result.reasons, ['QUOTA_EXCEEDED'])
  const run = await documents.get(CASE_RUNS, plan.run)
  assert.ok(run !== undefined && isRecomputed(run.body))
})

test('a decision writes awards, decisions of record, places, the project register and commitments in one commit', async () => {
  await using world = await PlanWorld.open(
    'D3-M5a',
    SIX.map((it) => ({ ...it, project: `Park of ${it.enterprise}` })),
  )
  const id = await world.begun()
  await world.approved(id)
  const { documents } = world.desk
  done(await decidePlan(world.desk, OFFICER, id, { key: 'd' }))
  const awards = (await documents.query(POLICY_AWARDS, { where: { plan: id }, limit: 10 })).items
  assert.equal(awards.length, 5)
  assert.ok(awards.every((it) => it.body.amountFen === '100000000' && it.body.basis === 'exact'))
  assert.deepEqual(await checkQuota(documents, placesName('D3-M5a', 2021)), [])
  const { balances } = (await documents.get(LEDGERS, 'budget:B1:2021'))?.body ?? assert.fail()
  assert.equal(balances.committed, '500000000')
  const project = await documents.get(QUOTAS, projectName(projectIdOf('park OF e1')))
  assert.deepEqual(project?.body.parts, [
    { part: 'district', reserved: '0', confirmed: '100000000' },
  ])
  const decision = (await documents.get(POLICY_DECISIONS, awards[0]?.id ?? ''))?.body
  assert.ok(decision !== undefined)
  assert.deepEqual(decision.digests, bundleDigests(decision as never))
  // the facts as they were are told by a digest that nobody can guess at
  const whole = (await linesOfPlan(documents, id)).find(
    (it) => it.body.case === awards[0]?.body.case,
  )
  const { digest, salt } = decision.given
  assert.equal(canonicalDigest({ facts: whole?.body.judgedFacts, salt }), digest)
  // the second time is the first time
  assert.equal(done(await decidePlan(world.desk, OFFICER, id, { key: 'd' })).isRepeat, true)
})

test('of the facts a decision keeps those alone that its result depends on', async () => {
  const secret = { enterprise: 'e1', facts: { ...park('e1').facts, customers: 12_345 } }
  await using world = await PlanWorld.open('D3-M5a', [secret])
  const id = await world.begun()
  await world.approved(id)
  done(await decidePlan(world.desk, OFFICER, id, { key: 'd' }))
  const { items } = await world.desk.documents.query(POLICY_DECISIONS, { limit: 1 })
  assert.deepEqual(Object.keys(items[0]?.body.facts ?? {}).sort(), [
    'applicant',
    'application_date',
    'quota_position',
  ])
  assert.deepEqual(items[0]?.body.facts.applicant, { type: 'park' })
})

test('a tie over the last place is told, blocks the decision, and is settled with a reason', async () => {
  const tied = SIX.map((it, index) => ({ ...it, isTogether: index === 5 }))
  await using world = await PlanWorld.open('D3-M5a', tied)
  const id = await world.begun()
  assert.deepEqual((await standings(world, id)).slice(4), ['e5 tied', 'e6 tied'])
  assert.equal((await planOf(world.desk.documents, id)).body.blocked, 2)
  const lines = await linesOfPlan(world.desk.documents, id)
  const order = lines
    .slice(4)
    .map((it) => it.body.case)
    .toReversed()
  const half = changePlan(world.desk, OFFICER, id, {
    settle: { order: [order[0] ?? '', lines[0]?.body.case ?? ''], reason: 'by lot' },
  })
  await assert.rejects(half, /not the whole of a tie/)
  await changePlan(world.desk, OFFICER, id, { settle: { order, reason: 'by lot, minute 3' } })
  const now = await standings(world, id)
  assert.equal(
    now.filter((it) => it.endsWith('selected') && !it.endsWith('not-selected')).length,
    5,
  )
  assert.match(now[5] ?? '', /not-selected/)
  await world.approved(id)
  const late = changePlan(world.desk, OFFICER, id, { refresh: true })
  await assert.rejects(late, /Only a draft is changed/)
})

test('candidates who have no score cannot be ordered by it', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const unordered = world.begun({ order: ['score_desc'] })
  await assert.rejects(unordered, (it: Problem) => it.fields[0]?.path === '/order')
})

test('an amount that the rules leave open or give as a ceiling is not decided before somebody determines it', async () => {
  const facts = {
    application_date: '2019-06-03',
    applicant: { type: 'industrial_enterprise', location: 'shenzhen' },
    audited_investment_yuan: 8_000_000,
    determinations: { effect_and_demonstration: true },
  }
  await using world = await PlanWorld.open('D1-M10', [{ enterprise: 'e1', facts }])
  const id = await world.begun({ measure: 'D1-M10' })
  const { documents } = world.desk
  assert.equal((await planOf(documents, id)).body.blocked, 1)
  const [line] = await linesOfPlan(documents, id)
  await changePlan(world.desk, OFFICER, id, {
    determine: {
      case: line?.body.case ?? '',
      amountFen: '200000000',
      document: 'Minute 7',
      reason: 'by the rate of the guide',
    },
  })
  assert.equal((await planOf(documents, id)).body.totalFen, '200000000')
  await world.approved(id)
  done(await decidePlan(world.desk, OFFICER, id, { key: 'd' }))
  const { items } = await documents.query(POLICY_AWARDS, { limit: 1 })
  assert.deepEqual([items[0]?.body.amountFen, items[0]?.body.basis], ['200000000', 'determined'])
})

test('without money, without a budget or with somebody undecided nothing is decided, and every reason is told', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const poor = await world.begun({ budget: 'B9' })
  await world.approved(poor)
  assert.match(await refusals(world, poor), /no such ledger/)
  assert.equal(await world.desk.documents.count(POLICY_AWARDS), 0)
  const none = await world.begun({ budget: undefined } as never)
  await world.approved(none)
  assert.match(await refusals(world, none), /names no budget/)
})

test('the same key again finds the same plan, though rules and candidates are others by now', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun({ key: 'k' })
  await world.approved(id)
  done(await decidePlan(world.desk, OFFICER, id, { key: 'd' }))
  const later = new PlanWorld(
    world.cases,
    { ...world.desk.rules, digest: 'c'.repeat(64) },
    world.facts,
  )
  assert.equal(await later.begun({ key: 'k' }), id)
  assert.equal(await world.desk.documents.count(POLICY_PLANS), 1)
  await assert.rejects(later.begun({ key: 'k', year: 2022 }), /key-used-otherwise/)
})

test('a second plan over the same applications decides nothing twice', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const [one, other] = [await world.begun(), await world.begun()]
  await world.approved(one)
  await world.approved(other)
  done(await decidePlan(world.desk, OFFICER, one, { key: 'd' }))
  assert.match(await refusals(world, other), /has its award already/)
})

test('public money of the node itself counts against the share that a project may have', async () => {
  const facts = {
    application_date: '2021-09-10',
    applicant: { type: 'node_operator', location: 'shenzhen/baoan' },
    total_investment_yuan: 10_000_000,
    public_funds: { national_yuan: 3_000_000, provincial_yuan: 0, city_yuan: 0, district_yuan: 0 },
  }
  const two = ['e1', 'e2'].map((enterprise) => ({ enterprise, facts, project: 'One node' }))
  await using world = await PlanWorld.open('D3-M2b', two)
  const id = await world.begun({ measure: 'D3-M2b' })
  const lines = await linesOfPlan(world.desk.documents, id)
  assert.deepEqual(
    lines.map((it) => [it.body.standing, (it.body.result as { amount_fen: number }).amount_fen]),
    [
      ['selected', 200_000_000],
      ['refused', 0],
    ],
  )
})
