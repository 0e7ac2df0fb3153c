import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import type { Documents } from '../documents/documents.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { PERSONAL_READS } from './collections.ts'
import type { Caller } from './permissions.ts'
import { type PlaceReads, ReadTally } from './read-tally.ts'

const ANNA: Caller = { kind: 'user', id: 'u-anna', name: 'anna', nodeRoles: [], memberships: [] }
const KEY: Caller = { kind: 'key', id: 'k-erp', enterprise: 'e1', scopes: ['identifiers.read'] }
const PUMP: PlaceReads = {
  ...{ what: 'identifiers', place: '88.100.1', names: ['88.100.1/pump'], enterprise: 'e1' },
  count: 1,
}

async function openTally() {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const disk: { full: boolean } = { full: false }
  const commit: Documents['commit'] = async (writes, options) => {
    if (disk.full) throw new Error('the disk is full')
    return await documents.commit(writes, options)
  }
  const tally = new ReadTally({ commit }, clock)
  /** What the log holds, oldest first. */
  const log = async () => {
    const changes = await documents.changes(0, 1_000, { collection: PERSONAL_READS.name })
    return changes.map(({ author, after }) => {
      const { subject, count } = after as { subject: string; count: number }
      return `${author.id} ${subject} ${count}`
    })
  }
  const last = async () => {
    const changes = await documents.changes(0, 1_000, { collection: PERSONAL_READS.name })
    return changes.at(-1)?.after
  }
  return { clock, disk, tally, log, last }
}

test('a reader of one place is told at once, and how often they went on once the minute is over', async () => {
  const { clock, tally, log } = await openTally()
  await tally.record(ANNA, [PUMP])
  assert.deepEqual(await log(), ['u-anna 88.100.1/pump 1'])
  for (let i = 0; i < 5; i++) await tally.record(ANNA, [{ ...PUMP, count: 2 }])
  clock.advance(59_999)
  await tally.flush()
  assert.equal((await log()).length, 1)
  clock.advance(1)
  await tally.flush()
  assert.deepEqual((await log()).slice(1), ['u-anna 88.100.1 10'])
  await tally.record(ANNA, [PUMP])
  clock.advance(60_000)
  await tally.flush()
  assert.equal((await log()).length, 3, 'nothing more was read in the second minute')
})

test('a minute that nobody closed is told with the next one', async () => {
  const { clock, tally, log } = await openTally()
  await tally.record(ANNA, [PUMP])
  await tally.record(ANNA, [PUMP])
  clock.advance(60_000)
  await tally.record(ANNA, [PUMP])
  await tally[Symbol.asyncDispose]()
  const entry = 'u-anna 88.100.1/pump 1'
  assert.deepEqual(await log(), [entry, entry, 'u-anna 88.100.1 1'])
})

test('readers, places and owners are told apart, what shows nothing is not told', async () => {
  const { tally, log } = await openTally()
  const other = { ...PUMP, place: '88.100.2', names: ['88.100.2/valve'], enterprise: 'e2' }
  await tally.record(ANNA, [PUMP, other, { ...PUMP, place: '88.100.3', count: 0 }])
  await tally.record(KEY, [{ ...PUMP, count: 3 }])
  await tally.record(ANNA, [{ ...PUMP, enterprise: 'e3' }])
  assert.deepEqual(await log(), [
    'u-anna 88.100.1/pump 1',
    'u-anna 88.100.2/valve 1',
    'k-erp 88.100.1 3',
    'u-anna 88.100.1/pump 1',
  ])
})

test('what cannot be written down may not be shown, to nobody who waits for the same entry', async () => {
  const { disk, tally, log } = await openTally()
  disk.full = true
  const both = [tally.record(ANNA, [PUMP]), tally.record(ANNA, [PUMP])]
  for (const it of await Promise.allSettled(both)) assert.equal(it.status, 'rejected')
  disk.full = false
  await tally.record(ANNA, [PUMP])
  assert.deepEqual(await log(), ['u-anna 88.100.1/pump 1'])
})

test('further reads that could not be written are written the next time', async () => {
  const { clock, disk, tally, log } = await openTally()
  for (const caller of [ANNA, KEY]) {
    await tally.record(caller, [PUMP])
    await tally.record(caller, [{ ...PUMP, count: 7 }])
  }
  clock.advance(60_000)
  disk.full = true
  await assert.rejects(tally.flush(), /the disk is full/)
  disk.full = false
  await tally.flush()
  await tally.flush()
  assert.deepEqual((await log()).slice(2), ['u-anna 88.100.1 7', 'k-erp 88.100.1 7'])
})

test('readers of very many places are told early rather than kept', async () => {
  const { tally, log, disk } = await openTally()
  const places = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...PUMP, place: `88.${from + i}`, count: 1 }))
  for (let at = 0; at < 10_000; at += 500) await tally.record(ANNA, places(at, 500))
  await tally.record(ANNA, places(0, 1))
  disk.full = true
  await assert.rejects(tally.record(ANNA, places(10_000, 1)), /the disk is full/)
  disk.full = false
  await tally.record(ANNA, places(10_000, 1))
  await tally.record(ANNA, places(1, 1))
  const told = await log()
  assert.equal(told.length, 1_000, 'a page of the log')
  await tally[Symbol.asyncDispose]()
})

test('what was shown together says how many, where, some of them by name, and from when until when', async () => {
  const { clock, tally, last } = await openTally()
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((it) => `88.100.1/${it}`)
  const began = clock()
  await tally.record(ANNA, [{ ...PUMP, names, count: 9 }])
  const of = { what: 'identifiers', place: '88.100.1', enterprise: 'e1' }
  const first = { ...of, subject: '88.100.1', names: names.slice(0, 5), count: 9 }
  assert.deepEqual(await last(), first)
  clock.advance(10_000)
  for (const name of ['x', 'y', 'x']) {
    await tally.record(ANNA, [{ ...PUMP, names: [`88.100.1/${name}`] }])
    clock.advance(1_000)
  }
  clock.advance(60_000)
  await tally.flush()
  assert.deepEqual(await last(), {
    ...{ ...of, subject: '88.100.1', names: ['88.100.1/x', '88.100.1/y'], count: 3 },
    ...{ from: began + 10_000, until: began + 12_000 },
  })
})

test('a thing that is its own place keeps its name', async () => {
  const { clock, tally, last } = await openTally()
  const file = { what: 'file', place: 'f1', subject: 'plan.pdf', enterprise: 'e1', count: 1 }
  await tally.record(ANNA, [file])
  await tally.record(ANNA, [file])
  clock.advance(60_000)
  const at = clock()
  await tally.flush()
  const told = { what: 'file', subject: 'plan.pdf', enterprise: 'e1', count: 1 }
  assert.deepEqual(await last(), { ...told, from: at - 60_000, until: at - 60_000 })
})
