import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { Chart } from '../../ui/chart.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Failed, Loading, Nothing } from '../../ui/states.tsx'
import { type Duty, lastDay, usePages } from './money.ts'
import { useTexts } from './texts.ts'

const INDICATORS_SHOWN_MAX = 500

/** Indicators of awards over time: what was to be reached, and what was reported. */
export function Indicators() {
  const t = useTexts()
  const found = usePages<Duty>(['indicators'], (after) =>
    answer(
      api.GET('/api/v1/policy/duties', {
        params: { query: { kind: 'indicator', limit: INDICATORS_SHOWN_MAX, ...after } },
      }),
    ),
  )
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.isLoading) return <Loading />
  if (found.rows.length === 0) {
    return <Nothing title={t('indicatorsNone')} hint={t('indicatorsNoneHint')} />
  }
  const series = Object.groupBy(found.rows, ({ award, indicator }) => `${award} ${indicator?.name}`)
  return Object.entries(series).map(([key, duties = []]) => <OverTime key={key} duties={duties} />)
}

function OverTime({ duties }: { duties: readonly Duty[] }) {
  const t = useTexts()
  const format = useFormat()
  const [first] = duties
  if (first?.indicator === undefined) return null
  const { name, unit } = first.indicator
  const values = duties.map((it) => Number(it.reports.at(-1)?.value ?? 0))
  const targets = duties.map((it) => Number(it.indicator?.target ?? 0))
  return (
    <section aria-label={name} style={{ marginBlockEnd: 24 }}>
      <p>
        <EnterpriseName id={first.applicant} /> · <bdi>{first.measure}</bdi>
      </p>
      <Chart
        data={{
          title: t('indicatorTitle', { name, unit }),
          category: t('due'),
          kind: 'bar',
          categories: duties.map((it) => it.dueAt),
          labels: duties.map((it) => format.date(lastDay(it.dueAt))),
          series: [
            { name: t('target'), values: targets },
            { name: t('reported'), values },
          ],
        }}
      />
    </section>
  )
}
