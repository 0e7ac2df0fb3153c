import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../../lib/problem.ts'
import { type Canonical, canonicalFor, typedValue, type ValueRule } from './canonical.ts'
import { canonicalDecimal, compareDecimals } from './decimal.ts'
import { compilePattern, PATTERN_INPUT_CHARS_MAX } from './pattern.ts'

const OPTIONS = [
  { value: 'red', label: { en: 'Bright Red', zh: '红' } },
  { value: 'blue', label: { en: 'Blue', zh: '蓝' } },
]

/** What is written, and its canonical text; undefined: refused. */
const CASES: readonly [ValueRule, readonly [string, string | undefined][]][] = [
  [
    { type: 'text' },
    [
      ['Pump', 'Pump'],
      [' 水泵 ', ' 水泵 '],
      ['a\tb\nc', 'a\tb\nc'],
      ['a\u0000b', undefined],
      ['\ud800', undefined],
      ['x'.repeat(4000), 'x'.repeat(4000)],
      ['x'.repeat(4001), undefined],
      ['𠮷'.repeat(4000), '𠮷'.repeat(4000)],
    ],
  ],
  [
    { type: 'text', pattern: '[A-Z]{2}-\\d+' },
    [
      ['AB-1', 'AB-1'],
      ['xAB-1', undefined],
      ['AB-1\n', undefined],
      [`AB-${'1'.repeat(PATTERN_INPUT_CHARS_MAX)}`, undefined],
    ],
  ],
  [
    { type: 'number' },
    [
      ['12', '12'],
      ['+012.500', '12.5'],
      ['-0', '0'],
      ['-0.0', '0'],
      ['.5', '0.5'],
      ['5.', '5'],
      [' 7 ', '7'],
      ['1.2E+11', '120000000000'],
      ['1.25e-3', '0.00125'],
      ['-12e2', '-1200'],
      ['0e999', '0'],
      ['123456789012345678901234567890.1', '123456789012345678901234567890.1'],
      ['1e401', undefined],
      ['1e999999', undefined],
      ['1,234', undefined],
      ['12 kg', undefined],
      ['.', undefined],
      ['', undefined],
      ['NaN', undefined],
      ['0x10', undefined],
      ['１２', undefined],
    ],
  ],
  [
    { type: 'number', minimum: -1.5, maximum: 10 },
    [
      ['-1.5', '-1.5'],
      ['-1.50000000000000000001', undefined],
      ['10', '10'],
      ['10.00000000000000000001', undefined],
      ['9.99999999999999999999', '9.99999999999999999999'],
      ['1e300', undefined],
    ],
  ],
  [
    { type: 'date' },
    [
      ['2024-01-05', '2024-01-05'],
      ['2024/1/5', '2024-01-05'],
      ['2024.1.5', '2024-01-05'],
      ['2024年1月5日', '2024-01-05'],
      ['20240105', '2024-01-05'],
      ['2024-02-29', '2024-02-29'],
      ['2023-02-29', undefined],
      ['1900-02-29', undefined],
      ['2000-02-29', '2000-02-29'],
      ['2024-13-01', undefined],
      ['2024-04-31', undefined],
      ['0000-01-01', undefined],
      ['5/1/2024', undefined],
      ['2024-01', undefined],
      ['2024/1/5 8:30', '2024-01-05T08:30:00'],
      ['2024年1月5日 8时30分', '2024-01-05T08:30:00'],
      ['2024年1月5日8时30分15秒', '2024-01-05T08:30:15'],
      ['2024-01-05T08:30:00Z', '2024-01-05T08:30:00Z'],
      ['2024-01-05t08:30z', undefined],
      ['2024-01-05 08:30:00.250+08:00', '2024-01-05T08:30:00.25+08:00'],
      ['2024-01-05T08:30:00+0800', '2024-01-05T08:30:00+08:00'],
      ['2024-01-05T08:30:00+00:00', '2024-01-05T08:30:00Z'],
      ['2024-01-05 08:30:00', '2024-01-05T08:30:00'],
      ['2024-01-05 08:30:00+08:00', '2024-01-05T08:30:00+08:00'],
      ['2024-01-05T08:30:00-03:30', '2024-01-05T08:30:00-03:30'],
      ['2024-01-05T08:30:00-00:00', '2024-01-05T08:30:00Z'],
      ['2024-01-05T08:30:00+15:00', undefined],
      ['2024-01-05T08:30:00+08:60', undefined],
      ['2024-01-05T24:00:00', undefined],
      ['2024-01-05T08:60:00', undefined],
      ['2024-01-05T08:30:0x', undefined],
      ['2024-02-30 08:30:00', undefined],
      ['2023-02-29', undefined],
      ['0000-01-05', undefined],
      ['2024-01-05T24:00:00', undefined],
      ['2024-01-05T08:60', undefined],
      ['2024-01-05T', undefined],
      ['2024-01-05 ', '2024-01-05'],
      ['45296', undefined],
    ],
  ],
  [
    { type: 'boolean' },
    [
      ['true', 'true'],
      ['1', 'true'],
      ['是', 'true'],
      ['YES', 'true'],
      [' no ', 'false'],
      ['否', 'false'],
      ['0', 'false'],
      ['2', undefined],
      ['maybe', undefined],
    ],
  ],
  [
    { type: 'enumeration', options: OPTIONS },
    [
      ['red', 'red'],
      ['RED ', 'red'],
      ['bright red', 'red'],
      ['红', 'red'],
      ['蓝', 'blue'],
      ['green', undefined],
    ],
  ],
  [
    { type: 'url' },
    [
      ['https://a.example', 'https://a.example/'],
      ['https://a.example/x?y=1#z', 'https://a.example/x?y=1#z'],
      ['HTTP://A.Example/产品', 'http://a.example/%E4%BA%A7%E5%93%81'],
      ['https://a.example/x/../y', 'https://a.example/y'],
      ['https://a.example/./y', 'https://a.example/y'],
      ['https://例子.中国/', 'https://xn--fsqu00a.xn--fiqs8s/'],
      ['http://1.2/x', 'http://1.0.0.2/x'],
      ['javascript:alert(1)', undefined],
      ['data:text/html,x', undefined],
      ['ftp://a.example/', undefined],
      ['https://user:pw@a.example/', undefined],
      ['a.example', undefined],
      ['https://', undefined],
      [`https://a.example/${'x'.repeat(4000)}`, undefined],
    ],
  ],
  [
    { type: 'file' },
    [
      ['f_0-Z', 'f_0-Z'],
      ['../etc/passwd', undefined],
      ['x'.repeat(65), undefined],
    ],
  ],
  [
    { type: 'reference' },
    [
      ['88.100.7/PUMP-1', '88.100.7/PUMP-1'],
      [' 88.100.7/水泵 ', '88.100.7/水泵'],
      ['PUMP-1', undefined],
      ['/x', undefined],
      [`88.1/${'x'.repeat(2048)}`, undefined],
    ],
  ],
  [
    { type: 'list' },
    [
      ['a;b； c ;', '["a","b","c"]'],
      ['["a","b;c"]', '["a","b;c"]'],
      [' [ "a" ] ', '["a"]'],
      ['["a"', undefined],
      ['[{"a":1}]', undefined],
      ['[["a"]]', undefined],
      [`[${'"x",'.repeat(1000)}"x"]`, undefined],
      [JSON.stringify(Array.from({ length: 100 }, () => 'x'.repeat(3000))), undefined],
    ],
  ],
  [
    { type: 'list', element: { type: 'number' } },
    [
      ['1;2.50', '[1,2.5]'],
      ['[1,12345678901234567890]', '[1,"12345678901234567890"]'],
      ['["12345678901234567890"]', '["12345678901234567890"]'],
      ['1;x', undefined],
    ],
  ],
  [
    { type: 'list', element: { type: 'boolean' } },
    [
      ['是;否', '[true,false]'],
      ['[true,false]', '[true,false]'],
    ],
  ],
  [{ type: 'list', separator: '|' }, [['a;b| c', '["a;b","c"]']]],
]

