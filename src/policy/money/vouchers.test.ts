import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestClient } from '../../../test/support/access-app.ts'
import { LEDGER, type MoneyWorld, openMoneyWorld } from '../../../test/support/money-world.ts'
import { checkQuota } from '../../kernel/quotas/quotas.ts'
import { expireVouchers, placesOf } from './vouchers.ts'

const VALID_MS = 3_600_000

const SERIES = {
  title: '创新券',
  measure: 'D1-M06',
  ledger: LEDGER,
  reference: 'No. 3',
  faceFen: '1000',
  share: '3/10',
  count: 3,
  perEnterpriseMax: 2,
  regions: ['440306'],
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: '2026-01-01T01:00:00.000Z',
}

async function opened(world: MoneyWorld, more = {}): Promise<string> {
  const reply = await world.post(world.official, '/voucher-series', { ...SERIES, ...more })
  assert.equal(reply.status, 201, reply.text)
  return reply.body.id
}

async function proved({ documents, get, treasurer }: MoneyWorld, series: string) {
  assert.deepEqual(await checkQuota(documents, placesOf(series)), [])
  assert.deepEqual((await get(treasurer, `/ledgers/${LEDGER}/check`)).body.faults, [])
  const { available, committed, paid } = (await get(treasurer, `/ledgers/${LEDGER}`)).body
    .balancesFen
  return `${available} ${committed} ${paid}`
}

test('a voucher is taken, claimed for an invoice, confirmed and paid; what is left goes back', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, treasurer, own } = world
  const [holder, provider, elsewhere] = own
  await world.fund(5_000n)
  const series = await opened(world, { providers: ['e2'] })
  const take = (client: TestClient, enterprise: string) =>
    post(client, `/voucher-series/${series}/vouchers`, { enterprise })
  assert.match((await take(elsewhere, 'e3')).text, /other regions/)
  assert.equal((await take(elsewhere, 'e1')).status, 404)
  const voucher = (await take(holder, 'e1')).body
  assert.equal(await proved(world, series), '4000 1000 0')
  const seen = (await get(official, '/vouchers')).body.items[0]
  assert.deepEqual([seen.id, seen.code], [voucher.id, undefined])
  const wish = { provider: 'e2', code: voucher.code, invoice: '2544-2000 0001', invoiceFen: '2999' }
  const claim = (more = {}, client = provider) =>
    post(client, '/vouchers/claim', { ...wish, ...more })
  const code = `${voucher.code.slice(0, -1)}${voucher.code.endsWith('0') ? '1' : '0'}`
  assert.match((await claim({ code })).text, /mistyped/)
  assert.equal((await claim({ code: '0000-0000-0000-0000-0' })).status, 404)
  assert.equal((await claim({ provider: 'e3' }, elsewhere)).status, 409)
  assert.equal((await claim({ provider: 'e1' }, holder)).status, 409)
  assert.equal((await claim()).body.claim.amountFen, '899')
  assert.equal((await claim()).status, 409)
  const answer = (client: TestClient, body: object) =>
    post(client, `/vouchers/${voucher.id}/answer`, body)
  assert.equal((await answer(elsewhere, { isRight: true })).status, 404)
  assert.equal((await answer(provider, { isRight: true })).status, 404)
  assert.equal((await answer(holder, { isRight: false })).status, 422)
  assert.equal((await answer(holder, { isRight: false, reason: 'never' })).body.state, 'held')
  assert.equal((await claim()).status, 200)
  assert.equal(
    (await post(treasurer, `/vouchers/${voucher.id}/pay`, { reference: 'x' })).status,
    409,
  )
  assert.equal((await answer(holder, { isRight: true })).body.state, 'confirmed')
  const [claimed, none] = (await get(provider, '/vouchers?as=provider')).body.items
  const names = [claimed.holderName, claimed.claim.providerName, claimed.code, none]
  assert.deepEqual(names, ['enterprise 1', 'enterprise 2', undefined, undefined])
  assert.equal(
    (await post(treasurer, `/vouchers/${voucher.id}/pay`, { reference: 'x' })).status,
    200,
  )
  assert.equal(await proved(world, series), '4101 0 899')
  const second = (await take(holder, 'e1')).body
  const again = await claim({ code: second.code, invoice: '254420000001' })
  assert.match(again.text, /invoice stands behind/)
  assert.match((await take(holder, 'e1')).text, /at most 2/)
})

