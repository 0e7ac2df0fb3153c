import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHEAP, testClock } from '../../../test/support/test-clock.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { openAccess } from './access.ts'
import { LETTER_COUNTS } from './collections.ts'
import { sweepExpired } from './sweep.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const MIA = { address: 'mia@mail.example' }

/** A node's access over the same documents again, as after a restart. */
async function openPlace() {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const open = () => openAccess({ documents, clock, passwordCost: CHEAP })
  return { clock, documents, open }
}

test('letters asked for are counted over a restart', async () => {
  const { clock, open } = await openPlace()
  const before = open().letters
  assert.deepEqual([await before.count(MIA), await before.count(MIA)], [0, 0])
  const after = open().letters
  assert.equal(await after.count(MIA), 0)
  const waitMs = await after.count(MIA)
  assert.equal(waitMs, 5 * MINUTE_MS)
  assert.equal(await open().letters.count(MIA), waitMs)
  assert.equal(await open().letters.count({ address: 'noah@mail.example' }), 0)
  clock.advance(waitMs)
  assert.equal(await open().letters.count(MIA), 0)
  assert.equal(await open().letters.count(MIA), 2 * waitMs)
})

test('many requests at once do not slip past the limit together, nor past that of who asks', async () => {
  const { open } = await openPlace()
  const { letters } = open()
  const asked = await Promise.all(Array.from({ length: 20 }, () => letters.count(MIA)))
  assert.equal(asked.filter((it) => it === 0).length, 3)
  const source = '192.0.2.1'
  const others = await Promise.all(
    Array.from({ length: 40 }, (_, i) => letters.count({ address: `a${i}@mail.example`, source })),
  )
  assert.equal(others.filter((it) => it === 0).length, 15)
  assert.ok((await open().letters.count({ address: 'new@mail.example', source })) > 0)
})

test('what is stored names nobody, and goes once it counts no more', async () => {
  const { clock, documents, open } = await openPlace()
  const access = open()
  await access.letters.count({ ...MIA, source: '192.0.2.1' })
  const { items } = await documents.query(LETTER_COUNTS, { limit: 10 })
  assert.equal(items.length, 2)
  assert.doesNotMatch(JSON.stringify(items), /mia|192\.0/)
  clock.advance(HOUR_MS - 1)
  await sweepExpired(access)
  assert.equal(await documents.count(LETTER_COUNTS), 2)
  clock.advance(1)
  await sweepExpired(access)
  assert.equal(await documents.count(LETTER_COUNTS), 0)
})
