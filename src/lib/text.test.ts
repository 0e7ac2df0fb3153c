import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apart, languageOf, standingAlone } from './text.ts'

const cases: readonly [string | undefined, 'en' | 'zh'][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['zh', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr, zh-TW;q=0.5', 'zh'],
  ['en;q=0.3, ZH-hans;q=0.7', 'zh'],
  ['de, *;q=0.1', 'en'],
  [`${'x,'.repeat(10_000)}zh`, 'en'],
]

test('the language is the one asked for most, English where neither is', () => {
  for (const [header, language] of cases) assert.equal(languageOf(header), language, String(header))
})

test('what stands alone begins with a capital, but for what is no word', () => {
  const told = (en: string) => standingAlone({ en, zh: '' }).en
  assert.equal(told('cut to the cap'), 'Cut to the cap')
  assert.equal(told('not known: place'), 'Not known: place')
  assert.equal(told('5% of: base'), '5% of: base')
  assert.equal(told('budget_rule'), 'budget_rule')
})

test('words that turn round are held apart within a sentence, and no others are touched', () => {
  assert.equal(apart('pump 泵 7'), 'pump 泵 7')
  assert.equal(apart('مضخة'), '\u2068مضخة\u2069')
  // what would end the isolate by itself is not said
  assert.equal(apart('a\u2069\u202eb'), '\u2068a\u202eb\u2069')
})