test('a voucher that was paid by mistake is taken back by another person, and stands to be paid again or is free', async () => {
  await using world = await openMoneyWorld()
  const { post, get, treasurer, treasurer2, own } = world
  const [holder, provider] = own
  await world.fund(1_000n)
  const series = await opened(world)
  const voucher = (await post(holder, `/voucher-series/${series}/vouchers`, { enterprise: 'e1' }))
    .body
  const path = `/vouchers/${voucher.id}`
  const wish = { provider: 'e2', code: voucher.code, invoice: '25442000', invoiceFen: '3000' }
  await post(provider, '/vouchers/claim', wish)
  await post(holder, `${path}/answer`, { isRight: true })
  const ask = (next: string, client = treasurer) =>
    post(client, `${path}/undo`, { reference: 'No. 9', reason: 'another firm', next })
  const settle = (outcome = 'undo', client = treasurer2) =>
    post(client, `${path}/undo/answer`, { outcome })
  const pay = () => post(treasurer, `${path}/pay`, { reference: 'x' })
  assert.match((await ask('pay-again')).text, /was not paid/)
  assert.equal((await pay()).status, 200)
  assert.equal(await proved(world, series), '100 0 900')
  assert.equal((await ask('pay-again', holder)).status, 403)
  assert.equal((await ask('pay-again')).body.undoing.next, 'pay-again')
  assert.equal((await get(holder, '/vouchers')).body.items[0].undoing, undefined)
  assert.match((await ask('free')).text, /already/)
  assert.match((await settle('undo', treasurer)).text, /another person/)
  assert.equal((await settle('leave')).body.state, 'paid')
  assert.match((await settle()).text, /No payment/)
  await ask('pay-again')
  assert.equal((await settle()).body.state, 'confirmed')
  assert.equal(await proved(world, series), '0 1000 0')
  const entries = (await get(treasurer, `/ledgers/${LEDGER}/entries?matter=${voucher.id}`)).body
  const told = entries.items.filter((it: { corrects?: string }) => it.corrects !== undefined)
  assert.deepEqual(
    told.map((it: { kind: string; corrects: string; reason: string }) => [
      ...[it.kind, it.corrects, it.reason],
    ]),
    ['commitment', 'return'].map((kind) => [kind, `${voucher.id}-p`, 'another firm']),
  )
  assert.equal((await pay()).status, 200)
  assert.equal(await proved(world, series), '100 0 900')
  await ask('free')
  const free = (await settle()).body
  assert.deepEqual(
    [free.state, free.claim, free.refusal.reason],
    ['held', undefined, 'another firm'],
  )
  assert.equal(await proved(world, series), '0 1000 0')
  assert.equal((await post(provider, '/vouchers/claim', wish)).status, 200, 'the invoice is free')
})

test('a payment is not taken back where the budget no longer holds what the voucher was worth', async () => {
  await using world = await openMoneyWorld()
  const { post, treasurer, treasurer2, own } = world
  await world.fund(1_000n)
  const series = await opened(world)
  const issue = () => post(own[0], `/voucher-series/${series}/vouchers`, { enterprise: 'e1' })
  const { id, code } = (await issue()).body
  const wish = { provider: 'e2', code, invoice: '25442000', invoiceFen: '1000' }
  await post(own[1], '/vouchers/claim', wish)
  await post(own[0], `/vouchers/${id}/answer`, { isRight: true })
  await post(treasurer, `/vouchers/${id}/pay`, { reference: 'x' })
  const withdrawal = { kind: 'withdrawal', amountFen: '1', reference: 'x' }
  assert.equal((await post(treasurer, `/ledgers/${LEDGER}/entries`, withdrawal)).status, 201)
  const asked = { reference: 'No. 9', reason: 'wrong', next: 'free' }
  await post(treasurer, `/vouchers/${id}/undo`, asked)
  const refused = await post(treasurer2, `/vouchers/${id}/undo/answer`, { outcome: 'undo' })
  assert.match(refused.text, /available/)
  assert.equal(await proved(world, series), '699 0 300')
})

