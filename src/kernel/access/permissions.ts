import { Problem } from '../../lib/problem.ts'

/** Roles on the whole node, and roles within one enterprise. */
export type NodeRole =
  | 'operator'
  | 'reviewer'
  | 'auditor'
  | 'official'
  | 'approver'
  | 'treasurer'
  | 'expert'
export type EnterpriseRole = 'administrator' | 'member'

/** What can be done. The part before the dot is the thing, the part after it the deed. */
export type Permission =
  | 'node.configure' // settings, backup, users of the node
  | 'users.read'
  | 'users.write'
  | 'enterprises.read'
  | 'enterprises.write' // correct own application, change own entry
  | 'enterprises.review'
  | 'prefixes.read'
  | 'prefixes.request'
  | 'prefixes.manage' // allot, delegate, suspend, hold, release
  | 'templates.read'
  | 'templates.write'
  | 'identifiers.read' // protected values included
  | 'identifiers.write'
  | 'identifiers.hold'
  | 'keys.write'
  | 'audit.read'
  | 'evidence.read' // opened entries
  | 'metrics.read'
  | 'policy.read' // cases, drafts and figures of the policy desk
  | 'policy.draft' // measures and simulations
  | 'policy.adopt' // what somebody else drafted
  | 'policy.review' // calls and the steps of cases
  | 'policy.decide' // approve awards
  | 'policy.pay' // the ledger
  | 'policy.publish' // papers, replies and letters
  | 'policy.score' // on panels one was drawn for
  | 'applications.read'
  | 'applications.write' // apply for support in the name of the enterprise

const OF_NODE_ROLE: Readonly<Record<NodeRole, readonly Permission[]>> = {
  operator: [
    'node.configure',
    'users.read',
    'users.write',
    'enterprises.read',
    'enterprises.write',
    'enterprises.review',
    'prefixes.read',
    'prefixes.request',
    'prefixes.manage',
    'templates.read',
    'templates.write',
    'identifiers.read',
    'identifiers.write',
    'identifiers.hold',
    'keys.write',
    'audit.read',
    'evidence.read',
    'metrics.read',
    'policy.read',
    'policy.draft',
    'policy.adopt',
    'policy.review',
    'policy.decide',
    'policy.pay',
    'policy.publish',
    'policy.score',
    'applications.read',
    'applications.write',
  ],
  reviewer: ['enterprises.read', 'enterprises.review', 'prefixes.read', 'templates.read'],
  auditor: [
    'users.read',
    'enterprises.read',
    'prefixes.read',
    'templates.read',
    'audit.read',
    'evidence.read',
    'metrics.read',
    'policy.read',
  ],
  official: [
    'enterprises.read',
    'policy.read',
    'policy.draft',
    'policy.review',
    'policy.publish',
    'applications.read',
  ],
  approver: [
    'enterprises.read',
    'policy.read',
    'policy.adopt',
    'policy.decide',
    'applications.read',
  ],
  treasurer: ['enterprises.read', 'policy.read', 'policy.pay'],
  expert: ['policy.score'],
}

const OF_ENTERPRISE_ROLE: Readonly<Record<EnterpriseRole, readonly Permission[]>> = {
  administrator: [
    'users.read',
    'users.write',
    'enterprises.read',
    'enterprises.write',
    'prefixes.read',
    'prefixes.request',
    'templates.read',
    'templates.write',
    'identifiers.read',
    'identifiers.write',
    'keys.write',
    'audit.read',
    'evidence.read',
    'applications.read',
    'applications.write',
  ],
  member: [
    'enterprises.read',
    'prefixes.read',
    'templates.read',
    'identifiers.read',
    'identifiers.write',
    'applications.read',
  ],
}

/** Every permission there is, in the order in which they are shown. */
export const PERMISSIONS: readonly Permission[] = OF_NODE_ROLE.operator

export const NODE_ROLES = Object.keys(OF_NODE_ROLE) as readonly NodeRole[]
export const ENTERPRISE_ROLES = Object.keys(OF_ENTERPRISE_ROLE) as readonly EnterpriseRole[]

