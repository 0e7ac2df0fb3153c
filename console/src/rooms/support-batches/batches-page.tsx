import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Progress, Space, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing, Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { StartDialog } from './start-dialog.tsx'
import { Sums } from './sums.tsx'
import { useTexts } from './texts.ts'

type Found = Json<paths['/api/v1/policy/batches']['get']['responses'][200]>
export type Batch = Found['items'][number]

const ROWS_A_PAGE = 20
const AGAIN_MS = 2_000
const COLOUR = {
  running: 'processing',
  stopped: 'warning',
  done: 'success',
  failed: 'error',
} as const

/** All measures over many cases: what runs, what ran, and what came of it. */
export function Page() {
  const t = useTexts()
  const mayStart = mayOnNode(useMe(), 'policy.draft')
  const [isStarting, setIsStarting] = useState(false)
  const [shown, setShown] = useState<string>()
  const batches = useBatches()
  const rows = batches.data?.pages.flatMap((it) => it.items) ?? []
  const start = mayStart && (
    <Button type="primary" onClick={() => setIsStarting(true)}>
      {t('start')}
    </Button>
  )
  const sums = rows.find((it) => it.id === shown)
  return (
    <PageFrame title={t('title')} lead={t('lead')} actions={rows.length > 0 && start}>
      <Records
        label={t('title')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columnsOf(t, { mayStart, onShow: setShown })}
        empty={<Nothing title={t('none')} hint={t('noneHint')} action={start} />}
        pages={batches}
      />
      {sums !== undefined && <Sums key={sums.id} batch={sums} mayOpen={mayStart} />}
      {isStarting && <StartDialog onClose={() => setIsStarting(false)} />}
    </PageFrame>
  )
}

function useBatches() {
  return useInfiniteQuery({
    queryKey: ['policy-batches'],
    initialPageParam: '',
    getNextPageParam: (last: Found) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/batches', {
          params: { query: { limit: ROWS_A_PAGE, ...(pageParam !== '' && { after: pageParam }) } },
        }),
      ),
    refetchInterval: ({ state }) => {
      const isRunning = state.data?.pages.some((it) =>
        it.items.some((batch) => batch.state === 'running'),
      )
      return isRunning ? AGAIN_MS : false
    },
  })
}

type Texts = ReturnType<typeof useTexts>

function columnsOf(
  t: Texts,
  { mayStart, onShow }: { readonly mayStart: boolean; readonly onShow: (id: string) => void },
): readonly Column<Batch>[] {
  return [
    { key: 'whom', title: t('whom'), show: (it) => t(`kind.${it.population.kind}`) },
    { key: 'mode', title: t('mode'), show: (it) => t(`mode.${it.mode}`) },
    {
      key: 'state',
      title: t('state'),
      show: (it) => <Tag color={COLOUR[it.state]}>{t(`state.${it.state}`)}</Tag>,
    },
    { key: 'progress', title: t('progress'), show: (it) => <Done batch={it} /> },
    { key: 'createdAt', title: t('createdAt'), show: (it) => <When at={it.createdAt} /> },
    {
      key: 'deeds',
      title: t('deeds'),
      show: (it) => <Deeds batch={it} mayStart={mayStart} onShow={() => onShow(it.id)} />,
    },
  ]
}

function Done({ batch: { state, done, total, fault } }: { readonly batch: Batch }) {
  const t = useTexts()
  const language = useLanguage()
  const format = useFormat()
  if (fault !== undefined) return <span>{fault[language]}</span>
  const isCounted = total > 0 && total >= done
  return (
    <>
      <span className="nums">
        {isCounted
          ? t('ofTotal', { done: format.number(done), total: format.number(total) })
          : format.number(done)}
      </span>
      {state === 'running' && isCounted && (
        <Progress
          aria-label={t('progress')}
          percent={Math.floor((done * 100) / total)}
          showInfo={false}
          size="small"
        />
      )}
    </>
  )
}

type DeedsProps = {
  readonly batch: Batch
  readonly mayStart: boolean
  readonly onShow: () => void
}

function Deeds({ batch, mayStart, onShow }: DeedsProps) {
  const t = useTexts()
  const [error, setError] = useState<unknown>()
  const queries = useQueryClient()
  const { id, state, done } = batch
  const turn = async (deed: 'stop' | 'resume') => {
    setError(undefined)
    try {
      await answer(
        api.PATCH('/api/v1/policy/batches/{id}', { params: { path: { id } }, body: { do: deed } }),
      )
    } catch (thrown) {
      setError(thrown)
    }
    await queries.invalidateQueries({ queryKey: ['policy-batches'] })
  }
  return (
    <Space wrap>
      {error !== undefined && <Said error={error} />}
      {mayStart && state === 'running' && (
        <Button size="small" onClick={() => void turn('stop')}>
          {t('stop')}
        </Button>
      )}
      {mayStart && (state === 'stopped' || state === 'failed') && (
        <Button size="small" onClick={() => void turn('resume')}>
          {t('resume')}
        </Button>
      )}
      {done > 0 && (
        <Button size="small" onClick={onShow}>
          {t('show')}
        </Button>
      )}
      {mayStart && done > 0 && (
        <Button
          size="small"
          href={`/api/v1/policy/batches/${encodeURIComponent(id)}/result`}
          download
        >
          {t('result')}
        </Button>
      )}
    </Space>
  )
}
