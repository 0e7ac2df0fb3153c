import assert from 'node:assert/strict'
import { test } from 'node:test'
import { must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { registrationsDaily } from '../../kernel/evidence/claims.ts'
import type { OpenedEntry } from '../../kernel/evidence/evidence.ts'
import type { PrefixKey } from '../handle.ts'
import { addedIn, grownDays } from './growth.ts'

const BASE = '/api/v1/prefixes'
const PREFIX = '88.100.1' as PrefixKey
const NOW = Date.UTC(2026, 0, 10, 12)

/** A log that claims these totals, by day of January 2026. */
function logOf(totals: Readonly<Record<number, number>>) {
  const entries = Object.entries(totals)
    .map(([day, total]) => {
      const of = { prefix: PREFIX, day: `2026-01-${day.padStart(2, '0')}` }
      return registrationsDaily(of, { created: 1, updated: 0, retired: 0, total })
    })
    .toReversed()
  const asked: number[] = []
  const about = async (_: string, { limit }: { limit: number }) => {
    asked.push(limit)
    return entries.slice(0, limit).map((claim) => ({ claim })) as unknown as OpenedEntry[]
  }
  return { about, asked }
}

test('growth: days without registrations stand at zero, what is newer than the log counts for today', async () => {
  const log = logOf({ 2: 5, 7: 8, 9: 20 })
  const grown = await grownDays(log, PREFIX, { now: NOW, days: 4, total: 23 })
  assert.deepEqual(grown, [
    { day: '2026-01-07', added: 3, total: 8 },
    { day: '2026-01-08', added: 0, total: 8 },
    { day: '2026-01-09', added: 12, total: 20 },
    { day: '2026-01-10', added: 3, total: 23 },
  ])
  assert.equal(await addedIn(log, PREFIX, { now: NOW, days: 4, total: 23 }), 18)
  assert.equal(await addedIn(log, PREFIX, { now: NOW, days: 1, total: 23 }), 3)
  assert.deepEqual(log.asked, [5, 5, 2], 'no more is read than the days there are')
})

test('growth: a prefix without claims has grown by what it holds', async () => {
  assert.equal(await addedIn(logOf({}), PREFIX, { now: NOW, days: 30, total: 7 }), 7)
  const [first, last] = await grownDays(logOf({}), PREFIX, { now: NOW, days: 2, total: 0 })
  assert.deepEqual([first?.total, last?.added], [0, 0])
})

async function worldOfPrefixes() {
  const it = await openIdentifierWorld({ evidence: logOf({ 1: 0 }) })
  for (const enterprise of ['A', 'B', 'A']) {
    await must(it.ask('operator', 'POST', BASE, { body: { enterprise } }))
  }
  await must(it.ask('ann', 'POST', `${BASE}/88.100.1/derive`, { body: { segment: 'Plant1' } }))
  const register = async (handle: string) => {
    const values = [{ index: 1, type: 'URL', data: 'https://a.example/' }]
    await must(it.ask('operator', 'POST', '/api/v1/identifiers', { body: { handle, values } }))
  }
  for (const handle of ['88.100.1/a', '88.100.1/b', '88.100.1.Plant1/c']) await register(handle)
  return it
}

test('prefixes are found by a part of them, and the tree begins where each may see', async () => {
  await using it = await worldOfPrefixes()
  const list = async (as: string, query: string) =>
    (await must(it.ask(as, 'GET', `${BASE}?${query}`))) as {
      items: { prefix: string; derived: number; added?: number; enterpriseName?: string }[]
      total: number
      next?: string
    }
  const names = async (as: string, query: string) =>
    (await list(as, query)).items.map((item) => item.prefix)
  assert.deepEqual(await names('operator', 'q=plant'), ['88.100.1.Plant1'])
  assert.deepEqual(await names('operator', 'top=true'), ['88.100'])
  assert.deepEqual(await names('ann', 'top=true'), ['88.100.1', '88.100.3'])
  assert.deepEqual(await names('bob', 'q=88.100'), ['88.100.2'])
  assert.deepEqual(await names('bob', 'q=88.100&enterprise=A'), [])
  assert.deepEqual(await names('operator', 'q=88.100&enterprise=A&state=suspended'), [])
  const first = await list('ann', 'q=88&limit=2&growth=30')
  assert.deepEqual([first.total, first.items[0]?.derived, first.items[0]?.added], [3, 1, 2])
  assert.equal(first.items[0]?.enterpriseName, 'A Ltd')
  const second = await names('ann', `q=88&limit=2&after=${first.next}`)
  assert.deepEqual(second, ['88.100.3'])
})

test('the reach of an act is the prefix with all that derives from it', async () => {
  await using it = await worldOfPrefixes()
  const reach = (as: string) => it.ask(as, 'GET', `${BASE}/88.100.1/reach`)
  assert.deepEqual(await must(reach('abe')), {
    prefixes: 1,
    registered: 3,
    answered: 3,
    complete: true,
  })
  assert.equal((await reach('bob')).status, 404)
  const body = { reason: 'unpaid' }
  await must(it.ask('operator', 'POST', `${BASE}/88.100.1.Plant1/suspend`, { body }))
  assert.equal((await must(reach('operator'))).answered, 2)
  const days = await must(it.ask('ann', 'GET', `${BASE}/88.100.1/growth?days=7`))
  assert.equal(days.items.length, 7)
  assert.deepEqual(days.items.at(-1), { day: '2026-01-02', added: 2, total: 2 })
  assert.equal((await it.ask('bob', 'GET', `${BASE}/88.100.1/growth`)).status, 404)
})
