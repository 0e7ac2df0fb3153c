import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useFormat } from '../frame/format.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { csvText, downloadText } from './download.ts'
import { PlainTable } from './plain-table.tsx'
import { Loading } from './states.tsx'

export type Series = { readonly name: string; readonly values: readonly number[] }
export type ChartData = {
  readonly title: string
  /** What the categories are: "day", "prefix". */
  readonly category: string
  readonly categories: readonly string[]
  /** The same as the reader has them written, where that is another way; the download has the categories. */
  readonly labels?: readonly string[]
  readonly series: readonly Series[]
  readonly kind: 'bar' | 'line' | 'rows'
}

const Drawing = lazy(async () => ({ default: (await import('./drawing.tsx')).Drawing }))

/** A chart with the table behind it and its download. The drawing is loaded on demand. */
export function Chart({ data }: { data: ChartData }) {
  const t = useFrameTexts()
  const [isTable, setIsTable] = useState(false)
  const download = () => downloadText(`${data.title}.csv`, 'text/csv', csvText(rowsOf(data)))
  return (
    <figure style={{ margin: 0 }}>
      <figcaption style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
        <strong style={{ flex: '1 1 auto' }}>{data.title}</strong>
        <span style={{ display: 'inline-flex', gap: 8 }}>
          <Button size="small" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? t('showChart') : t('showTable')}
          </Button>
          <Button size="small" onClick={download}>
            {t('downloadCsv')}
          </Button>
        </span>
      </figcaption>
      <div style={{ minBlockSize: 260 }}>
        {isTable ? (
          <ChartTable data={data} />
        ) : (
          <Suspense fallback={<Loading />}>
            <Drawing data={data} />
          </Suspense>
        )}
      </div>
    </figure>
  )
}

function ChartTable({ data }: { data: ChartData }) {
  const format = useFormat()
  const rows = (data.labels ?? data.categories).map((category, at) => ({ category, at }))
  return (
    <PlainTable
      label={data.title}
      rows={rows}
      keyOf={(it) => `${it.at} ${it.category}`}
      heightMax={320}
      columns={[
        { key: 'category', title: data.category, show: (it) => it.category },
        ...data.series.map((series) => ({
          key: series.name,
          title: series.name,
          isNumber: true,
          show: (it: { at: number }) => format.number(series.values[it.at] ?? 0),
        })),
      ]}
    />
  )
}

function rowsOf(data: ChartData): (string | number)[][] {
  return [
    [data.category, ...data.series.map((it) => it.name)],
    ...data.categories.map((category, at) => [
      category,
      ...data.series.map((it) => it.values[at] ?? 0),
    ]),
  ]
}
