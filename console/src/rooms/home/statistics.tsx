import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Alert, Card, Segmented, Skeleton, Statistic } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { type Me, mayOnNode } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { Chart, type ChartData } from '../../ui/chart.tsx'
import { codeName } from '../../ui/coded.tsx'
import { Later } from '../../ui/later.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import {
  type ByDay,
  type ByPlace,
  type ByPrefix,
  byDayQuery,
  byPrefixQuery,
  byRegionQuery,
  bySectorQuery,
} from './queries.ts'
import { useTexts } from './texts.ts'

/** Numbers and charts of what was registered and resolved; of one's own prefixes, or of the node. */
export function Statistics({ me }: { me: Me }) {
  const t = useTexts()
  const [filters, setFilters] = useSearchState(['days'])
  const days = filters.days === '90' ? 90 : 30
  const byDay = useQuery({ ...byDayQuery(days), placeholderData: keepPreviousData })
  return (
    <section aria-label={t('numbersTitle')} style={{ marginBlockEnd: 24 }}>
      <div className="page-head" style={{ marginBlockEnd: 8 }}>
        <div>
          <h2 style={{ margin: 0 }}>{t('numbersTitle')}</h2>
          <p className="page-lead">{t('numbersHint')}</p>
        </div>
        <div className="page-actions">
          <Segmented
            aria-label={t('period')}
            value={String(days)}
            onChange={(value) => setFilters({ days: value === '30' ? undefined : value })}
            options={[
              { value: '30', label: t('days30') },
              { value: '90', label: t('days90') },
            ]}
          />
        </div>
      </div>
      <Numbers query={byDay} />
      <div className="cards tiles wide">
        <DayCharts query={byDay} />
        <PrefixChart days={days} />
        {mayOnNode(me, 'metrics.read') && <PlaceCharts days={days} />}
      </div>
    </section>
  )
}

const CARD_PX = 340
const NUMBERS_PX = 90

function Numbers({ query }: { query: UseQueryResult<ByDay> }) {
  const t = useTexts()
  const format = useFormat()
  const totals = useMemo(() => totalsOf(query.data), [query.data])
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  const shown: readonly (readonly [string, string])[] = [
    [t('registered'), format.number(totals.registered)],
    [t('createdIn'), format.number(totals.created)],
    [t('resolutionsIn'), format.number(totals.resolutions)],
    [
      t('foundIn'),
      totals.resolutions === 0 ? '—' : format.percent(totals.found / totals.resolutions),
    ],
  ]
  return (
    <>
      {query.data?.complete === false && <Alert type="info" showIcon title={t('incomplete')} />}
      <div className="cards tiles numbers" style={{ marginBlockEnd: 12 }}>
        {shown.map(([title, value]) => (
          <Card key={title} size="small" style={{ minBlockSize: NUMBERS_PX }}>
            <Statistic title={title} value={value} loading={query.isLoading} />
          </Card>
        ))}
      </div>
    </>
  )
}

function totalsOf(data: ByDay | undefined) {
  const sum = (of: 'created' | 'resolutions' | 'found') =>
    (data?.items ?? []).reduce((all, it) => all + it[of], 0)
  return {
    registered: data?.registered ?? 0,
    created: sum('created'),
    resolutions: sum('resolutions'),
    found: sum('found'),
  }
}

