import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  furnish,
  label,
  must,
  openIdentifierWorld,
  PRODUCT,
} from '../../../test/support/identifier-world.ts'
import { matches } from '../../lib/schema-problems.ts'
import type { PrefixKey } from '../handle.ts'
import { type CompiledTemplate, compileTemplate, isWrong, uniqueClaims } from './compiled.ts'
import { completed, templateProblems } from './define.ts'
import { checkExtension } from './extension.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { fieldsObject, readFields } from './read.ts'
import type { FieldWish, TemplateWish } from './stored-template.ts'
import type { Template } from './template.ts'

const BASE = '/api/v1/templates'
const PLACE = { prefix: '88.100.1' as PrefixKey, name: 'product', version: 1 }
const wish = (...fields: FieldWish[]): TemplateWish => ({ label: label('T', '模板'), fields })
const field = (name: string, more: Partial<FieldWish> = {}): FieldWish => ({
  name,
  type: 'text',
  label: label(name, '字段'),
  ...more,
})
const make = (...fields: FieldWish[]): Template => completed(wish(...fields), PLACE)
const OPTIONS = [
  { value: 'r', label: label('Red', '红') },
  { value: 'b', label: label('Blue', '蓝') },
]
const RICH = make(
  field('name', { required: true }),
  field('page', { type: 'url' }),
  field('manual', { type: 'url' }),
  field('weight', { type: 'number', unit: 'kg', minimum: 0, maximum: 100 }),
  field('made', { type: 'date' }),
  field('tested', { type: 'boolean' }),
  field('colour', { type: 'enumeration', options: OPTIONS }),
  field('code', { pattern: '[A-Z]\\d+', charsMax: 10, unique: true, public: false }),
  field('whole', { type: 'reference' }),
  field('picture', { type: 'file' }),
  field('sizes', { type: 'list', element: { type: 'number', minimum: 1 } }),
  field('shades', { type: 'list', element: { type: 'enumeration', options: OPTIONS } }),
)
const FULL = {
  name: 'Pump',
  page: 'https://a.example/',
  manual: 'https://a.example/m.pdf',
  weight: 12.5,
  made: '2024-01-05',
  tested: true,
  colour: 'r',
  code: 'A1',
  whole: '88.100.1/line',
  picture: 'f1',
  sizes: [1, 2.5],
  shades: ['r', 'b'],
}

function read(compiled: CompiledTemplate, given: Record<string, unknown>, includeProtected = true) {
  const bound = compiled.parseFields(given)
  assert.ok(!isWrong(bound), JSON.stringify(isWrong(bound) && bound.problems))
  return readFields(compiled.template, bound, { includeProtected })
}

test('indexes and value types are given in order; the first address is the URL', () => {
  assert.deepEqual(
    RICH.fields.slice(0, 4).map((it) => [it.name, it.index, it.handleType]),
    [
      ['name', 2000, 'name'],
      ['page', 2001, 'URL'],
      ['manual', 2002, 'manual'],
      ['weight', 2003, 'weight'],
    ],
  )
  assert.deepEqual(templateProblems(RICH), [])
})

test('what is written by a template is read back typed and labelled', () => {
  const compiled = compileTemplate(RICH)
  const whole = read(compiled, FULL)
  assert.deepEqual(fieldsObject(whole), FULL)
  const byName = new Map(whole.fields.map((it) => [it.name, it]))
  assert.equal(byName.get('weight')?.unit, 'kg')
  assert.deepEqual(byName.get('colour')?.choice, label('Red', '红'))
  assert.deepEqual(
    byName.get('shades')?.choices,
    OPTIONS.map((it) => it.label),
  )
  assert.equal(byName.get('code')?.public, false)
  const { code: _, ...open } = FULL
  assert.deepEqual(fieldsObject(read(compiled, FULL, false)), open)
})

