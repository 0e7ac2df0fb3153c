import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  enterpriseDecision,
  nodeRegistrationsDaily,
  nodeResolutionsDaily,
  registrationsDaily,
  resolutionsDaily,
} from './claims.ts'
import { sealClaim } from './entry.ts'

const COUNTS = { created: 3, updated: 2, retired: 1, total: 10 }
const of = { prefix: '88.100.1', enterprise: 'e1', day: '2026-02-28' }
const END = Date.UTC(2026, 2, 1) - 1

test('what is counted of a prefix is open to its enterprise, of the node to everybody', () => {
  assert.deepEqual(registrationsDaily(of, COUNTS), {
    kind: 'registrations-daily',
    subject: '88.100.1',
    at: END,
    fields: { day: '2026-02-28', ...COUNTS },
    open: { enterprise: 'e1' },
  })
  assert.deepEqual(nodeRegistrationsDaily('2026-02-28', COUNTS), {
    kind: 'registrations-daily',
    subject: 'node',
    at: END,
    fields: { day: '2026-02-28', ...COUNTS },
    open: 'public',
  })
  const fields = { day: '2026-02-28', by: { browser: 2, program: 5 }, total: 7 }
  const resolved = resolutionsDaily(of, { browser: 2, program: 5 })
  assert.deepEqual([resolved.fields, resolved.open], [fields, { enterprise: 'e1' }])
  const all = nodeResolutionsDaily('2026-02-28', { browser: 2, program: 5 })
  assert.deepEqual([all.fields, all.open, all.subject], [fields, 'public', 'node'])
})

test('a decision says what was decided about whom, and which fields were returned; by whom is for staff', () => {
  const decision = { enterprise: 'e1', decision: 'returned', reviewer: 'u2', at: 99 }
  assert.deepEqual(enterpriseDecision({ ...decision, returned: ['/name'] }), [
    {
      kind: 'enterprise-decision',
      subject: 'e1',
      at: 99,
      fields: { enterprise: 'e1', decision: 'returned', returned: ['/name'] },
      open: { enterprise: 'e1' },
    },
    {
      kind: 'decision-maker',
      subject: 'e1',
      at: 99,
      fields: { of: 'enterprise-decision', decision: 'returned', by: 'u2' },
      open: 'staff',
    },
  ])
  assert.deepEqual(enterpriseDecision(decision)[0]?.fields.returned, [])
})

test('every claim can be sealed, and days that are none are refused', () => {
  assert.ok(sealClaim(resolutionsDaily(of, {}), Buffer.alloc(32)))
  for (const day of ['', '2026-02-29', '2026-2-1', '2026-02-30', '20260228', '2026-02-28T00']) {
    assert.throws(() => nodeRegistrationsDaily(day, COUNTS), RangeError, day)
  }
})
