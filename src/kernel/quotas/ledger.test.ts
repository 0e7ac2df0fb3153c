import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../../test/contract/documents.histories.ts'
import type { Documents } from '../documents/documents.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { checkLedger } from './check-ledger.ts'
import {
  ENTRY_KINDS,
  type EntryKind,
  LEDGER_ENTRIES,
  LEDGER_MATTERS,
  LEDGERS,
} from './collections.ts'
import { openLedger, type Posting, planLedger } from './ledger.ts'

const author = { kind: 'system', id: 'test' } as const

async function world(): Promise<Documents> {
  const documents = await openMemoryDocuments({ clock: () => 0 })
  await documents.commit([openLedger('l', { en: 'fen', zh: '分' })], { author })
  return documents
}

async function post(documents: Documents, ...postings: readonly Posting[]) {
  const planned = await planLedger(documents, 'l', postings, 1_000)
  if (planned.kind === 'refused') return planned.reasons.map((it) => it.code)
  if (planned.writes.length > 0) await documents.commit(planned.writes, { author })
  return []
}

async function balances(documents: Documents) {
  const { source, available, committed, paid } = (await documents.get(LEDGERS, 'l'))?.body
    .balances ?? { source: '', available: '', committed: '', paid: '' }
  return [source, available, committed, paid].map(Number)
}

let keys = 0
const entry = (kind: EntryKind, amount: bigint, matter?: string): Posting => {
  return { kind, amount, key: `k${keys++}`, ...(matter !== undefined && { matter }) }
}

test('an award is committed, paid in instalments, and part of it comes back', async () => {
  await using documents = await world()
  await post(documents, entry('appropriation', 100n))
  assert.deepEqual(await balances(documents), [-100, 100, 0, 0])
  await post(documents, entry('commitment', 60n, 'a'))
  await post(documents, entry('payment', 40n, 'a'))
  await post(documents, entry('payment', 20n, 'a'))
  assert.deepEqual(await balances(documents), [-100, 40, 0, 60])
  await post(documents, entry('return', 15n, 'a'))
  assert.deepEqual(await balances(documents), [-100, 55, 0, 45])
  await post(documents, entry('withdrawal', 55n))
  assert.deepEqual(await balances(documents), [-45, 0, 0, 45])
  assert.deepEqual(await checkLedger(documents, 'l'), [])
})

test('nothing is paid that was not committed for the same matter', async () => {
  await using documents = await world()
  await post(documents, entry('appropriation', 100n), entry('commitment', 30n, 'a'))
  await post(documents, entry('commitment', 30n, 'b'))
  assert.deepEqual(await post(documents, entry('payment', 31n, 'a')), ['not-covered'])
  assert.deepEqual(await post(documents, entry('return', 1n, 'a')), ['not-covered'])
  assert.deepEqual(await post(documents, entry('commitment', 41n, 'c')), ['not-covered'])
  assert.deepEqual(await post(documents, entry('withdrawal', 41n)), ['not-covered'])
  assert.deepEqual(await post(documents, entry('payment', 1n)), ['matter-missing'])
  assert.deepEqual(await post(documents, entry('appropriation', 1n, 'a')), ['matter-missing'])
  assert.deepEqual(await post(documents, entry('payment', 0n, 'a')), ['wrong-amount'])
  assert.deepEqual(await balances(documents), [-100, 40, 60, 0])
})

test('an entry that is repeated is the same as once', async () => {
  await using documents = await world()
  const first = entry('appropriation', 100n)
  await post(documents, first)
  assert.deepEqual(await post(documents, first), [])
  assert.deepEqual(await post(documents, { ...first, amount: 99n }), ['key-used-otherwise'])
  assert.equal(await documents.count(LEDGER_ENTRIES), 1)
})

test('a ledger that is not there takes nothing', async () => {
  await using documents = await openMemoryDocuments({ clock: () => 0 })
  assert.deepEqual(await post(documents, entry('appropriation', 1n)), ['no-ledger'])
  assert.deepEqual(await checkLedger(documents, 'l'), [{ code: 'no-ledger' }])
})

test('random postings leave the sums of a model, and no account below zero', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    await using documents = await world()
    const random = seeded(seed)
    const model = { source: 0, available: 0, committed: 0, paid: 0 }
    const shares = new Map<string, { committed: number; paid: number }>()
    for (let step = 0; step < 60; step++) {
      const kind = ENTRY_KINDS[random(ENTRY_KINDS.length)] ?? 'appropriation'
      const amount = 1 + random(40)
      const matter = `m${random(3)}`
      const ofMatter = kind !== 'appropriation' && kind !== 'withdrawal'
      const share = shares.get(matter) ?? { committed: 0, paid: 0 }
      shares.set(matter, share)
      const refused = await post(
        documents,
        entry(kind, BigInt(amount), ofMatter ? matter : undefined),
      )
      assert.equal(
        refused.length === 0,
        play(model, share, kind, amount),
        `${seed}/${step} ${kind}`,
      )
    }
    const { source, available, committed, paid } = model
    assert.deepEqual(await balances(documents), [source, available, committed, paid])
    assert.deepEqual(await checkLedger(documents, 'l'), [])
  }
})

type Model = { source: number; available: number; committed: number; paid: number }

/** What each kind means, said once more in the plainest way; false: there is not enough. */
function play(
  model: Model,
  share: { committed: number; paid: number },
  kind: EntryKind,
  amount: number,
): boolean {
  if (kind === 'appropriation') {
    model.source -= amount
    model.available += amount
    return true
  }
  if (kind === 'withdrawal' || kind === 'commitment') {
    if (model.available < amount) return false
    model.available -= amount
    if (kind === 'withdrawal') model.source += amount
    else {
      model.committed += amount
      share.committed += amount
    }
    return true
  }
  const from = kind === 'return' ? 'paid' : 'committed'
  if (share[from] < amount) return false
  share[from] -= amount
  model[from] -= amount
  if (kind === 'payment') {
    model.paid += amount
    share.paid += amount
  } else model.available += amount
  return true
}

test('the check finds an entry that was edited, left out, or told another sum', async () => {
  await using documents = await world()
  await post(documents, entry('appropriation', 100n), {
    ...entry('commitment', 30n, 'a'),
    key: 'x',
  })
  const stored = await documents.get(LEDGER_ENTRIES, 'l~x')
  assert.ok(stored)
  const edited = { ...stored.body, amount: '31' }
  await documents.commit([{ collection: LEDGER_ENTRIES, id: 'l~x', put: edited }], { author })
  assert.deepEqual(
    (await checkLedger(documents, 'l')).map((it) => it.code),
    ['entry-edited', 'balance-differs', 'balance-differs', 'matter-differs'],
  )
  await documents.commit(
    [
      { collection: LEDGER_ENTRIES, id: 'l~x', delete: true },
      { collection: LEDGER_MATTERS, id: 'l~a', delete: true },
    ],
    { author },
  )
  assert.deepEqual(
    (await checkLedger(documents, 'l')).map((it) => it.code),
    ['number-missing', 'balance-differs', 'balance-differs'],
  )
})