test('people’s spellings in both languages come to the same values', () => {
  const compiled = compileTemplate(RICH)
  const zh = {
    ...FULL,
    made: '2024年1月5日',
    tested: '是',
    colour: '红',
    shades: '红；蓝',
    sizes: '1;2.50',
  }
  assert.deepEqual(fieldsObject(read(compiled, zh)), FULL)
  const bind = compiled.bind(Object.keys(FULL))
  const cells = Object.values({ ...zh, weight: '1.25E1' }).map(String)
  assert.deepEqual(bind(cells), compiled.parseFields(FULL))
})

test('values that are no field, not text or of another type are left to the caller as they are', () => {
  const admin = { index: 100, type: 'HS_ADMIN', data: new Uint8Array([1]) }
  const strange = { index: 2003, type: 'other', data: 'x' }
  const broken = { index: 2010, type: 'sizes', data: '[1' }
  const secret = { index: 2000, type: 'name', data: 'x', permissions: 0 }
  const values = [admin, strange, broken, secret]
  const { fields, others } = readFields(RICH, values, { includeProtected: true })
  assert.deepEqual(fields, [])
  assert.deepEqual(others, [admin, strange, broken], 'no read bit at all: it never leaves')
})

test('every wrong field is told at once with its path', () => {
  const compiled = compileTemplate(RICH)
  const wrong = {
    weight: 101,
    made: 'x',
    tested: 2,
    colour: 5,
    sizes: [0],
    'a/b~c': 1,
    code: { a: 1 },
  }
  const bound = compiled.parseFields(wrong, '/fields')
  assert.ok(isWrong(bound))
  assert.deepEqual(bound.problems.map((it) => it.path).sort(), [
    '/fields/a~1b~0c',
    '/fields/code',
    '/fields/colour',
    '/fields/made',
    '/fields/name',
    '/fields/sizes',
    '/fields/tested',
    '/fields/weight',
  ])
})

test('numbers that JSON has already spoilt are refused, as text they are kept', () => {
  const compiled = compileTemplate(make(field('n', { type: 'number' }), field('t')))
  assert.ok(isWrong(compiled.parseFields({ n: 2 ** 60 })))
  assert.ok(isWrong(compiled.parseFields({ t: 5 })))
  const kept = read(compiled, { n: '1152921504606846976', t: '5' })
  assert.deepEqual(fieldsObject(kept), { n: '1152921504606846976', t: '5' })
})

test('cells: empty is absent, and what a spreadsheet has rounded is refused in text', () => {
  const compiled = compileTemplate(make(field('code'), field('n', { type: 'number' })))
  const bind = compiled.bind(['', 'n', 'code'])
  assert.deepEqual(bind(['ignored', '', ' ']), [])
  assert.deepEqual(bind(['ignored']), [])
  const spoilt = bind(['', '1.2E+11', '1.2E+11'])
  assert.ok(isWrong(spoilt))
  assert.deepEqual(
    spoilt.problems.map((it) => it.path),
    ['/code'],
  )
  const read = bind(['', '1.2E+11', 'E+11'])
  assert.ok(!isWrong(read))
  assert.deepEqual(
    read.map((it) => it.data),
    ['E+11', '120000000000'],
  )
})

test('columns that do not fit are told before the first line', () => {
  const compiled = compileTemplate(
    make(field('a', { required: true }), field('b'), field('c', { disabled: true })),
  )
  for (const columns of [['b'], ['a', 'a'], ['a', 'x'], ['a', 'c']]) {
    assert.throws(() => compiled.bind(columns), { code: 'invalid-input' }, columns.join())
  }
  compiled.bind(['b', '', '', 'a'])
})

test('claims name template, field and value; long values are claimed by their digest', () => {
  const compiled = compileTemplate(RICH)
  const bound = compiled.parseFields(FULL)
  assert.ok(!isWrong(bound))
  assert.deepEqual(uniqueClaims(RICH, bound), ['product/code=A1'])
  const long = make(field('u', { unique: true }))
  const claims = ['x', 'y'].map((end) => {
    const values = compileTemplate(long).parseFields({ u: 'u'.repeat(500) + end })
    return isWrong(values) ? [] : uniqueClaims(long, values)
  })
  assert.match(claims[0]?.[0] ?? '', /^product\/u=sha256:[0-9a-f]{64}$/)
  assert.notDeepEqual(claims[0], claims[1])
})

