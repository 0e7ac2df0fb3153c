import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, FINANCE, OFFICER, PlanWorld } from '../../../test/support/plan-world.ts'
import { reasonTeller } from '../cases/reasons.ts'
import { DUTIES, PAYMENTS } from '../money/collections.ts'
import { POLICY_AWARDS } from './collections.ts'
import { decidePlan } from './decide.ts'
import { linesOfPlan } from './plan.ts'
import { resultOf } from './results.ts'

const DAY_MS = 86_400_000
const SIX = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'].map((enterprise) => ({
  enterprise,
  facts: {
    application_date: '2021-09-10',
    applicant: { type: 'park', location: 'shenzhen/baoan' },
  },
}))

/** What each of the six is told, in the order of the plan. */
async function told(world: PlanWorld, plan: string) {
  const { desk } = world
  const of = {
    ...{ desk, open: desk.rules, reasons: await reasonTeller(desk.rules) },
    ...{ names: new Map([['e1', '企业一']]), now: world.cases.now },
  }
  const lines = await linesOfPlan(desk.documents, plan)
  return await Promise.all(lines.map((it) => resultOf(of, it.body)))
}

test('an applicant is told nothing of a draft, the term of a notice while it runs, and nothing of what is mended', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun()
  const nothing = SIX.map(() => undefined)
  assert.deepEqual(await told(world, id), nothing)
  await published(world, id)
  const [first] = await told(world, id)
  assert.deepEqual(
    [first?.state, first?.notice?.id, first?.amountFen],
    ['published', id, '100000000'],
  )
  assert.equal(first?.next.dueAt, first?.notice?.endsAt)
  world.cases.now += 10 * DAY_MS
  const [late] = await told(world, id)
  assert.deepEqual([late?.notice, late?.next.dueAt], [undefined, undefined])
  await world.did(id, OFFICER, { do: 'advance', outcome: 'back' })
  assert.deepEqual(await told(world, id), nothing)
})

test('after the decision reasons are in words, and the next step is what is due first', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun()
  await world.approved(id)
  done(await decidePlan(world.desk, OFFICER, id, { key: 'd' }))
  const all = await told(world, id)
  const [first, last] = [all[0] ?? assert.fail(), all.at(-1) ?? assert.fail()]
  assert.deepEqual(first.enterprise, { id: 'e1', name: '企业一' })
  assert.deepEqual([first.awardState, first.basis, first.limitedBy], ['decided', 'exact', 'fixed'])
  assert.deepEqual([last.isSelected, last.amountFen, last.award], [false, null, undefined])
  assert.deepEqual(last.reasons, [
    {
      code: 'QUOTA_EXCEEDED',
      text: { en: 'No place is left within the quota', zh: '名额已满' },
    },
  ])
  assert.match(first.next.text.en, /plans how it is paid/)
  await owes(world, first.award ?? '')
  assert.deepEqual((await told(world, id))[0]?.next, {
    text: {
      en: 'Instalment 2 of 400000 yuan is paid, once: report',
      zh: '拨付第 2 期 400000 元，条件：report',
    },
    dueAt: new Date(2 * DAY_MS).toISOString(),
  })
})

async function published(world: PlanWorld, id: string): Promise<void> {
  await world.did(id, OFFICER, { do: 'advance', outcome: 'to-opinions' })
  await world.did(id, OFFICER, { do: 'consult', units: ['finance'] })
  await world.did(id, FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' })
  await world.did(id, OFFICER, { do: 'advance', outcome: 'to-notice' })
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'Who is to be granted what' })
}

/** A report, an instalment without a day, and one on a day before the report's. */
async function owes(world: PlanWorld, award: string): Promise<void> {
  const { documents } = world.desk
  const { applicant, measure } = (await documents.get(POLICY_AWARDS, award))?.body ?? assert.fail()
  const of = { award, applicant, measure }
  const paid = (number: number, more: object) => ({
    collection: PAYMENTS,
    id: `${award}-${number}`,
    expected: 0,
    put: {
      ...{ ...of, ledger: 'budget:B1:2021', number, revision: 1, share: '2/5' },
      ...{ amountFen: '40000000', condition: 'report', state: 'planned' as const, reversals: 0 },
      ...more,
    },
  })
  const duty = {
    ...{ ...of, kind: 'report' as const, title: 'Report', source: 'made up for tests' },
    ...{ dueAt: 3 * DAY_MS, state: 'open' as const, reports: [] },
  }
  await documents.commit(
    [
      paid(1, {}),
      paid(2, { dueAt: 2 * DAY_MS }),
      { collection: DUTIES, id: 'duty', expected: 0, put: duty },
    ],
    OFFICER,
  )
}
