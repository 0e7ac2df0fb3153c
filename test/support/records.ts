import { compareUtf8 } from '../../src/identifiers/block/order.ts'
import { foldAscii, type HandleKey, type PrefixKey } from '../../src/identifiers/handle.ts'
import type { HandleValue, IdRecord, ValueReference } from '../../src/identifiers/record.ts'

/** Random choices that depend on the seed alone. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 to below - 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let x = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  letters(alphabet: string, length: number): string {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[this.below(alphabet.length)]
    return text
  }
}

/** Makes the text of row `i`, whose suffix is given. */
type Column = (i: number, suffix: string) => string

const HEX = '0123456789abcdef'
const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const STRANGE = [
  '',
  ' ',
  '\0',
  'é',
  '水泵',
  '🚚',
  '\ud800',
  '\udc00x',
  'A\ud83d',
  '\u{10ffff}',
  '\uffff',
  '-',
  '/',
]

const columns: readonly ((dice: Dice) => Column)[] = [
  (dice) => {
    const text = dice.pick(['', 'A', '水泵 GP-40', 'x'.repeat(300), '\ud800', '2024-01-01'])
    return () => text
  },
  (dice) => {
    const start = dice.pick([0, 7, 95, 999_990, 2 ** 50 - 40])
    const step = dice.pick([1, 2, 10, 0.5, -3])
    return (i) => String(Math.floor(start + i * step))
  },
  (dice) => {
    const width = 1 + dice.below(20)
    return (i) => String(i * 3).padStart(width, '0')
  },
  (dice) => {
    const before = dice.pick(['https://a.example/', '', 'q?id=', '水/'])
    const after = dice.pick(['', '/end', '?x=1'])
    return (_, suffix) => before + suffix + after
  },
  (dice) => (i, suffix) => `${dice.pick(['a', 'bb'])}${suffix.toUpperCase()}${i}`,
  (dice) => {
    const alphabet = dice.pick([
      HEX,
      BASE_62,
      'ABC',
      '0123456789',
      'ACGT',
      HEX.toUpperCase(),
      '!"#$%',
    ])
    const length = 1 + dice.below(40)
    return () => dice.letters(alphabet, length)
  },
  (dice) => () => dice.letters(BASE_62, dice.below(30)),
  (dice) => {
    const gap = dice.pick(['T', ' '])
    const zone = dice.pick(['Z', '+08:00', ''])
    const ms = dice.pick([false, true])
    return (i) => {
      const text = new Date(1_700_000_000_000 + i * 61_003 + dice.below(9_000)).toISOString()
      return text.slice(0, 10) + gap + text.slice(11, ms ? 23 : 19) + zone
    }
  },
  (dice) => (i) =>
    dice.pick(['2023-02-29', '2024-02-29', '2024-13-01', '9999-12-31', `20${i}-01-01`]),
  (dice) => () => ((dice.below(20_000) - 10_000) / 100).toFixed(2),
  (dice) => () => dice.pick(['1.50', '-0.00', '00.10', '1.5', '.5', '-1.25', '0.00']),
  (dice) => () => dice.pick(['A', 'B', 'C']),
  (dice) => (i) => dice.pick(STRANGE) + dice.pick(STRANGE) + (i % 3),
  (dice) => (i) => `{"a":${i},"b":"${dice.letters('xyz', 3)}","c":${dice.below(1_000)}}`,
  (dice) => {
    const words = ['pump', 'valve', 'ok', 'checked by', '合格', '50 mm', ',']
    return () => Array.from({ length: 1 + dice.below(12) }, () => dice.pick(words)).join(' ')
  },
  (dice) => () => [8, 4, 4, 4, 12].map((length) => dice.letters(HEX, length)).join('-'),
]

const suffixes: readonly ((dice: Dice) => (i: number) => string)[] = [
  (dice) => {
    const letters = dice.pick(['SN', 'sn', '', 'ab-', '水'])
    const start = dice.below(1_000_000)
    return (i) => letters + String(start + i).padStart(9, '0')
  },
  () => (i) => `P-${i}`,
  () => (i) => `L${1 + (i >> 5)}-2024011${i >> 4}-${String(i & 15).padStart(5, '0')}`,
  (dice) => () => dice.letters(HEX, 24),
  (dice) => () => dice.letters(BASE_62, 16),
  (dice) => () => dice.letters(BASE_62, 1 + dice.below(20)),
  (dice) => (i) =>
    dice.pick(STRANGE).replaceAll(/[\ud800-\udfff]/g, '~') + dice.letters('ab/.水🚚', 4) + i,
  (dice) => (i) => (i % 7 === 0 ? '' : dice.letters(HEX, 3) + '0'.repeat(dice.below(30)) + i),
]

