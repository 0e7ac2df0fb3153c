import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BatchLine } from './batch.ts'
import { encodeOutcomes, expandOutcome, packOutcomes } from './outcomes.ts'

function line(at: number, handle: string, outcome: BatchLine['outcome']): BatchLine {
  return { line: at, handle, prefix: undefined, draft: undefined, outcome, problems: [] }
}

function kept(lines: readonly BatchLine[]) {
  const entries = packOutcomes(lines).toString().trimEnd().split('\n')
  return { entries, lines: entries.flatMap((it) => [...expandOutcome(JSON.parse(it))]) }
}

test('kept outcomes tell every line with its identifier, whatever the distance between lines', () => {
  const lines = [
    line(2, '88.1/a', 'created'),
    line(4, '88.1/"泵"', 'created'),
    line(6, '88.1/c\\d', 'created'),
    line(7, '88.1/e', 'created'),
    line(8, '88.1/f', 'unchanged'),
    line(9, '88.1/g', 'refused'),
    line(10, '88.1/h', 'updated'),
  ]
  assert.deepEqual(
    kept(lines).lines.map((it) => [it.line, it.outcome, it.handle]),
    lines.map((it) => [it.line, it.outcome, it.handle]),
  )
})

test('outcomes are told as JSON has them, whatever the identifiers are made of', () => {
  const handles = ['88.1/a b', '88.1/"泵\\', '88.1/\u0001\u007f', '88.1/\ud800x', '88.1/😀', '']
  const numbers = [0, 9, 10, 2_147_483_647, 2_147_483_648, Number.MAX_SAFE_INTEGER]
  const lines = handles.map((it, i) => line(numbers[i] ?? 0, it, 'unchanged'))
  assert.equal(
    Buffer.from(encodeOutcomes(lines, 'all', 'en')).toString(),
    lines
      .map(({ line, outcome, handle }) => `${JSON.stringify({ line, outcome, handle })}\n`)
      .join(''),
  )
  const refused = { ...line(7, '88.1/泵', 'refused'), problems: [] }
  assert.equal(encodeOutcomes([...lines, refused], 'none', 'en').length, 0)
  assert.equal(
    Buffer.from(encodeOutcomes([...lines, refused], 'refused', 'zh')).toString(),
    '{"line":7,"outcome":"refused","handle":"88.1/泵","fields":[]}\n',
  )
})

test('a long run is kept in pieces, each of bounded length', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => line(i + 2, `88.1/${i}`, 'created'))
  const { entries, lines: read } = kept(lines)
  assert.ok(entries.length > 1 && entries.every((it) => it.length < 2 * 65_536))
  assert.deepEqual(
    read.map((it) => it.handle),
    lines.map((it) => it.handle),
  )
})

test('results kept by an earlier version, without identifiers, are still read', () => {
  assert.deepEqual(
    [...expandOutcome({ from: 2, count: 2, step: 3, outcome: 'created' })],
    [
      { line: 2, outcome: 'created' },
      { line: 5, outcome: 'created' },
    ],
  )
})
