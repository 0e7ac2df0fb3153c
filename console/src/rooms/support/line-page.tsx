import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useLanguage } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { MeasureName, useMeasureTitles } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { Explained } from './explanation.tsx'
import { explainFactsQuery, type Mode } from './fits-queries.ts'
import './support.css'
import { useTexts } from './line-texts.ts'

/** A line of a result, as the API writes it. */
type Line = {
  readonly line: number
  readonly id: string
  readonly mode: Mode
  readonly awards: readonly Award[]
  readonly refused: number
  readonly facts: Readonly<Record<string, unknown>>
}
type Award = {
  readonly measure: string
  /** Null while it is open. */
  readonly eligible: true | null
  readonly amountFen: string | null
  readonly leastFen?: string
  readonly mostFen?: string | null
}

/** One line of the result of a batch: what the case gets, and why. */
export function Page() {
  const { id, line } = useParams({ strict: false }) as { id: string; line: string }
  const t = useTexts()
  const found = useQuery({
    queryKey: ['policy-batches', id, 'case', line],
    // a line that is computed does not change any more
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const path = { id, line: Number(line) }
      // its schema is the file's, not the API's
      return (await answer(
        api.GET('/api/v1/policy/batches/{id}/cases/{line}', { params: { path } }),
      )) as unknown as Line
    },
  })
  return (
    <PageFrame title={t('caseOf', { line })} lead={<Go to="/support/batches">{t('back')}</Go>}>
      <QueryView query={found}>
        {(it) => (
          <>
            <p>
              <bdi className="mono">{it.id}</bdi> · {t('refused', { count: it.refused })}
            </p>
            <Awards of={it} />
          </>
        )}
      </QueryView>
    </PageFrame>
  )
}

function Awards({ of: { awards, mode, facts } }: { readonly of: Line }) {
  const t = useTexts()
  const amount = useAmount()
  const titleOf = useMeasureTitles()
  const [why, setWhy] = useState<string>()
  return (
    <>
      <Records
        label={t('results')}
        rows={awards}
        keyOf={(it) => it.measure}
        columns={[
          { key: 'measure', title: t('measure'), show: (it) => <MeasureName id={it.measure} /> },
          {
            key: 'verdict',
            title: t('verdict'),
            show: (it) => t(it.eligible === true ? 'eligible' : 'open'),
          },
          { key: 'amount', title: t('money'), isNumber: true, show: amount },
          {
            key: 'why',
            title: t('why'),
            show: ({ measure }) => (
              <Button
                size="small"
                aria-expanded={why === measure}
                aria-label={t('whyOf', { measure: titleOf(measure) })}
                onClick={() => setWhy(why === measure ? undefined : measure)}
              >
                {t('why')}
              </Button>
            ),
          },
        ]}
        empty={<Nothing title={t('nothingFits')} hint={t('nothingFitsHint')} />}
      />
      {why !== undefined && (
        <section aria-label={t('whyOf', { measure: titleOf(why) })}>
          <h4>{t('whyOf', { measure: titleOf(why) })}</h4>
          <Explained key={why} measure={why} query={explainFactsQuery(why, mode, facts)} />
        </section>
      )}
    </>
  )
}

/** What is fixed, or between what it lies. */
function useAmount(): (it: Award) => string {
  const t = useTexts()
  const money = useYuan()
  return ({ amountFen, leastFen, mostFen }) => {
    if (amountFen !== null) return money(amountFen)
    if (leastFen === undefined) return t('notFixed')
    const least = money(leastFen)
    return mostFen === null || mostFen === undefined
      ? t('from', { least })
      : t('between', { least, most: money(mostFen) })
  }
}

const FEN_DIGITS = 2

/** Fen, as decimal text, the way money is written where the reader is; exact whatever the size. */
function useYuan(): (fen: string) => string {
  const locale = useLanguage() === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.NumberFormat(locale, {
    ...{ style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' },
  })
  return (fen) => {
    const digits = fen.padStart(FEN_DIGITS + 1, '0')
    const yuan = `${digits.slice(0, -FEN_DIGITS)}.${digits.slice(-FEN_DIGITS)}`
    return format.format(yuan as Intl.StringNumericLiteral)
  }
}
