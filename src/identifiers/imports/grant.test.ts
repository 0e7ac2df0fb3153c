import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CALLERS } from '../../../test/support/identifier-world.ts'
import { ANONYMOUS } from '../../kernel/access/permissions.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { type GrantParts, grantMove } from './grant.ts'
import { KEYS_OF_ENTERPRISE, NOT_YOURS } from './import-problems.ts'

/** 88.1.1 belongs to A, 20.5 to the node; what is hosted joins them. */
function world() {
  const owners = new Map<string, string | undefined>([
    ['88.1.1', 'A'],
    ['20.5', undefined],
  ])
  const parts: GrantParts = {
    book: {
      isKnown: (prefix) => owners.has(prefix),
      enterpriseOf: (prefix) => owners.get(prefix),
      lookup: (prefix) => ({ kind: owners.has(prefix) ? 'hosted' : 'unknown' }),
    },
    host: async (prefix) => void owners.set(prefix, undefined),
  }
  const ask = (as: string, of: string, isDryRun = false) =>
    grantMove(parts, { caller: CALLERS[as] ?? ANONYMOUS, isDryRun }, of as PrefixKey | HandleKey)
  return { owners, ask }
}

test('a move brings prefixes along, and their records, for who may allot any prefix', async () => {
  const { owners, ask } = world()
  assert.equal(await ask('operator', '20.6', true), undefined)
  assert.equal(owners.has('20.6'), false, 'a dry run hosts nothing')
  assert.equal(await ask('operator', '0.NA/20.6'), undefined)
  assert.equal(owners.has('20.6'), true)
  assert.equal(await ask('operator', '0.NA/20.5'), undefined)
  assert.equal(await ask('operator', '20.7'), undefined)
  for (const never of ['0.NA', '0.NA/0.NA', '0.NA/']) {
    assert.equal(await ask('operator', never), NOT_YOURS, never)
  }
  assert.equal(owners.has('0.NA'), false)
})

test('the record of an enterprise’s prefix is nobody’s to move in, nor any record for who may allot nothing', async () => {
  const { owners, ask } = world()
  assert.equal(await ask('operator', '0.NA/88.1.1'), KEYS_OF_ENTERPRISE)
  assert.equal(await ask('writer', '88.1.1'), undefined)
  for (const as of ['ann', 'writer', 'auditor', 'nobody']) {
    for (const name of ['0.NA/88.1.1', '0.NA/20.5', '0.NA/20.6', '20.6']) {
      assert.equal(await ask(as, name), NOT_YOURS, `${as} ${name}`)
    }
  }
  assert.equal(owners.size, 2)
})
