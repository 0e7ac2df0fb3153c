import { UploadOutlined } from '@ant-design/icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { Go, useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { averagePace, isActive, type Job, type JobList, listInterval } from './jobs.ts'
import { FileName, JobProgress, JobTags, Who } from './parts.tsx'
import { useTexts } from './texts.ts'

const ROWS_A_PAGE = 50

export function Page() {
  const t = useTexts()
  const columns = useColumns()
  const found = useInfiniteQuery({
    queryKey: ['imports'],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: JobList) => last.next,
    refetchInterval: ({ state: { data } }) =>
      listInterval(data?.pages.flatMap((it) => it.items) ?? []),
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/imports', {
          params: { query: { limit: ROWS_A_PAGE, ...(pageParam !== '' && { after: pageParam }) } },
          signal,
        }),
      ),
  })
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <PageFrame title={t('listTitle')} lead={t('listLead')} actions={<NewButton />}>
      <Records
        label={t('listTitle')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('listEmpty')} hint={t('listEmptyHint')} action={<NewButton />} />}
        pages={found}
      />
    </PageFrame>
  )
}

function NewButton() {
  const t = useTexts()
  const go = useGo()
  return (
    <Button type="primary" icon={<UploadOutlined />} onClick={() => go('/imports/new')}>
      {t('newImport')}
    </Button>
  )
}

function useColumns(): readonly Column<Job>[] {
  const t = useTexts()
  const format = useFormat()
  const count = (key: 'lines' | 'created' | 'updated' | 'refused'): Column<Job> => ({
    key,
    title: t(key),
    isNumber: true,
    show: (it) => format.number(it[key]),
  })
  return [
    {
      key: 'file',
      title: t('file'),
      show: (it) => (
        <Go to={`/imports/${encodeURIComponent(it.id)}`}>
          <FileName job={it} />
        </Go>
      ),
    },
    { key: 'state', title: t('state'), show: (it) => <JobTags job={it} /> },
    { key: 'rate', title: t('rate'), width: 220, show: (it) => <Rate job={it} /> },
    count('lines'),
    count('created'),
    count('updated'),
    count('refused'),
    { key: 'prefix', title: t('prefix'), show: (it) => <bdi>{it.prefix ?? '—'}</bdi> },
    { key: 'who', title: t('who'), show: (it) => <Who author={it.author} /> },
    { key: 'at', title: t('startedAt'), show: (it) => <When at={it.startedAt} /> },
  ]
}

function Rate({ job }: { job: Job }) {
  const t = useTexts()
  const format = useFormat()
  if (isActive(job)) return <JobProgress job={job} />
  const pace = averagePace(job)
  if (pace === undefined) return <span>—</span>
  return <span className="nums">{t('rateOf', { count: format.number(Math.round(pace)) })}</span>
}