test('a definition that cannot work is refused with the place and the reason', () => {
  const table: readonly [string, FieldWish[]][] = [
    ['/fields/1/name', [field('a'), field('A')]],
    ['/fields/1/index', [field('a', { index: 5 }), field('b', { index: 5 })]],
    ['/fields/0/index', [field('a', { index: 100 })]],
    ['/fields/0/index', [field('a', { index: 1000 })]],
    ['/fields/0/handleType', [field('a', { handleType: 'X.' })]],
    ['/fields/0/handleType', [field('a', { handleType: 'hs_admin' })]],
    ['/fields/0/pattern', [field('a', { pattern: '(a+)+' })]],
    ['/fields/0/pattern', [field('a', { type: 'number', pattern: 'a' })]],
    ['/fields/0/unit', [field('a', { unit: 'kg' })]],
    ['/fields/0/options', [field('a', { type: 'enumeration' })]],
    [
      '/fields/0/options/1',
      [
        field('a', {
          type: 'enumeration',
          options: [OPTIONS[0], { value: '红', label: label('x') }] as never,
        }),
      ],
    ],
    ['/fields/0/maximum', [field('a', { type: 'number', minimum: 2, maximum: 1 })]],
    ['/fields/0/element/type', [field('a', { type: 'list', element: { type: 'list' } })]],
    [
      '/fields/0/element/pattern',
      [field('a', { type: 'list', element: { type: 'text', pattern: '(' } })],
    ],
    ['/fields/0/element', [field('a', { element: { type: 'text' } })]],
  ]
  for (const [path, fields] of table) {
    const paths = templateProblems(make(...fields)).map((it) => it.path)
    assert.ok(paths.includes(path), `${path} in ${paths.join()}`)
  }
})

test('a version may only extend the one before', () => {
  const next = (...fields: FieldWish[]) =>
    checkExtension(OLD, completed(wish(...fields), { ...PLACE, version: 2 }, OLD)).map(
      (it) => it.path,
    )
  const number = (more: Partial<FieldWish> = {}): FieldWish =>
    field('n', { type: 'number', unit: 'kg', minimum: 1, maximum: 9, required: true, ...more })
  const choice = field('c', { type: 'enumeration', options: OPTIONS })
  const code = (more: Partial<FieldWish> = {}): FieldWish =>
    field('t', { pattern: 'a+', charsMax: 10, unique: true, public: false, ...more })
  const OLD = make(number(), choice, code())
  const allowed: FieldWish[][] = [
    [number(), choice, code()],
    [code(), number(), choice],
    [number({ minimum: 0, maximum: 10, required: false }), choice, code()],
    [number({ label: label('New name', '新名称') }), choice, code({ disabled: true })],
    [number(), choice, code({ charsMax: 20, unique: false })],
    [
      number(),
      { ...choice, options: [...OPTIONS, { value: 'g', label: label('G', '绿') }] },
      code(),
    ],
    [number(), choice, code(), field('new', { unique: true })],
  ]
  for (const fields of allowed) assert.deepEqual(next(...fields), [])
  const noPattern = field('t', { charsMax: 10, unique: true, public: false })
  assert.deepEqual(next(number(), choice, noPattern), [])
  const refused: [string, FieldWish[]][] = [
    ['/fields', [number(), choice]],
    ['/fields/0/minimum', [number({ minimum: 2 }), choice, code()]],
    ['/fields/0/maximum', [number({ maximum: 8 }), choice, code()]],
    ['/fields/0/unit', [number({ unit: 'g' }), choice, code()]],
    ['/fields/0/index', [number({ index: 7 }), choice, code()]],
    ['/fields/1/required', [number(), { ...choice, required: true }, code()]],
    ['/fields/1/unique', [number(), { ...choice, unique: true }, code()]],
    ['/fields/1/options', [number(), { ...choice, options: [OPTIONS[0]] as never }, code()]],
    ['/fields/2/charsMax', [number(), choice, code({ charsMax: 9 })]],
    ['/fields/2/pattern', [number(), choice, code({ pattern: 'b+' })]],
    ['/fields/2/public', [number(), choice, code({ public: true })]],
    ['/fields/2/type', [number(), choice, { ...noPattern, type: 'url' }]],
    ['/fields/3/required', [number(), choice, code(), field('new', { required: true })]],
  ]
  for (const [path, fields] of refused) {
    const paths = next(...fields)
    assert.ok(paths.includes(path), `${path} in ${paths.join()}`)
  }
})

