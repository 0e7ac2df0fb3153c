import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { parseVoucherCode, VOUCHER_RANDOM_BYTES, voucherCode } from './voucher-code.ts'

const random = seeded(3)
const chance = () =>
  Buffer.from(Array.from({ length: VOUCHER_RANDOM_BYTES }, () => Math.floor(random(256))))

test('a code is read however it is typed, and a wrong character or two changed places are found', () => {
  for (let at = 0; at < 200; at++) {
    const code = voucherCode(chance())
    assert.match(code, /^(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z*~$=U]$/)
    assert.equal(parseVoucherCode(code), code)
    const plain = code.replaceAll('-', '')
    assert.equal(parseVoucherCode(` ${plain.toLowerCase()} `), code)
    for (let place = 0; place < plain.length - 1; place++) {
      const other = plain[place] === '7' ? '8' : '7'
      const wrong = plain.slice(0, place) + other + plain.slice(place + 1)
      assert.equal(parseVoucherCode(wrong), undefined, `${wrong} for ${plain}`)
      const [a = '', b = ''] = [plain[place], plain[place + 1]]
      if (a === b || place === plain.length - 2) continue
      const swapped = plain.slice(0, place) + b + a + plain.slice(place + 2)
      assert.equal(parseVoucherCode(swapped), undefined, `${swapped} for ${plain}`)
    }
  }
})

test('what is no code is none', () => {
  for (const it of [
    '',
    'A',
    '0'.repeat(16),
    '0'.repeat(18),
    `${'*'.repeat(16)}0`,
    '一'.repeat(17),
  ]) {
    assert.equal(parseVoucherCode(it), undefined)
  }
  assert.equal(parseVoucherCode('OOOO-0000-oooo-0000-O'), '0000-0000-0000-0000-0')
})
