import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OFFICER, PlanWorld } from '../../../test/support/plan-world.ts'
import { checkLedger } from '../../kernel/quotas/check-ledger.ts'
import { LEDGERS } from '../../kernel/quotas/collections.ts'
import { checkQuota } from '../../kernel/quotas/quotas.ts'
import { POLICY_AWARDS } from './collections.ts'
import { decidePlan } from './decide.ts'
import { placesName } from './granted.ts'

const RACES = 100
const CALLS = ['c1', 'c2', 'c3', 'c4']
const AMOUNT = 100_000_000n
const BUDGET = 'budget:B2:2021'

const park = (enterprise: string) => ({
  enterprise,
  facts: { application_date: '2021-09-10', applicant: { type: 'park' } },
})

/** Plans of several calls, each computed while all places and all money were there still. */
async function race(seed: number): Promise<number> {
  await using world = await PlanWorld.open('D3-M5a', [park('e0')])
  const { documents } = world.desk
  const money = BigInt(2 + (seed % 6)) * AMOUNT
  await world.funded(money, BUDGET)
  const sizes = CALLS.map((_, index) => 1 + (((seed >> index) + index) % 3))
  for (const [index, call] of CALLS.entries()) {
    const enterprises = Array.from({ length: sizes[index] ?? 1 }, (_, it) => `${call}-${it}`)
    await world.called('D3-M5a', enterprises.map(park), call)
  }
  const plans: string[] = []
  for (const call of CALLS) plans.push(await world.begun({ call, budget: 'B2' }))
  for (const it of plans) await world.approved(it)
  const order = plans.toSorted((a, b) => spread(a, seed) - spread(b, seed))
  const answers = await Promise.all(
    order.map((it, index) => decidePlan(world.desk, OFFICER, it, { key: `d${index}` })),
  )
  const lost = answers.filter((it) => it.kind === 'refused')
  assert.ok(lost.every((it) => it.reasons.length > 0))
  const awards = BigInt(await documents.count(POLICY_AWARDS))
  assert.ok(awards > 0n && awards <= 5n && awards * AMOUNT <= money, `${awards} of ${money}`)
  assert.deepEqual(await checkQuota(documents, placesName('D3-M5a', 2021)), [])
  assert.deepEqual(await checkLedger(documents, BUDGET), [])
  const balances = (await documents.get(LEDGERS, BUDGET))?.body.balances
  assert.equal(balances?.committed, String(awards * AMOUNT))
  return lost.length
}

function spread(text: string, seed: number): number {
  return [...text].reduce((sum, it) => (sum * 31 + it.charCodeAt(0) + seed) % 9_973, seed)
}

test('of plans that race for the same places and the last of the budget none goes over', async () => {
  let lost = 0
  for (let seed = 1; seed <= RACES; seed++) lost += await race(seed)
  assert.ok(lost > RACES, `only ${lost} lost: these are no races`)
})