test('whatever an older version allowed, an extension of it allows too', () => {
  const limits = fc.record({
    minimum: fc.integer({ min: -5, max: 5 }),
    span: fc.nat(9),
    chars: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(
      limits,
      limits,
      fc.integer({ min: -9, max: 20 }),
      fc.string({ maxLength: 12 }),
      (a, b, n, t) => {
        const [older, newer] = [a, b].map(({ minimum, span, chars }, at) =>
          completed(
            wish(
              field('n', { type: 'number', minimum, maximum: minimum + span }),
              field('t', { charsMax: chars }),
              field('l', { type: 'list', element: { type: 'text', charsMax: chars } }),
            ),
            { ...PLACE, version: at + 1 },
          ),
        )
        if (older === undefined || newer === undefined || checkExtension(older, newer).length > 0)
          return
        const given = { n, t, l: [t] }
        const before = compileTemplate(older).parseFields(given)
        if (!isWrong(before)) assert.deepEqual(compileTemplate(newer).parseFields(given), before)
      },
    ),
    { numRuns: 2000 },
  )
})

test('the JSON Schema of a template accepts what its records answer, and refuses what is wrong', () => {
  const schema = jsonSchemaOf(RICH)
  assert.ok(matches(schema as never, FULL))
  for (const wrong of [
    {},
    { ...FULL, x: 1 },
    { ...FULL, weight: -1 },
    { ...FULL, tested: 'x' },
    { ...FULL, code: 'a' },
  ]) {
    assert.ok(!matches(schema as never, wrong), JSON.stringify(wrong))
  }
})

test('drafts are changed and published; a published version never changes, the next one extends it', async () => {
  await using it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', '/api/v1/prefixes', { body: { enterprise: 'A' } }))
  const draft = await must(it.ask('ann', 'POST', BASE, { body: PRODUCT }))
  assert.deepEqual([draft.id, draft.state], ['product@1', 'draft'])
  const at = `${BASE}/88.100.1/product`
  const body = { label: PRODUCT.label, fields: PRODUCT.fields }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: PRODUCT })).status, 409)
  const use = { handle: '88.100.1/x', template: 'product', fields: { name: 'x' } }
  assert.equal((await it.ask('ann', 'POST', '/api/v1/identifiers', { body: use })).status, 404)
  await must(it.ask('ann', 'PUT', `${at}/1`, { body: { ...body, revision: 1 } }))
  assert.equal(
    (await it.ask('ann', 'PUT', `${at}/1`, { body: { ...body, revision: 1 } })).status,
    409,
  )
  assert.equal((await it.ask('abe', 'POST', `${at}/1/publish`)).status, 403)
  assert.equal((await must(it.ask('ann', 'POST', `${at}/1/publish`))).state, 'published')
  for (const [method, url] of [
    ['PUT', `${at}/1`],
    ['POST', `${at}/1/publish`],
    ['DELETE', `${at}/1`],
  ] as const) {
    const given = method === 'PUT' ? { body } : {}
    assert.equal((await it.ask('ann', method, url, given)).status, 409, `${method} ${url}`)
  }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body: use }))
  const broken = { body: { ...body, fields: body.fields.slice(1) } }
  assert.equal((await it.ask('ann', 'POST', `${at}/versions`, broken)).status, 422)
  const second = await must(it.ask('ann', 'POST', `${at}/versions`))
  assert.deepEqual([second.version, second.state, second.fields], [2, 'draft', draft.fields])
  assert.equal((await it.ask('ann', 'POST', `${at}/versions`)).status, 409, 'one draft at a time')
  const colour = { name: 'colour', type: 'text', label: label('Colour', '颜色') }
  const extended = { body: { ...body, fields: [...body.fields, colour] } }
  const changed = await must(it.ask('ann', 'PUT', `${at}/2`, extended))
  assert.equal(changed.fields.at(-1).index, 2006)
  await must(it.ask('ann', 'POST', `${at}/2/publish`))
  assert.equal((await must(it.ask('abe', 'GET', at))).version, 2)
  const patch = { body: { template: 'product@2', fields: { colour: 'red' } } }
  const moved = await must(it.ask('ann', 'PATCH', '/api/v1/identifiers/88.100.1/x', patch))
  assert.deepEqual([moved.template, moved.fields], ['product@2', { name: 'x', colour: 'red' }])
})

