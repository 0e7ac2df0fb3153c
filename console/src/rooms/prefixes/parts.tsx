import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { type Me, mayOnNode, useMe } from '../../api/me.ts'
import { Go } from '../../ui/go.tsx'
import { GROWTH_DAYS } from './levels.ts'
import { useTexts } from './texts.ts'

export type Prefix = Json<paths['/api/v1/prefixes/{prefix}']['get']['responses']['200']>
export type Reach = Json<paths['/api/v1/prefixes/{prefix}/reach']['get']['responses']['200']>
export type PrefixRequest = Json<
  paths['/api/v1/prefix-requests']['get']['responses']['200']
>['items'][number]
export type PrefixState = 'active' | 'suspended' | 'held' | 'released'

export const STATES: readonly PrefixState[] = ['active', 'suspended', 'held', 'released']

const COLOUR: Readonly<Record<PrefixState, string>> = {
  active: 'success',
  suspended: 'warning',
  held: 'error',
  released: 'default',
}

export function StateTags({ prefix: { state, hosting } }: { prefix: Prefix }) {
  const t = useTexts()
  const known = STATES.find((it) => it === state)
  return (
    <>
      {known === undefined ? state : <Tag color={COLOUR[known]}>{t(known)}</Tag>}
      {hosting.kind === 'delegated' && <Tag color="processing">{t('delegated')}</Tag>}
    </>
  )
}

/** Where a prefix is shown. */
export function prefixPath(prefix: string): string {
  return `/prefixes/${encodeURIComponent(prefix)}`
}

export function PrefixLink({ prefix }: { prefix: string }) {
  return (
    <Go to={prefixPath(prefix)} className="mono">
      <bdi dir="ltr">{prefix}</bdi>
    </Go>
  )
}

/** Whose a prefix is; a link for those who may open the enterprise. */
export function Owner({ prefix }: { prefix: Pick<Prefix, 'enterprise' | 'enterpriseName'> }) {
  const t = useTexts()
  const me = useMe()
  const { enterprise, enterpriseName } = prefix
  if (enterprise === undefined) return <span>{t('ownerNode')}</span>
  const name = <bdi>{enterpriseName ?? enterprise}</bdi>
  const isOpen =
    mayOnNode(me, 'enterprises.read') || me.memberships.some((it) => it.enterprise === enterprise)
  return isOpen ? <Go to={`/enterprises/${encodeURIComponent(enterprise)}`}>{name}</Go> : name
}

export function usePrefix(prefix: string) {
  return useQuery({
    queryKey: ['prefixes', 'one', prefix],
    queryFn: () =>
      answer(
        api.GET('/api/v1/prefixes/{prefix}', {
          params: { path: { prefix }, query: { growth: GROWTH_DAYS } },
        }),
      ),
  })
}

/** Enterprises for which a person may ask for a further prefix. */
export function askable(me: Me): readonly string[] {
  return me.memberships
    .filter((it) => it.permissions.includes('prefixes.request'))
    .map((it) => it.enterprise)
}

const SAME_MAX = 100

/** Another prefix, where one may know of it; null where not, which is no error. */
export function useKnownPrefix(prefix: string) {
  return useQuery({
    queryKey: ['prefixes', 'named', prefix],
    queryFn: async () => {
      const { items } = await answer(
        api.GET('/api/v1/prefixes', { params: { query: { q: prefix, limit: SAME_MAX } } }),
      )
      return items.find((it) => it.prefix.toUpperCase() === prefix.toUpperCase()) ?? null
    },
  }).data
}
