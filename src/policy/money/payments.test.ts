import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEDGER, type MoneyWorld, openMoneyWorld } from '../../../test/support/money-world.ts'

const BY_PAPER = { reference: 'No. 7' }
const DUE = '2026-06-30T16:00:00.000Z'

async function balances({ get, treasurer }: MoneyWorld) {
  const { body } = await get(treasurer, `/ledgers/${LEDGER}`)
  const { available, committed, paid } = body.balancesFen
  return `${available} ${committed} ${paid}`
}

async function agrees({ get, treasurer }: MoneyWorld) {
  const { body } = await get(treasurer, `/ledgers/${LEDGER}/check`)
  assert.deepEqual(body, { faults: [] })
}

async function plan(world: MoneyWorld, award: string, shares: readonly string[]) {
  const instalments = shares.map((share) => ({ share, dueAt: DUE }))
  const reply = await world.post(world.treasurer, `/awards/${award}/payment-plan`, { instalments })
  assert.equal(reply.status, 201, reply.text)
  return reply.body.items.map((it: { id: string }) => it.id) as string[]
}

test('an appropriation is booked once for a key, set right by its contrary, and told with its reason', async () => {
  await using world = await openMoneyWorld()
  const { post, get, treasurer, official } = world
  await world.fund(1_000n)
  const path = `/ledgers/${LEDGER}/entries`
  const more = { key: 'twice-asked', kind: 'appropriation', amountFen: '500', reference: 'No. 2' }
  for (let at = 0; at < 2; at++) {
    assert.equal((await post(treasurer, path, more)).body.balancesFen.available, '1500')
  }
  const other = await post(treasurer, path, { ...more, amountFen: '600' })
  assert.equal(other.status, 422)
  assert.equal((await post(official, path, more)).status, 403)
  const back = { kind: 'withdrawal', amountFen: '500', reference: 'No. 3', corrects: 2 }
  assert.match((await post(treasurer, path, back)).text, /Say why it was wrong/)
  const tooMuch = { ...back, amountFen: '501', reason: 'x' }
  assert.equal((await post(treasurer, path, tooMuch)).status, 422)
  const right = await post(treasurer, path, { ...back, reason: 'booked twice' })
  assert.equal(right.body.balancesFen.available, '1000')
  const { items } = (await get(official, path)).body
  assert.equal(items[0].reason, 'booked twice')
  assert.equal(items[0].corrects, items[1].key)
  const gone = { kind: 'withdrawal', amountFen: '1001', reference: 'No. 4' }
  assert.equal((await post(treasurer, path, gone)).status, 409)
  const csv = await get(official, `/ledgers/${LEDGER}/export`)
  assert.equal(csv.text.trim().split('\r\n').length, 4)
  await agrees(world)
})

test('an award is paid by instalments that two persons release, up to the award and no further', async () => {
  await using world = await openMoneyWorld()
  const { post, get, treasurer, treasurer2, approver } = world
  await world.fund(1_000n)
  await world.award('a1', 100n)
  const [first = '', second = '', third = ''] = await plan(world, 'a1', ['1/3', '1/3', '1/3'])
  assert.equal((await post(treasurer, `/payments/${first}/confirm`, BY_PAPER)).status, 409)
  assert.equal((await post(treasurer, `/payments/${first}/order`, BY_PAPER)).status, 200)
  assert.equal((await post(treasurer, `/payments/${first}/confirm`, BY_PAPER)).status, 409)
  assert.equal((await post(treasurer2, `/payments/${first}/confirm`, BY_PAPER)).status, 200)
  assert.equal(await balances(world), '900 67 33')
  const remade = { instalments: [{ share: '1/1', dueAt: DUE }] }
  assert.equal((await post(treasurer, '/awards/a1/payment-plan', remade)).status, 409)
  const rule = { key: 'rule-key', aloneUpToFen: '33', source: 'No. 9' }
  assert.equal((await treasurer.send('PUT', '/api/v1/policy/payment-rule', rule)).status, 403)
  assert.equal((await approver.send('PUT', '/api/v1/policy/payment-rule', rule)).status, 200)
  for (const it of [second, third]) await post(treasurer, `/payments/${it}/order`, BY_PAPER)
  assert.equal((await post(treasurer, `/payments/${second}/confirm`, BY_PAPER)).status, 200)
  assert.equal((await post(treasurer, `/payments/${third}/confirm`, BY_PAPER)).status, 409)
  assert.equal((await post(treasurer2, `/payments/${third}/confirm`, BY_PAPER)).status, 200)
  const award = (await get(treasurer, '/payments/awards')).body.items[0]
  assert.equal(`${award.paidFen} ${award.state}`, '100 paid')
  const why = { ...BY_PAPER, reason: 'the account was wrong' }
  const own = await post(treasurer2, `/payments/${third}/reverse`, why)
  assert.match(own.text, /another person than the one who confirmed/)
  assert.equal((await post(treasurer, `/payments/${third}/reverse`, why)).status, 200)
  assert.equal(await balances(world), '900 34 66')
  await post(treasurer, `/payments/${third}/order`, BY_PAPER)
  await post(treasurer2, `/payments/${third}/confirm`, BY_PAPER)
  assert.equal(await balances(world), '900 0 100')
  await agrees(world)
})

test('of confirmations at once one is booked, and nothing waits on a condition that has not come about', async () => {
  await using world = await openMoneyWorld()
  const { post, treasurer, treasurer2 } = world
  await world.fund(500n)
  await world.award('a1', 500n)
  const instalments = [{ share: '1/1', condition: 'acceptance passed' }]
  const made = await post(treasurer, '/awards/a1/payment-plan', { instalments })
  const id = made.body.items[0].id
  assert.match((await post(treasurer, `/payments/${id}/order`, BY_PAPER)).text, /not come about/)
  await post(treasurer, `/payments/${id}/meet-condition`, { reference: 'No. 5' })
  await post(treasurer, `/payments/${id}/order`, BY_PAPER)
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => post(treasurer2, `/payments/${id}/confirm`, BY_PAPER)),
  )
  assert.deepEqual(replies.map((it) => it.status).toSorted(), [200, 409, 409, 409, 409, 409])
  assert.equal(await balances(world), '0 0 500')
  await agrees(world)
})

test('an enterprise sees what is paid to itself, and of others nothing at all', async () => {
  await using world = await openMoneyWorld()
  const { get, post, own, node, treasurer } = world
  await world.fund(1_000n)
  await world.award('a1', 300n, 'e1')
  await world.award('a2', 300n, 'e2')
  await plan(world, 'a1', ['1/1'])
  for (const list of ['/payments', '/payments/awards', '/duties', '/recoveries', '/vouchers']) {
    const about = async (query: string) => (await get(own[2], `${list}${query}`)).body
    assert.deepEqual(await about(''), { items: [] }, list)
    assert.deepEqual(await about('?enterprise=e1'), { items: [] }, list)
    assert.equal((await get(node.client(), list)).status, 401)
  }
  assert.equal((await get(own[0], '/payments')).body.items.length, 1)
  assert.equal((await get(treasurer, '/payments?enterprise=e2')).body.items.length, 0)
  assert.equal((await get(own[0], '/ledgers')).status, 403)
  const { budgets } = (await get(treasurer, '/ledgers')).body
  const { title, paper } = budgets.find((it: { id: string }) => it.id === 'D0-B1')
  assert.equal(title.zh, '工业互联网措施年度资金（市级）')
  assert.equal(paper.zh, '对政协提案20190582的答复二(二)')
  assert.equal((await post(own[0], '/awards/a1/payment-plan', { instalments: [] })).status, 422)
})
