import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEDGER, type MoneyWorld, openMoneyWorld } from '../../../test/support/money-world.ts'

const HOUR_MS = 3_600_000
const BY_PAPER = { reference: 'No. 7' }
const DUE = '2026-01-01T00:30:00.000Z'

/** An award of 1,000 that is paid in halves, the first of them paid. */
async function halfPaid(world: MoneyWorld) {
  const { post, treasurer, treasurer2 } = world
  await world.fund(1_000n)
  await world.award('a1', 1_000n)
  const instalments = ['1/2', '1/2'].map((share) => ({ share, dueAt: DUE }))
  const { body } = await post(treasurer, '/awards/a1/payment-plan', { instalments })
  const id = body.items[0].id
  await post(treasurer, `/payments/${id}/order`, BY_PAPER)
  await post(treasurer2, `/payments/${id}/confirm`, BY_PAPER)
  return body.items[1].id as string
}

async function upload({ files }: MoneyWorld, enterprise: string): Promise<string> {
  await using received = await files.receive(
    (async function* () {
      yield Buffer.from(`report of ${enterprise}`)
    })(),
  )
  const kept = { enterprise, name: 'report.txt', kind: 'upload', public: false } as const
  const author = { kind: 'system', id: 'test' } as const
  return (await files.putFile({ ...received, mediaType: 'text/plain' }, kept, author)).id
}

test('a duty is reported on with files, returned, and accepted; an indicator is measured by its target', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, own, node } = world
  await halfPaid(world)
  const indicator = { name: '营业收入', unit: '万元', target: '1000.5', is: 'at-least' }
  const duty = {
    award: 'a1',
    kind: 'indicator',
    title: '年度报告',
    source: 'D1 (二十三)',
    dueAt: DUE,
  }
  assert.equal((await post(official, '/duties', duty)).status, 422)
  assert.equal((await post(own[0], '/duties', { ...duty, indicator })).status, 403)
  const { id } = (await post(official, '/duties', { ...duty, indicator })).body
  node.clock.advance(HOUR_MS)
  const overdue = (await get(official, '/duties?state=overdue')).body.items
  assert.deepEqual([overdue.length, overdue[0].isOverdue], [1, true])
  const report = { text: 'done', value: '1000.4', files: [await upload(world, 'e1')] }
  const to = `/duties/${id}/reports`
  const absent = await post(own[1], '/duties/none/reports', report)
  const foreign = await post(own[1], to, report)
  assert.equal(foreign.status, 404)
  assert.equal(foreign.body.detail, absent.body.detail)
  assert.equal((await post(official, to, report)).status, 403)
  const others = { ...report, files: [await upload(world, 'e2')] }
  assert.match((await post(own[0], to, others)).text, /no such file/)
  assert.equal((await post(own[0], to, report)).status, 201)
  const file = `/after-care/${id}/files/${report.files[0]}`
  assert.equal((await get(official, file)).text, 'report of e1')
  assert.equal((await get(own[1], file)).status, 404)
  const answer = `/duties/${id}/answer`
  assert.equal((await post(official, answer, { outcome: 'returned' })).status, 422)
  await post(official, answer, { outcome: 'returned', note: 'the year is missing' })
  await post(own[0], to, { text: 'again', value: '1000.50' })
  const { body } = await post(official, answer, { outcome: 'accepted' })
  assert.deepEqual(
    body.reports.map((it: { isMet: boolean }) => it.isMet),
    [false, true],
  )
  assert.deepEqual([body.state, body.isOverdue], ['accepted', false])
})

test('money is asked back after a hearing, by two persons, and comes back to the budget in parts', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, own, approver, treasurer, node, operator } = world
  const open = await halfPaid(world)
  const heardUntil = new Date(node.clock() + HOUR_MS).toISOString()
  const wish = { award: 'a1', reason: 'moved away', clause: 'D3-P2', amountFen: '400', heardUntil }
  assert.match((await post(official, '/recoveries', { ...wish, amountFen: '501' })).text, /500/)
  const { id } = (await post(operator, '/recoveries', wish)).body
  assert.equal((await post(official, '/recoveries', wish)).status, 409)
  assert.equal((await post(treasurer, `/payments/${open}/order`, BY_PAPER)).status, 409)
  const decision = { outcome: 'demand', reason: 'it did', ...BY_PAPER, endsPayment: true }
  const decide = (client = approver, more = {}) =>
    post(client, `/recoveries/${id}/decision`, { ...decision, ...more })
  assert.match((await decide()).text, /once the enterprise has answered/)
  assert.equal((await post(own[1], `/recoveries/${id}/answer`, { text: 'no' })).status, 404)
  assert.equal((await post(own[0], `/recoveries/${id}/answer`, { text: 'no' })).status, 200)
  assert.equal((await decide(operator)).status, 409)
  assert.equal((await decide(official)).status, 403)
  assert.equal((await decide(approver, { amountFen: '401' })).status, 422)
  const noPaper = { interest: { fen: '10', source: '' } }
  assert.equal((await decide(approver, noPaper)).status, 422)
  const interest = { interest: { fen: '10', source: 'D9' } }
  assert.equal((await decide(approver, interest)).body.state, 'demanded')
  assert.equal((await get(own[0], '/payments?state=cancelled')).body.items.length, 1)
  const back = (amountFen: string, interestFen = '0') =>
    post(treasurer, `/recoveries/${id}/returns`, { amountFen, interestFen, ...BY_PAPER })
  assert.equal((await back('401')).status, 422)
  assert.equal((await back('150')).body.state, 'demanded')
  assert.equal((await back('250', '10')).body.state, 'returned')
  assert.equal((await back('1')).status, 409)
  const award = (await get(own[0], '/payments/awards')).body.items[0]
  assert.equal(`${award.state} ${award.paidFen} ${award.recoveredFen}`, 'recovered 500 400')
  const ledger = (await get(treasurer, `/ledgers/${LEDGER}`)).body.balancesFen
  assert.deepEqual([ledger.available, ledger.committed, ledger.paid], ['900', '0', '100'])
  assert.deepEqual((await get(treasurer, `/ledgers/${LEDGER}/check`)).body.faults, [])
})

