import { flatten } from './flat.ts'
import { NUMBER_MAX } from './number-plan.ts'

/**
 * Spellings of a time that are kept as a number. Each is its separators: within the date, between date and clock,
 * within the clock; without a clock the last two are undefined. New ones are added at the end only.
 */
const SPELLINGS = [
  ['-', 'T', ':'],
  ['-', ' ', ':'],
  ['/', ' ', ':'],
  ['', 'T', ''],
  ['', '', ''],
  ['-', undefined, undefined],
  ['/', undefined, undefined],
] as const

export const FRACTION_DIGITS_MAX = 6

/** How a time is spelled: which separators, how many digits of a second, and what follows (`Z`, `+08:00`, nothing). */
export type TimeForm = {
  readonly spelling: number
  readonly fractionDigits: number
  readonly zone: string
}

const SHAPE =
  /^\d{4}(?:([-/])\d\d\1\d\d|\d{4})(?:([T ]?)\d\d(?:(:)\d\d:\d\d|\d{4})(?:\.(\d{1,6}))?(Z|[+-]\d\d:?\d\d)?)?$/

/** The form in which a text spells a time; undefined where it is none. */
export function timeFormOf(text: string): TimeForm | undefined {
  const found = SHAPE.exec(text)
  if (found === null) return undefined
  const [, date = '', gap, clock = '', fraction = '', zone = ''] = found
  const spelling = SPELLINGS.findIndex(
    (it) => it[0] === date && it[1] === gap && (gap === undefined || it[2] === clock),
  )
  return spelling < 0 ? undefined : { spelling, fractionDigits: fraction.length, zone }
}

export function isTimeForm({ spelling, fractionDigits }: TimeForm): boolean {
  return spelling < SPELLINGS.length && fractionDigits <= FRACTION_DIGITS_MAX
}

/**
 * The time as a whole number: seconds since 1970 (days for a date alone), or parts of it as small as the fraction says;
 * as read off the text, whatever its zone. NaN where the text is not spelled exactly as `timeText` would spell it.
 */
export function timeNumber(text: string, form: TimeForm): number {
  const { spelling, fractionDigits, zone } = form
  const [dateGap, gap, clockGap] = SPELLINGS[spelling] as (typeof SPELLINGS)[number]
  const month = 4 + dateGap.length
  const day = month + 2 + dateGap.length
  if (dateGap !== '' && (text[4] !== dateGap || text[month + 2] !== dateGap)) return Number.NaN
  const date = dayOf(digits(text, 0, 4), digits(text, month, 2), digits(text, day, 2))
  if (gap === undefined) return text.length === day + 2 ? date : Number.NaN
  if (gap !== '' && text[day + 2] !== gap) return Number.NaN
  const hour = day + 2 + gap.length
  const end = hour + 6 + 2 * clockGap.length
  const atS = date * 86_400 + clockOf(text, hour, clockGap)
  if (!text.endsWith(zone)) return Number.NaN
  if (fractionDigits === 0) return text.length === end + zone.length ? atS : Number.NaN
  if (text[end] !== '.' || text.length !== end + 1 + fractionDigits + zone.length) return Number.NaN
  const number = atS * 10 ** fractionDigits + digits(text, end + 1, fractionDigits)
  return Math.abs(number) <= NUMBER_MAX ? number : Number.NaN
}

/** Where the figures of a clock stand in texts of one form, all of one length. */
type Clock = {
  readonly length: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly fractionDigits: number
  /** Parts of a second, as small as the fraction says, in a day. */
  readonly dayParts: number
}

function clockIn(text: string, { spelling, fractionDigits }: TimeForm): Clock | undefined {
  const [dateGap, gap, clockGap] = SPELLINGS[spelling] as (typeof SPELLINGS)[number]
  if (gap === undefined) return undefined
  const hour = 8 + 2 * dateGap.length + gap.length
  const minute = hour + 2 + clockGap.length
  const second = minute + 2 + clockGap.length
  const dayParts = 86_400 * 10 ** fractionDigits
  return { length: text.length, hour, minute, second, fractionDigits, dayParts }
}

/** The time of each text; undefined where one of them is not spelled so. */
export function timeNumbers(texts: readonly string[], form: TimeForm): Float64Array | undefined {
  const values = new Float64Array(texts.length)
  const clock = clockIn(texts[0] as string, form)
  const alike = clock !== undefined && texts.every(({ length }) => length === clock.length)
  const bytes = alike ? flatten(texts) : undefined
  let number = Number.NaN
  for (let row = 0; row < texts.length; row++) {
    const before = number
    number = Number.NaN
    if (row > 0 && clock !== undefined && bytes !== undefined) {
      number = sameDayNumber(bytes, row * clock.length, clock, before)
    }
    if (Number.isNaN(number)) number = timeNumber(texts[row] as string, form)
    if (Number.isNaN(number)) return undefined
    values[row] = number
  }
  return values
}

