import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf } from './text.ts'

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
