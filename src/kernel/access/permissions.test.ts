import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ANONYMOUS,
  type Caller,
  ENTERPRISE_ROLES,
  mayDo,
  mayGrant,
  NODE_ROLES,
  PERMISSIONS,
  permissionsOf,
  permissionsOfRole,
  reachOf,
  requireReach,
} from './permissions.ts'

const user = (
  nodeRoles: (typeof NODE_ROLES)[number][],
  memberships: Extract<Caller, { kind: 'user' }>['memberships'] = [],
): Caller => ({ kind: 'user', id: 'u', name: 'u', nodeRoles, memberships })

const anna = user([], [{ enterprise: 'e1', role: 'administrator' }])

test('an operator may do everything everywhere', () => {
  assert.deepEqual(permissionsOf(user(['operator'])), PERMISSIONS)
  assert.deepEqual(permissionsOf(user(['operator']), 'e1'), PERMISSIONS)
  for (const role of [...NODE_ROLES, ...ENTERPRISE_ROLES]) {
    for (const it of permissionsOfRole(role)) assert.ok(PERMISSIONS.includes(it), it)
  }
})

test('nobody may do anything', () => {
  assert.deepEqual(permissionsOf(ANONYMOUS), [])
  assert.deepEqual(permissionsOf(ANONYMOUS, 'e1'), [])
})

test('a membership counts in its enterprise alone', () => {
  assert.deepEqual(permissionsOf(anna, 'e1'), permissionsOfRole('administrator'))
  assert.deepEqual(permissionsOf(anna, 'e2'), [])
  assert.deepEqual(permissionsOf(anna), [])
})

test('reach is the node, some enterprises, or nothing', () => {
  assert.equal(reachOf(user(['auditor']), 'audit.read'), 'node')
  assert.deepEqual(reachOf(anna, 'audit.read'), new Set(['e1']))
  assert.deepEqual(reachOf(anna, 'prefixes.manage'), new Set())
  assert.deepEqual(reachOf(ANONYMOUS, 'audit.read'), new Set())
  const key: Caller = { kind: 'key', id: 'k', enterprise: 'e1', scopes: ['users.read'] }
  assert.deepEqual(reachOf(key, 'users.read'), new Set(['e1']))
  assert.throws(() => requireReach(anna, 'prefixes.manage'), { code: 'not-authorised' })
  assert.throws(() => requireReach(ANONYMOUS, 'audit.read'), { code: 'not-signed-in' })
})

test('a key reaches what it has the scope for, and no enterprise but its own', () => {
  const key: Caller = { kind: 'key', id: 'k', enterprise: 'e1', scopes: ['users.read'] }
  assert.ok(mayDo(key, 'users.read', 'e1'))
  for (const enterprise of ['e2', undefined]) assert.ok(!mayDo(key, 'users.read', enterprise))
  assert.ok(!mayDo(key, 'users.write', 'e1'))
})

test('only what one holds can be given, and only where one holds it', () => {
  const granted = (caller: Caller, enterprise?: string): string[] =>
    [...NODE_ROLES, ...ENTERPRISE_ROLES].filter((it) => mayGrant(caller, it, enterprise))
  assert.deepEqual(granted(user(['operator'])), [...NODE_ROLES, ...ENTERPRISE_ROLES])
  assert.deepEqual(granted(user(['auditor'])), [])
  assert.deepEqual(granted(anna), [])
  assert.deepEqual(granted(anna, 'e2'), [])
  const key: Caller = { kind: 'key', id: 'k', scopes: ['users.write', 'users.read'] }
  assert.deepEqual(granted(key), [])
})

test('a role of the node is not given within an enterprise by its administrators', () => {
  for (const role of NODE_ROLES) assert.ok(!mayGrant(anna, role), role)
  assert.ok(mayGrant(anna, 'member', 'e1') && mayGrant(anna, 'administrator', 'e1'))
})
