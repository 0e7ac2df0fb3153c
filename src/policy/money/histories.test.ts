import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import type { TestClient } from '../../../test/support/access-app.ts'
import { LEDGER, type MoneyWorld, openMoneyWorld } from '../../../test/support/money-world.ts'
import { checkLedger } from '../../kernel/quotas/check-ledger.ts'
import { LEDGERS } from '../../kernel/quotas/collections.ts'
import { POLICY_AWARDS } from '../awards/collections.ts'
import { PAYMENTS, RECOVERIES, VOUCHERS } from './collections.ts'
import { matterOf } from './payments.ts'

const ROUNDS = 60
const AT_ONCE = 4
const AWARDS = ['a1', 'a2', 'a3']
const DUE = '2027-01-01T00:00:00.000Z'
const BY_PAPER = { reference: 'No. 7' }

test('whatever is done in whatever order and at once, the sums agree and nothing goes over', async () => {
  await using world = await openMoneyWorld()
  await world.fund(3_500n)
  for (const id of AWARDS) await world.award(id, 1_001n)
  const series = await world.post(world.official, '/voucher-series', {
    ...{ title: 'x', measure: 'D1-M06', ledger: LEDGER, reference: 'x', faceFen: '100' },
    ...{ share: '1/3', count: 5, perEnterpriseMax: 5 },
    ...{ validFrom: '2026-01-01T00:00:00.000Z', validUntil: DUE },
  })
  const random = seeded(11)
  const told = new Map<number, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const deeds = await choices(world, series.body.id)
    const chosen = Array.from({ length: AT_ONCE }, () => deeds[Math.floor(random(deeds.length))])
    const replies = await Promise.all(
      chosen.map((it) => it && world.post(it.client, it.path, it.body)),
    )
    for (const it of replies) told.set(it?.status ?? 0, (told.get(it?.status ?? 0) ?? 0) + 1)
    await judge(world)
  }
  const done = (told.get(200) ?? 0) + (told.get(201) ?? 0)
  assert.ok(done > ROUNDS / 2, `enough was done: ${done}`)
  for (const status of told.keys()) assert.ok([200, 201, 409, 422].includes(status), `${status}`)
})

type Choice = { readonly client: TestClient; readonly path: string; readonly body: object }

/** What may be tried now; much of it is refused, and some of it meets another that is tried at once. */
async function choices(world: MoneyWorld, series: string): Promise<readonly Choice[]> {
  const { documents, treasurer, treasurer2, official, approver, own, node } = world
  const all = { limit: 200 } as const
  const payments = (await documents.query(PAYMENTS, all)).items.filter(
    ({ body }) => body.state !== 'cancelled',
  )
  const recoveries = (await documents.query(RECOVERIES, all)).items
  const vouchers = (await documents.query(VOUCHERS, all)).items
  const halves = ['1/3', '2/3'].map((share) => ({ share, dueAt: DUE }))
  const heardUntil = new Date(node.clock() + 60_000).toISOString()
  const ask = { reason: 'x', clause: 'x', heardUntil }
  const demand = { outcome: 'demand', reason: 'x', ...BY_PAPER }
  const [client, other] = own
  return [
    ...AWARDS.flatMap((award) => [
      { client: treasurer, path: `/awards/${award}/payment-plan`, body: { instalments: halves } },
      { client: official, path: '/recoveries', body: { ...ask, award, amountFen: '200' } },
    ]),
    ...payments.flatMap(({ id }) => [
      { client: treasurer, path: `/payments/${id}/order`, body: BY_PAPER },
      { client: treasurer2, path: `/payments/${id}/confirm`, body: BY_PAPER },
      { client: treasurer2, path: `/payments/${id}/reverse`, body: { ...BY_PAPER, reason: 'x' } },
    ]),
    ...recoveries.flatMap(({ id, body }) => [
      { client, path: `/recoveries/${id}/answer`, body: { text: 'x' } },
      {
        client: approver,
        path: `/recoveries/${id}/decision`,
        body: { ...demand, endsPayment: body.award === 'a2' },
      },
      {
        client: treasurer,
        path: `/recoveries/${id}/returns`,
        body: { amountFen: '100', ...BY_PAPER },
      },
    ]),
    { client, path: `/voucher-series/${series}/vouchers`, body: { enterprise: 'e1' } },
    ...vouchers.flatMap(({ id, body }) => [
      {
        client: other,
        path: '/vouchers/claim',
        body: { provider: 'e2', code: body.code, invoice: `invoice${id}`, invoiceFen: '200' },
      },
      { client, path: `/vouchers/${id}/answer`, body: { isRight: true } },
      { client: treasurer, path: `/vouchers/${id}/pay`, body: BY_PAPER },
    ]),
  ]
}

async function judge({ documents }: MoneyWorld): Promise<void> {
  assert.deepEqual(await checkLedger(documents, LEDGER), [])
  const ledger = await documents.get(LEDGERS, LEDGER)
  assert.ok(BigInt(ledger?.body.balances.available ?? '-1') >= 0n)
  for (const id of AWARDS) {
    const award = await documents.get(POLICY_AWARDS, id)
    assert.ok(award)
    const { items } = await documents.query(PAYMENTS, { where: { award: id }, limit: 200 })
    const sum = (state: string) =>
      items
        .filter(({ body }) => body.state === state)
        .reduce((all, { body }) => all + BigInt(body.amountFen), 0n)
    const paid = BigInt(award.body.paidFen)
    const recovered = BigInt(award.body.recoveredFen)
    assert.equal(sum('paid'), paid, 'the award says what its instalments say')
    const matter = await matterOf(documents, award)
    assert.equal(matter.paid, paid - recovered, 'and so does the ledger')
    assert.ok(recovered <= paid && paid <= BigInt(award.body.amountFen))
    const planned = sum('planned') + sum('ordered')
    assert.ok(planned === 0n || planned + paid === BigInt(award.body.amountFen))
    assert.ok(planned <= matter.committed, 'what is planned is committed')
  }
}
