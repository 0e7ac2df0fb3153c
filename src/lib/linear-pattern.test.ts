import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileLinear, matchWhole, TooMuchWork } from './linear-pattern.ts'
import { WrongPattern } from './pattern-tree.ts'

const ENOUGH = 1_000_000
const match = (pattern: string, text: string, isCaseless = false) =>
  matchWhole(compileLinear(pattern, isCaseless), text, { steps: ENOUGH })

const TAKEN: readonly (readonly [string, string, readonly (string | undefined)[]])[] = [
  ['', '', []],
  ['abc', 'abc', []],
  ['a|bc|', 'bc', []],
  ['a|bc|', '', []],
  ['(a)(b)?', 'a', ['a', undefined]],
  ['(a*)(a*)', 'aaa', ['aaa', '']],
  ['(a*?)(a*)', 'aaa', ['', 'aaa']],
  ['(a+?)(a+)', 'aaa', ['a', 'aa']],
  ['(a|ab)(c|bcd)?(d*)', 'abcd', ['a', 'bcd', '']],
  ['(?:(a)|b)*', 'ab', ['a']],
  ['(a*)*', 'aa', ['aa']],
  ['((a)|(b))+', 'ab', ['b', 'a', 'b']],
  ['x{0}y', 'y', []],
  [`${'(?:'.repeat(9)}x{0}${'){1000}'.repeat(9)}y`, 'y', []],
  ['(ab){2,3}', 'ababab', ['ab']],
  ['a{2,}', 'aaaa', []],
  ['box\\(([^,]*),([^,]*)\\)', 'box(1,二)', ['1', '二']],
  ['[a-c\\d_\\-]+', 'b7_-', []],
  ['[^\\s/]+', 'a中', []],
  ['[]a]+', ']a', []],
  ['[a-z&&[^aeiou]]+', 'xyz', []],
  ['[a-]+', 'a-', []],
  ['\\Qa.b\\E.', 'a.bc', []],
  ['\\x41\\u4e2d\\x{1F600}', 'A中😀', []],
  ['.', '😀', []],
  ['\\p{Alpha}\\P{Digit}\\p{IsHan}\\p{L}', 'a-中é', []],
  ['^\\Aab\\b.*$', 'ab cd', []],
  ['(?<name>a)(?:b)', 'ab', ['a']],
  ['(?s)a.b', 'a\nb', []],
  ['(?i:A)b', 'ab', []],
]
for (const [pattern, text, groups] of TAKEN) {
  test(`${pattern} takes all of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(match(pattern, text), [text, ...groups])
  })
}

const LEFT: readonly (readonly [string, string])[] = [
  ['b', 'abc'],
  ['abc', 'ab'],
  ['a.b', 'a\nb'],
  ['a{2}', 'aaa'],
  ['[a-z&&[^aeiou]]', 'a'],
  ['a\\bb', 'ab'],
  ['a$b', 'ab'],
  ['(?i:a)b', 'AB'],
  ['é', 'É'],
]
for (const [pattern, text] of LEFT) {
  test(`${pattern} is not all of ${JSON.stringify(text)}`, () => {
    assert.equal(match(pattern, text), undefined)
  })
}

test('case is as little in the way as in Java where it is not to count', () => {
  for (const [pattern, text] of [
    ['ext', 'EXT'],
    ['É[a-z]', 'éZ'],
    ['[^a]', 'B'],
  ] as const) {
    assert.ok(match(pattern, text, true), pattern)
  }
  assert.equal(match('[^a]', 'A', true), undefined)
})

test('what takes as long as it likes elsewhere takes as long as the text here', () => {
  const left = { steps: ENOUGH }
  const pattern = compileLinear('(a|a)*(a*)*(?:a+)+b')
  assert.equal(matchWhole(pattern, 'a'.repeat(2_000), left), undefined)
  assert.ok(left.steps > 0)
  assert.throws(() => matchWhole(pattern, 'a'.repeat(2_000), { steps: 1_000 }), TooMuchWork)
})

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['((', /not closed/],
  ['a)', /closing bracket/],
  ['[a', /set is not closed/],
  ['*a', /nothing to repeat/],
  ['a**', /repetition of a repetition/],
  ['a*+', /gives nothing back/],
  ['(?>a)', /flag > is not taken/],
  ['a(?=b)', /looking around/],
  ['(?<!a)b', /looking around/],
  ['(a)\\1', /references back/],
  ['\\k<n>', /references back/],
  ['\\y', /not known/],
  ['\\p{Nothing}', /not known/],
  ['\\', /ends too early/],
  ['a{3,2}', /at most 1000 times/],
  ['a{1001}', /at most 1000 times/],
  ['a{x}', /\{2\}, \{2,\} or \{2,5\}/],
  ['(a{1000}){1000}', /repeats too much/],
  ['[z-a]', /behind its end/],
  ['a'.repeat(1_001), /at most 1000 characters/],
  ['('.repeat(40), /32 deep/],
]
for (const [pattern, reason] of WRONG) {
  test(`refused: ${pattern.slice(0, 20)}`, () => {
    assert.throws(
      () => compileLinear(pattern),
      (error) => error instanceof WrongPattern && reason.test(error.message),
    )
  })
}