export type RecordsOptions = { readonly seed: number; readonly count: number }

/** Records of one prefix in key order, of any shape that is allowed; a few of them at most where keys collide. */
export function randomRecords({ seed, count }: RecordsOptions): {
  prefix: PrefixKey
  records: IdRecord[]
} {
  const dice = new Dice(seed)
  const prefix = foldAscii(dice.pick(['88.100.7', '88.abc', '0.NA', '水.1'])) as PrefixKey
  const kinds = Array.from({ length: dice.pick([1, 1, 1, 2, 5]) }, () => kindOf(dice))
  const records = new Map<string, IdRecord>()
  for (let i = 0; i < count; i++) {
    const kind = kinds.length === 1 ? kinds[0] : dice.pick(kinds)
    const record = kind?.(prefix, i)
    if (record?.key.isWellFormed()) records.set(record.key, record)
  }
  return { prefix, records: [...records.values()].sort((a, b) => compareUtf8(a.key, b.key)) }
}

function kindOf(dice: Dice): (prefix: PrefixKey, i: number) => IdRecord {
  const suffixOf = dice.pick(suffixes)(dice)
  const count = dice.pick([0, 1, 3, 3, 6, 40])
  const valuesOf = Array.from({ length: count }, (_, v) => valueMaker(dice, v + 1))
  const at = dice.pick([0, 1_760_000_000_000])
  const template = dice.chance(50) ? dice.pick(['product@1', '', '水@2']) : undefined
  const prefixSpelled = dice.chance(20)
  const state = dice.chance(90) ? 'registered' : 'retired'
  const held = dice.chance(5)
  const later = dice.pick([0, 0, 5_000, 2 ** 40])
  return (prefix, i) => {
    const suffix = suffixOf(i)
    const spelled = `${prefixSpelled ? prefix.toLowerCase() : prefix}/${suffix}`
    const createdAt = at + dice.below(3) * 1_000
    return {
      key: foldAscii(spelled) as HandleKey,
      spelled,
      version: 1 + (dice.chance(10) ? dice.below(300) : 0),
      state: dice.chance(98) ? state : 'retired',
      held: dice.chance(98) ? held : !held,
      ...(template === undefined ? {} : { template }),
      createdAt,
      updatedAt: createdAt + (later > 0 ? dice.below(later) : 0),
      batch: dice.chance(1) ? Number.MAX_SAFE_INTEGER : 100 + (i >> 4),
      values: valuesOf.map((make) => make(i, suffix)),
    }
  }
}

function valueMaker(dice: Dice, v: number): (i: number, suffix: string) => HandleValue {
  const column = dice.pick(columns)(dice)
  const octets = dice.chance(10)
  const constantOctets = dice.chance(50)
  const index = dice.chance(80) ? v : 2_000 + v * dice.pick([1, 17, 1_000_000])
  const type = dice.pick(['URL', 'HS_ADMIN', 'NAME', '产品', 'x', `FIELD_${v}`])
  const permissions = dice.chance(20) ? dice.below(16) : undefined
  const ttl = dice.chance(10) ? dice.below(2 ** 31) : undefined
  const timestamped = dice.chance(10)
  const references = dice.chance(8) ? dice.below(4) : undefined
  return (i, suffix) => {
    const changing = constantOctets ? [] : [i & 255, dice.below(256)]
    const value: { -readonly [Member in keyof HandleValue]: HandleValue[Member] } = {
      index,
      type,
      data: octets ? new Uint8Array([0, 255, v, ...changing]) : column(i, suffix),
    }
    if (permissions !== undefined) value.permissions = permissions
    if (ttl !== undefined) value.ttl = ttl
    if (ttl !== undefined && ttl % 2 === 0) value.ttlAbsolute = true
    if (timestamped) value.timestamp = 1_700_000_000 + i
    if (references !== undefined) value.references = referencesTo(suffix, references)
    return value
  }
}

function referencesTo(suffix: string, count: number): ValueReference[] {
  return Array.from({ length: count }, (_, k) => ({ handle: `0.NA/${suffix}`, index: k * 100 }))
}
