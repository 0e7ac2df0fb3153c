import {
  type HandleKey,
  type PrefixKey,
  parseHandle,
  prefixOf,
  suffixOf,
} from '../../src/identifiers/handle.ts'
import {
  type HandleValue,
  type IdRecord,
  PERMISSIONS_PROTECTED,
} from '../../src/identifiers/record.ts'
import type { SearchWish } from '../../src/identifiers/registration/list-routes.ts'
import { filterOf } from '../../src/identifiers/registration/listing.ts'
import type { Entitlement } from '../../src/identifiers/search/answer.ts'
import type { SearchedStore } from '../../src/identifiers/search/reading.ts'
import { compareKeys } from '../../src/identifiers/store/ordering.ts'
import type { RecordWrite } from '../../src/identifiers/store/store.ts'
import { Dice } from './records.ts'

export const NOON = Date.UTC(2026, 0, 5, 12)
export const HOUR_MS = 3_600_000

/** A store as the search reads it; each read is told. */
export function toldReads(
  store: SearchedStore,
  tell: (read: keyof SearchedStore) => void,
): SearchedStore {
  return {
    getMany: (...of) => told('getMany', () => store.getMany(...of)),
    scan: (...of) => told('scan', () => store.scan(...of)),
    prefixes: (...of) => told('prefixes', () => store.prefixes(...of)),
    batch: (...of) => told('batch', () => store.batch(...of)),
    changes: (...of) => told('changes', () => store.changes(...of)),
    batchKeys: (...of) => told('batchKeys', () => store.batchKeys(...of)),
    history: (...of) => told('history', () => store.history(...of)),
  }
  function told<T>(read: keyof SearchedStore, answer: () => T): T {
    tell(read)
    return answer()
  }
}

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
    for (; word !== ''; word = word.slice(32)) tokens.push(...partsOf(word.slice(0, 32)))
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

/** Digits, and what are none, apart; a word of more than three such parts whole. */
function partsOf(word: string): readonly string[] {
  const parts: string[] = []
  let wasNumber: boolean | undefined
  for (const letter of word) {
    const isNumber = /\p{N}/u.test(letter)
    if (isNumber === wasNumber) parts.push((parts.pop() ?? '') + letter)
    else parts.push(letter)
    wasNumber = isNumber
  }
  return parts.length > 3 ? [word] : parts
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
  return modelPieces(q).every((piece) => {
    const byName = startsOf(piece).some(
      (start) =>
        record.key.startsWith(start) ||
        suffixOf(record.key).startsWith(start) ||
        (/[0-9A-Z]{4}$/.test(start) && suffixOf(record.key).endsWith(start)),
    )
    return byName || texts.some((text) => holdsRow(text, modelTokens(piece)))
  })
}

/** What stands between quotes, or between spaces. */
function modelPieces(q: string): string[] {
  const pieces: string[] = []
  for (let rest = q.toWellFormed().trimStart(); rest !== ''; rest = rest.trimStart()) {
    const close = rest.startsWith('"') ? rest.indexOf('"', 1) : -1
    const space = rest.search(/\s/u)
    const end = close > 1 ? close + 1 : space < 0 ? rest.length : space
    const piece = close > 1 ? rest.slice(1, close).trim() : rest.slice(0, end)
    if (piece !== '') pieces.push(piece)
    rest = rest.slice(end)
  }
  return pieces
}

function startsOf(piece: string): string[] {
  return [piece, piece.normalize('NFKC')].map((it) =>
    it.replace(/[a-z]+/g, (run) => run.toUpperCase()),
  )
}

/** Named first, beginning so next, all others last. */
function modelRank(key: string, q: string): number {
  const pieces = modelPieces(q)
  const starts = pieces.flatMap(startsOf)
  if (starts.some((it) => it === key || it === suffixOf(key))) return 0
  const begins = starts.some((it) => key.startsWith(it) || suffixOf(key).startsWith(it))
  return pieces.length === 1 && begins ? 1 : 2
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
    const half = dice.below(text.length + 1)
    const piece = dice.pick([text.slice(0, 1 + half), text.slice(half), text, text.slice(-5)])
    return dice.chance(10) ? `"${piece.replaceAll('"', '')}"` : piece
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
  /** Without it, all that hold by the filters. */
  readonly q: string | undefined
  readonly wish: Partial<SearchWish>
  readonly as: Entitlement
}

/** Keys of all records that must be found, in the order of a search. */
export function expectedKeys({ records }: World, { q, wish, as }: Asked): HandleKey[] {
  const { scope = 'all' } = wish
  const holds = filterOf(wish)
  return [...records.values()]
    .filter((it) => scope === 'all' || scope.includes(prefixOf(it.key)))
    .filter((it) => holds(it) && (q === undefined || modelMatches(it, q, as)))
    .map(({ key }) => ({ key, rank: q === undefined ? 0 : modelRank(key, q) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        compareKeys(prefixOf(a.key), prefixOf(b.key)) ||
        compareKeys(a.key, b.key),
    )
    .map(({ key }) => key)
}
