import { useQuery } from '@tanstack/react-query'
import { Button, Card, Descriptions } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { BudgetName } from '../../ui/budgets.tsx'
import { Chart } from '../../ui/chart.tsx'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Loading, Nothing, Said } from '../../ui/states.tsx'
import { useIsWide } from '../../ui/wide.ts'
import { ChoiceField, MeasuresChoice } from './fields.tsx'
import { Groups } from './simulate-groups.tsx'
import { PopulationFields } from './simulate-population.tsx'
import { type Simulation, simulate, useMoney, type Wished, yuanOf } from './trial.ts'
import { useTexts } from './trial-texts.ts'
import './editor.css'

const BEGINNING: Wished = {
  draft: '',
  measures: [],
  kind: 'synthetic',
  count: 5_000,
  seed: 1,
  ndjson: '',
  regions: [],
  sectors: [],
  call: '',
}

/** What a draft would change, before it is adopted. */
export function Page() {
  const t = useTexts()
  const [wish, setWish] = useState(BEGINNING)
  const [asked, setAsked] = useState<Wished>()
  const drafts = useQuery({
    queryKey: ['policy', 'drafts', 'to-simulate'],
    queryFn: () => answer(api.GET('/api/v1/policy/drafts', { params: { query: { limit: 200 } } })),
  })
  const found = useQuery({
    queryKey: ['policy', 'simulation', asked],
    enabled: asked !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => simulate(asked ?? wish),
  })
  return (
    <PageFrame title={t('simulate')} lead={t('simulateLead')}>
      <QueryView query={drafts}>
        {({ items }) => (
          <Card>
            <Wishes wish={wish} change={setWish} drafts={items} />
            <div className="editor-acts" style={{ marginBlockStart: 16 }}>
              <Button
                type="primary"
                loading={found.isFetching}
                disabled={isLacking(wish)}
                onClick={() => setAsked({ ...wish })}
              >
                {t('run')}
              </Button>
            </div>
          </Card>
        )}
      </QueryView>
      {asked === undefined ? (
        <Nothing title={t('notYet')} hint={t('notYetHint')} />
      ) : found.isError ? (
        <Said error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading />
      ) : (
        <Results of={found.data} kind={asked.kind} />
      )}
    </PageFrame>
  )
}

/** What has to be chosen or handed in first. */
function isLacking({ kind, call, ndjson }: Wished): boolean {
  return kind === 'call' ? call === '' : (kind === 'file' || kind === 'given') && ndjson === ''
}

type Row = {
  readonly id: string
  readonly measure: string
  readonly title?: { readonly zh: string; readonly en: string } | undefined
}

function Wishes({
  wish,
  change,
  drafts,
}: {
  wish: Wished
  change: (wish: Wished) => void
  drafts: readonly Row[]
}) {
  const t = useTexts()
  const text = useText()
  const choices = drafts.map(({ id, measure, title }) => ({
    value: id,
    label: title === undefined ? measure : `${text(title)} · ${measure}`,
  }))
  return (
    <div className="editor-fields">
      <ChoiceField
        label={t('draft')}
        value={wish.draft === '' ? 'none' : wish.draft}
        choices={[{ value: 'none', label: t('none') }, ...choices]}
        change={(draft) => change({ ...wish, draft: draft === 'none' ? '' : draft })}
      />
      <MeasuresChoice
        label={t('measuresOf')}
        hint={t(wish.draft === '' ? 'measuresAll' : 'measuresOfDraft')}
        value={wish.measures}
        change={(measures) => change({ ...wish, measures })}
      />
      <PopulationFields wish={wish} change={change} />
    </div>
  )
}

function Results({ of, kind }: { of: Simulation; kind: Wished['kind'] }) {
  const t = useTexts()
  const isChange = of.before !== undefined
  const format = useFormat()
  const money = useMoney()
  return (
    <div className="editor-column" style={{ marginBlockStart: 16 }}>
      <Card>
        <Descriptions
          column={{ xs: 1, sm: 2, lg: 3 }}
          items={[
            { key: 'cases', label: t('cases'), children: format.number(of.cases) },
            { key: 'cost', label: t('cost'), children: money(of.cost.amountFen) },
            { key: 'ceiling', label: t('ceiling'), children: money(of.cost.ceilingFen) },
            { key: 'open', label: t('openCost'), children: money(of.cost.openFen) },
            { key: 'winners', label: t('winners'), children: format.number(of.winners) },
            { key: 'losers', label: t('losers'), children: format.number(of.losers) },
          ]}
        />
      </Card>
      <Measures of={of} />
      <Histogram of={of} />
      <Groups title={t('byType')} name={t('kind')} groups={of.byType} isChange={isChange} />
      <Groups
        title={t('bySectorSim')}
        name={t('sector')}
        groups={of.bySector}
        isChange={isChange}
      />
      <Pressure of={of} />
      <Cases of={of} kind={kind} />
    </div>
  )
}

/** More of them on a phone are a long way to what comes behind. */
const CARDS_MAX = 10

