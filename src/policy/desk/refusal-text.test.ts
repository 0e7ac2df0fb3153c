import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FEN, refusalText } from './refusal-text.ts'

const text = { en: 'as the kernel says', zh: '内核原文' }

test('what a ledger does not hold is told in yuan with its digits in groups', () => {
  const told = refusalText({
    ...({ code: 'not-covered', key: 'k', account: 'available', text } as const),
    ...{ holds: 90n, asked: 123_456_789_00n },
  })
  assert.match(told.en, /123,456,789 yuan .* \(available\), which is 0\.90 yuan/)
  assert.equal(told.zh, '需从“可用”支出 123,456,789 元，余额为 0.90 元')
})

test('a limit in fen is told in yuan, one of places as the kernel says it', () => {
  const of = {
    ...({ code: 'exhausted', quota: 'q', text, isApproximate: false } as const),
    ...{ limit: 100_000n, taken: 100_000n, left: 0n, asked: 50n },
  } as const
  assert.match(refusalText({ ...of, unit: FEN }).en, /^Of 1,000 yuan, 1,000 were taken; 0\.50 /)
  assert.equal(refusalText({ ...of, unit: { en: 'places', zh: '个名额' } }), text)
})
