/** `2026-11-21T16:00:00Z`: seconds since 1970, UTC. */
export function formatMoment(seconds: number): string {
  const day = Math.floor(seconds / DAY_S)
  if (lastDay.day !== day) {
    lastDay = { day, text: new Date(day * DAY_S * 1000).toISOString().slice(0, -DAY_TAIL.length) }
  }
  const second = Math.floor(seconds) - day * DAY_S
  const minute = Math.floor(second / 60)
  return `${lastDay.text}${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}Z`
}

const DAY_S = 86_400
const DAY_TAIL = '00:00:00.000Z'
/** Moments that are asked for together are mostly of one day. */
let lastDay = { day: 0, text: '1970-01-01T' }
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

function two(number: number): string {
  return TWO[number] as string
}

/**
 * Seconds since 1970 of an ISO 8601 date or date-time; without a zone it is UTC, parts left out are the first of their
 * kind. Undefined for anything else.
 */
export function parseMoment(text: string): number | undefined {
  const match = FORM.exec(text.trim())
  if (match?.groups === undefined) return undefined
  const { year, month, day, hour, minute, second, sign, zoneHour, zoneMinute } = match.groups
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))
  if (date.getUTCMonth() !== Number(month ?? 1) - 1) return undefined
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0))
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60
  return Math.floor(date.getTime() / 1000) - (sign === '-' ? -zone : zone)
}

const FORM =
  /^(?<year>\d{4})(?:-?(?<month>0[1-9]|1[0-2])(?:-?(?<day>0[1-9]|[12]\d|3[01]))?)?(?:[T ](?<hour>[01]\d|2[0-4])(?::?(?<minute>[0-5]\d)(?::?(?<second>[0-5]\d|60)(?:[.,]\d+)?)?)?)?\s*(?:Z|(?<sign>[+-])(?<zoneHour>[01]\d|2[0-3]):?(?<zoneMinute>[0-5]\d)?)?$/
