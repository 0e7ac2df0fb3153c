import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TSchema, Type } from 'typebox'
import { Settings } from 'typebox/system'
import { fieldProblems, problemsOf } from './schema-problems.ts'

const told = (schema: TSchema, value: unknown) =>
  fieldProblems(schema, value).map((it) => `${it.path}: ${it.reason.en}`)

test('a value that fits has no problems', () => {
  const schema = Type.Object({ a: Type.String(), b: Type.Optional(Type.Integer()) })
  assert.deepEqual(fieldProblems(schema, { a: 'x' }), [])
})

const CASES: readonly [string, TSchema, unknown, string[]][] = [
  [
    'missing members, each by name',
    Type.Object({ a: Type.String(), 'b/~c': Type.Integer() }),
    {},
    ['/a: is required', '/b~1~0c: is required'],
  ],
  [
    'members that are not known, each by name and once',
    Type.Object({ a: Type.Object({}, { additionalProperties: false }) }),
    { a: { x: 1, y: 2 } },
    ['/a/x: is not a known field', '/a/y: is not a known field'],
  ],
  ['a type', Type.Object({ n: Type.Integer() }), { n: '1' }, ['/n: must be a whole number']],
  ['several types', { type: ['string', 'null'] } as TSchema, 1, [': must be text or null']],
  ['an empty text', Type.String({ minLength: 1 }), '', [': must not be empty']],
  ['a short text', Type.String({ minLength: 2 }), 'x', [': must have at least 2 characters']],
  ['a long text', Type.String({ maxLength: 2 }), 'xxx', [': must have at most 2 characters']],
  ['a small number', Type.Number({ minimum: 2 }), 1, [': must be at least 2']],
  ['a large number', Type.Number({ maximum: 2 }), 3, [': must be at most 2']],
  [
    'a number at an open lower end',
    Type.Number({ exclusiveMinimum: 2 }),
    2,
    [': must be greater than 2'],
  ],
  [
    'a number at an open upper end',
    Type.Number({ exclusiveMaximum: 2 }),
    2,
    [': must be less than 2'],
  ],
  ['a number between steps', Type.Number({ multipleOf: 5 }), 7, [': must be a multiple of 5']],
  ['a short list', Type.Array(Type.Any(), { minItems: 1 }), [], [': must have at least 1 entries']],
  [
    'a long list',
    Type.Array(Type.Any(), { maxItems: 1 }),
    [1, 2],
    [': must have at most 1 entries'],
  ],
  [
    'a repeated entry',
    Type.Array(Type.Any(), { uniqueItems: true }),
    [1, 1],
    [': must not have the same entry twice'],
  ],
  ['a pattern', Type.String({ pattern: '^x' }), 'y', [': is not of the right form']],
  ['a format', Type.String({ format: 'email' }), 'y', [': is not of the right form']],
  ['an enumeration', Type.Enum(['a', 'b']), 'c', [': is not one of the values allowed here']],
  ['a constant', Type.Literal('a'), 'c', [': must be "a"']],
]

for (const [name, schema, value, expected] of CASES) {
  test(`it is told in words: ${name}`, () => {
    assert.deepEqual(told(schema, value), expected)
    for (const { reason } of fieldProblems(schema, value))
      assert.match(reason.zh, /\p{Script=Han}/u)
  })
}

test('every wrong field is told at once, however many there are', () => {
  const schema = Type.Object(
    Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, Type.Integer()])),
  )
  const value = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, 'x']))
  assert.equal(fieldProblems(schema, value).length, 40)
  const many = Array.from({ length: 5_000 }, () => 'x')
  assert.equal(fieldProblems(Type.Array(Type.Integer()), many).length, 200)
})

test('the validator is left as it was for others', () => {
  const before = Settings.Get().maxErrors
  fieldProblems(Type.Integer(), 'x')
  assert.equal(Settings.Get().maxErrors, before)
})

test('it is said what would be right', () => {
  const values = Type.Union([Type.Literal('pump'), Type.Literal('valve')])
  assert.deepEqual(fieldProblems(Type.Object({ kind: values }), { kind: 'x' }), [
    {
      path: '/kind',
      reason: { en: 'is not one of the values allowed here', zh: '不是允许的取值' },
      expected: { en: 'one of "pump", "valve"', zh: '取值之一："pump"、"valve"' },
    },
  ])
  const date = fieldProblems(Type.String({ format: 'date' }), '31.1.2026')
  assert.equal(date[0]?.expected?.en, 'a date, e.g. 2026-01-31')
  const own = { en: '18 letters and digits', zh: '18 位字母与数字' }
  const code = Type.String({ pattern: '^[0-9A-Z]{18}$', 'x-expected': own })
  assert.deepEqual(fieldProblems(Type.Object({ code }), { code: '1' })[0]?.expected, own)
})

test('of a union, only the alternative that was meant is told', () => {
  const shapes = Type.Union([
    Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }),
    Type.Object({ kind: Type.Literal('box'), width: Type.Number(), height: Type.Number() }),
  ])
  assert.deepEqual(told(Type.Array(shapes), [{ kind: 'box', width: 'x' }]), [
    '/0/height: is required',
    '/0/width: must be a number',
  ])
  const orNull = Type.Union([Type.String({ minLength: 3 }), Type.Null()])
  assert.deepEqual(told(orNull, 'x'), [': must have at least 3 characters'])
  assert.deepEqual(told(Type.Union([Type.String(), Type.Number()]), true), [
    ': has none of the forms allowed here',
  ])
  assert.deepEqual(told(shapes, { kind: 'star' }), [': has none of the forms allowed here'])
})

test('errors as Ajv spells them are told alike', () => {
  const schema = Type.Object({ a: Type.String() }, { additionalProperties: false })
  const at = { instancePath: '', schemaPath: '#/required' }
  const problems = problemsOf(schema, [
    { ...at, keyword: 'required', params: { missingProperty: 'a' } },
    { ...at, keyword: 'additionalProperties', params: { additionalProperty: 'b' } },
  ])
  assert.deepEqual(
    problems.map((it) => `${it.path}: ${it.reason.en}`),
    ['/a: is required', '/b: is not a known field'],
  )
})

test('a text that must be of a form and is empty is told so once', () => {
  const schema = Type.Object({ name: Type.String({ minLength: 1, pattern: '\\S' }) })
  assert.deepEqual(
    fieldProblems(schema, { name: '' }).map((it) => it.reason.en),
    ['must not be empty'],
  )
  assert.deepEqual(
    fieldProblems(schema, { name: ' ' }).map((it) => it.reason.en),
    ['is not of the right form'],
  )
})

test('a schema that is asked often is compiled, and says the same', () => {
  for (const [name, schema, value] of CASES) {
    const first = told(schema, value)
    for (let asked = 0; asked < 120; asked++) assert.deepEqual(told(schema, value), first, name)
  }
})
