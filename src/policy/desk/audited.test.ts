import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewChange } from '../../kernel/access/audit-view.ts'
import { NODE_COLLECTIONS } from '../../node-collections.ts'
import { POLICY_AUDITED } from './audited.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const CHANGE = { sequence: 1, at: 0, author: AUTHOR, version: 1 }
const STAFF = { reach: 'node', personal: false } as const

test('every collection of the policy desk is told in the audit trail, or said to be bookkeeping', () => {
  const told = POLICY_AUDITED.map((it) => it.collection.name)
  assert.equal(new Set(told).size, told.length)
  const desk = NODE_COLLECTIONS.filter((it) =>
    /^(policy-|paper|letter|proposals$)/.test(it.name),
  ).map((it) => it.name)
  assert.deepEqual(
    desk.filter((it) => !told.includes(it)),
    [],
  )
})

test('an entry has neither secrets nor unmasked personal data, and enterprises see none', () => {
  const view = (collection: string, after: object, reach: 'node' | ReadonlySet<string> = 'node') =>
    viewChange(
      { ...CHANGE, collection, id: 'x', after },
      POLICY_AUDITED.find((it) => it.collection.name === collection),
      { ...STAFF, reach },
    )
  const comment = {
    paper: 'p',
    receipt: 'r',
    secretHash: 's',
    fingerprint: 'f',
    name: 'n',
    text: 't',
  }
  assert.deepEqual(view('paper-comments', comment)?.after, {
    ...{ paper: 'p', receipt: 'r', name: '***', text: '***' },
  })
  const voucher = { holder: 'e1', code: 'c', codeDigest: 'd', state: 'held' }
  assert.deepEqual(view('policy-vouchers', voucher)?.after, { holder: 'e1', state: 'held' })
  const line = { plan: 'p', facts: '{}', judgedFacts: '{}', result: {} }
  assert.deepEqual(view('policy-plan-lines', line)?.after, { plan: 'p' })
  assert.equal(view('policy-vouchers', voucher, new Set(['e1'])), undefined)
  assert.equal(view('policy-marks', { applicant: 'e1' }), undefined)
})
