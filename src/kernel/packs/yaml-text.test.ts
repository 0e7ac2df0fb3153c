import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALIASES_MAX, DEPTH_MAX, FILE_BYTES_MAX, NODES_MAX } from './limits.ts'
import { readYaml } from './yaml-text.ts'

const faultsOf = (text: string) =>
  readYaml(text).faults.map((it) => `${it.line}:${it.column}: ${it.reason.en}`)

test('a text of the core schema is plain values', () => {
  const { value, faults } = readYaml(
    'id: A-1\nyes: yes\ncount: 0x10\nnothing: ~\nlist: [1, 2.5, true, "3"]\ntext: |\n  两行\n  文本\n',
  )
  assert.deepEqual(faults, [])
  assert.deepEqual(value, {
    id: 'A-1',
    yes: 'yes', // YAML 1.2: no word but true and false is a truth value
    count: 16,
    nothing: null,
    list: [1, 2.5, true, '3'],
    text: '两行\n文本\n',
  })
})

test('every value and every name has its place', () => {
  const read = readYaml('a:\n  - b: 1\n    "c/d": 二\n  - &x [ 7 ]\n  - *x\n')
  assert.deepEqual(read.at('/a/0/b'), { line: 2, column: 8 })
  assert.deepEqual(read.at('/a/0/b', 'key'), { line: 2, column: 5 })
  assert.deepEqual(read.at('/a/0/c~1d'), { line: 3, column: 12 })
  assert.deepEqual(read.at('/a/2/0'), { line: 4, column: 10 })
  assert.deepEqual(read.at('/a/0/missing'), { line: 2, column: 5 })
})

test('a name of JavaScript’s own is a name like others', () => {
  const { value } = readYaml('__proto__: {polluted: true}\nconstructor: 1\n')
  assert.deepEqual(Object.keys(value as object), ['__proto__', 'constructor'])
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

const WRONG: readonly [string, string, RegExp][] = [
  ['a field twice', 'a: 1\na: 2\n', /^2:1: the field stands here twice/],
  ['an open bracket', 'a: [1, 2\nb: 3\n', /^2:1: /],
  ['a tab', 'a:\n\tb: 1\n', /^2:1: is indented by a tab/],
  ['an unknown tag', 'a: !!js/function "x"\n', /^1:4: the tag/],
  ['a tag of an extended schema', 'a: !!binary aGk=\n', /^1:4: the tag/],
  ['a tag of one’s own', '%TAG ! tag:x.example:\n---\na: !y 1\n', /^3:4: the tag/],
  ['a merge key', 'a: &x {b: 1}\nc:\n  <<: *x\n', /^3:3: merge keys are not used/],
  ['an alias of nothing', 'a: *x\n', /^1:4: there is no anchor/],
  ['two documents', 'a: 1\n---\nb: 2\n', /^2:1: a file holds one document/],
  ['nothing', '# only a comment\n', /^1:1: is empty/],
  ['a name that is no text', '1: a\n', /^1:1: the name of a field must be text/],
  ['a list as a name', '? [a]\n: 1\n', /^1:3: the name of a field must be text/],
  ['infinity', 'a: .inf\n', /^1:4: is no number that is held exactly/],
  ['a number too large', 'a: 9007199254740993\n', /^1:4: is no number that is held exactly/],
]
for (const [name, text, expected] of WRONG) {
  test(`${name} is a fault at its place`, () => {
    assert.match(faultsOf(text)[0] ?? 'no fault', expected)
    assert.equal(readYaml(text).value, undefined)
  })
}

test('all faults of syntax are told at once, in both languages', () => {
  const { faults } = readYaml('a: 1\na: 2\nb: !x 3\nc: .nan\n')
  assert.deepEqual(faults.map((it) => it.line).sort(), [2, 3, 4])
  for (const { reason } of faults) assert.match(reason.zh, /[\u4e00-\u9fff]/)
})

const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`
const aliases = (count: number) => `a: &x 1\nb: [${'*x, '.repeat(count)}]\n`

const LIMITS: readonly [string, (over: boolean) => string, RegExp][] = [
  [
    'bytes',
    (over) => `a: ${'x'.repeat(FILE_BYTES_MAX - 3 + Number(over))}`,
    /^1:1: is larger than \d+ bytes/,
  ],
  ['levels', (over) => nested(DEPTH_MAX + Number(over)), /is nested deeper than \d+ levels/],
  [
    'values',
    (over) => `[${'1,'.repeat(NODES_MAX - 1 + Number(over))}]`,
    /holds more than \d+ values/,
  ],
  ['aliases', (over) => aliases(ALIASES_MAX + Number(over)), /holds more than \d+ aliases/],
]
for (const [name, make, expected] of LIMITS) {
  test(`at the limit of ${name} a text is read, one past it refused`, () => {
    assert.deepEqual(faultsOf(make(false)), [])
    assert.match(faultsOf(make(true)).join('\n'), expected)
  })
}

const BOMBS: Readonly<Record<string, string>> = {
  'brackets without end': '['.repeat(FILE_BYTES_MAX - 10),
  'braces without end': '{a: '.repeat(60_000),
  'dashes without end': '- '.repeat(120_000),
  'question marks without end': '? '.repeat(120_000),
  'ever deeper blocks': Array.from({ length: 600 }, (_, it) => `${' '.repeat(it)}a:`).join('\n'),
  'a billion laughs': [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, it) => `a${it + 1}: &a${it + 1} [${`*a${it}, `.repeat(10)}]`),
  ].join('\n'),
  'an alias of itself': 'a: &x [*x]\n',
}
for (const [name, text] of Object.entries(BOMBS)) {
  test(`${name}: refused for a limit, with little work`, () => {
    const before = process.cpuUsage()
    assert.match(faultsOf(text).join('\n'), /deeper than|more than|no anchor/)
    const { user } = process.cpuUsage(before)
    assert.ok(user < 10_000_000, `${user} µs of processor time`)
  })
}