function DayCharts({ query }: { query: UseQueryResult<ByDay> }) {
  const t = useTexts()
  const format = useFormat()
  const items = query.data?.items
  const days = useMemo(
    () => ({
      categories: (items ?? []).map((it) => it.day),
      labels: (items ?? []).map((it) => format.day(it.day)),
    }),
    [items, format],
  )
  const registrations = useMemo<ChartData>(
    () => ({
      title: t('byDay'),
      category: t('day'),
      kind: 'bar',
      ...days,
      series: [
        { name: t('created'), values: (items ?? []).map((it) => it.created) },
        { name: t('updated'), values: (items ?? []).map((it) => it.updated) },
        { name: t('retired'), values: (items ?? []).map((it) => it.retired) },
      ],
    }),
    [items, days, t],
  )
  const resolutions = useMemo<ChartData>(
    () => ({
      title: t('resolvedByDay'),
      category: t('day'),
      kind: 'line',
      ...days,
      series: [
        { name: t('resolutions'), values: (items ?? []).map((it) => it.resolutions) },
        { name: t('found'), values: (items ?? []).map((it) => it.found) },
      ],
    }),
    [items, days, t],
  )
  if (query.isError) return null
  return (
    <>
      <ChartCard data={registrations} isLoading={query.isLoading} />
      <ChartCard data={resolutions} isLoading={query.isLoading} />
    </>
  )
}

function PrefixChart({ days }: { days: number }) {
  const t = useTexts()
  const query = useQuery({ ...byPrefixQuery(days), placeholderData: keepPreviousData })
  const items: ByPrefix['items'] | undefined = query.data?.items
  const data = useMemo<ChartData>(
    () => ({
      title: t('byPrefix'),
      category: t('prefix'),
      kind: 'rows',
      categories: (items ?? []).map((it) =>
        it.enterprise?.name === undefined ? it.prefix : `${it.prefix} ${it.enterprise.name}`,
      ),
      series: [
        { name: t('created'), values: (items ?? []).map((it) => it.created) },
        { name: t('resolutions'), values: (items ?? []).map((it) => it.resolutions) },
      ],
    }),
    [items, t],
  )
  return <ChartCard data={data} isLoading={query.isLoading} error={query.error} />
}

function PlaceCharts({ days }: { days: number }) {
  const t = useTexts()
  const regions = useQuery({ ...byRegionQuery(days), placeholderData: keepPreviousData })
  const sectors = useQuery({ ...bySectorQuery(days), placeholderData: keepPreviousData })
  const regionData = usePlaceData(t('byRegion'), t('region'), regions.data?.items)
  const sectorData = usePlaceData(t('bySector'), t('sector'), sectors.data?.items)
  return (
    <>
      <ChartCard data={regionData} isLoading={regions.isLoading} error={regions.error} />
      <ChartCard data={sectorData} isLoading={sectors.isLoading} error={sectors.error} />
    </>
  )
}

function usePlaceData(
  title: string,
  category: string,
  items: ByPlace['items'] | undefined,
): ChartData {
  const t = useTexts()
  const language = useLanguage()
  return useMemo(
    () => ({
      title,
      category,
      kind: 'rows',
      categories: (items ?? []).map((it) => codeName(it, language)),
      series: [
        { name: t('registered'), values: (items ?? []).map((it) => it.registered) },
        { name: t('created'), values: (items ?? []).map((it) => it.created) },
        { name: t('resolutions'), values: (items ?? []).map((it) => it.resolutions) },
      ],
    }),
    [title, category, items, language, t],
  )
}

type ChartCardProps = {
  readonly data: ChartData
  readonly isLoading: boolean
  readonly error?: unknown
}

/** A chart, or why there is none; as high in every state. */
function ChartCard({ data, isLoading, error }: ChartCardProps) {
  const t = useTexts()
  const isEmpty = data.series.every((it) => it.values.every((value) => value === 0))
  let shown: ReactNode = <Chart data={data} />
  if (error !== undefined && error !== null) shown = <Failed error={error} />
  else if (isLoading) shown = <Skeleton active paragraph={{ rows: 6 }} title={false} />
  else if (isEmpty) {
    shown = (
      <>
        <strong>{data.title}</strong>
        <Nothing title={t('noneYet')} hint={t('noneYetHint')} />
      </>
    )
  }
  return (
    <Later heightPx={CARD_PX}>
      <Card size="small" style={{ minBlockSize: CARD_PX }}>
        {shown}
      </Card>
    </Later>
  )
}
