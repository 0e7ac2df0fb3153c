import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { type Me, may, mayOnNode, type Permission } from '../../api/me.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { useTexts } from './texts.ts'

export type User = Json<paths['/api/v1/users/{id}']['get']['responses']['200']>
export type Roles = Json<paths['/api/v1/roles']['get']['responses']['200']>
export type Role = Roles['items'][number]['role']
export type NodeRole = User['nodeRoles'][number]
export type EnterpriseRole = User['memberships'][number]['role']
export type Link = Json<paths['/api/v1/users/{id}/reset-link']['post']['responses']['201']>

export const ENTERPRISE_ROLES: readonly EnterpriseRole[] = ['administrator', 'member']

export function useRoles() {
  return useQuery({
    queryKey: ['roles'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => answer(api.GET('/api/v1/roles')),
  })
}

/** Only what one holds oneself can be handed to others; the node judges the same. */
export function mayGive(
  me: Me,
  role: { readonly permissions: readonly Permission[] },
  enterprise?: string,
): boolean {
  const holds = (it: Permission) =>
    enterprise === undefined ? mayOnNode(me, it) : may(me, it, enterprise)
  return holds('users.write') && role.permissions.every(holds)
}

/** Where `me` manages people: everywhere, or in these enterprises. */
export function managedBy(me: Me): 'node' | readonly string[] {
  if (mayOnNode(me, 'users.write')) return 'node'
  return me.memberships
    .filter((it) => it.permissions.includes('users.write'))
    .map((it) => it.enterprise)
}

export function RoleTags({ user }: { user: Pick<User, 'nodeRoles' | 'memberships'> }) {
  const t = useTexts()
  if (user.nodeRoles.length + user.memberships.length === 0) return <>{t('noRole')}</>
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4, maxInlineSize: 420 }}>
      {user.nodeRoles.map((role) => (
        <Tag key={role} color="processing" style={{ margin: 0 }}>
          {t(`role_${role}`)}
        </Tag>
      ))}
      {user.memberships.map((it) => (
        <Tag key={it.enterprise} style={{ margin: 0, whiteSpace: 'normal' }}>
          {t(`role_${it.role}`)} · <EnterpriseName id={it.enterprise} />
          {it.suspended === true && ` · ${t('suspended')}`}
        </Tag>
      ))}
    </span>
  )
}

export function StateTag({ state }: { state: User['state'] }) {
  const t = useTexts()
  return <Tag color={state === 'active' ? 'success' : 'default'}>{t(state)}</Tag>
}

/** What one role may do, in words. */
export function RoleRights({ role }: { role: Role | undefined }) {
  const t = useTexts()
  const roles = useRoles()
  const found = roles.data?.items.find((it) => it.role === role)
  if (found === undefined) return null
  return (
    <section aria-label={t('whatRoleMay')} style={{ marginBlockEnd: 16 }}>
      <strong>{t('whatRoleMay')}</strong>
      <ul style={{ margin: '4px 0 0', paddingInlineStart: 18 }}>
        {found.permissions.map((it) => (
          <li key={it}>{t(it)}</li>
        ))}
      </ul>
    </section>
  )
}