test('every type of field has one spelling for each value, and refuses what is none', () => {
  for (const [rule, texts] of CASES) {
    const canonical = canonicalFor(rule)
    for (const [text, expected] of texts) {
      const result = canonical(text)
      const told = `${rule.type} ${JSON.stringify(text.slice(0, 80))}`
      if (expected !== undefined) assert.equal(result, expected, told)
      else assertWrong(result, told)
      if (expected !== undefined) assert.equal(canonical(expected), expected, `${told}, again`)
    }
  }
})

function assertWrong(result: ReturnType<Canonical>, told: string): void {
  assert.ok(typeof result !== 'string', `${told} gave ${String(result)}`)
  assert.match(result.reason.en, /\w/, told)
  assert.match(result.reason.zh, /[\u4e00-\u9fff]/, told)
}

test('canonical text is a fixed point, whatever was written', () => {
  const rules = CASES.map(([rule]) => ({ rule, canonical: canonicalFor(rule) }))
  const pieces = fc.constantFrom(
    ...'0123456789+-.eE:/ZT年月日;；[]"\\ ,ax%?#@红',
    'http://',
    'https://a.b/',
    '2024-01-0',
    'T08:00:00',
    '..',
    'xn--',
    'true',
  )
  const written = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((it) => it.join('')),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
  )
  fc.assert(
    fc.property(written, fc.constantFrom(...rules), (text, { canonical }) => {
      const once = canonical(text)
      if (typeof once === 'string') assert.equal(canonical(once), once)
    }),
    { numRuns: 5000 },
  )
})

