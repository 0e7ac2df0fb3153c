/** A day of the calendar, `YYYY-MM-DD`. */
export type Day = string

const MONTHS_A_YEAR = 12

/** Whether the calendar has such a day. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** The same day some months later; where that month has no such day, its last. */
export function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const count = year * MONTHS_A_YEAR + month - 1 + months
  const inYear = Math.floor(count / MONTHS_A_YEAR)
  const inMonth = (count % MONTHS_A_YEAR) + 1
  const last = Math.min(date, daysOf(inYear, inMonth))
  return [digits(inYear, 4), digits(inMonth, 2), digits(last, 2)].join('-')
}

/** The same day of a later year; 29 February has its 28th. */
export function yearsAfter(day: Day, years: number): Day {
  return monthsAfter(day, MONTHS_A_YEAR * years)
}

/** The calendar comes round every 400 years; that of the first centuries means others to `Date`. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0')
}
