import type { CSSProperties } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useWeekdays } from './calendar-parts.ts'
import { useTexts } from './calendar-texts.ts'
import { type Day, daysBetween, isFree, type Listed, type Run, turned, weekdayOf } from './days.ts'

type GridProps = {
  readonly span: Run
  readonly weekend: readonly number[]
  readonly listed: Listed
  readonly change: (next: ReturnType<typeof turned>) => void
}

/** Every day of a span, month by month: whether it is worked, and a click that turns it. */
export function DayGrid({ span, ...rest }: GridProps) {
  const t = useTexts()
  const months = Map.groupBy(daysBetween(span.from, span.to), (it) => it.slice(0, 7))
  return (
    <details>
      <summary style={{ cursor: 'pointer' }}>{t('pickDays')}</summary>
      <p style={{ marginBlock: 4 }}>{t('pickHint')}</p>
      <div style={MONTHS}>
        {[...months].map(([month, days]) => (
          <Month key={month} month={month} days={days} {...rest} />
        ))}
      </div>
    </details>
  )
}

type MonthProps = Omit<GridProps, 'span'> & {
  readonly month: string
  readonly days: readonly Day[]
}

function Month({ month, days, weekend, listed, change }: MonthProps) {
  const t = useTexts()
  const format = useFormat()
  const weekdays = useWeekdays('narrow')
  const title = t('month', { month: Number(month.slice(5)) })
  const before = weekdayOf(days[0] ?? month) - 1
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
      <legend>
        <strong>{title}</strong>
      </legend>
      <div style={WEEK}>
        {weekdays.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two days may begin alike
          <span key={at} aria-hidden style={{ textAlign: 'center' }}>
            {it}
          </span>
        ))}
        {before > 0 && <span style={{ gridColumn: `span ${before}` }} />}
        {days.map((day) => {
          const isOff = isFree(day, listed, weekend)
          return (
            <button
              key={day}
              type="button"
              aria-label={`${format.day(day)} · ${t(isOff ? 'isFree' : 'isWorked')}`}
              style={isOff ? OFF : WORKED}
              onClick={() => change(turned(day, listed, weekend))}
            >
              {Number(day.slice(8))}
            </button>
          )
        })}
      </div>
    </fieldset>
  )
}

const MONTHS: CSSProperties = {
  display: 'grid',
  gap: 16,
  gridTemplateColumns: 'repeat(auto-fill, minmax(210px, 1fr))',
}
const WEEK: CSSProperties = { display: 'grid', gap: 2, gridTemplateColumns: 'repeat(7, 1fr)' }
const WORKED: CSSProperties = {
  minBlockSize: 28,
  padding: 0,
  font: 'inherit',
  color: 'inherit',
  cursor: 'pointer',
  background: 'transparent',
  border: '1px solid var(--ant-color-border, #d9d9d9)',
  borderRadius: 4,
}
/** Told by its weight and frame, not by colour alone. */
const OFF: CSSProperties = {
  ...WORKED,
  fontWeight: 700,
  borderStyle: 'dashed',
  background: 'var(--ant-color-fill-secondary, #eee)',
}
