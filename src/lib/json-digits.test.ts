import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDigits, isJsonObject, JsonNumber, parseDigits } from './json-digits.ts'

test('numbers keep the digits they were written with', () => {
  const text =
    '{"a":[0.1,1e7,123456789012345678901234567890.12,-0],"b":null,"c":"1","d":{"e":true}}'
  assert.equal(formatDigits(parseDigits(text)), text)
})

test('a number is neither an object nor a list', () => {
  const value = parseDigits('1')
  assert.ok(value instanceof JsonNumber)
  assert.equal(isJsonObject(value), false)
  assert.equal(isJsonObject(parseDigits('[]')), false)
  assert.equal(isJsonObject(parseDigits('null')), false)
  assert.equal(isJsonObject(parseDigits('{}')), true)
})

test('what is no JSON is refused as JSON.parse refuses it', () => {
  assert.throws(() => parseDigits('{a:1}'), SyntaxError)
})
