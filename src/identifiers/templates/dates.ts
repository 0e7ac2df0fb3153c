/** The forms that are read besides ISO 8601's own: `2024/1/5`, `2024.1.5`, `2024年1月5日`, `20240105`. */
const CALENDAR =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:$|[T ]+| *(?=\d{1,2}时))/
const CLOCK =
  /^(\d{1,2})[:：时](\d{2})(?:[:：分](\d{2})?(?:[.,](\d{1,9}))?秒?)? ?(Z|z|[+-]\d{2}:?(?:\d{2})?)?$/
/** What needs no work, and is what programs write. */
const CANONICAL = /^\d{4}-\d{2}-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ?)?$/

/**
 * The one spelling of a date or a time of day on a date (ISO 8601 extended format): `2024-01-05`,
 * `2024-01-05T08:30:00`, with the fraction and the offset from UTC where they were given. An offset is kept, not
 * converted: it says where the thing was made. Undefined for what is no date of the calendar.
 */
export function canonicalDate(text: string): string | undefined {
  if (CANONICAL.test(text)) {
    return isDay(numberAt(text, 0, 4), numberAt(text, 5, 7), numberAt(text, 8, 10))
      ? text
      : undefined
  }
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

/** The number that the digits from `from` to before `to` write. */
function numberAt(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + text.charCodeAt(at) - 0x30
  return number
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)
}
