import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useKeys } from '../../ui/keys.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Loading, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { Listed } from './parts.tsx'
import { Review } from './review.tsx'
import { useTexts } from './texts.ts'

const QUEUE_ROWS_MAX = 50
const ASK_AGAIN_MS = 30_000
const FILTERS = ['waiting', 'id'] as const

/** What waits for a decision, the longest waiting first, and the one being looked at beside it. */
export function Page() {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [filters, setFilters] = useSearchState(FILTERS)
  const queue = useQueue(filters.waiting)
  const items = queue.data?.items ?? []
  const at = Math.max(
    0,
    items.findIndex((it) => it.id === filters.id),
  )
  const chosen = items[at]
  const move = (by: number) => {
    const next = items[at + by]
    if (next !== undefined) setFilters({ id: next.id })
  }
  const decided = (name: string) => {
    void message.success(t('decided', { name }))
    setFilters({ id: items[at + 1]?.id ?? items[at - 1]?.id })
    void queries.invalidateQueries({ queryKey: ['queue'] })
    void queries.invalidateQueries({ queryKey: ['enterprises'] })
  }
  useKeys({ j: () => move(1), k: () => move(-1), z: () => move(1) })
  return (
    <PageFrame
      title={t('queueTitle')}
      lead={
        <>
          {t('queueLead')} <span className="for-keys">{t('queueKeys')}</span>
        </>
      }
    >
      <Waiting
        kind={filters.waiting}
        choose={(waiting) => setFilters({ waiting, id: undefined })}
      />
      {queue.isError && <Failed error={queue.error} retry={() => void queue.refetch()} />}
      {queue.isLoading && <Loading />}
      {queue.data !== undefined && items.length === 0 && (
        <Nothing title={t('queueEmpty')} hint={t('queueEmptyHint')} />
      )}
      {chosen !== undefined && (
        <div className="queue">
          <QueueList items={items} chosen={chosen.id} choose={(id) => setFilters({ id })} />
          <Review key={chosen.id} id={chosen.id} onDecided={decided} />
        </div>
      )}
    </PageFrame>
  )
}

function useQueue(waiting: string | undefined) {
  return useQuery({
    queryKey: ['queue', waiting],
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_MS,
    queryFn: () =>
      answer(
        api.GET('/api/v1/enterprises', {
          params: {
            query: {
              waiting: waiting === 'application' || waiting === 'change' ? waiting : 'any',
              limit: QUEUE_ROWS_MAX,
            },
          },
        }),
      ),
  })
}

function Waiting({ kind, choose }: { kind: string | undefined; choose: (it: string) => void }) {
  const t = useTexts()
  const counts = useQuery({
    queryKey: ['queue', 'counts'],
    refetchInterval: ASK_AGAIN_MS,
    queryFn: () => answer(api.GET('/api/v1/enterprises/counts')),
  }).data?.waiting
  return (
    <div
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 12,
        alignItems: 'center',
        marginBlockEnd: 16,
      }}
    >
      <Segmented
        aria-label={t('kindOf')}
        value={kind ?? ''}
        onChange={choose}
        options={[
          { value: '', label: t('waitingAll') },
          { value: 'application', label: t('waitingApplication') },
          { value: 'change', label: t('waitingChange') },
        ]}
      />
      {counts !== undefined && (
        <span aria-live="polite">
          {t('waitingOf', { applications: counts.applications, changes: counts.changes })}
          {counts.oldestAt !== undefined && (
            <>
              {' · '}
              {t('oldest')} <When at={counts.oldestAt} />
            </>
          )}
        </span>
      )}
    </div>
  )
}

const QUEUED = {
  height: 'auto',
  paddingBlock: 6,
  textAlign: 'start',
  display: 'block',
  whiteSpace: 'normal',
} as const

function QueueList({
  items,
  chosen,
  choose,
}: {
  items: readonly Listed[]
  chosen: string
  choose: (id: string) => void
}) {
  const t = useTexts()
  return (
    <nav aria-label={t('queueTitle')} className="queue-list">
      <ul className="cards">
        {items.map((it) => (
          <li key={it.id}>
            <Button
              block
              type={it.id === chosen ? 'primary' : 'default'}
              aria-current={it.id === chosen}
              onClick={() => choose(it.id)}
              style={QUEUED}
            >
              <strong>{it.name}</strong>
              <br />
              {it.waiting === 'change' ? t('oneChange') : t('oneApplication')} ·{' '}
              <When at={it.waitingSince ?? it.createdAt} />
            </Button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
