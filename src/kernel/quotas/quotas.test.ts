import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { AMOUNT_MAX } from './amount.ts'
import { QUOTA_HOLDS, QUOTAS } from './collections.ts'
import { leftOf, type Move, type Planned, takenOf } from './moves.ts'
import { checkQuota, openQuota, planLimit, planQuotas } from './quotas.ts'

const author = { kind: 'system', id: 'test' } as const
const unit = { en: 'places', zh: '个名额' }

async function world(limit?: bigint): Promise<Documents> {
  const documents = await openMemoryDocuments({ clock: () => 0 })
  const opening = { unit, ...(limit !== undefined && { limit }) }
  await documents.commit([openQuota('q', opening)], { author })
  return documents
}

/** Commits what is planned; answers the codes of the refusals. */
async function make(documents: Documents, ...moves: readonly Move[]): Promise<readonly string[]> {
  const planned = await planQuotas(documents, moves, 1_000)
  if (planned.kind === 'refused') return planned.reasons.map((it) => it.code)
  await documents.commit(planned.writes, { author })
  return []
}

function writesOf<R>(planned: Planned<R>): readonly DocumentWrite[] {
  assert.ok(planned.kind === 'planned')
  return planned.writes
}

async function left(documents: Documents): Promise<bigint | undefined> {
  const quota = await documents.get(QUOTAS, 'q')
  return quota && leftOf(quota.body)
}

const reserve = (key: string, amount = 1n): Move => ({ do: 'reserve', quota: 'q', key, amount })
const confirm = (key: string, amount?: bigint): Move => {
  return { do: 'confirm', quota: 'q', key, ...(amount !== undefined && { amount }) }
}
const release = (key: string): Move => ({ do: 'release', quota: 'q', key })

test('the last place goes once, and the next is told what was taken by when', async () => {
  await using documents = await world(2n)
  assert.deepEqual(await make(documents, reserve('a'), reserve('b')), [])
  const planned = await planQuotas(documents, [reserve('c')], 5_000)
  assert.ok(planned.kind === 'refused')
  const [reason] = planned.reasons
  assert.ok(reason?.code === 'exhausted')
  const { limit, taken, left: rest, asked, takenAt } = reason
  assert.deepEqual([limit, taken, rest, asked, takenAt], [2n, 2n, 0n, 1n, 1_000])
  assert.equal(
    reason.text.en,
    'Of 2 places, 2 were taken by 1970-01-01T00:00:01.000Z; 1 were asked for and 0 are left',
  )
  assert.doesNotMatch(JSON.stringify(reason.text), /"a"|“a”/, 'not by whom')
})

test('of two plans made from one state, only one can be committed', async () => {
  await using documents = await world(1n)
  const plans = await Promise.all(
    ['a', 'b'].map((it) => planQuotas(documents, [reserve(it)], 1_000)),
  )
  const outcomes = await Promise.allSettled(
    plans.map((it) => documents.commit(writesOf(it), { author })),
  )
  assert.deepEqual(outcomes.map((it) => it.status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(await left(documents), 0n)
  assert.deepEqual(await checkQuota(documents, 'q'), [])
})

test('what is confirmed with less gives the rest back, and a release gives all back', async () => {
  await using documents = await world(100n)
  await make(documents, reserve('a', 60n), reserve('b', 40n))
  assert.equal(await left(documents), 0n)
  await make(documents, confirm('a', 45n))
  assert.equal(await left(documents), 15n)
  await make(documents, release('b'))
  assert.equal(await left(documents), 55n)
  await make(documents, release('a'))
  assert.equal(await left(documents), 100n)
  assert.deepEqual(await checkQuota(documents, 'q'), [])
})

test('a move made twice is the same as once, and a key is good for one taking', async () => {
  await using documents = await world(10n)
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await make(documents, reserve('a', 4n)), [])
    assert.equal(await left(documents), 6n)
  }
  assert.deepEqual(await make(documents, reserve('a', 5n)), ['key-used-otherwise'])
  assert.deepEqual(await make(documents, { ...reserve('a', 4n), part: 'city' } as Move), [
    'key-used-otherwise',
  ])
  for (let time = 0; time < 2; time++) assert.deepEqual(await make(documents, confirm('a')), [])
  assert.deepEqual(await make(documents, confirm('a', 3n)), ['key-used-otherwise'])
  assert.deepEqual(await make(documents, reserve('a', 4n)), ['hold-spent'])
  for (let time = 0; time < 2; time++) assert.deepEqual(await make(documents, release('a')), [])
  assert.deepEqual(await make(documents, confirm('a')), ['hold-spent'])
  assert.deepEqual(await make(documents, reserve('a', 4n)), ['hold-spent'])
  assert.equal(await left(documents), 10n)
})

