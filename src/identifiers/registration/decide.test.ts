import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type HandleKey, type PrefixKey, parseHandle } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { openMemoryStore } from '../store/memory.ts'
import { uniqueClaims } from '../templates/compiled.ts'
import type { Template, TemplateField } from '../templates/template.ts'
import { type Decision, decide, decideAct, type Mode, type RecordAct } from './decide.ts'

const L = { en: 'x', zh: '某' }
const field = (name: string, index: number, more: Partial<TemplateField> = {}): TemplateField => ({
  name,
  type: 'text',
  label: L,
  index,
  handleType: name,
  required: false,
  unique: false,
  public: true,
  ...more,
})
const TEMPLATE: Template = {
  prefix: '88.1' as PrefixKey,
  name: 'thing',
  version: 1,
  label: L,
  state: 'published',
  fields: [field('name', 2000), field('serial', 2001, { unique: true })],
}
const handle = parseHandle('88.1/a')
const value = (index: number, data: string, more: Partial<HandleValue> = {}): HandleValue => ({
  index,
  type: 'T',
  data,
  ...more,
})
const record = (more: Partial<IdRecord> = {}): IdRecord => ({
  ...handle,
  version: 3,
  state: 'registered',
  held: false,
  createdAt: 1000,
  updatedAt: 5000,
  batch: 1,
  values: [value(1, 'x')],
  ...more,
})

function kindOf(decision: Decision): string {
  return decision.kind === 'refuse' ? decision.code : decision.kind
}

test('what becomes of a wish, by what is there and how it is asked', () => {
  const same = [value(1, 'x')]
  const other = [value(1, 'y')]
  const retired = record({ state: 'retired' })
  const held = record({ held: true })
  const table: readonly [IdRecord | undefined, Mode, HandleValue[], string][] = [
    [undefined, 'create', same, 'create'],
    [undefined, 'import', same, 'create'],
    [undefined, 'change', same, 'not-found'],
    [record(), 'create', same, 'already-exists'],
    [record(), 'create', other, 'already-exists'],
    [record(), 'import', same, 'unchanged'],
    [record(), 'import', other, 'update'],
    [record(), 'change', same, 'unchanged'],
    [record(), 'change', other, 'update'],
    [record(), 'change', [], 'update'],
    [retired, 'create', same, 'create'],
    [retired, 'import', same, 'create'],
    [retired, 'change', same, 'wrong-state'],
    [held, 'create', same, 'wrong-state'],
    [held, 'import', same, 'wrong-state'],
    [held, 'change', other, 'wrong-state'],
    [record({ state: 'retired', held: true }), 'create', same, 'wrong-state'],
  ]
  for (const [current, mode, values, kind] of table) {
    const told = `${mode} on ${current?.state ?? 'nothing'}${current?.held ? ' held' : ''}`
    assert.equal(kindOf(decide(current, { handle, values }, { mode })), kind, told)
  }
})

test('what becomes of an act, by what is there', () => {
  const retired = record({ state: 'retired' })
  const held = record({ held: true })
  const table: readonly [IdRecord | undefined, RecordAct, string][] = [
    [undefined, 'retire', 'not-found'],
    [undefined, 'hold', 'not-found'],
    [record(), 'retire', 'update'],
    [record(), 'restore', 'unchanged'],
    [record(), 'hold', 'update'],
    [record(), 'lift', 'unchanged'],
    [retired, 'retire', 'unchanged'],
    [retired, 'restore', 'update'],
    [retired, 'hold', 'update'],
    [held, 'retire', 'wrong-state'],
    [held, 'restore', 'wrong-state'],
    [held, 'hold', 'unchanged'],
    [held, 'lift', 'update'],
  ]
  for (const [current, act, kind] of table) {
    assert.equal(kindOf(decideAct(current, act, undefined)), kind, `${act} on ${current?.state}`)
  }
})

test('a defaulted member says the same as an absent one', () => {
  const current = record({ values: [value(1, 'x', { permissions: 14, ttl: 86_400 })] })
  assert.equal(
    kindOf(decide(current, { handle, values: [value(1, 'x')] }, { mode: 'change' })),
    'unchanged',
  )
  const bytes = record({ values: [{ index: 1, type: 'T', data: new Uint8Array([1, 2]) }] })
  const equal: HandleValue = { index: 1, type: 'T', data: Buffer.from([1, 2]) }
  assert.equal(kindOf(decide(bytes, { handle, values: [equal] }, { mode: 'change' })), 'unchanged')
})

test('a disabled field keeps what it holds when a record is changed under a newer version', () => {
  const [name, serial] = TEMPLATE.fields
  assert.ok(name && serial)
  const newer: Template = { ...TEMPLATE, version: 2, fields: [{ ...name, disabled: true }, serial] }
  const current = record({
    template: 'thing@1',
    values: [value(2000, 'old', { type: 'name' }), value(2001, '1', { type: 'serial' })],
  })
  const wish = { handle, template: newer, values: [value(2001, '2', { type: 'serial' })] }
  const decision = decide(current, wish, { mode: 'change', made: TEMPLATE })
  assert.ok(decision.kind === 'update')
  assert.deepEqual(
    decision.write.next.values.map((it) => [it.index, it.data]),
    [
      [2001, '2'],
      [2000, 'old'],
    ],
  )
  assert.deepEqual(decision.write.claims, ['thing/serial=2'])
  assert.deepEqual(decision.write.releases, ['thing/serial=1'])
})

const step = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  serial: fc.constantFrom('', '1', '2'),
  does: fc.constantFrom('create', 'change', 'import', 'retire', 'restore', 'hold', 'lift'),
})

test('whatever is done in whatever order, live records hold exactly their unique values, and only those', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = openMemoryStore()
      for (const it of steps) await take(store, it)
      await checkClaims(store)
    }),
    { numRuns: 300 },
  )
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function take(
  store: ReturnType<typeof openMemoryStore>,
  { name, serial, does }: Step,
): Promise<void> {
  const at = parseHandle(`88.1/${name}`)
  const current = await store.get(at.key)
  const values = serial === '' ? [] : [value(2001, serial, { type: 'serial' })]
  const wish = { handle: at, template: TEMPLATE, values }
  const made = current === undefined ? undefined : TEMPLATE
  const decision =
    does === 'create' || does === 'change' || does === 'import'
      ? decide(current, wish, { mode: does, made })
      : decideAct(current, does as RecordAct, made)
  if (decision.kind === 'refuse' || decision.kind === 'unchanged') return
  const batch = { author: { kind: 'system', id: 't' } as const, at: 1, writes: [decision.write] }
  const { stale } = await store.commit(batch, { atomic: true })
  assert.deepEqual(stale, [])
}

async function checkClaims(store: ReturnType<typeof openMemoryStore>): Promise<void> {
  const prefix = '88.1' as PrefixKey
  const holders = new Map<string, HandleKey>()
  for (const it of await store.scan(prefix, { limit: 100 })) {
    if (it.state === 'retired') continue
    for (const claim of uniqueClaims(TEMPLATE, it.values)) {
      assert.ok(!holders.has(claim), `${claim} twice`)
      holders.set(claim, it.key)
    }
  }
  for (const serial of ['1', '2']) {
    const claim = `thing/serial=${serial}`
    assert.equal(await store.claimant(prefix, claim), holders.get(claim), claim)
  }
}
