import { type Language, useLanguage } from './language.ts'

export type Format = {
  readonly number: (value: number) => string
  readonly percent: (ratio: number) => string
  readonly bytes: (bytes: number) => string
  /** A day, as 2026-11-21 is written where the reader is. */
  readonly date: (at: string | number | Date) => string
  /** A day of UTC, as `2026-11-21`, or a month, as `2026-11`: the same wherever the reader is; what is neither stays. */
  readonly day: (day: string) => string
  readonly dateTime: (at: string | number | Date) => string
  /** "3 minutes ago" */
  readonly since: (at: string | number | Date) => string
  readonly duration: (seconds: number) => string
}

/** Numbers, dates and sizes in the reader's form and time zone. */
export function useFormat(): Format {
  const language = useLanguage()
  const made = formats[language] ?? formatFor(language)
  formats[language] = made
  return made
}

const MONTH_CHARS = '2026-11'.length

/** Made once: what is made in each row of a list takes longer than all else of it. */
const formats: Partial<Record<Language, Format>> = {}

function formatFor(language: Language): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const number = onAsking(() => new Intl.NumberFormat(locale))
  const percent = onAsking(
    () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  )
  const date = onAsking(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }))
  const day = onAsking(
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  )
  const month = onAsking(
    () => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', timeZone: 'UTC' }),
  )
  const dateTime = onAsking(
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
  )
  const relative = onAsking(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  return {
    number: (value) => number().format(value),
    percent: (ratio) => percent().format(ratio),
    bytes: (bytes) => bytesIn(number(), bytes),
    date: (at) => date().format(new Date(at)),
    day: (text) => {
      if (Number.isNaN(Date.parse(text))) return text
      return (text.length === MONTH_CHARS ? month() : day()).format(new Date(text))
    },
    dateTime: (at) => dateTime().format(new Date(at)),
    since: (at) => sinceIn(relative(), (new Date(at).getTime() - Date.now()) / 1000),
    duration: (seconds) => durationIn(locale, seconds),
  }
}

/** Each takes milliseconds to make, and a page wants one or two of them. */
function onAsking<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

function bytesIn(format: Intl.NumberFormat, bytes: number): string {
  const step = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${format.format(value < 10 && step > 0 ? Math.round(value * 10) / 10 : Math.round(value))} ${BYTE_UNITS[step]}`
}

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
] as const

function sinceIn(format: Intl.RelativeTimeFormat, seconds: number): string {
  let value = seconds
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return format.format(Math.round(value), unit)
    value /= size
  }
  return ''
}

function durationIn(locale: string, seconds: number): string {
  const [value, unit] =
    seconds < 90
      ? [seconds, 'second']
      : seconds < 5400
        ? [seconds / 60, 'minute']
        : [seconds / 3600, 'hour']
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: String(unit),
    unitDisplay: 'long',
    maximumFractionDigits: Number(value) < 10 ? 1 : 0,
  }).format(Number(value))
}