/** What costs most comes first; on a phone the rest is asked for. */
function Measures({ of }: { of: Simulation }) {
  const t = useTexts()
  const isWide = useIsWide('table')
  const frame = useFrameTexts()
  const [isWhole, setIsWhole] = useState(false)
  const format = useFormat()
  const money = useMoney()
  const before = new Map((of.before ?? []).map((it) => [it.measure, it]))
  type Sums = Simulation['perMeasure'][number]
  const old: Column<Sums> = {
    key: 'before',
    title: `${t('ceiling')} · ${t('before')}`,
    isNumber: true,
    show: ({ measure }) => money(before.get(measure)?.ceilingFen ?? '0'),
  }
  const columns: Column<Sums>[] = [
    { key: 'id', title: t('measure'), show: (it) => <MeasureName id={it.measure} /> },
    {
      key: 'fit',
      title: t('eligible'),
      isNumber: true,
      show: (it) => format.number(it.eligible),
    },
    { key: 'open', title: t('openCases'), isNumber: true, show: (it) => format.number(it.open) },
    { key: 'sum', title: t('amount'), isNumber: true, show: (it) => money(it.amountFen) },
    { key: 'most', title: t('ceiling'), isNumber: true, show: (it) => money(it.ceilingFen) },
    ...(of.before === undefined ? [] : [old]),
  ]
  const most = (it: Sums) => yuanOf(it.amountFen) + yuanOf(it.ceilingFen)
  const rows = of.perMeasure.toSorted((a, b) => most(b) - most(a))
  return (
    <Card title={t('perMeasure')}>
      <Records
        label={t('perMeasure')}
        rows={isWide || isWhole ? rows : rows.slice(0, CARDS_MAX)}
        keyOf={(it) => it.measure}
        columns={columns}
        empty={<Nothing title={t('noChange')} />}
      />
      {!isWide && !isWhole && rows.length > CARDS_MAX && (
        <p style={{ textAlign: 'center' }}>
          <Button onClick={() => setIsWhole(true)}>{frame('more')}</Button>
        </p>
      )}
    </Card>
  )
}

function Histogram({ of }: { of: Simulation }) {
  const t = useTexts()
  const format = useFormat()
  if (of.histogram.length === 0) return null
  return (
    <Card>
      <Chart
        data={{
          title: t('histogram'),
          category: t('from'),
          categories: of.histogram.map((it) => format.number(yuanOf(it.fromFen))),
          series: [{ name: t('cases'), values: of.histogram.map((it) => it.cases) }],
          kind: 'bar',
        }}
      />
    </Card>
  )
}

function Pressure({ of }: { of: Simulation }) {
  const t = useTexts()
  const text = useText()
  const format = useFormat()
  const money = useMoney()
  return (
    <>
      <Card title={t('quotas')}>
        <Records
          label={t('quotas')}
          rows={of.quota}
          keyOf={(it) => it.measure}
          columns={[
            {
              key: 'id',
              title: t('measure'),
              show: (it) => <MeasureName id={it.measure} />,
            },
            {
              key: 'places',
              title: t('places'),
              isNumber: true,
              show: (it) => format.number(it.places),
            },
            {
              key: 'wanted',
              title: t('wanted'),
              isNumber: true,
              show: (it) => format.number(it.wanted),
            },
            { key: 'over', title: t('over'), isNumber: true, show: (it) => format.number(it.over) },
          ]}
          empty={<Nothing title={t('noQuota')} />}
        />
      </Card>
      <Card title={t('budgets')}>
        <Records
          label={t('budgets')}
          rows={of.budget}
          keyOf={(it) => it.id}
          columns={[
            {
              key: 'id',
              title: t('budget'),
              show: (it) => <BudgetName id={it.id} title={text(it.title)} />,
            },
            { key: 'fen', title: t('amount'), isNumber: true, show: (it) => money(it.fen) },
            {
              key: 'wanted',
              title: t('wanted'),
              isNumber: true,
              show: (it) => money(it.wantedFen),
            },
            { key: 'over', title: t('over'), isNumber: true, show: (it) => money(it.overFen) },
          ]}
          empty={<Nothing title={t('noBudget')} />}
        />
      </Card>
    </>
  )
}

function Cases({ of, kind }: { of: Simulation; kind: Wished['kind'] }) {
  const t = useTexts()
  const money = useMoney()
  return (
    <Card>
      <details>
        <summary>{t('byCase')}</summary>
        <Records
          label={t('byCase')}
          rows={of.byCase}
          keyOf={(it) => `${it.line}`}
          columns={[
            {
              key: 'id',
              title: t('case'),
              show: ({ id }) =>
                kind === 'register' ? <EnterpriseName id={id} /> : <bdi className="mono">{id}</bdi>,
            },
            { key: 'old', title: t('before'), isNumber: true, show: (it) => money(it.beforeFen) },
            { key: 'new', title: t('after'), isNumber: true, show: (it) => money(it.afterFen) },
          ]}
          empty={<Nothing title={t('noChange')} />}
        />
      </details>
    </Card>
  )
}
