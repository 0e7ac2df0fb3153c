import { useLanguage, useText } from '../../frame/language.ts'
import type { Calendar } from './api.ts'

const DAY_MS = 86_400_000

/** What a calendar is called. */
export function useCalendarName({ title, id }: Calendar): string {
  const text = useText()
  return title === undefined ? id : text(title)
}

/** 4 January 2027 is a Monday. */
const A_MONDAY = Date.UTC(2027, 0, 4)

/** What the days of the week are called, from Monday on. */
export function useWeekdays(length: 'short' | 'narrow' = 'short'): readonly string[] {
  const language = useLanguage()
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const format = new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, at) => format.format(A_MONDAY + at * DAY_MS))
}
