import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { type JsonDigits, parseDigits } from '../../lib/json-digits.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import type { Measure } from '../measure-schema.ts'
import {
  MEASURE_VERSIONS,
  type MeasureVersion,
  RULES_STATE,
  RULES_STATE_ID,
  versionId,
} from '../versions/collections.ts'
import { sourcesOn } from '../versions/overlay.ts'
import { RulesShelf } from './rules-shelf.ts'

const AUTHOR = { kind: 'user', id: 'u-1' } as const
const ID = 'D1-M18-2a'

async function world() {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const shelf = () => new RulesShelf(async () => REGION_KINDS, documents)
  return { clock, documents, shelf }
}

type World = Awaited<ReturnType<typeof world>>

/** A version adopted beside the packs, as the desk writes it. */
async function adopt({ documents, clock }: World, measure: Measure, version: number) {
  const state = await documents.get(RULES_STATE, RULES_STATE_ID)
  const put: MeasureVersion = {
    measure: measure.id,
    version,
    place: 'shenzhen',
    body: measure,
    author: AUTHOR,
    adoptedBy: { kind: 'user', id: 'u-2' },
    adoptedAt: clock(),
    draft: 'd-1',
    state: 'adopted',
  }
  const changes = (state?.body.changes ?? 0) + 1
  await documents.commit(
    [
      { collection: MEASURE_VERSIONS, id: versionId(measure.id, version), put },
      { collection: RULES_STATE, id: RULES_STATE_ID, put: { changes, at: clock() } },
    ],
    { author: AUTHOR },
  )
}

const digits = (value: unknown): JsonDigits => parseDigits(JSON.stringify(value))
const facts = (day: string) => ({
  application_date: day,
  applicant: { id: 'a', type: 'enterprise', location: 'shenzhen' },
  audited_investment_yuan: 100_000_000,
})

test('what is adopted is in the next opening of every shelf, and each day finds its version', async () => {
  const here = await world()
  const [one, other] = [here.shelf(), here.shelf()]
  const before = await one.open()
  assert.equal((await other.open()).digest, before.digest)
  const old = before.rules.measures.get(ID)?.measure ?? assert.fail()
  const next: Measure = {
    ...old,
    inForce: { from: '2021-01-01', to: '2022-12-31' },
    caps: [{ yuan: 1_000_000, per: 'project' }],
  }
  await adopt(here, next, 1)
  const after = await other.open()
  assert.notEqual(after.digest, before.digest)
  const amount = (day: string, open = after) =>
    open.evaluate(open.rules, { measure: ID, mode: 'live', facts: digits(facts(day)) }).amountFen
  assert.equal(amount('2020-06-01'), 300_000_000n)
  assert.equal(amount('2021-06-01'), 100_000_000n)
  assert.equal(amount('2021-06-01', before), 0n)
  const on = (day: string) =>
    sourcesOn(after.sources, day).measures.filter((it) => it.measure.id === ID)
  assert.deepEqual(
    [on('2020-06-01'), on('2021-06-01')].map((it) => it.map((of) => of.measure.caps?.[0]?.yuan)),
    [[3_000_000], [1_000_000]],
  )
})

test('old cases find the rules of their time, by digest and by day', async () => {
  const here = await world()
  const first = await here.shelf().open()
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const then = day(here.clock())
  here.clock.advance(10 * 86_400_000)
  const old = first.rules.measures.get(ID)?.measure ?? assert.fail()
  await adopt(here, { ...old, inForce: { from: '2021-01-01', to: '2021-12-31' } }, 1)
  const shelf = here.shelf()
  const now = await shelf.open()
  for (const time of [first.digest, then]) {
    const found = await shelf.openAt(time)
    assert.equal(found.digest, first.digest)
    assert.equal(found.rules.measures.get(ID)?.versions, undefined)
  }
  assert.equal((await shelf.openAt(day(here.clock()))).digest, now.digest)
  await assert.rejects(() => shelf.openAt('1999-01-01'), /no rules of “1999-01-01”/)
  await assert.rejects(() => shelf.openAt('0'.repeat(64)), /no rules/)
})
