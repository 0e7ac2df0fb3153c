import type { CompiledMeasure } from './measure.ts'
import type { Measure } from './measure-schema.ts'

/** The first and the last day of a period that is told by days or by months; of a month, its whole. */
export function daysOf(inForce: NonNullable<Measure['inForce']>): readonly [string, string] {
  return 'from' in inForce
    ? [inForce.from, inForce.to]
    : [`${inForce.fromMonth}-01`, `${inForce.toMonth}-31`]
}

/** Whether a measure's period has this day. What is never in force has none. */
export function coversDay({ inForce }: Pick<Measure, 'inForce'>, day: string): boolean {
  if (inForce === undefined) return false
  const [first, last] = daysOf(inForce)
  return day >= first && day <= last
}

/** The first and the last day on which both are in force; undefined where there is none. */
export function commonDays(
  a: Pick<Measure, 'inForce'>,
  b: Pick<Measure, 'inForce'>,
): readonly [string, string] | undefined {
  if (a.inForce === undefined || b.inForce === undefined) return undefined
  const [firstA, lastA] = daysOf(a.inForce)
  const [firstB, lastB] = daysOf(b.inForce)
  const first = firstA > firstB ? firstA : firstB
  const last = lastA < lastB ? lastA : lastB
  return first <= last ? [first, last] : undefined
}

/**
 * Which of the versions of one measure, the oldest first, a case of this day is judged by: the newest that is in force then; else the
 * newest of all. Undefined where there are none.
 */
export function versionOn<Version>(
  versions: readonly Version[],
  day: unknown,
  measureOf: (version: Version) => Measure,
): Version | undefined {
  const inForce =
    typeof day === 'string' ? versions.findLast((it) => coversDay(measureOf(it), day)) : undefined
  return inForce ?? versions.at(-1)
}

/**
 * Versions of one measure, the oldest first, as one: each case is judged by the version of its day of application. `measure` is the
 * newest.
 */
export function joinVersions(versions: readonly CompiledMeasure[]): CompiledMeasure {
  const [newest, ...others] = versions.toReversed()
  if (newest === undefined) throw new RangeError('a measure has at least one version')
  if (others.length === 0) return newest
  return {
    measure: newest.measure,
    versions,
    evaluate(given, among) {
      const of = versionOn(versions, given.scope('application_date'), (it) => it.measure)
      return (of ?? newest).evaluate(given, among)
    },
  }
}
