import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Tag } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { asProblem } from '../../api/problem.ts'
import { useFormat } from '../../frame/format.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useTexts } from './texts.ts'

type Key =
  paths['/api/v1/keys']['get']['responses']['200']['content']['application/json']['items'][number]

const KeyDialog = lazy(async () => ({ default: (await import('./key-dialog.tsx')).KeyDialog }))

const FILTERS = ['dead'] as const
const ROWS_A_PAGE = 50

export function Page() {
  const t = useTexts()
  const me = useMe()
  const [isMaking, setIsMaking] = useState(false)
  const [{ dead }, setFilters] = useSearchState(FILTERS)
  const columns = useColumns()
  const found = useKeys()
  const rows = found.data?.pages
    .flatMap((it) => it.items)
    .filter((it) => dead === '1' || stateOf(it) === 'keyLive')
  const make = (
    <Button type="primary" onClick={() => setIsMaking(true)}>
      {t('createKey')}
    </Button>
  )
  return (
    <PageFrame title={t('keysTitle')} lead={t('keysLead')} actions={make}>
      <p>
        <Checkbox
          checked={dead === '1'}
          onChange={(event) => setFilters({ dead: event.target.checked ? '1' : '' })}
        >
          {t('showDead')}
        </Checkbox>
      </p>
      <Records
        label={t('keysTitle')}
        rows={rows ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('keysEmpty')} hint={t('keysEmptyHint')} />}
        pages={found}
      />
      {isMaking && (
        <Suspense>
          <KeyDialog me={me} onClose={() => setIsMaking(false)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function useKeys() {
  return useInfiniteQuery({
    queryKey: ['keys'],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) => {
      const query = { limit: ROWS_A_PAGE, ...(pageParam !== '' && { after: pageParam }) }
      return answer(api.GET('/api/v1/keys', { params: { query } }))
    },
  })
}

function stateOf(key: Key): 'keyLive' | 'keyExpired' | 'keyRevoked' {
  if (key.revokedAt !== undefined) return 'keyRevoked'
  return Date.parse(key.expiresAt) <= Date.now() ? 'keyExpired' : 'keyLive'
}

function useColumns(): readonly Column<Key>[] {
  const t = useTexts()
  return [
    { key: 'label', title: t('keyLabel'), width: 140, show: (it) => <bdi>{it.label}</bdi> },
    {
      key: 'for',
      title: t('keyFor'),
      show: (it) =>
        it.enterprise === undefined ? t('wholeNode') : <EnterpriseName id={it.enterprise} />,
    },
    {
      key: 'scopes',
      title: t('scopes'),
      show: (it) => (
        <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4, maxInlineSize: 420 }}>
          {it.scopes.map((scope) => (
            <Tag key={scope} style={{ margin: 0, whiteSpace: 'normal' }}>
              {t(scope)}
            </Tag>
          ))}
        </span>
      ),
    },
    {
      key: 'used',
      title: t('lastUsedAt'),
      show: (it) => (it.lastUsedAt === undefined ? t('never') : <When at={it.lastUsedAt} />),
    },
    {
      key: 'until',
      title: t('expiresAt'),
      show: (it) => <When at={it.expiresAt} isExact />,
    },
    {
      key: 'state',
      title: t('keyState'),
      show: (it) => (
        <Tag color={stateOf(it) === 'keyLive' ? 'success' : 'default'}>{t(stateOf(it))}</Tag>
      ),
    },
    { key: 'acts', title: t('acts'), show: (it) => <Revoke item={it} /> },
  ]
}

function Revoke({ item }: { item: Key }) {
  const t = useTexts()
  const format = useFormat()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  if (stateOf(item) !== 'keyLive') return <>—</>
  const revoke = async () => {
    const used = item.lastUsedAt === undefined ? t('never') : format.since(item.lastUsedAt)
    const answered = await confirm({
      title: t('revokeTitle', { label: item.label }),
      consequence: t('revokeConsequence', { used }),
      verb: t('revoke'),
      isDestructive: true,
    })
    if (answered === undefined) return
    try {
      await answer(api.DELETE('/api/v1/keys/{id}', { params: { path: { id: item.id } } }))
      void message.success(t('revoked'))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
    await queries.invalidateQueries({ queryKey: ['keys'] })
  }
  return (
    <Button
      size="small"
      danger
      aria-label={t('revokeOf', { label: item.label })}
      onClick={() => void revoke()}
    >
      {t('revoke')}
    </Button>
  )
}
