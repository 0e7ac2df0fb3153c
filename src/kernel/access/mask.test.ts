import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskEmail, maskIdNumber, maskName, maskPhone } from './mask.ts'

const cases: readonly [(text: string) => string, string, string][] = [
  [maskPhone, '13812345678', '138****5678'],
  [maskPhone, '138 1234 5678', '138****5678'],
  [maskPhone, '+86-138-1234-5678', '+86-138****5678'],
  [maskPhone, '+8613812345678', '+86138****5678'],
  [maskPhone, '0755-26001234', '0755-****34'],
  [maskPhone, '010-65001234', '010-****34'],
  [maskPhone, '+44 20 7946 0958', '***58'],
  [maskPhone, '110', '***'],
  [maskPhone, '', '***'],
  [maskName, '张三丰', '张**'],
  [maskName, '张三', '张*'],
  [maskName, '张', '张*'],
  [maskName, 'John  Smith', 'J*** S***'],
  [maskName, '𠮷田', '𠮷*'],
  [maskName, '', ''],
  [maskIdNumber, '11010519491231002X', '1****************X'],
  [maskIdNumber, '1234', '***'],
  [maskEmail, 'zhang.san@example.com', 'z***@example.com'],
  [maskEmail, '"a@b"@example.com', '"***@example.com'],
  [maskEmail, 'not an address', '***'],
]

for (const [mask, given, shown] of cases) {
  test(`${mask.name} shows ${JSON.stringify(given)} as ${JSON.stringify(shown)}`, () => {
    assert.equal(mask(given), shown)
  })
}