test('of many that want the last vouchers no more are served than there are, and the budget holds', async () => {
  await using world = await openMoneyWorld()
  const { post, official } = world
  await world.fund(2_000n)
  const series = await opened(world, { count: 10, perEnterpriseMax: 10 })
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      post(official, `/voucher-series/${series}/vouchers`, { enterprise: `e${1 + (at % 2)}` }),
    ),
  )
  const served = replies.filter((it) => it.status === 201).length
  assert.equal(served, 2, 'the budget is for two')
  for (const it of replies.filter((it) => it.status !== 201)) assert.match(it.text, /available/)
  assert.equal(await proved(world, series), '0 2000 0')
  await post(world.treasurer, `/ledgers/${LEDGER}/entries`, {
    ...{ kind: 'appropriation', amountFen: '100000', reference: 'x' },
  })
  const few = await opened(world, { count: 3, perEnterpriseMax: 10 })
  const more = await Promise.all(
    Array.from({ length: 8 }, () =>
      post(official, `/voucher-series/${few}/vouchers`, { enterprise: 'e1' }),
    ),
  )
  assert.equal(more.filter((it) => it.status === 201).length, 3)
  assert.equal(new Set(more.map((it) => it.body.id)).size, 4, 'three ids, and none')
  assert.equal(await proved(world, few), '97000 5000 0')
})

test('an enterprise’s share of a series holds against requests at once, and a key is good for one', async () => {
  await using world = await openMoneyWorld()
  const { post, own } = world
  await world.fund(50_000n)
  const series = await opened(world, { count: 30, perEnterpriseMax: 2 })
  const path = `/voucher-series/${series}/vouchers`
  const same = { key: 'the-same-key', enterprise: 'e1' }
  const replies = await Promise.all([
    ...Array.from({ length: 4 }, () => post(own[0], path, same)),
    ...Array.from({ length: 4 }, () => post(own[0], path, { enterprise: 'e1' })),
  ])
  const ids = new Set(replies.filter((it) => it.status === 201).map((it) => it.body.id))
  assert.equal(ids.size, 2)
  assert.equal(await proved(world, series), '48000 2000 0')
})

test('what nobody used in its time goes back to the budget; what was claimed in time stays', async () => {
  await using world = await openMoneyWorld()
  const { post, get, official, node, documents, own } = world
  await world.fund(5_000n)
  const series = await opened(world)
  const path = `/voucher-series/${series}/vouchers`
  const kept = (await post(own[0], path, { enterprise: 'e1' })).body
  await post(own[1], path, { enterprise: 'e2' })
  node.clock.advance(VALID_MS - 1)
  const wish = { provider: 'e2', code: kept.code, invoice: '25442000', invoiceFen: '1000' }
  assert.equal((await post(own[1], '/vouchers/claim', wish)).status, 200)
  assert.equal(await expireVouchers({ documents, clock: node.clock }), false)
  node.clock.advance(1)
  while (await expireVouchers({ documents, clock: node.clock }));
  const states = (await get(official, '/vouchers')).body.items.map(
    (it: { state: string }) => it.state,
  )
  assert.deepEqual(states.toSorted(), ['claimed', 'expired'])
  assert.equal(await proved(world, series), '4000 1000 0')
  assert.equal((await post(official, path, { enterprise: 'e1' })).status, 409)
  const late = await post(own[0], `/vouchers/${kept.id}/answer`, { isRight: false, reason: 'no' })
  assert.equal(late.body.state, 'held')
  assert.equal((await post(own[1], '/vouchers/claim', wish)).status, 409)
  while (await expireVouchers({ documents, clock: node.clock }));
  assert.equal(await proved(world, series), '5000 0 0')
})