/** The time at `at`, where it is spelled as the one before it but for the figures of its clock; otherwise NaN. */
function sameDayNumber(bytes: Uint8Array, at: number, clock: Clock, before: number): number {
  const { length, fractionDigits, dayParts } = clock
  const hourAt = at + clock.hour
  const minuteAt = at + clock.minute
  const secondAt = at + clock.second
  const fractionAt = secondAt + (fractionDigits === 0 ? 2 : 3)
  const repeated =
    repeats(bytes, at, hourAt, length) &&
    repeats(bytes, hourAt + 2, minuteAt, length) &&
    repeats(bytes, minuteAt + 2, secondAt, length) &&
    repeats(bytes, secondAt + 2, fractionAt, length) &&
    repeats(bytes, fractionAt + fractionDigits, at + length, length)
  if (!repeated) return Number.NaN
  const hour = figures(bytes, hourAt, 2)
  const minute = figures(bytes, minuteAt, 2)
  const second = figures(bytes, secondAt, 2)
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN
  const seconds = hour * 3_600 + minute * 60 + second
  const midnight = Math.floor(before / dayParts) * dayParts
  if (fractionDigits === 0) return midnight + seconds
  const parts = seconds * 10 ** fractionDigits + figures(bytes, fractionAt, fractionDigits)
  return Math.abs(midnight + parts) <= NUMBER_MAX ? midnight + parts : Number.NaN
}

/** Whether the bytes are those that stand `length` before them. */
function repeats(bytes: Uint8Array, from: number, to: number, length: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== bytes[i - length]) return false
  return true
}

function figures(bytes: Uint8Array, from: number, count: number): number {
  let number = 0
  for (let i = from; i < from + count; i++) {
    const figure = (bytes[i] as number) - 48
    if (!(figure >= 0 && figure <= 9)) return Number.NaN
    number = number * 10 + figure
  }
  return number
}

function clockOf(text: string, from: number, gap: string): number {
  const minuteAt = from + 2 + gap.length
  const secondAt = minuteAt + 2 + gap.length
  if (gap !== '' && (text[from + 2] !== gap || text[minuteAt + 2] !== gap)) return Number.NaN
  const hour = digits(text, from, 2)
  const minute = digits(text, minuteAt, 2)
  const second = digits(text, secondAt, 2)
  return hour < 24 && minute < 60 && second < 60 ? hour * 3_600 + minute * 60 + second : Number.NaN
}

function digits(text: string, from: number, count: number): number {
  let number = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

/** Days since 1970 of a date of the Gregorian calendar; NaN where there is no such day. */
function dayOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
  const y = month > 2 ? year : year - 1
  const m = month > 2 ? month - 3 : month + 9
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leaps + Math.floor((153 * m + 2) / 5) + day - 1 - 719_468
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))

/** The text of a time; total: a number that no text gives yields some text all the same. */
export function timeText(number: number, form: TimeForm): string {
  const { spelling, fractionDigits, zone } = form
  const [dateGap, gap, clockGap] = SPELLINGS[spelling] as (typeof SPELLINGS)[number]
  if (gap === undefined) return dateText(number, dateGap)
  const parts = 10 ** fractionDigits
  const atS = Math.floor(number / parts)
  const date = Math.floor(atS / 86_400)
  const clock = atS - date * 86_400
  const hour = Math.floor(clock / 3_600)
  const minute = Math.floor(clock / 60) - hour * 60
  const text = `${dateText(date, dateGap)}${gap}${TWO[hour]}${clockGap}${TWO[minute]}${clockGap}${TWO[clock % 60]}`
  if (fractionDigits === 0) return text + zone
  return `${text}.${String(number - atS * parts).padStart(fractionDigits, '0')}${zone}`
}

/** Dates that were spelled lately, each at a place of its own among so many: some years of them. */
const DATES_KEPT = 4_096
const dates = {
  days: new Float64Array(DATES_KEPT).fill(Number.NaN),
  gaps: new Array<string>(DATES_KEPT).fill(''),
  texts: new Array<string>(DATES_KEPT).fill(''),
}

function dateText(day: number, gap: string): string {
  const place = day & (DATES_KEPT - 1)
  if (dates.days[place] === day && dates.gaps[place] === gap) return dates.texts[place] as string
  const text = newDateText(day, gap)
  dates.days[place] = day
  dates.gaps[place] = gap
  dates.texts[place] = text
  return text
}

function newDateText(day: number, gap: string): string {
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const d = z - era * 146_097
  const y = Math.floor(
    (d - Math.floor(d / 1_460) + Math.floor(d / 36_524) - Math.floor(d / 146_096)) / 365,
  )
  const dayOfYear = d - (365 * y + Math.floor(y / 4) - Math.floor(y / 100))
  const m = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * m + 2) / 5) + 1
  const month = m < 10 ? m + 3 : m - 9
  const year = y + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}${gap}${TWO[month]}${gap}${TWO[dayOfMonth]}`
}
