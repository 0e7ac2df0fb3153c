import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOrder } from './text-order.ts'

/** A number below `below`, the same in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function inOrder(texts: readonly string[]): readonly number[] {
  return texts
    .map((text, at) => ({ text, at }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.at - b.at))
    .map(({ at }) => at)
}

const LETTERS = [
  'ab',
  '\u0000a',
  'AZ09',
  'a\u007e\u007f\u0080',
  '\u007f一丁',
  '\ud800\udc00\ue000z',
]

test('texts are put in order as comparing them does, whatever they are made of', () => {
  const random = randomFrom(7)
  for (let round = 0; round < 300; round++) {
    const letters = LETTERS[random(LETTERS.length)] as string
    const start = letters.repeat(random(3))
    const texts = Array.from({ length: random(400) }, () => {
      const own = Array.from({ length: random(12) }, () => letters[random(letters.length)])
      return `${start}${own.join('')}`
    })
    assert.deepEqual([...textOrder(texts)], inOrder(texts), `round ${round}`)
  }
})

test('equal texts stay as they came, and none is as well as one', () => {
  const equal = Array.from({ length: 200 }, () => '88.1/x')
  assert.deepEqual([...textOrder(equal)], [...equal.keys()])
  assert.deepEqual([...textOrder([])], [])
  assert.deepEqual([...textOrder(['x'])], [0])
})