/** What a role brings with it: on the whole node, or within the one enterprise it is held in. */
export function permissionsOfRole(role: NodeRole | EnterpriseRole): readonly Permission[] {
  return role in OF_NODE_ROLE
    ? OF_NODE_ROLE[role as NodeRole]
    : OF_ENTERPRISE_ROLE[role as EnterpriseRole]
}

/** Who is asking. A key acts for one enterprise (or, without one, for the node) and only within its scopes. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly id: string
      readonly name: string
      readonly nodeRoles: readonly NodeRole[]
      readonly memberships: readonly {
        readonly enterprise: string
        readonly role: EnterpriseRole
      }[]
    }
  | {
      readonly kind: 'key'
      readonly id: string
      readonly enterprise?: string
      readonly scopes: readonly Permission[]
    }

export const ANONYMOUS: Caller = { kind: 'anonymous' }

/** Pure. `enterprise` is whose thing it is; undefined when it is the node's own. */
export function mayDo(caller: Caller, permission: Permission, enterprise?: string): boolean {
  switch (caller.kind) {
    case 'anonymous':
      return false
    case 'key':
      return (
        (caller.enterprise === undefined || caller.enterprise === enterprise) &&
        caller.scopes.includes(permission)
      )
    case 'user':
      return (
        caller.nodeRoles.some((role) => OF_NODE_ROLE[role].includes(permission)) ||
        caller.memberships.some(
          (it) => it.enterprise === enterprise && OF_ENTERPRISE_ROLE[it.role].includes(permission),
        )
      )
  }
}

/** Throws `not-signed-in` or `not-authorised`. Where even the existence is a secret, ask `mayDo` and answer `not-found`. */
export function authorise(caller: Caller, permission: Permission, enterprise?: string): void {
  if (mayDo(caller, permission, enterprise)) return
  if (caller.kind === 'anonymous') {
    throw new Problem('not-signed-in', { en: 'Sign in first', zh: '请先登录' })
  }
  throw new Problem('not-authorised', {
    en: `This needs the right “${permission}”`,
    zh: `此操作需要“${permission}”权限`,
  })
}

/** What a caller may do with things of this enterprise; without one, with the node's own. */
export function permissionsOf(caller: Caller, enterprise?: string): readonly Permission[] {
  return PERMISSIONS.filter((it) => mayDo(caller, it, enterprise))
}

/** Where a caller holds a permission: on the whole node, or within some enterprises (perhaps none). */
export type Reach = 'node' | ReadonlySet<string>

/** Never throws: a caller without the permission anywhere gets the empty set. */
export function reachOf(caller: Caller, permission: Permission): Reach {
  if (mayDo(caller, permission)) return 'node'
  const own =
    caller.kind === 'user'
      ? caller.memberships.map((it) => it.enterprise)
      : caller.kind === 'key' && caller.enterprise !== undefined
        ? [caller.enterprise]
        : []
  return new Set(own.filter((it) => mayDo(caller, permission, it)))
}

/** As `reachOf`; throws `not-signed-in` or `not-authorised` where it would be empty. */
export function requireReach(caller: Caller, permission: Permission): Reach {
  const reach = reachOf(caller, permission)
  if (reach !== 'node' && reach.size === 0) authorise(caller, permission)
  return reach
}

/** Whether things of this enterprise lie within reach. */
export function reaches(reach: Reach, enterprise: string): boolean {
  return reach === 'node' || reach.has(enterprise)
}

/**
 * Whether `caller` may hand this role to somebody, or take it away: only what one holds oneself can be given, so that a
 * key with few scopes cannot make itself an operator.
 */
export function mayGrant(
  caller: Caller,
  role: NodeRole | EnterpriseRole,
  enterprise?: string,
): boolean {
  return (
    mayDo(caller, 'users.write', enterprise) &&
    permissionsOfRole(role).every((it) => mayDo(caller, it, enterprise))
  )
}
