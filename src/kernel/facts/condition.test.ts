import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDigits } from '../../lib/json-digits.ts'
import { compileCondition, conditionFaults, typeIn } from './condition.ts'
import type { Condition } from './condition-schema.ts'
import { contradictions, scopeOf } from './fact.ts'
import type { FactType } from './fact-type.ts'
import { parseFacts } from './parse-facts.ts'
import { allOf, anyOf, notOf } from './truth.ts'

const VOCABULARY = new Map<string, FactType>([
  ['height', { type: 'quantity', unit: 'metre', decimals: 2 }],
  ['depth', { type: 'quantity', unit: 'metre', decimals: 2 }],
  ['queries', { type: 'quantity', unit: 'count', decimals: 0 }],
  ['months', { type: 'quantity', unit: 'month', decimals: 0, max: 12 }],
  ['colour', { type: 'word', words: ['red', 'blue'] }],
  ['done', { type: 'flag' }],
  ['start', { type: 'day' }],
  ['day', { type: 'day' }],
  ['span', { type: 'list', of: { type: 'day' } }],
  ['tags', { type: 'list', of: { type: 'word' } }],
  ['site', { type: 'record', fields: { place: { type: 'place' } } }],
  ['determinations', { type: 'map', of: { type: 'flag' } }],
])
const typeOf = typeIn(VOCABULARY)

function judged(condition: Condition, facts: object) {
  const check = compileCondition(condition, 'north/hill', typeOf)
  const { truth, refused, open } = check(
    scopeOf(parseFacts(VOCABULARY, parseDigits(JSON.stringify(facts)))),
  )
  return truth === false ? refused.join() : truth === null ? `open ${open.join()}` : 'yes'
}

const metre = { fact: 'height', unit: 'metre' }
const CASES: readonly (readonly [Condition, object, string])[] = [
  [{ ...metre, atLeast: 2 }, { height: 2 }, 'yes'],
  [{ ...metre, moreThan: 2 }, { height: 2 }, 'THRESHOLD_NOT_MET:height'],
  [{ ...metre, moreThan: 2 }, { height: 2.01 }, 'yes'],
  [{ ...metre, atMost: 2 }, { height: 2.01 }, 'THRESHOLD_NOT_MET:height'],
  [{ ...metre, atLeast: 2 }, {}, 'open MISSING_FACT:height'],
  [
    { sum: ['height', 'depth'], unit: 'metre', moreThan: 1 },
    { height: 0.5, depth: 0.5 },
    'THRESHOLD_NOT_MET:height',
  ],
  [{ sum: ['height', 'depth'], unit: 'metre', moreThan: 1 }, { height: 2 }, 'yes'],
  [
    { sum: ['height', 'depth'], unit: 'metre', moreThan: 1 },
    { height: 1 },
    'open MISSING_FACT:depth',
  ],
  [{ fact: 'colour', oneOf: ['red'], refused: 'WRONG_COLOUR' }, { colour: 'blue' }, 'WRONG_COLOUR'],
  [{ flag: 'done', is: false }, { done: false }, 'yes'],
  [{ flag: 'done' }, { done: null }, 'open MISSING_FACT:done'],
  [{ judged: 'good' }, { determinations: { good: false } }, 'DETERMINATION_NEGATIVE:good'],
  [{ judged: 'good' }, {}, 'open MISSING_DETERMINATION:good'],
  [{ fact: 'site.place', inPlace: 'here' }, { site: { place: 'north/hill/top' } }, 'yes'],
  [
    { fact: 'site.place', inPlace: 'here' },
    { site: { place: 'north/hillside' } },
    'THRESHOLD_NOT_MET:site.place',
  ],
  [{ fact: 'site.place', inPlace: 'here' }, { site: {} }, 'open MISSING_FACT:site.place'],
  [{ day: 'day', from: 'start', years: 1 }, { start: '2019-03-15', day: '2020-03-15' }, 'yes'],
  [
    { day: 'day', from: 'start', years: 1 },
    { start: '2019-03-15', day: '2020-03-16' },
    'THRESHOLD_NOT_MET:day',
  ],
  [
    { day: 'day', period: 'span' },
    { day: '2020-01-01', span: ['2020-01-01', '2020-01-01'] },
    'yes',
  ],
  [{ day: 'day', period: 'span' }, { day: '2020-01-01' }, 'open MISSING_FACT:span'],
  [{ some: 'tags', oneOf: ['a'] }, { tags: ['b', 'a'] }, 'yes'],
  [{ some: 'tags' }, { tags: [] }, 'THRESHOLD_NOT_MET:tags'],
  [
    { all: [{ flag: 'done' }, { ...metre, atLeast: 2 }] },
    { done: false, height: 1 },
    'THRESHOLD_NOT_MET:done,THRESHOLD_NOT_MET:height',
  ],
  [
    { all: [{ flag: 'done' }, { ...metre, atLeast: 2 }] },
    { height: 1 },
    'THRESHOLD_NOT_MET:height',
  ],
  [{ any: [{ flag: 'done' }, { ...metre, atLeast: 2 }] }, { height: 1 }, 'open MISSING_FACT:done'],
  [{ any: [{ flag: 'done' }, { ...metre, atLeast: 2 }] }, { height: 3 }, 'yes'],
  [{ not: { flag: 'done' }, refused: 'DONE' }, { done: true }, 'DONE'],
  [{ not: { flag: 'done' }, refused: 'DONE' }, {}, 'open MISSING_FACT:done'],
]