test('a repeat stands against a release that is decided at the same time', async () => {
  await using documents = await world(10n)
  await make(documents, reserve('a', 4n))
  const repeat = await planQuotas(documents, [reserve('a', 4n)], 2_000)
  await make(documents, release('a'))
  await assert.rejects(documents.commit(writesOf(repeat), { author }), { code: 'stale-version' })
})

test('all refusals are told at once, and then nothing is taken', async () => {
  await using documents = await world(5n)
  const codes = await make(
    documents,
    reserve('a', 3n),
    reserve('b', 3n),
    { ...reserve('c'), quota: 'none' } as Move,
    confirm('d'),
    reserve('e', 0n),
    reserve('f', AMOUNT_MAX + 1n),
  )
  assert.deepEqual(codes, ['exhausted', 'no-quota', 'no-hold', 'wrong-amount', 'wrong-amount'])
  assert.equal(await left(documents), 5n)
  assert.equal(await documents.count(QUOTA_HOLDS), 0)
})

test('a limit that is brought counts its own parts alone', async () => {
  await using documents = await world()
  const take = (key: string, part: string, amount: bigint, parts: readonly string[]): Move => {
    return { do: 'take', quota: 'q', key, part, amount, within: [{ parts, limit: 100n }] }
  }
  const above = ['national', 'city']
  assert.deepEqual(await make(documents, take('n', 'national', 60n, above)), [])
  assert.deepEqual(await make(documents, take('d', 'district', 90n, ['district'])), [])
  assert.deepEqual(await make(documents, take('c', 'city', 41n, above)), ['exhausted'])
  assert.deepEqual(await make(documents, take('c', 'city', 40n, above)), [])
  const all = [...above, 'district']
  const planned = await planQuotas(documents, [take('e', 'district', 1n, all)], 2_000)
  assert.ok(planned.kind === 'refused')
  const [reason] = planned.reasons
  // what was taken before by another rule may lie above this limit; nothing negative is told
  assert.ok(reason?.code === 'exhausted' && reason.left === 0n && reason.taken === 190n)
})

test('amounts beyond 2^53 are exact', async () => {
  const limit = 2n ** 70n + 1n
  await using documents = await world(limit)
  await make(documents, reserve('a', 2n ** 70n))
  assert.equal(await left(documents), 1n)
  assert.deepEqual(await make(documents, reserve('b', 2n)), ['exhausted'])
  assert.deepEqual(await make(documents, reserve('b', 1n)), [])
})

test('a limit is never set below what is taken', async () => {
  await using documents = await world(5n)
  await make(documents, reserve('a', 3n))
  const below = await planLimit(documents, 'q', 2n)
  assert.ok(below.kind === 'refused' && below.reasons[0]?.code === 'below-taken')
  await documents.commit(writesOf(await planLimit(documents, 'q', 3n)), { author })
  assert.equal(await left(documents), 0n)
  await documents.commit(writesOf(await planLimit(documents, 'q', undefined)), { author })
  assert.deepEqual(await make(documents, reserve('b', 1_000n)), [])
})

test('the check finds a quota that was tampered with', async () => {
  await using documents = await world(5n)
  await make(documents, reserve('a', 3n))
  const stored = await documents.get(QUOTAS, 'q')
  assert.ok(stored)
  const parts = [{ part: 'all', reserved: '9', confirmed: '0' }]
  const put = { ...stored.body, parts }
  await documents.commit([{ collection: QUOTAS, id: 'q', put }], { author })
  assert.deepEqual(
    (await checkQuota(documents, 'q')).map((it) => it.code),
    ['part-differs', 'over-limit'],
  )
  assert.equal(takenOf(put), 9n)
})
