import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packVectors } from '../../test/support/policy-vectors.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { amountLines, determinacyShare } from './determinacy.ts'
import { readRules } from './rules.ts'
import { formatJudgement, judgeVector, readVectors } from './vectors.ts'

const rules = await readRules(REGION_KINDS)
type Entry = { id: string; measure: string; facts: object; expected: { reasons: string[] } }
const { texts, vectors: entries } = packVectors<Entry>()

for (const vector of texts.flatMap((it) => readVectors(it))) {
  test(`vector ${vector.id}`, () => {
    assert.equal(formatJudgement(judgeVector(rules, vector)), `ok ${vector.id}`)
  })
}

test('every measure has a vector of its own', () => {
  const covered = new Set(entries.flatMap((it) => it.measure.split('+')))
  assert.deepEqual(
    [...rules.measures.keys()].filter((id) => !covered.has(id)),
    [],
  )
})

test('of 62 amount lines the text itself fixes 28', () => {
  const measures = [...rules.measures.values()].map((it) => it.measure)
  assert.deepEqual(determinacyShare(measures), { lines: 62, exact: 28 })
  const of = (document: string) =>
    determinacyShare(measures.filter((it) => it.document === document))
  assert.deepEqual(
    ['D0', 'D1', 'D2', 'D3', 'D4'].map((it) => [it, of(it).lines, of(it).exact]),
    [
      ['D0', 3, 0],
      ['D1', 20, 1],
      ['D2', 6, 0],
      ['D3', 26, 24],
      ['D4', 7, 3],
    ],
  )
  assert.equal(measures.filter((it) => amountLines(it) > 1).length, 2)
})

const one = (over: object) =>
  readVectors(
    JSON.stringify({
      vectors: [
        {
          id: 'X',
          measure: 'D3-M3c',
          mode: 'as_if_in_force',
          facts: FACTS,
          expected: EXPECTED,
          ...over,
        },
      ],
    }),
  ).map((it) => formatJudgement(judgeVector(rules, it)))

const FACTS = {
  applicant: { id: 'E1', type: 'platform_operator', location: 'luan' },
  ministry_double_cross_recognition: true,
}
const EXPECTED = {
  eligible: true,
  amount_fen: 1_000_000_000,
  amount_basis: 'exact',
  reasons: ['CONDITIONS_MET'],
  cap_applied: false,
  limited_by: 'fixed',
}

test('a vector says only what differs', () => {
  assert.deepEqual(one({}), ['ok X'])
  assert.deepEqual(one({ expected: { ...EXPECTED, amount_fen: 1, by_item: { A: 1 } } }), [
    'FAIL X: expected {"amount_fen":1,"by_item":{"A":1}} got {"amount_fen":1000000000,"by_item":null}',
  ])
  assert.deepEqual(
    one({ expected: { ...EXPECTED, reasons: [] } }),
    ['ok X'],
    'only tells something',
  )
  assert.deepEqual(one({ expected: { ...EXPECTED, reasons: ['CONDITIONS_MET', 'PRIORITY'] } }), [
    'FAIL X: expected {"reasons":["CONDITIONS_MET","PRIORITY"]} got {"reasons":["CONDITIONS_MET"]}',
  ])
})

test('what the rules cannot take fails that one vector and says which', () => {
  const error = (over: object) =>
    one(over)
      .join()
      .replace(/^.*got /, '')
  assert.match(error({ measure: 'D3-M9' }), /there is no measure “D3-M9”/)
  assert.match(error({ mode: 'dead' }), /there is no mode “dead”/)
  assert.match(
    error({ facts: { ...FACTS, custmers: 1 } }),
    /no fact “custmers”; the nearest is “customers”/,
  )
  assert.match(error({ facts: { ...FACTS, customers: '1' } }), /customers: must be a number/)
  assert.match(error({ facts: { ...FACTS, customers: 1.5 } }), /at most 0 decimals; it is 1.5/)
  assert.match(
    error({ facts: { ...FACTS, revenue_yuan: 0.125 } }),
    /at most 2 decimals; it is 0.125/,
  )
  assert.match(error({ facts: { ...FACTS, application_date: '2021-02-29' } }), /must be a day/)
  assert.match(
    error({ facts: { ...FACTS, applicant: { type: 'wizard' } } }),
    /no type of applicant “wizard”/,
  )
  assert.match(error({ facts: [] }), /facts are a JSON object/)
  assert.match(error({ measure: 'BUDGET:D9-B1', facts: {} }), /no budget “D9-B1”/)
  const applicants = [{ id: 'A' }, { id: 'B' }, { id: 'A' }]
  assert.match(
    error({ measure: 'D3-M4c', facts: { applicants } }),
    /applicants\/2\/id: is in the list twice/,
  )
  assert.match(
    error({ measure: 'D3-M4c+D3-M4d', facts: { applicants: [{ id: 'A' }] } }),
    /D3-M4d does not top up D3-M4c/,
  )
})

for (const wrong of [
  '',
  '[]',
  '{}',
  '{"vectors":{}}',
  '{"vectors":[{"id":1}]}',
  '{"vectors":[1]}',
]) {
  test(`not a file of vectors: ${wrong || 'nothing'}`, () => {
    assert.throws(() => readVectors(wrong), { code: 'unreadable-input' })
  })
}
