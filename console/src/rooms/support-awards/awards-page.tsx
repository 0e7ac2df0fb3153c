import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Card, Select } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useLanguage, useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import { type Award, AwardState, type Notice } from './parts.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['year'] as const
const ROWS_A_PAGE = 50
const YEARS_BACK = 8

/** What was awarded, for everybody, and what is published before it is. */
export function Page() {
  const t = useTexts()
  const language = useLanguage()
  const [filters, setFilters] = useSearchState(FILTERS)
  const year = /^\d{4}$/.test(filters.year ?? '') ? Number(filters.year) : undefined
  const found = useAwards(year)
  const columns = useColumns()
  const query = new URLSearchParams({ language, ...(year !== undefined && { year: `${year}` }) })
  return (
    <PageFrame
      title={t('awards')}
      lead={t('awardsLead')}
      actions={
        <>
          <Button href={`/api/v1/policy/awards.csv?${query}`} download="awards.csv">
            {t('csv')}
          </Button>
          <GoButton to="/support/verify">{t('verify')}</GoButton>
        </>
      }
    >
      <Notices />
      <Years year={year} onChange={(it) => setFilters({ year: it })} />
      <Records
        label={t('awards')}
        rows={found.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('awardsEmpty')} hint={t('awardsEmptyHint')} />}
        pages={found}
      />
    </PageFrame>
  )
}

function Years({ year, onChange }: { year: number | undefined; onChange: (it: string) => void }) {
  const t = useTexts()
  const now = new Date().getFullYear()
  const years = Array.from({ length: YEARS_BACK }, (_, it) => `${now - it}`)
  return (
    <Select
      aria-label={t('year')}
      style={{ marginBlockEnd: 12, minWidth: 140 }}
      value={year === undefined ? '' : `${year}`}
      onChange={onChange}
      options={[
        { value: '', label: t('anyYear') },
        ...years.map((it) => ({ value: it, label: it })),
      ]}
    />
  )
}

function useAwards(year: number | undefined) {
  return useInfiniteQuery({
    queryKey: ['awards', year],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/awards', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(year !== undefined && { year }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function useColumns(): readonly Column<Award>[] {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  return [
    {
      key: 'enterprise',
      title: t('enterprise'),
      show: (it) => (
        <Go to={`/support/awards/${it.id}`}>
          <bdi>{it.enterprise.name}</bdi>
        </Go>
      ),
    },
    { key: 'measure', title: t('measure'), show: (it) => text(it.measure.title) },
    { key: 'amount', title: t('amount'), isNumber: true, show: (it) => money(it.amountFen) },
    { key: 'year', title: t('year'), isMinor: true, show: (it) => it.year },
    { key: 'at', title: t('decidedAt'), show: (it) => <When at={it.decidedAt} /> },
    { key: 'state', title: t('stateOf'), show: (it) => <AwardState state={it.state} /> },
  ]
}

function Notices() {
  const t = useTexts()
  const found = useQuery({
    queryKey: ['plan-notices'],
    queryFn: () => answer(api.GET('/api/v1/policy/notices')),
  })
  const notices = found.data?.items ?? []
  if (notices.length === 0) return null
  return (
    <Card title={t('notices')} size="small" style={{ marginBlockEnd: 16 }}>
      <p style={{ marginBlockStart: 0 }}>{t('noticesHint')}</p>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {notices.map((it) => (
          <li key={it.id}>
            <Published notice={it} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Published({ notice }: { notice: Notice }) {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  return (
    <>
      <Go to={`/support/notices/${notice.id}`}>{text(notice.title)}</Go>{' '}
      {t('toBeGranted', { count: notice.selected, sum: money(notice.totalFen) })}
      {notice.endsAt !== undefined && (
        <>
          {' · '}
          {t('noticeUntil')} <When at={notice.endsAt} isExact />
        </>
      )}
    </>
  )
}
