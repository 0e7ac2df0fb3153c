import { Button, Form, InputNumber } from 'antd'
import { useMemo, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useLanguage } from '../../frame/language.ts'
import { Chart, type ChartData } from '../../ui/chart.tsx'
import { useGo } from '../../ui/go.tsx'
import { MeasureName, useMeasureTitles } from '../../ui/measures.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { useIsWide } from '../../ui/wide.ts'
import type { Batch } from './batches-page.tsx'
import { useTexts } from './texts.ts'

const FEN_PER_YUAN = 100n
/** As many bars as can be told apart. */
const BARS_MAX = 15
/** More of them on a phone are a long way; the rest is asked for. */
const CARDS_MAX = 10

type SumsProps = {
  readonly batch: Batch
  /** Lines of a result have the facts of their case. */
  readonly mayOpen: boolean
}

type Sum = Batch['sums'][number]

/** What costs most comes first. */
function byCost(a: Sum, b: Sum): number {
  const most = (it: Sum) => BigInt(it.amountFen) + BigInt(it.ceilingFen)
  return Number(most(b) - most(a))
}

/** What each measure comes to so far; those that nobody gets are left out. */
export function Sums({ batch, mayOpen }: SumsProps) {
  const t = useTexts()
  const format = useFormat()
  const money = useWholeYuan()
  const frame = useFrameTexts()
  const isWide = useIsWide('table')
  const [isWhole, setIsWhole] = useState(false)
  const rows = batch.sums.filter((it) => it.eligible + it.open > 0).toSorted(byCost)
  const isCut = !isWide && !isWhole && rows.length > CARDS_MAX
  return (
    <section aria-label={t('sums')} style={{ marginBlockStart: 24 }}>
      <h2>{t('sums')}</h2>
      {mayOpen && <OpenLine batch={batch} />}
      {rows.length > 0 && <Amounts rows={rows} />}
      <Records
        label={t('sums')}
        rows={isCut ? rows.slice(0, CARDS_MAX) : rows}
        keyOf={(it) => it.measure}
        columns={[
          { key: 'measure', title: t('measure'), show: (it) => <MeasureName id={it.measure} /> },
          {
            ...{ key: 'eligible', title: t('eligible'), isNumber: true },
            show: (it) => format.number(it.eligible),
          },
          {
            ...{ key: 'open', title: t('open'), isNumber: true },
            show: (it) => format.number(it.open),
          },
          { key: 'amount', title: t('amount'), isNumber: true, show: (it) => money(it.amountFen) },
          {
            key: 'ceiling',
            title: t('ceiling'),
            isNumber: true,
            show: (it) => money(it.ceilingFen),
          },
        ]}
        empty={<Nothing title={t('nobody')} hint={t('nobodyHint')} />}
      />
      {isCut && (
        <p style={{ textAlign: 'center' }}>
          <Button onClick={() => setIsWhole(true)}>{frame('more')}</Button>
        </p>
      )}
    </section>
  )
}

/** Opens one line of the result, with why it is so. */
function OpenLine({ batch: { id, done } }: { readonly batch: Batch }) {
  const t = useTexts()
  const go = useGo()
  const open = ({ line }: { readonly line?: number | null }) => {
    const number = Math.min(Math.max(1, line ?? 1), done)
    go(`/support/batches/${encodeURIComponent(id)}/lines/${number}`)
  }
  return (
    <Form layout="inline" onFinish={open} style={{ marginBlockEnd: 16, gap: 8 }}>
      <Form.Item name="line" label={t('line')} initialValue={1}>
        <InputNumber min={1} max={done} precision={0} />
      </Form.Item>
      <Button htmlType="submit">{t('openLine')}</Button>
    </Form>
  )
}

/** The measures that cost most; all of them stand in the table below. */
function Amounts({ rows }: { readonly rows: Batch['sums'] }) {
  const t = useTexts()
  const titleOf = useMeasureTitles()
  const data = useMemo((): ChartData => {
    const yuan = (fen: string) => Number(BigInt(fen) / FEN_PER_YUAN)
    const drawn = rows.slice(0, BARS_MAX)
    return {
      ...{ title: t('amounts'), category: t('measure'), kind: 'rows' },
      categories: drawn.map((it) => it.measure),
      labels: drawn.map((it) => titleOf(it.measure)),
      series: [
        { name: t('amountYuan'), values: drawn.map((it) => yuan(it.amountFen)) },
        { name: t('ceilingYuan'), values: drawn.map((it) => yuan(it.ceilingFen)) },
      ],
    }
  }, [rows, t, titleOf])
  return <Chart data={data} />
}

/** Fen, as decimal text, in whole yuan the way money is written where the reader is. */
function useWholeYuan(): (fen: string) => string {
  const locale = useLanguage() === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 0,
  })
  return (fen) => format.format(BigInt(fen) / FEN_PER_YUAN)
}
