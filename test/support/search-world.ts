import {
  type HandleKey,
  type PrefixKey,
  parseHandle,
  prefixOf,
} from '../../src/identifiers/handle.ts'
import {
  type HandleValue,
  type IdRecord,
  PERMISSIONS_PROTECTED,
} from '../../src/identifiers/record.ts'
import type { SearchWish } from '../../src/identifiers/registration/list-routes.ts'
import { filterOf } from '../../src/identifiers/registration/listing.ts'
import type { Entitlement } from '../../src/identifiers/search/answer.ts'
import { compareKeys } from '../../src/identifiers/store/ordering.ts'
import type { RecordWrite } from '../../src/identifiers/store/store.ts'
import { Dice } from './records.ts'

export const NOON = Date.UTC(2026, 0, 5, 12)
export const HOUR_MS = 3_600_000

export function value(index: number, data: string, permissions?: number): HandleValue {
  return { index, type: 'T', data, ...(permissions !== undefined && { permissions }) }
}

/*
 * The model: text is taken apart by code points, one after another, and every record is looked at.
 */
const known = new Map<string, readonly string[]>()

function modelTokens(text: string): readonly string[] {
  const tokens = known.get(text) ?? takeApart(text)
  known.set(text, tokens)
  return tokens
}

function takeApart(text: string): string[] {
  const tokens: string[] = []
  const folded = text.normalize('NFKC').toLowerCase()
  const parted = folded.replace(/(\d{4}-\d\d-\d\d)t(?=\d)/g, '$1 ')
  let word = ''
  const end = () => {
    for (; word !== ''; word = word.slice(32)) tokens.push(word.slice(0, 32))
  }
  for (const letter of parted) {
    const alone = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(letter)
    if (alone || !/[\p{L}\p{N}\p{M}]/u.test(letter)) end()
    if (alone) tokens.push(letter)
    else if (/[\p{L}\p{N}\p{M}]/u.test(letter)) word += letter
  }
  end()
  return tokens
}

function holdsRow(text: string, row: readonly string[]): boolean {
  const tokens = modelTokens(text)
  return row.length > 0 && tokens.some((_, i) => row.every((it, k) => tokens[i + k] === it))
}

function modelMatches(record: IdRecord, q: string, as: Entitlement): boolean {
  const suffix = record.spelled.slice(record.spelled.indexOf('/') + 1)
  const readable = record.values.filter(({ permissions = 0x0e }) =>
    as === 'public' ? (permissions & 2) !== 0 : (permissions & 10) !== 0,
  )
  const texts = [
    suffix,
    ...readable.flatMap(({ data }) => (typeof data === 'string' ? [data] : [])),
  ]
  return q
    .toWellFormed()
    .split(/\s+/u)
    .filter((it) => it !== '')
    .every((piece) => {
      const start = piece.replace(/[a-z]+/g, (it) => it.toUpperCase())
      const byName =
        record.key.startsWith(start) || record.key.split('/').slice(1).join('/').startsWith(start)
      return byName || texts.some((text) => holdsRow(text, modelTokens(piece)))
    })
}

const PREFIXES = ['88.1', '88.1.5', '88.10', '水.1'] as PrefixKey[]
const WORDS = [
  '轴承',
  '轴',
  '水泵',
  '齿轮泵',
  '角接触球轴承',
  'ギア',
  'pump',
  'Pumpe',
  'ＧＰ－４０',
  'GP-40',
  'gp',
  '40',
  'Ωmega',
  '2026-01-05T08:30:00+08:00',
  '2026-01-05',
  'straße',
  'e\u0301',
  'x'.repeat(70),
  '𠮷野',
  '-',
  '…',
  'https://a.example/p/',
]

/** Records of many languages and shapes, and what a search over them must find. */
export class World {
  readonly dice: Dice
  readonly records = new Map<HandleKey, IdRecord>()

  constructor(seed: number) {
    this.dice = new Dice(seed)
  }

  text(suffix: string): string {
    const { dice } = this
    const count = 1 + dice.below(4)
    const words = Array.from({ length: count }, () =>
      dice.chance(15) ? suffix : dice.chance(20) ? String(dice.below(5_000)) : dice.pick(WORDS),
    )
    return words.join(dice.pick(['', ' ', '-', '，', ' / ']))
  }

