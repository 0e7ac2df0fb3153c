import type { Day } from '../../lib/day.ts'
import type { Measure } from '../measure-schema.ts'

/**
 * How a source stands on a day. `open-in-a-batch`: in force, and applications are taken now; `coming`: not in force yet. A period known
 * by months alone counts with both of its edge months, whose days stay open for a case.
 */
export const MEASURE_STATES = [
  'open-in-a-batch',
  'in-force',
  'coming',
  'draft',
  'letter',
  'expired',
] as const
export type MeasureState = (typeof MEASURE_STATES)[number]

type Standing = Pick<Measure, 'id' | 'standing' | 'inForce'>

/** @param open ids of the measures for which a call is open on that day */
export function measureState(
  { id, standing, inForce }: Standing,
  day: Day,
  open: ReadonlySet<string>,
): MeasureState {
  if (standing === 'draft' || standing === 'letter') return standing
  if (inForce === undefined) return 'expired'
  const { from, to, at } =
    'from' in inForce
      ? { from: inForce.from, to: inForce.to, at: day }
      : { from: inForce.fromMonth, to: inForce.toMonth, at: day.slice(0, 7) }
  if (at < from) return 'coming'
  if (at > to) return 'expired'
  return open.has(id) ? 'open-in-a-batch' : 'in-force'
}
