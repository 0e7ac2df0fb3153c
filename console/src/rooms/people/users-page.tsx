import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, mayOnNode, useMe } from '../../api/me.ts'
import { EnterpriseField } from '../../ui/enterprise.tsx'
import { FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { Invitations } from './invitations.tsx'
import { managedBy, RoleTags, StateTag, type User } from './parts.tsx'
import { useTexts } from './texts.ts'

const InviteDialog = lazy(async () => ({
  default: (await import('./invite-dialog.tsx')).InviteDialog,
}))

const FILTERS = ['q', 'enterprise'] as const
const ROWS_A_PAGE = 50

export function Page() {
  const t = useTexts()
  const me = useMe()
  const [isInviting, setIsInviting] = useState(false)
  const mayInvite = managedBy(me) === 'node' || managedBy(me).length > 0
  return (
    <PageFrame
      title={t('usersTitle')}
      lead={t('usersLead')}
      actions={
        mayInvite && (
          <Button type="primary" onClick={() => setIsInviting(true)}>
            {t('invite')}
          </Button>
        )
      }
    >
      <Users me={me} />
      {mayInvite && <Invitations />}
      {isInviting && (
        <Suspense>
          <InviteDialog me={me} onClose={() => setIsInviting(false)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function Users({ me }: { me: Me }) {
  const t = useTexts()
  const [filters, setFilters] = useSearchState(FILTERS)
  const columns = useColumns(me)
  const found = useUsers(filters)
  const places = mayOnNode(me, 'users.read') ? undefined : me.memberships.map((it) => it.enterprise)
  return (
    <>
      <FilterRow>
        <WordsFilter label={t('searchUser')} value={filters.q} change={(q) => setFilters({ q })} />
        {(places === undefined || places.length > 1) && (
          <EnterpriseField
            aria-label={t('filterEnterprise')}
            placeholder={t('filterEnterprise')}
            {...(filters.enterprise !== undefined && { value: filters.enterprise })}
            {...(places !== undefined && { among: places })}
            onChange={(enterprise) => setFilters({ enterprise })}
          />
        )}
      </FilterRow>
      <Records
        label={t('usersTitle')}
        rows={found.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('usersEmpty')} hint={t('usersEmptyHint')} />}
        pages={found}
      />
    </>
  )
}

function useUsers({ q = '', enterprise = '' }: { q?: string; enterprise?: string }) {
  return useInfiniteQuery({
    queryKey: ['users', q, enterprise],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/users', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(q !== '' && { q }),
              ...(enterprise !== '' && { enterprise }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function useColumns(me: Me): readonly Column<User>[] {
  const t = useTexts()
  return [
    {
      key: 'displayName',
      title: t('displayName'),
      show: (it) => (
        <>
          <Go to={`/users/${encodeURIComponent(it.id)}`}>
            <bdi>{it.displayName}</bdi>
          </Go>
          {it.id === me.id && t('you')}
        </>
      ),
    },
    { key: 'name', title: t('name'), show: (it) => <bdi>{it.name}</bdi> },
    { key: 'roles', title: t('roles'), show: (it) => <RoleTags user={it} /> },
    { key: 'state', title: t('state'), show: (it) => <StateTag state={it.state} /> },
  ]
}