  suffix(): string {
    const { dice } = this
    const number = dice.below(3_000)
    switch (dice.below(5)) {
      case 0:
        return `SN${String(number).padStart(6, '0')}`
      case 1:
        return `L${dice.below(3)}-2026010${dice.below(9)}-${number}`
      case 2:
        return `${dice.pick(WORDS).slice(0, 40)}${number}`
      case 3:
        return dice.letters('abAB12', 6)
      default:
        return dice.pick(['', '-', 'é1', 'ab，cd', 'pump', 'gp/40', '\0'])
    }
  }

  writes(count: number): RecordWrite[] {
    const { dice } = this
    const writes = new Map<HandleKey, RecordWrite>()
    for (let i = 0; i < count; i++) {
      const prefix = dice.pick(PREFIXES)
      const old = [...this.records.keys()]
      const isOld = old.length > 0 && dice.chance(25)
      const spelled = isOld
        ? (this.records.get(dice.pick(old)) as IdRecord).spelled
        : `${prefix}/${this.suffix()}`
      const { key } = parseHandle(spelled)
      const values = Array.from({ length: dice.below(4) }, (_, k) =>
        value(
          k + 1,
          this.text(spelled.slice(spelled.indexOf('/') + 1)),
          dice.pick([undefined, undefined, PERMISSIONS_PROTECTED, 0x05]),
        ),
      )
      const before = this.records.get(key)
      writes.set(key, {
        expected: before?.version ?? 0,
        next: {
          key,
          spelled: before?.spelled ?? spelled,
          state: dice.chance(10) ? 'retired' : 'registered',
          held: dice.chance(5),
          ...(dice.chance(60) && { template: dice.pick(['product@1', 'product@2', 'part@1']) }),
          values,
        },
      })
    }
    return [...writes.values()]
  }
}

export function randomQuestion(world: World): string {
  const { dice } = world
  const record = dice.pick([...world.records.values()])
  const texts = [record.spelled, record.key.slice(record.key.indexOf('/') + 1)]
  for (const { data } of record.values) if (typeof data === 'string') texts.push(data)
  const pieceOf = () => {
    const text = dice.chance(60) ? dice.pick(texts) : dice.pick(WORDS)
    const tokens = modelTokens(text)
    const from = dice.below(tokens.length)
    if (tokens.length > 0 && dice.chance(60))
      return tokens.slice(from, from + 1 + dice.below(2)).join(' '.repeat(0))
    return dice.chance(50) ? text.slice(0, 1 + dice.below(text.length + 1)) : text
  }
  return Array.from({ length: 1 + dice.below(2) }, pieceOf).join(' ')
}

export function randomWish({ dice }: World, hours: number): Partial<SearchWish> {
  return {
    limit: dice.pick([20, 90, 500]),
    scope: dice.chance(50) ? 'all' : (['88.1', '88.1.5'] as PrefixKey[]),
    ...(dice.chance(20) && { template: dice.pick(['product', 'product@2', 'part']) }),
    ...(dice.chance(20) && { state: dice.pick(['registered', 'retired', 'held'] as const) }),
    ...(dice.chance(20) && { from: NOON + dice.below(hours) * HOUR_MS }),
    ...(dice.chance(20) && { to: NOON + dice.below(hours + 1) * HOUR_MS }),
  }
}

export type Asked = {
  readonly q: string
  readonly wish: Partial<SearchWish>
  readonly as: Entitlement
}

/** Keys of all records that must be found, in the order of a search. */
export function expectedKeys({ records }: World, { q, wish, as }: Asked): HandleKey[] {
  const { scope = 'all' } = wish
  const holds = filterOf(wish)
  return [...records.values()]
    .filter((it) => scope === 'all' || scope.includes(prefixOf(it.key)))
    .filter((it) => holds(it) && modelMatches(it, q, as))
    .map(({ key }) => key)
    .sort((a, b) => compareKeys(prefixOf(a), prefixOf(b)) || compareKeys(a, b))
}
