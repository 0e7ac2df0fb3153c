import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { convertAndCheck } from './schemas.ts'

const schema = Type.Object({
  limit: Type.Integer({ minimum: 1, default: 10 }),
  ratio: Type.Optional(Type.Number()),
  all: Type.Optional(Type.Boolean()),
  map: Type.Optional(Type.Array(Type.String())),
  ids: Type.Optional(Type.Array(Type.Integer())),
})
const check = convertAndCheck({ schema, httpPart: 'querystring', method: 'GET', url: '/' })

const good: readonly [object, object][] = [
  [{}, { limit: 10 }],
  [
    { limit: '7', ratio: '1.5', all: 'true' },
    { limit: 7, ratio: 1.5, all: true },
  ],
  [{ all: '' }, { limit: 10, all: true }],
  [{ map: 'a=b' }, { limit: 10, map: ['a=b'] }],
  [{ ids: ['1', '2'] }, { limit: 10, ids: [1, 2] }],
]

test('texts are read as the types of the schema', () => {
  for (const [given, value] of good) assert.deepEqual(check(given), { value })
})

test('a text that is not of its type is refused and never rounded', () => {
  for (const given of [{ limit: '1.5' }, { limit: '1e3' }, { limit: '' }, { all: 'maybe' }]) {
    assert.ok('error' in (check(given) as object), JSON.stringify(given))
  }
})
