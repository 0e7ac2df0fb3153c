import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { PERSONAL_READS } from './collections.ts'
import { ReadKeeper } from './read-keeping.ts'
import { readWrite } from './reads.ts'

const DAY_MS = 86_400_000
const author = { kind: 'user', id: 'u-anna' } as const

async function openLog(keeping: { readonly daysMax: number; readonly rowsMax: number }) {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const keeper = new ReadKeeper({ documents, clock }, keeping)
  const write = async (...subjects: readonly string[]) => {
    const writes = subjects.map((subject) => readWrite({ what: 'user', subject }))
    await documents.commit(writes, { author })
  }
  /** What the log tells, oldest first; the documents say the same. */
  const left = async () => {
    const changes = await documents.changes(0, 10_000, { collection: PERSONAL_READS.name })
    assert.equal(await documents.count(PERSONAL_READS), changes.length)
    return changes.map(({ after }) => (after as { subject: string }).subject)
  }
  return { clock, documents, keeper, write, left }
}

test('entries of the access log go when they are too old, and not before', async () => {
  const { clock, keeper, write, left } = await openLog({ daysMax: 30, rowsMax: 1_000 })
  await write('a')
  clock.advance(DAY_MS)
  await write('b', 'c')
  clock.advance(29 * DAY_MS - 1)
  assert.deepEqual(await keeper.round(), { aged: 0, over: 0 })
  clock.advance(1)
  assert.deepEqual(await keeper.round(), { aged: 1, over: 0 })
  assert.deepEqual(await left(), ['b', 'c'])
})

test('of too many the oldest go, however often it is looked and however they came', async () => {
  const { clock, keeper, write, left } = await openLog({ daysMax: 30, rowsMax: 1_000 })
  const names = Array.from({ length: 2_500 }, (_, i) => `u${i}`)
  await write(...names.slice(0, 700))
  clock.advance(3 * DAY_MS)
  assert.deepEqual(await keeper.round(), { aged: 0, over: 0 })
  await write(...names.slice(700, 1_900))
  clock.advance(DAY_MS)
  assert.deepEqual(await keeper.round(), { aged: 0, over: 900 })
  assert.deepEqual(await keeper.round(), { aged: 0, over: 0 })
  await write(...names.slice(1_900))
  clock.advance(1)
  assert.deepEqual(await keeper.round(), { aged: 0, over: 600 })
  assert.deepEqual(await left(), names.slice(1_500))
})

test('a keeper that is begun anew counts what is there already', async () => {
  const { clock, documents, keeper, write, left } = await openLog({ daysMax: 30, rowsMax: 1_000 })
  for (let day = 0; day < 10; day++) {
    await write(...Array.from({ length: 120 }, (_, i) => `u${day}-${i}`))
    clock.advance(DAY_MS)
  }
  const other = new ReadKeeper({ documents, clock }, { daysMax: 30, rowsMax: 1_100 })
  assert.deepEqual(await other.round(), { aged: 0, over: 100 })
  assert.deepEqual(await keeper.round(), { aged: 0, over: 100 })
  assert.equal((await left()).length, 1_000)
})

test('a round that is ended leaves what is newer, and the next one goes on', async () => {
  const { clock, documents, write, left } = await openLog({ daysMax: 30, rowsMax: 1_000 })
  const names = Array.from({ length: 900 }, (_, i) => `u${i}`)
  await write(...names)
  clock.advance(31 * DAY_MS)
  await write('new')
  const stop = new AbortController()
  const forget: typeof documents.forget = async (of, what) => {
    const went = await documents.forget(of, what)
    stop.abort()
    return went
  }
  const cut = Object.assign(Object.create(documents), { forget })
  const keeping = { daysMax: 30, rowsMax: 1_000 }
  await assert.rejects(new ReadKeeper({ documents: cut, clock }, keeping).round(stop.signal))
  const some = await left()
  assert.ok(some.length > 1 && some.length < 901)
  assert.equal(some.at(-1), 'new')
  await new ReadKeeper({ documents, clock }, keeping).round()
  assert.deepEqual(await left(), ['new'])
})