for (const [condition, facts, answer] of CASES) {
  test(`${JSON.stringify(condition)} of ${JSON.stringify(facts)}: ${answer}`, () => {
    assert.equal(judged(condition, facts), answer)
  })
}

const mean: Condition = {
  mean: 'queries',
  unit: 'count',
  months: 'months',
  moreThan: 100,
  unclear: 'WHICH_MEAN',
}
for (const [facts, answer] of [
  [{ queries: 1201, months: 12 }, 'yes'],
  [{ queries: 1200, months: 12 }, 'THRESHOLD_NOT_MET:queries'],
  [{ queries: 601, months: 6 }, 'open WHICH_MEAN'],
  [{ queries: 600, months: 6 }, 'THRESHOLD_NOT_MET:queries'],
  [{ queries: 1201 }, 'yes'],
  [{ queries: 100 }, 'THRESHOLD_NOT_MET:queries'],
  [{ queries: 101 }, 'open MISSING_FACT:months'],
] as const) {
  test(`a mean above 100 a month of ${JSON.stringify(facts)}: ${answer}`, () => {
    assert.equal(judged(mean, facts), answer)
  })
}

test('three-valued: one no decides all, one yes decides any, what is open stays open', () => {
  assert.deepEqual([allOf([]), allOf([true, null]), allOf([null, false])], [true, null, false])
  assert.deepEqual([anyOf([]), anyOf([false, null]), anyOf([null, true])], [false, null, true])
  assert.deepEqual([notOf(true), notOf(false), notOf(null)], [false, true, null])
})

test('what was measured prevails, and what was declared beside it is shown', () => {
  const facts = parseFacts(
    VOCABULARY,
    parseDigits('{"queries":5,"declared_queries":6,"queries_source":"meter","declared_height":2}'),
  )
  assert.deepEqual(contradictions(facts), [
    { name: 'queries', value: 5n, trust: 'measured', source: 'meter', declared: 6n },
  ])
  assert.equal(facts.get('height')?.value, null)
})

test('a condition that names what there is not, another unit or another type is told where', () => {
  const faults = (condition: Condition) =>
    conditionFaults(condition, typeOf, VOCABULARY.keys()).map(
      (it) => `${it.pointer} ${it.reason.en}`,
    )
  assert.deepEqual(
    faults({ all: [{ flag: 'doen' }, { any: [{ ...metre, unit: 'yuan', atLeast: 1 }] }] }),
    [
      '/all/0/flag there is no fact “doen”; the nearest is “done”',
      '/all/1/any/0/unit “height” is counted in metre, not in yuan',
    ],
  )
  assert.deepEqual(faults({ not: { flag: 'colour' } }), [
    '/not/flag “colour” is of type word, and flag is asked for',
  ])
  assert.deepEqual(faults(metre as Condition), [' compares with nothing'])
  let deep: Condition = { flag: 'done' }
  for (let at = 0; at < 4; at++) deep = { not: deep }
  assert.match(faults(deep).join(), /at most 100 parts on 3 levels/)
  const wide = { all: Array.from({ length: 101 }, () => ({ flag: 'done' })) }
  assert.match(faults(wide).join(), /at most 100 parts on 3 levels/)
})
