import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf, standingAlone } from './text.ts'

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
