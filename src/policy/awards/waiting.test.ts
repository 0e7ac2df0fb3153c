import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FINANCE, HEAD, OFFICER, PlanWorld } from '../../../test/support/plan-world.ts'
import { USERS, type User } from '../../kernel/access/collections.ts'
import { CASES } from '../../kernel/cases/collections.ts'
import { readProcedure } from '../../kernel/cases/desk.ts'
import { POLICY_POSTS, type Post } from '../cases/collections.ts'
import { unfilledOf } from '../cases/offices.ts'
import { POLICY_PLANS } from './collections.ts'
import { officesNeeded } from './waiting.ts'

const PARK = {
  application_date: '2021-09-10',
  applicant: { type: 'park', location: 'shenzhen/baoan' },
}
const SIX = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'].map((it) => ({ enterprise: it, facts: PARK }))

const needed = async ({ desk }: PlanWorld, id: string) => {
  const [plan, found] = [
    await desk.documents.get(POLICY_PLANS, id),
    await desk.documents.get(CASES, id),
  ]
  assert.ok(plan !== undefined && found !== undefined)
  const procedure = await readProcedure(desk.documents, found.body.pins.procedure)
  return officesNeeded(found.body, procedure, plan.body.totalFen)
}

async function person(world: PlanWorld, name: string, post: Partial<Post>): Promise<void> {
  const user: User = {
    ...{ name, nameKey: name, displayName: name, passwordEpoch: 0 },
    ...{ nodeRoles: ['approver'], memberships: [], enterprises: [], state: 'active' },
  }
  const put = { units: [], approvals: [], fields: [], interests: [], ...post }
  await world.desk.documents.commit(
    [
      { collection: USERS, id: name, put: user },
      { collection: POLICY_POSTS, id: name, put },
    ],
    { author: OFFICER.author },
  )
}

test('a plan tells from its draft on which offices it will wait for, by its sum, and whose turn it is', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun()
  const told = async () =>
    (await needed(world, id)).map((it) => `${it.id}${it.isNow ? ' now' : ''}`)
  assert.deepEqual(await told(), ['finance', 'section-head', 'director'])
  await world.did(id, OFFICER, { do: 'advance', outcome: 'to-opinions' })
  await world.did(id, OFFICER, { do: 'consult', units: ['finance'] })
  assert.deepEqual(await told(), ['finance now', 'section-head', 'director'])
  await world.did(id, FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' })
  assert.deepEqual(await told(), ['section-head', 'director'])
  await world.did(id, OFFICER, { do: 'advance', outcome: 'to-notice' })
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'Who is to be granted what' })
  world.cases.now += 10 * 86_400_000
  await world.did(id, OFFICER, { do: 'advance', outcome: 'to-approval' })
  await world.did(id, OFFICER, { do: 'put-forward', number: '500000000' })
  assert.deepEqual(await told(), ['section-head now', 'director'])
  await world.did(id, HEAD, { do: 'approve' })
  assert.deepEqual(await told(), ['director now'])
})

test('an office is missed where nobody fills it, or its only person approves an earlier level', async () => {
  await using world = await PlanWorld.open('D3-M5a', SIX)
  const id = await world.begun()
  const missed = async () =>
    (await unfilledOf(world.desk.documents, await needed(world, id))).map(
      (it) => `${it.id} ${it.why}`,
    )
  assert.deepEqual(await missed(), ['finance nobody', 'section-head nobody', 'director nobody'])
  await person(world, 'hu', { units: ['finance'], approvals: ['section-head', 'director'] })
  assert.deepEqual(await missed(), ['director not-another'])
  await person(world, 'dai', { approvals: ['director'] })
  assert.deepEqual(await missed(), [])
})
