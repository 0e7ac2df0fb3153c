import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented, Tag } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { askable, Owner, PrefixLink, type PrefixRequest } from './parts.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['state'] as const
const ROWS_A_PAGE = 50
const STATES = ['open', 'granted', 'refused'] as const
type State = (typeof STATES)[number]
const COLOUR: Readonly<Record<State, string>> = {
  open: 'processing',
  granted: 'success',
  refused: 'error',
}

const AskDialog = lazy(async () => ({ default: (await import('./ask-dialog.tsx')).AskDialog }))

/** Requests for further prefixes, as both sides see them; who may decides them here. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [filters, setFilters] = useSearchState(FILTERS)
  const [isAsking, setIsAsking] = useState(false)
  const [error, setError] = useState<unknown>()
  const found = useRequests(filters.state)
  const columns = useColumns(setError)
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <PageFrame
      title={t('requestsTitle')}
      lead={t('requestsLead')}
      actions={
        askable(me).length > 0 && (
          <Button type="primary" onClick={() => setIsAsking(true)}>
            {t('ask')}
          </Button>
        )
      }
    >
      <Segmented
        aria-label={t('state')}
        style={{ marginBlockEnd: 12 }}
        value={filters.state ?? ''}
        onChange={(state) => setFilters({ state })}
        options={[
          { value: '', label: t('requestAll') },
          ...STATES.map((it) => ({ value: it, label: t(`request.${it}`) })),
        ]}
      />
      {error !== undefined && <Failed error={error} />}
      <Records
        label={t('requestsTitle')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('requestsEmpty')} hint={t('requestsEmptyHint')} />}
        pages={found}
      />
      {isAsking && (
        <Suspense>
          <AskDialog enterprises={askable(me)} onClose={() => setIsAsking(false)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function useRequests(wanted: string | undefined) {
  const state = STATES.find((it) => it === wanted)
  return useInfiniteQuery({
    queryKey: ['prefix-requests', state],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/prefix-requests', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(state !== undefined && { state }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function useColumns(setError: (error: unknown) => void): readonly Column<PrefixRequest>[] {
  const t = useTexts()
  const me = useMe()
  const isDecided = mayOnNode(me, 'prefixes.manage')
  return [
    { key: 'enterprise', title: t('owner'), show: (it) => <Asking id={it.enterprise} /> },
    {
      key: 'state',
      title: t('state'),
      show: (it) => {
        const known = STATES.find((state) => state === it.state)
        return known === undefined ? (
          it.state
        ) : (
          <Tag color={COLOUR[known]}>{t(`request.${known}`)}</Tag>
        )
      },
    },
    {
      key: 'wish',
      title: t('wish'),
      show: (it) => (it.wish === undefined ? t('wishNext') : <bdi className="mono">{it.wish}</bdi>),
    },
    { key: 'note', title: t('askNote'), show: (it) => <bdi>{it.note ?? '—'}</bdi> },
    { key: 'at', title: t('askedAt'), show: (it) => <When at={it.createdAt} /> },
    {
      key: 'outcome',
      title: t('outcome'),
      show: (it) =>
        it.state === 'open' && isDecided ? (
          <Decide request={it} setError={setError} />
        ) : it.prefix === undefined ? (
          <bdi>{it.reason ?? '—'}</bdi>
        ) : (
          <PrefixLink prefix={it.prefix} />
        ),
    },
  ]
}

function useEnterpriseName(id: string): string | undefined {
  return useQuery({
    queryKey: ['enterprise', id, false],
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises/{id}', {
          params: { path: { id }, query: { personal: false } },
        }),
      ),
  }).data?.entry.name
}

function Asking({ id }: { id: string }) {
  const enterpriseName = useEnterpriseName(id)
  return (
    <Owner prefix={{ enterprise: id, ...(enterpriseName !== undefined && { enterpriseName }) }} />
  )
}

function Decide({
  request,
  setError,
}: {
  request: PrefixRequest
  setError: (error: unknown) => void
}) {
  const t = useTexts()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const name = useEnterpriseName(request.enterprise) ?? request.enterprise
  const params = { path: { id: request.id } }
  const attempt = async (deed: () => Promise<string>) => {
    setIsBusy(true)
    setError(undefined)
    try {
      void message.success(await deed())
    } catch (thrown) {
      setError(thrown)
    }
    await queries.invalidateQueries({ queryKey: ['prefix-requests'] })
    await queries.invalidateQueries({ queryKey: ['prefixes'] })
    setIsBusy(false)
  }
  const grant = async () => {
    const wish = request.wish ?? t('wishNext')
    const said = await confirm({
      title: t('grantTitle'),
      consequence: t('grantConsequence', { name, wish }),
      verb: t('grant'),
    })
    if (said === undefined) return
    await attempt(async () => {
      const { prefix } = await answer(api.POST('/api/v1/prefix-requests/{id}/grant', { params }))
      return t('granted', { prefix })
    })
  }
  const refuse = async () => {
    const reason = await confirm({
      title: t('refuseTitle'),
      consequence: t('refuseConsequence', { name }),
      verb: t('refuse'),
      isDestructive: true,
      wantsReason: true,
    })
    if (reason === undefined) return
    await attempt(async () => {
      await answer(api.POST('/api/v1/prefix-requests/{id}/refuse', { params, body: { reason } }))
      return t('refused')
    })
  }
  return (
    <div style={{ display: 'flex', gap: 8 }}>
      <Button size="small" type="primary" loading={isBusy} onClick={() => void grant()}>
        {t('grant')}
      </Button>
      <Button size="small" danger disabled={isBusy} onClick={() => void refuse()}>
        {t('refuse')}
      </Button>
    </div>
  )
}