test('a return that never came is said by one person and set right by another, with entries that name it', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, own, approver, treasurer, treasurer2, node, operator } = world
  await halfPaid(world)
  const heardUntil = new Date(node.clock() + HOUR_MS).toISOString()
  const wish = { award: 'a1', reason: 'x', clause: 'x', amountFen: '500', heardUntil }
  const { id } = (await post(operator, '/recoveries', wish)).body
  node.clock.advance(HOUR_MS)
  const demand = {
    outcome: 'demand',
    reason: 'x',
    ...BY_PAPER,
    interest: { fen: '9', source: 'D' },
  }
  await post(approver, `/recoveries/${id}/decision`, demand)
  for (const amountFen of ['200', '300']) {
    const interestFen = amountFen === '300' ? '9' : '0'
    await post(treasurer, `/recoveries/${id}/returns`, { amountFen, interestFen, ...BY_PAPER })
  }
  const entries = () => get(treasurer, `/ledgers/${LEDGER}/entries?matter=a1`)
  const last = (await entries()).body.items[0]
  assert.deepEqual([last.kind, last.amountFen], ['return', '300'])
  const undo = { entry: last.number, interestFen: '9', reason: 'another firm paid', ...BY_PAPER }
  const ask = (client = treasurer, more = {}) =>
    post(client, `/recoveries/${id}/undo`, { ...undo, ...more })
  const settle = (client = treasurer2, outcome = 'undo') =>
    post(client, `/recoveries/${id}/undo/answer`, { outcome })
  assert.equal((await settle()).status, 409)
  assert.equal((await ask(official)).status, 403)
  assert.match((await ask(treasurer, { entry: 1 })).text, /no return of this matter/)
  assert.equal((await ask(treasurer, { interestFen: '10' })).status, 422)
  assert.equal((await ask()).body.undoing.amountFen, '300')
  assert.equal((await get(own[0], '/recoveries')).body.items[0].undoing, undefined)
  assert.equal((await ask()).status, 409)
  assert.match((await settle(treasurer)).text, /another person/)
  assert.equal((await settle(treasurer2, 'leave')).body.state, 'returned')
  await ask()
  const right = (await settle()).body
  const { state, returnedFen, interestReturnedFen, undoing } = right
  assert.deepEqual([state, returnedFen, interestReturnedFen], ['demanded', '200', '0'])
  assert.equal(undoing, undefined)
  const made = (await entries()).body.items.slice(0, 2)
  assert.deepEqual(
    made.map((it: typeof last) => [it.kind, it.corrects, it.reason]),
    ['payment', 'commitment'].map((kind) => [kind, last.key, undo.reason]),
  )
  assert.match((await ask()).text, /set right already/)
  const award = (await get(own[0], '/payments/awards')).body.items[0]
  assert.equal(`${award.state} ${award.recoveredFen}`, 'recovering 200')
  const book = { amountFen: '300', interestFen: '9', ...BY_PAPER }
  assert.equal((await post(treasurer, `/recoveries/${id}/returns`, book)).body.state, 'returned')
  assert.deepEqual((await get(treasurer, `/ledgers/${LEDGER}/check`)).body.faults, [])
})

test('a matter that is dropped, or decided without an answer once the time is over, leaves the award as it is', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, own, approver, treasurer, node } = world
  const open = await halfPaid(world)
  const heardUntil = new Date(node.clock() + HOUR_MS).toISOString()
  const wish = { award: 'a1', reason: 'x', clause: 'x', amountFen: '500', heardUntil }
  const { id } = (await post(official, '/recoveries', wish)).body
  node.clock.advance(HOUR_MS)
  assert.equal((await post(own[0], `/recoveries/${id}/answer`, { text: 'late' })).status, 409)
  const drop = { outcome: 'drop', reason: 'a mistake', ...BY_PAPER }
  assert.equal((await post(approver, `/recoveries/${id}/decision`, drop)).body.state, 'dropped')
  assert.equal((await get(own[0], '/payments/awards')).body.items[0].state, 'decided')
  assert.equal((await post(treasurer, `/payments/${open}/order`, BY_PAPER)).status, 200)
})