test('addresses are spelled as the WHATWG parser spells them', () => {
  const canonical = canonicalFor({ type: 'url' })
  const parts = fc.array(fc.constantFrom(...'ab0.-/~_=?&+%#;', '..', 'xn--', ':80', 'A', 'é'), {
    maxLength: 14,
  })
  fc.assert(
    fc.property(fc.constantFrom('http://', 'https://'), parts, (scheme, it) => {
      const text = scheme + it.join('')
      const result = canonical(text)
      assert.equal(typeof result === 'string' ? result : undefined, URL.parse(text)?.href)
    }),
    { numRuns: 5000 },
  )
})

test('decimals keep their value and compare exactly', () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 25 }))
    .map(([units, places]) => ({ units, places, text: `${units}e-${places}` }))
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [x, y] = [canonicalDecimal(a.text), canonicalDecimal(b.text)]
      assert.ok(x !== undefined && y !== undefined)
      assert.equal(Number(x), Number(a.text))
      const left = a.units * 10n ** BigInt(b.places)
      const right = b.units * 10n ** BigInt(a.places)
      assert.equal(Math.sign(compareDecimals(x, y)), left < right ? -1 : left > right ? 1 : 0)
    }),
  )
})

test('numbers and booleans come back typed, and numbers a double cannot hold as text', () => {
  assert.equal(typedValue('number', '12.5'), 12.5)
  assert.equal(typedValue('number', '12345678901234567890'), '12345678901234567890')
  assert.equal(typedValue('number', '0.1'), 0.1)
  assert.equal(typedValue('boolean', 'false'), false)
  assert.deepEqual(typedValue('list', '["a"]'), ['a'])
})

test('a pattern that could run away is refused, with the reason', () => {
  const refused = [
    '(a+)+',
    '(a*)*b',
    '(a|a)*',
    '(a|aa)+',
    '(?:a?){30}a{30}',
    'a?'.repeat(60),
    '(a|b)'.repeat(40),
    '\\d*\\d*\\d*\\d*x',
    '(\\d+)\\1',
    '(?<x>a)\\k<x>',
    '(?=a)b',
    '(?<!a)b',
    '(?i:a)',
    '(',
    'a)(b',
    '[',
    'a{9999}',
    'x'.repeat(201),
  ]
  for (const source of refused) {
    assert.throws(() => compilePattern(source), Problem, source)
  }
})

test('the patterns that codes need are accepted, and match whole values', () => {
  const matched: readonly [string, string, string][] = [
    ['[A-Z]{2,4}-\\d{4,8}(-[A-Z])?', 'AB-1234-X', 'AB-1234-XY'],
    ['(?:AB|CD)\\d+', 'CD1', 'EF1'],
    ['(?<year>\\d{4})[()|*+]', '2024|', '2024-'],
    ['(\\d{3}-){2}\\d{3}', '123-456-789', '123-456'],
    ['a|b', 'b', 'ab'],
    ['\\(\\d+\\)', '(1)', '1'],
    ['.*\\.pdf', 'x.pdf', 'x.pdf.exe'],
  ]
  for (const [source, right, wrong] of matched) {
    const compiled = compilePattern(source)
    assert.ok(compiled.test(right), source)
    assert.ok(!compiled.test(wrong), source)
  }
})

test('the slowest patterns that are accepted answer soon', () => {
  const started = process.threadCpuUsage()
  for (const source of ['.*.*.*x', '\\d*\\d*(?:a|b)(?:a|b)x', '(?:a|a)'.repeat(14)]) {
    compilePattern(source).test('1'.repeat(PATTERN_INPUT_CHARS_MAX))
    compilePattern(source).test('a'.repeat(PATTERN_INPUT_CHARS_MAX))
  }
  const { user, system } = process.threadCpuUsage(started)
  assert.ok((user + system) / 1000 < 2000, `${(user + system) / 1000} ms of this thread`)
})
