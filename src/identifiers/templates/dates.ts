/** The forms that are read besides ISO 8601's own: `2024/1/5`, `2024.1.5`, `2024年1月5日`, `20240105`. */
const CALENDAR =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:$|[T ]+| *(?=\d{1,2}时))/
const CLOCK =
  /^(\d{1,2})[:：时](\d{2})(?:[:：分](\d{2})?(?:[.,](\d{1,9}))?秒?)? ?(Z|z|[+-]\d{2}:?(?:\d{2})?)?$/

/**
 * The one spelling of a date or a time of day on a date (ISO 8601 extended format): `2024-01-05`,
 * `2024-01-05T08:30:00`, with the fraction and the offset from UTC where they were given. An offset is kept, not
 * converted: it says where the thing was made. Undefined for what is no date of the calendar.
 */
export function canonicalDate(text: string): string | undefined {
  return isPlain(text) ? spelledPlain(text) : canonicalOf(text)
}

function canonicalOf(text: string): string | undefined {
  const calendar = CALENDAR.exec(text)
  if (calendar === null) return undefined
  const [year = '', month = '', day = ''] = calendar.slice(1).filter((it) => it !== undefined)
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const rest = text.slice(calendar[0].length)
  if (rest === '') return /\d$|日$/.test(calendar[0]) ? date : undefined
  const time = canonicalTime(rest)
  return time === undefined ? undefined : `${date}T${time}`
}

function canonicalTime(text: string): string | undefined {
  const [whole, hour = '', minute = '', second = '00', fraction = '', zone = ''] =
    CLOCK.exec(text) ?? []
  if (whole === undefined) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = canonicalOffset(zone)
  if (offset === undefined) return undefined
  const part = fraction.replace(/0+$/, '')
  return `${hour.padStart(2, '0')}:${minute}:${second}${part === '' ? '' : `.${part}`}${offset}`
}

function canonicalOffset(zone: string): string | undefined {
  if (zone === '') return ''
  if (zone === 'Z' || zone === 'z') return 'Z'
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const hours = digits.slice(0, 2)
  const minutes = digits.slice(2)
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined
  return digits === '0000' ? 'Z' : `${zone.slice(0, 1)}${hours}:${minutes}`
}

const DASH = 0x2d
const COLON = 0x3a
const BLANK = 0x20
const PLUS = 0x2b
const UPPER_T = 0x54
const UPPER_Z = 0x5a
const DATE_CHARS = 10
const SECOND_CHARS = 19
const OFFSET_CHARS = 25

/**
 * Whether the text is what programs write: `2024-01-05`, or `2024-01-05T08:30:00` with a blank for the T or not, and with
 * nothing, `Z` or an offset behind it. Most of a million dates are such, and looking at their characters takes a
 * fraction of what patterns take.
 */
function isPlain(text: string): boolean {
  const { length } = text
  if (length < DATE_CHARS || length > OFFSET_CHARS) return false
  const isDate =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    isDay(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8))
  if (!isDate || length === DATE_CHARS) return isDate
  return length >= SECOND_CHARS && isPlainTime(text) && isPlainZone(text)
}

function isPlainTime(text: string): boolean {
  const between = text.charCodeAt(DATE_CHARS)
  return (
    (between === UPPER_T || between === BLANK) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    twoDigits(text, 11) < 24 &&
    twoDigits(text, 14) < 60 &&
    twoDigits(text, 17) < 60
  )
}

/** An offset of nothing is spelled `Z`: that is work. */
function isPlainZone(text: string): boolean {
  const { length } = text
  if (length === SECOND_CHARS) return true
  const sign = text.charCodeAt(SECOND_CHARS)
  if (length === SECOND_CHARS + 1) return sign === UPPER_Z
  if (length !== OFFSET_CHARS || text.charCodeAt(22) !== COLON) return false
  const hours = twoDigits(text, 20)
  const minutes = twoDigits(text, 23)
  return (sign === PLUS || sign === DASH) && hours <= 14 && minutes < 60 && hours + minutes > 0
}

function spelledPlain(text: string): string {
  if (text.charCodeAt(DATE_CHARS) !== BLANK) return text
  return `${text.slice(0, DATE_CHARS)}T${text.slice(DATE_CHARS + 1)}`
}

/** The number that two digits write; NaN, which no comparison holds for, where they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30
  const ones = text.charCodeAt(at + 1) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)
}