test('by a withdrawn version nothing new is registered, what was made by it can still be changed', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  const body = { handle: '88.100.1/x', template: 'product@1', fields: { name: 'x' } }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  const withdraw = `${BASE}/88.100.1/product/1/withdraw`
  await must(it.ask('ann', 'POST', withdraw))
  assert.equal((await it.ask('ann', 'POST', withdraw)).status, 409)
  const other = { ...body, handle: '88.100.1/y' }
  assert.equal((await it.ask('ann', 'POST', '/api/v1/identifiers', { body: other })).status, 409)
  const patch = { body: { fields: { name: 'z' } } }
  const { fields } = await must(it.ask('ann', 'PATCH', '/api/v1/identifiers/88.100.1/x', patch))
  assert.deepEqual(fields, { name: 'z' })
})

test('derived prefixes use the templates above them, whose names they cannot take', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  await must(it.ask('ann', 'POST', '/api/v1/prefixes/88.100.1/derive', { body: { segment: 'l' } }))
  const body = { handle: '88.100.1.l/x', template: 'product', fields: { name: 'x', serial: '1' } }
  const made = await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  assert.equal(made.fields.serial, '1')
  const own = { ...PRODUCT, prefix: '88.100.1.l' }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: own })).status, 409)
  const { items } = await must(it.ask('abe', 'GET', `${BASE}?prefix=88.100.1.l`))
  assert.deepEqual(
    items.map((item: { prefix: string }) => item.prefix),
    ['88.100.1'],
  )
  await must(it.ask('abe', 'GET', `${BASE}/88.100.1.l/product/1`))
  const common = { ...PRODUCT, prefix: '88.100', name: 'common' }
  await must(it.ask('operator', 'POST', BASE, { body: common }))
  await must(it.ask('operator', 'POST', `${BASE}/88.100/common/1/publish`))
  const shared = { handle: '88.100.2/x', template: 'common', fields: { name: 'x' } }
  await must(it.ask('bob', 'POST', '/api/v1/identifiers', { body: shared }))
  assert.equal((await it.ask('bob', 'POST', `${BASE}/88.100/common/1/withdraw`)).status, 404)
  const mixed = { ...shared, handle: '88.100.2/y', template: 'product' }
  assert.equal((await it.ask('bob', 'POST', '/api/v1/identifiers', { body: mixed })).status, 404)
})

test('a draft can be thrown away', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  await must(it.ask('ann', 'POST', `${BASE}/88.100.1/product/versions`))
  assert.equal((await it.ask('ann', 'DELETE', `${BASE}/88.100.1/product/2`)).status, 204)
  assert.equal((await it.ask('ann', 'GET', `${BASE}/88.100.1/product/2`)).status, 404)
})
