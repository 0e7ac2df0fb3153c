import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOOK_INTERVAL_MS, PackingDue, type StoreSeen } from './packing-due.ts'

const LIMITS = { recordsHigh: 400, recordsLow: 200, recordsMax: 500 }

/** Looks once in each interval. */
function looking() {
  const due = new PackingDue(LIMITS)
  let nowMs = 0
  return (seen: Omit<StoreSeen, 'isDropping'>, passedMs = LOOK_INTERVAL_MS, isDropping = false) => {
    nowMs += passedMs
    return due.isDue({ ...seen, isDropping }, nowMs)
  }
}

test('rows that keep coming are left to gather, and packed when they are many, down to fewer', () => {
  const isDue = looking()
  assert.equal(isDue({ sequence: 1, run: 1, records: 100 }), false)
  assert.equal(isDue({ sequence: 2, run: 2, records: 400 }), false)
  assert.equal(isDue({ sequence: 3, run: 3, records: 401 }), true)
  assert.equal(isDue({ sequence: 4, run: 4, records: 300 }), true)
  assert.equal(isDue({ sequence: 5, run: 5, records: 200 }), false)
  assert.equal(isDue({ sequence: 6, run: 6, records: 399 }), false)
})

test('rows that have stopped coming are packed, be it that others write, down to the last', () => {
  const isDue = looking()
  assert.equal(isDue({ sequence: 1, run: 1, records: 100 }), false)
  assert.equal(isDue({ sequence: 2, run: 1, records: 100 }), true)
  assert.equal(isDue({ sequence: 3, run: 1, records: 1 }, 0), true)
  assert.equal(isDue({ sequence: 3, run: 1, records: 0 }, 0), false)
})

test('single rows that trickle in are rows that come, too', () => {
  const isDue = looking()
  for (let i = 1; i < 10; i++) assert.equal(isDue({ sequence: i, run: 0, records: i }), false)
  assert.equal(isDue({ sequence: 9, run: 0, records: 9 }), true, 'nobody writes any more')
})

test('what is packed meanwhile does not hide that rows come in runs', () => {
  const isDue = looking()
  isDue({ sequence: 1, run: 1, records: 300 })
  assert.equal(isDue({ sequence: 2, run: 2, records: 250 }), false)
})

test('runs that only wait to be dropped are dropped, be there rows to pack or not', () => {
  const isDue = looking()
  assert.equal(isDue({ sequence: 1, run: 1, records: 0 }, LOOK_INTERVAL_MS, true), true)
  assert.equal(isDue({ sequence: 2, run: 2, records: 100 }, LOOK_INTERVAL_MS, true), true)
  assert.equal(isDue({ sequence: 3, run: 3, records: 150 }), false)
})
