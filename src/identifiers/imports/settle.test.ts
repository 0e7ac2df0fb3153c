import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandleKey, prefixOf } from '../handle.ts'
import { openMemoryStore } from '../store/memory.ts'
import type { BatchLine } from './batch.ts'
import { type SettleOptions, settle } from './settle.ts'

function lineOf(line: number, handle: string, data: string): BatchLine {
  const key = handle.toLowerCase() as HandleKey
  const values = [{ index: 1, type: 'URL', data }]
  return {
    line,
    handle,
    prefix: prefixOf(key),
    draft: { key, spelled: handle, state: 'registered', held: false, values },
    outcome: undefined,
    problems: [],
  }
}

const ROWS = [
  ['88.1.1/new', 'https://a.example/'],
  ['88.1.1/same', 'https://b.example/'],
  ['88.1.1/other', 'https://c.example/2'],
  ['88.1.1/twice', 'https://d.example/1'],
  ['88.1.1/other', 'https://c.example/3'],
  ['88.1.1/twice', 'https://d.example/2'],
] as const

/** Outcomes of lines of which some are registered already, and what is stored then. */
async function settled(isNewExpected: boolean) {
  await using store = openMemoryStore()
  let at = 0
  const options: SettleOptions = {
    store,
    template: undefined,
    grant: async () => undefined,
    templateOf: async () => undefined,
    author: { kind: 'user', id: 'p1' },
    job: 'j1',
    isNewExpected,
    clock: () => ++at,
  }
  const before = [
    lineOf(1, '88.1.1/same', 'https://b.example/'),
    lineOf(2, '88.1.1/other', 'https://c.example/1'),
  ]
  await settle(before, { ...options, isNewExpected: false })
  const lines = ROWS.map(([handle, data], i) => lineOf(i + 1, handle, data))
  await settle(lines, options)
  const records = await store.getMany(lines.map((it) => it.draft?.key as HandleKey))
  return {
    outcomes: lines.map((it) => it.outcome),
    stored: records.map((it) => [it?.values[0]?.data, it?.version]),
  }
}

test('lines expected to be new come to the same where they are not', async () => {
  const looked = await settled(false)
  assert.deepEqual(looked.outcomes, [
    'created',
    'unchanged',
    'updated',
    'created',
    'updated',
    'updated',
  ])
  assert.deepEqual(await settled(true), looked)
})
