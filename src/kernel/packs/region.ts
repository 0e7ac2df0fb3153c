import { type Static, Type } from 'typebox'
import { PackLine } from './kind.ts'

/** A region's code is the name of its folder. */
export const RegionCode = Type.String({
  pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  maxLength: 64,
  'x-expected': { en: 'a word in small letters, e.g. shenzhen', zh: '小写字母单词，如 shenzhen' },
})

/** `region.yaml`: what a pack is of. */
export const RegionSchema = Type.Object(
  {
    code: RegionCode,
    name: PackLine,
    /** The region above, whose entries hold here too. */
    parent: Type.Optional(RegionCode),
    /** Counts the published states of the pack. */
    edition: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** GB/T 2260 code of the division. */
    division: Type.Optional(
      Type.String({
        pattern: '^[0-9]{6}$',
        'x-expected': { en: 'six digits (GB/T 2260)', zh: '六位数字（GB/T 2260）' },
      }),
    ),
  },
  { additionalProperties: false },
)

export type Region = Static<typeof RegionSchema>
