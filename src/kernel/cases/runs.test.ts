import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import {
  CASE_RUNS,
  type Candidate,
  isRecomputed,
  planRun,
  type RunInput,
  type RunRule,
  runOver,
} from './runs.ts'

const SCORE: RunRule = { order: ['score_desc'] }
const TIME: RunRule = { order: ['received_at_asc'] }

const scored = (id: string, sum: number, count = 1): Candidate => ({ id, score: { sum, count } })
const received = (id: string, receivedAt: number, takes?: number): Candidate => {
  return { id, receivedAt, ...(takes !== undefined && { takes: `${takes}` }) }
}

function run(
  rule: RunRule,
  capacity: number,
  candidates: readonly Candidate[],
  settled: RunInput['settled'] = [],
) {
  return runOver({ rule, capacity: `${capacity}`, candidates: [...candidates], settled })
}

test('the best scores get the places; means are compared as fractions', () => {
  const candidates = [scored('a', 200, 3), scored('b', 133, 2), scored('c', 67), scored('d', 10)]
  assert.deepEqual(run(SCORE, 2, candidates), {
    selected: ['c', 'a'],
    notSelected: ['b', 'd'],
    tied: [],
    undecided: [],
    left: '0',
  })
})

test('a tie over the last place is told, and nobody gets it by chance of their name', () => {
  const candidates = [scored('a', 9), scored('b', 7), scored('c', 14, 2), scored('d', 5)]
  assert.deepEqual(run(SCORE, 2, candidates), {
    selected: ['a'],
    notSelected: ['d'],
    tied: ['b', 'c'],
    undecided: [],
    left: '0',
  })
  // who all fit are no tie
  assert.deepEqual(run(SCORE, 3, candidates), {
    selected: ['a', 'b', 'c'],
    notSelected: ['d'],
    tied: [],
    undecided: [],
    left: '0',
  })
})

test('the second rule is asked where the first does not tell two apart', () => {
  const rule: RunRule = { order: ['score_desc', 'received_at_asc'] }
  const candidates = [
    { ...scored('a', 7), receivedAt: 5 },
    { ...scored('b', 7), receivedAt: 4 },
    { ...scored('c', 7), receivedAt: 5 },
  ]
  const result = run(rule, 2, candidates)
  assert.ok(!('code' in result))
  assert.deepEqual([result.selected, result.tied], [['b'], ['a', 'c']])
})

test('a tie is settled as a whole, with its reason, and not otherwise', () => {
  const candidates = [scored('a', 7), scored('b', 7), scored('c', 7), scored('d', 5)]
  const settle = (...order: string[]) => [{ order, reason: 'drawn, minute 4' }]
  const result = run(SCORE, 2, candidates, settle('c', 'a', 'b'))
  assert.ok(!('code' in result))
  assert.deepEqual([result.selected, result.notSelected, result.tied], [['c', 'a'], ['b', 'd'], []])
  for (const order of [
    ['a', 'b'],
    ['a', 'b', 'd'],
    ['a', 'b', 'c', 'd'],
  ]) {
    const wrong = run(SCORE, 2, candidates, settle(...order))
    assert.ok('code' in wrong && wrong.code === 'wrong-settlement')
  }
})

test('where they take different amounts, a rule says what becomes of those behind', () => {
  const candidates = [received('a', 1, 50), received('b', 2, 60), received('c', 3, 30)]
  const none = run(TIME, 100, candidates)
  assert.ok('code' in none && none.code === 'no-overrun-rule')
  const stop = run({ ...TIME, overrun: 'stop' }, 100, candidates)
  const skip = run({ ...TIME, overrun: 'skip' }, 100, candidates)
  assert.ok(!('code' in stop) && !('code' in skip))
  assert.deepEqual([stop.selected, stop.notSelected, stop.left], [['a'], ['b', 'c'], '50'])
  assert.deepEqual([skip.selected, skip.notSelected, skip.left], [['a', 'c'], ['b'], '20'])
})

test('behind a tie of different amounts nothing can be said', () => {
  const candidates = [
    received('a', 1, 50),
    received('b', 2, 60),
    received('c', 2, 40),
    received('d', 3, 5),
  ]
  const result = run({ ...TIME, overrun: 'skip' }, 120, candidates)
  assert.ok(!('code' in result))
  assert.deepEqual([result.selected, result.tied, result.undecided], [['a'], ['b', 'c'], ['d']])
})

test('what cannot be ordered is refused, with who', () => {
  const wrong = (candidates: readonly Candidate[], rule = SCORE) => {
    const result = run(rule, 1, candidates)
    assert.ok('code' in result)
    return [result.code, ...result.ids]
  }
  assert.deepEqual(wrong([scored('a', 1), received('b', 1)]), ['incomplete', 'b'])
  assert.deepEqual(wrong([scored('a', 1), scored('a', 2)]), ['repeated', 'a'])
  assert.deepEqual(wrong([scored('a', 1)], { order: [] }), ['no-order'])
  assert.deepEqual(wrong([received('a', 1, 0)], TIME), ['incomplete', 'a'])
})

test('in whatever order they are given, the same come out, never over, and each is somewhere once', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const count = 1 + random(12)
    const candidates = Array.from({ length: count }, (_, index) => ({
      ...received(`c${index}`, random(4), 1 + random(5)),
      score: { sum: random(6), count: 1 + random(2) },
    }))
    const rule: RunRule = {
      order: random(2) === 0 ? ['score_desc', 'received_at_asc'] : ['received_at_asc'],
      overrun: random(2) === 0 ? 'stop' : 'skip',
    }
    const capacity = random(20)
    const result = run(rule, capacity, candidates)
    const turned = run(rule, capacity, candidates.toReversed())
    assert.deepEqual(turned, result, `seed ${seed}`)
    assert.ok(!('code' in result))
    const { selected, notSelected, tied, undecided, left } = result
    const all = [...selected, ...notSelected, ...tied, ...undecided]
    assert.deepEqual(all.toSorted(), candidates.map((it) => it.id).toSorted())
    const spent = candidates
      .filter((it) => selected.includes(it.id))
      .reduce((sum, it) => sum + Number(it.takes), 0)
    assert.ok(spent <= capacity && Number(left) <= capacity - spent && Number(left) >= 0)
  }
})

test('a run is kept with what went into it, and can be made again by anybody', async () => {
  await using documents = await openMemoryDocuments({ clock: () => 0 })
  const candidates = [scored('b', 7), scored('a', 9), scored('c', 7)]
  const write = planRun('r', 'call', { rule: SCORE, capacity: '2', candidates, settled: [] }, 5)
  assert.ok('collection' in write)
  await documents.commit([write], { author: { kind: 'system', id: 'test' } })
  await assert.rejects(documents.commit([write], { author: { kind: 'system', id: 'test' } }), {
    code: 'stale-version',
  })
  const kept = (await documents.get(CASE_RUNS, 'r'))?.body
  assert.ok(kept)
  assert.equal(isRecomputed(kept), true)
  assert.equal(isRecomputed({ ...kept, capacity: '3' }), false)
  const bent = { ...kept.result, selected: ['a', 'b'], tied: [] }
  assert.equal(isRecomputed({ ...kept, result: bent }), false)
})
