import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BatchLine } from './batch.ts'
import { expandOutcome, packOutcomes } from './outcomes.ts'

function line(at: number, handle: string, outcome: BatchLine['outcome']): BatchLine {
  return { line: at, handle, prefix: undefined, draft: undefined, outcome, problems: [] }
}

function kept(lines: readonly BatchLine[]) {
  const entries = packOutcomes(lines).trimEnd().split('\n')
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
