import { type Static, Type } from 'typebox'
import { EntryId, PackDay, PackLine, PackPassage } from '../kernel/packs/kind.ts'

const closed = { additionalProperties: false }
const VALUE_MAX = 1_000_000_000_000
const Value = Type.Integer({ minimum: 0, maximum: VALUE_MAX })

const common = {
  id: EntryId,
  document: EntryId,
  place: Type.String({ minLength: 1, maxLength: 500 }),
  indicator: PackLine,
  clause: Type.Optional(PackPassage),
  unit: Type.Optional(PackLine),
  /** The last day on which it can still be reached; absent where the paper names none. */
  deadline: Type.Optional(PackDay),
  readings: Type.Optional(Type.Array(EntryId, { maxItems: 20 })),
}

/**
 * One goal of a paper. `range`: between two values, both inside; `at-least`: a floor; `nested`: so many things that each reach a
 * threshold in yuan, inclusive; `qualitative`: judged, never computed; `quota`: a ceiling that somebody might take for a goal;
 * `encouraged`: an aim that is wished for: a shortfall is told as missed
 * and binds nobody.
 */
export const TargetSchema = Type.Union([
  Type.Object({ ...common, kind: Type.Literal('range'), from: Value, to: Value }, closed),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('at-least'),
      value: Value,
      /** It is to be reached again each year, by the year's last day. */
      everyYear: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  Type.Object(
    { ...common, kind: Type.Literal('nested'), value: Value, eachAtLeastYuan: Value },
    closed,
  ),
  Type.Object({ ...common, kind: Type.Literal('qualitative') }, closed),
  Type.Object(
    { ...common, kind: Type.Literal('quota'), measures: Type.Array(EntryId, { maxItems: 50 }) },
    closed,
  ),
  Type.Object({ ...common, kind: Type.Literal('encouraged'), value: Value }, closed),
])

export type Target = Static<typeof TargetSchema>
