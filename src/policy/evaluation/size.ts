import { Type } from 'typebox'
import { PackLine } from '../../kernel/packs/kind.ts'
import { sectors } from '../../kernel/parties/codes.ts'
import { type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { parseDecimal } from '../../lib/money.ts'
import type { Text } from '../../lib/text.ts'
import { type ApplicantTypes, isAmong } from '../applicant-types.ts'
import { readSpec } from '../cases/spec-files.ts'

const FEN_DIGITS = 2
const FEN_PER_YUAN = 100n
const closed = { additionalProperties: false }
const Names = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100 })
const Told = Type.Union([Type.Literal('large'), Type.Literal('sme')])

const SizesSpec = Type.Object(
  {
    titles: Type.Object(
      { large: PackLine, sme: PackLine, not_known: PackLine, no_enterprise: PackLine },
      closed,
    ),
    kinds: Type.Array(Type.Object({ type: Type.String(), size: Told }, closed), { maxItems: 20 }),
    enterprises: Names,
    revenue: Names,
    notLargeBelow: Type.Array(
      Type.Object({ sectors: Names, yuan: Type.Integer({ minimum: 1 }) }, closed),
      { maxItems: 100 },
    ),
  },
  closed,
)

export const SIZES = ['large', 'sme', 'not_known', 'no_enterprise'] as const
export type Size = (typeof SIZES)[number]

/** What is known of an applicant that may tell its size. */
export type Sized = {
  readonly type: string | undefined
  /** A code of GB/T 4754 of any level. */
  readonly sector: string | undefined
  readonly facts: Readonly<Record<string, JsonDigits>>
}

export type Sizes = {
  readonly sizeOf: (of: Sized) => Size
  readonly titleOf: (size: string) => Text | undefined
}

/** How size is told by kinds of applicant, or by yearly revenue where that alone tells it: `spec/policy/sizes.yaml`. */
export async function readSizes(types: ApplicantTypes): Promise<Sizes> {
  const { titles, kinds, enterprises, revenue, notLargeBelow } = await readSpec(
    SizesSpec,
    'sizes.yaml',
  )
  const isBelow = ({ sector, facts }: Sized) => {
    const codes = sector === undefined ? [] : (sectors().find(sector)?.chain ?? [])
    const bound = notLargeBelow.find((it) => codes.some(({ code }) => it.sectors.includes(code)))
    const fen = revenue.map((it) => fenOf(facts[it])).find((it) => it !== undefined)
    return bound !== undefined && fen !== undefined && fen < BigInt(bound.yuan) * FEN_PER_YUAN
  }
  const sizeOf = (of: Sized): Size => {
    const { type } = of
    if (type !== undefined) {
      const told = kinds.find((it) => isAmong(type, [it.type], types))
      if (told !== undefined) return told.size
      if (types.has(type) && !isAmong(type, enterprises, types)) return 'no_enterprise'
    }
    return isBelow(of) ? 'sme' : 'not_known'
  }
  return { sizeOf, titleOf: (size) => titles[SIZES.find((it) => it === size) ?? 'not_known'] }
}

function fenOf(value: JsonDigits | undefined): bigint | undefined {
  return value instanceof JsonNumber ? parseDecimal(value.digits, FEN_DIGITS) : undefined
}
