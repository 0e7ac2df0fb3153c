import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Descriptions } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useIsWide } from '../../ui/wide.ts'
import { type Calendar, calendarsQuery } from './api.ts'
import { useCalendarName, useWeekdays } from './calendar-parts.ts'
import { useTexts } from './calendar-texts.ts'
import { daysBetween, isFree, runsOf } from './days.ts'
import { useJoined } from './joined.ts'

const YearDialog = lazy(async () => ({
  default: (await import('./year-dialog.tsx')).YearDialog,
}))

/** So long before a calendar ends its next year is asked for: the paper on it comes in November. */
const SOON_DAYS = 60
const DAY_MS = 86_400_000

/** By which calendars terms are reckoned, which years they know, and how a year is added. */
export function Page() {
  const t = useTexts()
  const found = useQuery(calendarsQuery)
  const [adding, setAdding] = useState<Calendar>()
  const mayAdd = mayOnNode(useMe(), 'policy.review')
  return (
    <PageFrame title={t('calendars')} lead={t('calendarsLead')}>
      <QueryView query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t('calendarsNone')} />
          ) : (
            <div className="cards">
              {items.map((it) => (
                <CalendarCard key={it.id} of={it} {...(mayAdd && { add: () => setAdding(it) })} />
              ))}
            </div>
          )
        }
      </QueryView>
      {adding !== undefined && (
        <Suspense>
          <YearDialog calendar={adding} onClose={() => setAdding(undefined)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function CalendarCard({ of, add }: { of: Calendar; add?: () => void }) {
  const t = useTexts()
  const name = useCalendarName(of)
  const { day } = useFormat()
  const soon = new Date(Date.now() + SOON_DAYS * DAY_MS).toISOString().slice(0, 10)
  const year = String(Number(of.to.slice(0, 4)) + (of.to.endsWith('-12-31') ? 1 : 0))
  const me = useMe()
  return (
    <Card
      title={<h2 className="card-title">{name}</h2>}
      extra={
        add !== undefined && (
          <Button type="primary" onClick={add} aria-label={`${t('addYear')} ${name}`}>
            {t('addYear')}
          </Button>
        )
      }
    >
      {of.to < soon && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlockEnd: 12 }}
          title={t('endsSoon', { to: day(of.to), year })}
        />
      )}
      <Facts of={of} />
      {mayOnNode(me, 'audit.read') && of.version > 0 && (
        <Go
          to="/audit"
          search={{ collection: 'policy-calendars', id: of.id }}
          aria-label={`${t('history')} ${name}`}
        >
          {t('history')}
        </Go>
      )}
    </Card>
  )
}

function Facts({ of }: { of: Calendar }) {
  const t = useTexts()
  const weekdays = useWeekdays()
  const joined = useJoined()
  const isWide = useIsWide('table')
  const rest = joined(of.weekend.map((it) => weekdays[it - 1]))
  return (
    <Descriptions
      size="small"
      column={1}
      layout={isWide ? 'horizontal' : 'vertical'}
      items={[
        { key: 'years', label: t('years'), children: <Years of={of} /> },
        { key: 'source', label: t('source'), children: <bdi>{of.source}</bdi> },
        {
          key: 'at',
          label: t('toldAt'),
          children: of.toldAt === undefined ? t('shipped') : <When at={of.toldAt} isExact />,
        },
        { key: 'weekend', label: t('weekend'), children: rest },
        { key: 'holidays', label: t('holidays'), children: <Days days={of.holidays} /> },
        { key: 'workdays', label: t('workdays'), children: <Days days={of.workdays} /> },
      ]}
    />
  )
}

/** Each year with how many of its days are worked. */
function Years({ of }: { of: Calendar }) {
  const t = useTexts()
  const format = useFormat()
  const { from, to, weekend } = of
  const listed = { holidays: new Set(of.holidays), workdays: new Set(of.workdays) }
  const sums = new Map<string, { worked: number; free: number }>()
  for (const day of daysBetween(from, to)) {
    const year = day.slice(0, 4)
    const sum = sums.get(year) ?? { worked: 0, free: 0 }
    sum[isFree(day, listed, weekend) ? 'free' : 'worked'] += 1
    sums.set(year, sum)
  }
  return (
    <div>
      <span className="nums">{t('covers', { from: format.day(from), to: format.day(to) })}</span>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {[...sums].map(([year, sum]) => (
          <li key={year} className="nums">
            {t('sumUp', { year, ...sum })}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Days({ days }: { days: readonly string[] }) {
  const t = useTexts()
  const format = useFormat()
  if (days.length === 0) return <>–</>
  const told = runsOf(days).map(({ from, to }) =>
    from === to ? format.day(from) : `${format.day(from)} – ${format.day(to)}`,
  )
  return (
    <details>
      <summary>{t('daysOf', { count: days.length })}</summary>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {told.map((it) => (
          <li key={it} className="nums">
            {it}
          </li>
        ))}
      </ul>
    </details>
  )
}
