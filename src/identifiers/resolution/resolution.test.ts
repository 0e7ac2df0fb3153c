import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandleKey, parseHandle } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { openMemoryStore } from '../store/memory.ts'
import { type Resolution, resolveLocally } from './resolution.ts'
import { selectValues, type Viewer } from './values.ts'

const key = (name: string): HandleKey => parseHandle(name).key
const states: Readonly<Record<string, PrefixAnswer>> = {
  '88.1.1': { kind: 'hosted', enterprise: 'e1' },
  '88.1.2': { kind: 'delegated', sites: [], at: '88.1.2' as never, enterprise: 'e2' },
  '88.1.3': { kind: 'held' },
  '88.1.4': { kind: 'suspended' },
  '88.1.5': { kind: 'released', enterprise: 'e5' },
}
const made: IdRecord[] = []
const store = openMemoryStore()
const values: HandleValue[] = [{ index: 1, type: 'URL', data: 'https://a.example/' }]
const plain = { state: 'registered', held: false, values } as const
await store.commit({
  author: { kind: 'system', id: 'test' },
  at: 1,
  writes: [
    { expected: 0, next: { ...parseHandle('88.1.1/here'), ...plain } },
    { expected: 0, next: { ...parseHandle('88.1.1/gone'), ...plain, state: 'retired' } },
    { expected: 0, next: { ...parseHandle('88.1.1/held'), ...plain, held: true } },
    {
      expected: 0,
      next: { ...parseHandle('88.1.1/both'), ...plain, held: true, state: 'retired' },
    },
    { expected: 0, next: { ...parseHandle('88.1.3/here'), ...plain } },
    { expected: 0, next: { ...parseHandle('88.1.9/here'), ...plain } },
  ],
})
const resolve = resolveLocally({
  store,
  prefixState: (prefix) => states[prefix] ?? { kind: 'unknown' },
  prefixRecord: (prefix) => {
    const record = { ...(store.get(key('88.1.1/here')) as IdRecord), key: key(`0.NA/${prefix}`) }
    made.push(record)
    return record
  },
})

const kinds: readonly [string, Resolution['kind']][] = [
  ['88.1.1/HERE', 'found'],
  ['88.1.1/nowhere', 'absent'],
  ['88.1.1/gone', 'retired'],
  ['88.1.1/held', 'held'],
  ['88.1.1/both', 'held'],
  ['88.1.2/x', 'delegated'],
  ['88.1.3/here', 'held'],
  ['88.1.4/x', 'suspended'],
  ['88.1.5/x', 'unknown'],
  ['88.1.9/here', 'unknown'],
  ['88.1.1', 'found'],
  ['0.NA/88.1.2', 'found'],
  ['0.NA/88.1.3', 'held'],
  ['0.NA/88.1.5', 'absent'],
  ['0.NA/88.1.9', 'absent'],
]
for (const [name, kind] of kinds) {
  test(`${name} is ${kind}`, () => {
    const resolution = resolve(key(name))
    assert.ok(!(resolution instanceof Promise), 'a store that answers at once is answered at once')
    assert.equal(resolution.kind, kind)
  })
}

test('the enterprise of the prefix is told with its identifiers', () => {
  assert.deepEqual(resolve(key('88.1.1/nowhere')), { kind: 'absent', enterprise: 'e1' })
  assert.deepEqual(resolve(key('88.1.1/held')), { kind: 'held', enterprise: 'e1' })
})

test('a store that answers later is waited for', async () => {
  const slow = resolveLocally({
    store: { get: async (it) => store.get(it) },
    prefixState: () => ({ kind: 'hosted' }),
    prefixRecord: () => assert.fail(),
  })
  const resolution = slow(key('88.1.1/here'))
  assert.ok(resolution instanceof Promise)
  assert.equal((await resolution).kind, 'found')
})

// One value of each permission that matters: read by all, by administrators, by nobody.
const permitted: HandleValue[] = [
  { index: 1, type: 'URL', data: 'all' },
  { index: 2, type: 'URL.MOBILE', data: 'administrators', permissions: 0x0c },
  { index: 3, type: 'urlx', data: 'nobody', permissions: 0x05 },
  { index: 4, type: 'URL', data: 'all but administrators', permissions: 0x02 },
]
const table: readonly [Viewer, number[], string[], string][] = [
  ['public', [], [], '1 4'],
  ['public', [2, 3], [], ''],
  ['public', [1, 2, 9], [], '1'],
  ['stranger', [], [], 'unreadable'],
  ['stranger', [1, 2], [], 'authentication-needed'],
  ['stranger', [1, 4], [], '1 4'],
  ['administrator', [], [], 'unreadable'],
  ['administrator', [1, 2], [], '1 2'],
  ['administrator', [3], [], 'unreadable'],
  ['administrator', [], ['url.'], '1 2 4'],
  ['administrator', [], ['URL'], '1 4'],
  ['administrator', [2], ['url'], '1 2 4'],
  ['public', [], ['URL.'], '1 4'],
  ['public', [], ['URLX'], ''],
  ['public', [], ['.'], ''],
  ['public', [], [''], ''],
]
for (const [viewer, indexes, types, told] of table) {
  test(`${viewer} asking for [${indexes}] and [${types}] is told: ${told || 'nothing'}`, () => {
    const selection = selectValues(permitted, { indexes, types }, viewer)
    const given =
      selection.kind === 'values'
        ? selection.values.map((it) => it.index).join(' ')
        : selection.kind
    assert.equal(given, told)
  })
}
