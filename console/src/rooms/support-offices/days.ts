/** `YYYY-MM-DD`. */
export type Day = string

const DAY_MS = 86_400_000
/** No paper lists a longer run; a slip of the pen is not spread over a year. */
const RUN_DAYS_MAX = 60

export function dayPlus(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** 1 Monday … 7 Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

/** From one day to another, both inside. */
export function daysBetween(from: Day, to: Day): readonly Day[] {
  const found: Day[] = []
  for (let day = from; day <= to; day = dayPlus(day, 1)) found.push(day)
  return found
}

const PIECES = /[\n,，、;；]+/
const YEAR = String.raw`(?:(\d{4})[-年/.])`
const LEFT = String.raw`${YEAR}?(\d{1,2})[-月/.](\d{1,2})日?`
const RIGHT = String.raw`(?:${YEAR}?(\d{1,2})[-月/.])?(\d{1,2})日?`
const RUN = new RegExp(`^${LEFT}(?:(?:至|到|to|–|—|~|～)${RIGHT})?$`)

/**
 * Days as papers and people write them, a year left out being `year`: `2027-01-01`, `2027-02-06 to 2027-02-12`, `1月1日至3日`. What
 * cannot be read is given back as it stands.
 */
export function parseDays(
  text: string,
  year: number,
): { readonly days: readonly Day[]; readonly wrong: readonly string[] } {
  const days = new Set<Day>()
  const wrong: string[] = []
  for (const piece of text.split(PIECES)) {
    const written = piece.replace(/[（(][^）)]*[）)]/g, '').replace(/\s+/g, '')
    if (written === '') continue
    const run = runOf(written, year)
    if (run === undefined) wrong.push(piece.trim())
    else for (const day of run) days.add(day)
  }
  return { days: [...days].toSorted(), wrong }
}

function runOf(written: string, year: number): readonly Day[] | undefined {
  const found = RUN.exec(written)
  if (found === null) return undefined
  const [, y = String(year), m = '', d = '', toY = y, toM = m, toD] = found
  const from = dayOf(y, m, d)
  const to = toD === undefined ? from : dayOf(toY, toM, toD)
  if (from === undefined || to === undefined || to < from) return undefined
  return to > dayPlus(from, RUN_DAYS_MAX) ? undefined : daysBetween(from, to)
}

/** Undefined where there is no such day. */
function dayOf(year: string, month: string, day: string): Day | undefined {
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = Date.parse(`${written}T00:00:00Z`)
  if (Number.isNaN(at)) return undefined
  return new Date(at).toISOString().startsWith(written) ? written : undefined
}

export type Run = { readonly from: Day; readonly to: Day }

/** Days that follow each other together. */
export function runsOf(days: readonly Day[]): readonly Run[] {
  const runs: { from: Day; to: Day }[] = []
  for (const day of [...days].toSorted()) {
    const last = runs.at(-1)
    if (last !== undefined && dayPlus(last.to, 1) === day) last.to = day
    else runs.push({ from: day, to: day })
  }
  return runs
}

/** One run a line, in a form that `parseDays` reads. */
export function formatDays(days: readonly Day[], to: string): string {
  return runsOf(days)
    .map((it) => (it.from === it.to ? it.from : `${it.from} ${to} ${it.to}`))
    .join('\n')
}

/** What can be added to a calendar: the rest of the year after it, and of the one before. */
export function spansToAdd({ from, to }: Run): readonly Run[] {
  const [next, last] = [dayPlus(to, 1), dayPlus(from, -1)]
  return [
    { from: next, to: `${next.slice(0, 4)}-12-31` },
    { from: `${last.slice(0, 4)}-01-01`, to: last },
  ]
}

export type Listed = { readonly holidays: ReadonlySet<Day>; readonly workdays: ReadonlySet<Day> }

export function isFree(day: Day, { holidays, workdays }: Listed, weekend: readonly number[]) {
  return holidays.has(day) || (weekend.includes(weekdayOf(day)) && !workdays.has(day))
}

/** The lists with a day turned from worked to free, or back. */
export function turned(
  day: Day,
  listed: Listed,
  weekend: readonly number[],
): { readonly holidays: readonly Day[]; readonly workdays: readonly Day[] } {
  const holidays = new Set(listed.holidays)
  const workdays = new Set(listed.workdays)
  const isRest = weekend.includes(weekdayOf(day))
  if (isFree(day, listed, weekend)) {
    holidays.delete(day)
    if (isRest) workdays.add(day)
  } else {
    workdays.delete(day)
    if (!isRest) holidays.add(day)
  }
  return { holidays: [...holidays], workdays: [...workdays] }
}
