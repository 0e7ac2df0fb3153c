import { foldAscii, type HandleKey, type PrefixKey } from '../src/identifiers/handle.ts'
import type { HandleValue, IdRecord } from '../src/identifiers/record.ts'
import type { RecordDraft } from '../src/identifiers/store/store.ts'

/**
 * The two kinds of input everything is measured on. `regular`: identifiers as factories number them. `irregular`: 45 %
 * of the keys are random, and a third of the batches carry random letters and hashes among their fields.
 */
export type DataSetName = 'regular' | 'irregular'

export type DataSetOptions = { readonly count: number; readonly seed?: number }

export type FieldName =
  | 'url'
  | 'name'
  | 'specification'
  | 'batch'
  | 'time'
  | 'code'
  | 'weight'
  | 'token'
  | 'hash'

export type Line = {
  readonly prefix: PrefixKey
  readonly suffix: string
  readonly fields: Readonly<Partial<Record<FieldName, string>>>
}

/** One production batch: lines alike, any of which can be asked for by its number. */
export type LineBatch = {
  readonly prefix: PrefixKey
  readonly kind: KeyKind
  readonly count: number
  readonly fields: readonly Field[]
  suffix(i: number): string
  line(i: number): Line
  /** What the line becomes in the store. */
  draft(i: number): RecordDraft
}

/** One column of a batch: the value of line `i`, whose suffix is given. */
export type Field = {
  readonly name: FieldName
  /** Index and type of the Handle value. */
  readonly index: number
  readonly type: string
  readonly make: FieldMaker
}

export type KeyKind = 'serial' | 'line-date' | 'gtin' | 'code' | 'date-hex' | 'hex' | 'base62'

/** Every field that a line of any set may have, in the order of its value's index (1, 2, …). */
export const FIELD_NAMES: readonly FieldName[] = [
  'url',
  'name',
  'specification',
  'batch',
  'time',
  'code',
  'weight',
  'token',
  'hash',
]

export const TEMPLATE = 'product@1'

const MAKERS = 120
const BATCH_LINES_MIN = 1_000
const BATCH_LINES_MAX = 240_000
const SHARES: Record<DataSetName, readonly (readonly [KeyKind, number])[]> = {
  regular: [
    ['serial', 0.53],
    ['line-date', 0.25],
    ['gtin', 0.11],
    ['code', 0.12],
  ],
  irregular: [
    ['serial', 0.29],
    ['line-date', 0.14],
    ['gtin', 0.06],
    ['code', 0.06],
    ['date-hex', 0.15],
    ['hex', 0.15],
    ['base62', 0.15],
  ],
}
const DIGITS = '0123456789'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'

/** The batches of a set, in the order in which they were made. The same options give the same lines. */
export function dataSet(set: DataSetName, { count, seed = 1 }: DataSetOptions): LineBatch[] {
  const random = randomFrom(seed)
  const makers = Array.from({ length: MAKERS }, (_, rank) => makerOf(rank, random))
  const quota = quotaOf(set, count)
  const optional = new Map<FieldName, number>()
  const batches: LineBatch[] = []
  for (let left = count; left > 0; ) {
    const due = quota.reduce((most, it) => (it.left > most.left ? it : most))
    const size = sizeOfBatch(random)
    const lines = due.left - size < BATCH_LINES_MIN ? due.left : size
    const maker = makers[zipf(random)] as Maker
    const has = (name: FieldName, share: number): boolean => {
      const lacking = share * (count - left + lines) - (optional.get(name) ?? 0)
      if (lacking < lines * random()) return false
      optional.set(name, (optional.get(name) ?? 0) + lines)
      return true
    }
    batches.push(batchOf({ set, kind: due.kind, count: lines, maker, random, has }))
    due.left -= lines
    left -= lines
  }
  return batches
}

/** How many lines of each kind, to the line, so that every count has the same mix. */
function quotaOf(set: DataSetName, count: number): { kind: KeyKind; left: number }[] {
  const sum = SHARES[set].reduce((all, [, share]) => all + share, 0)
  let given = 0
  let shares = 0
  return SHARES[set].map(([kind, share]) => {
    shares += share
    const left = Math.round((count * shares) / sum) - given
    given += left
    return { kind, left }
  })
}

/** The batches of each prefix. */
export function byPrefix(batches: readonly LineBatch[]): Map<PrefixKey, LineBatch[]> {
  return Map.groupBy(batches, (batch) => batch.prefix)
}

/** The line as a stored record, written by one commit. */
export function recordOf(draft: RecordDraft, commit: { at: number; batch: number }): IdRecord {
  const { key, spelled, state, held, template, values } = draft
  const { at, batch } = commit
  const record = {
    key,
    spelled,
    version: 1,
    state,
    held,
    createdAt: at,
    updatedAt: at,
    batch,
    values,
  }
  return template === undefined ? record : { ...record, template }
}

/**
 * Every line of the set in key order, prefix by prefix, for loads that come sorted. Holds the keys of one prefix at a
 * time.
 */
export function* sortedDrafts(batches: readonly LineBatch[]): Generator<RecordDraft> {
  for (const ofPrefix of byPrefix(batches).values()) {
    const rows = ofPrefix.flatMap((batch) =>
      Array.from({ length: batch.count }, (_, i) => ({
        key: foldAscii(batch.suffix(i)),
        batch,
        i,
      })),
    )
    rows.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { batch, i } of rows) yield batch.draft(i)
  }
}

/** Bytes of a line as NDJSON, without the line's end: what the ratios are taken against. */
export function rawBytes(line: Line): number {
  return Buffer.byteLength(jsonOf(line))
}

export function* ndjsonChunks(
  batches: readonly LineBatch[],
  chunkChars = 262_144,
): Generator<Buffer> {
  let text = ''
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      text += `${jsonOf(batch.line(i))}\n`
      if (text.length < chunkChars) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text !== '') yield Buffer.from(text)
}

/** A table with one column for every field that any of the batches has; `identifier` is the whole handle. */
export function* csvChunks(batches: readonly LineBatch[], chunkChars = 262_144): Generator<Buffer> {
  const columns = FIELD_NAMES.filter((name) =>
    batches.some((it) => it.fields.some((field) => field.name === name)),
  )
  let text = `identifier,${columns.join()}\n`
  for (const batch of batches) {
    const makers = columns.map((name) => batch.fields.find((field) => field.name === name)?.make)
    for (let i = 0; i < batch.count; i++) {
      const suffix = batch.suffix(i)
      text += `${batch.prefix}/${suffix}`
      for (const make of makers) text += make === undefined ? ',' : `,${quoted(make(i, suffix))}`
      text += '\n'
      if (text.length < chunkChars) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

function jsonOf({ prefix, suffix, fields }: Line): string {
  return JSON.stringify({ identifier: `${prefix}/${suffix}`, ...fields })
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

type Random = () => number

/** mulberry32: numbers from 0 to 1, exclusive. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** 32 random bits that depend on nothing but these three. */
function bitsOf(salt: number, i: number, what: number): number {
  let x = Math.imul(salt ^ Math.imul(what, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(i + 1, 0xc2b2ae35)
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  x ^= Math.imul(i, 0x27d4eb2f)
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  return (x ^ (x >>> 15)) >>> 0
}

/** The numbers below 2^24 in another order: no two `i` of a batch meet. */
function scattered(i: number, salt: number): number {
  let x = (i ^ salt) & 0xff_ffff
  x = Math.imul(x ^ (x >>> 11), 0x5bd1e5) & 0xff_ffff
  x = Math.imul(x ^ (x >>> 13), 0x9e3779) & 0xff_ffff
  return x ^ (x >>> 12)
}

type Maker = {
  readonly prefix: PrefixKey
  readonly urlStart: string
  readonly timeForm: TimeForm
  readonly company: string
  readonly series: string
  readonly gtinStart: string
  nextSerial: number
  nextDay: number
}

type TimeForm = 'offset' | 'utc' | 'local'

const COMPANIES = [
  '宝安精密',
  '六安液压',
  'Haitong Drives',
  '华东轴承',
  'Longgang Tools',
  '金工机电',
]
const THINGS = [
  'gear pump 齿轮泵',
  'spindle motor 主轴电机',
  'angular contact bearing 角接触球轴承',
  'servo drive 伺服驱动器',
  'solenoid valve 电磁阀',
  'planetary reducer 行星减速机',
  'pressure transmitter 压力变送器',
  'linear guide 直线导轨',
]
const PATHS = ['p/', 'trace/?code=', 'product/detail/', 'qr/v2/', 'api/v1/items/']

function makerOf(rank: number, random: Random): Maker {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const host = `${pick(['trace', 'id', 'www', 'code'])}-${pick(['north', 'south', 'east'])}.maker-${rank + 1}.example.${pick(['cn', 'com', 'com.cn'])}`
  return {
    prefix: `88.100.${7 + rank * 3}` as PrefixKey,
    urlStart: `https://${host}/${pick(PATHS)}`,
    timeForm: pick(['offset', 'offset', 'offset', 'utc', 'local']),
    company: pick(COMPANIES),
    series: `${UPPER[Math.floor(random() * 26)]}${UPPER[Math.floor(random() * 26)]}`,
    gtinStart: `0690${String(1_000_000 + Math.floor(random() * 8_999_999))}`,
    nextSerial: Math.floor(random() * 500_000),
    nextDay: 19_400 + Math.floor(random() * 300),
  }
}

function sizeOfBatch(random: Random): number {
  return Math.floor(BATCH_LINES_MIN * (BATCH_LINES_MAX / BATCH_LINES_MIN) ** random())
}

const ZIPF_SUM = Array.from({ length: MAKERS }, (_, rank) => 1 / (rank + 1)).reduce((a, b) => a + b)

/** Rank of a maker, 0 the largest; the rank r has a share in proportion to 1/(r+1). */
function zipf(random: Random): number {
  let left = random() * ZIPF_SUM
  for (let rank = 0; rank < MAKERS - 1; rank++) {
    left -= 1 / (rank + 1)
    if (left < 0) return rank
  }
  return MAKERS - 1
}

type BatchPlan = {
  readonly set: DataSetName
  readonly kind: KeyKind
  readonly count: number
  readonly maker: Maker
  readonly random: Random
  readonly has: (name: FieldName, share: number) => boolean
}

function batchOf({ set, kind, count, maker, random, has }: BatchPlan): LineBatch {
  const salt = Math.floor(random() * 2 ** 32) | 0
  const day = maker.nextDay
  const daily = 800 + Math.floor(random() * 5_200)
  maker.nextDay += Math.ceil(count / daily)
  const suffix = suffixesOf({ kind, count, maker, random, salt, day, daily })
  const making = { maker, random, salt, day, daily }
  const makers = fieldsOf({ ...making, set, has, restarts: kind === 'line-date' })
  const fields = FIELD_NAMES.flatMap((name, i): Field[] => {
    const make = makers[name]
    return make === undefined ? [] : [{ name, index: i + 1, type: name.toUpperCase(), make }]
  })
  const { prefix } = maker
  return {
    prefix,
    kind,
    count,
    fields,
    suffix,
    line(i) {
      const own = suffix(i)
      const values: Partial<Record<FieldName, string>> = {}
      for (const { name, make } of fields) values[name] = make(i, own)
      return { prefix, suffix: own, fields: values }
    },
    draft(i) {
      const own = suffix(i)
      const spelled = `${prefix}/${own}`
      const values: HandleValue[] = []
      for (const { index, type, make } of fields) values.push({ index, type, data: make(i, own) })
      const key = foldAscii(spelled) as HandleKey
      return { key, spelled, state: 'registered', held: false, template: TEMPLATE, values }
    },
  }
}

type Making = {
  readonly maker: Maker
  readonly random: Random
  readonly salt: number
  readonly day: number
  readonly daily: number
}

function suffixesOf(
  it: Making & { readonly kind: KeyKind; readonly count: number },
): (i: number) => string {
  const { kind, count, maker, random, salt, day, daily } = it
  switch (kind) {
    case 'serial': {
      const start = maker.nextSerial
      maker.nextSerial += count + Math.floor(random() * 1_000)
      return (i) => `${maker.series}${padded(start + i, 9)}`
    }
    case 'line-date': {
      const line = `L${padded(1 + Math.floor(random() * 8), 2)}`
      return (i) =>
        `${line}-${compactDateOf(day + Math.floor(i / daily))}-${padded((i % daily) + 1, 5)}`
    }
    case 'gtin': {
      const item = `${maker.gtinStart}${padded(Math.floor(random() * 100), 2)}`
      const gtin = `${item}${checkDigit(item)}`
      const gap = 2 + Math.floor(random() * 18)
      const start = maker.nextSerial
      maker.nextSerial += count * gap
      return (i) => `${gtin}.${padded(start + i * gap + (bitsOf(salt, i, 1) % gap), 9)}`
    }
    case 'code':
      return (i) => lettersOf(DIGITS + UPPER, 16, (word) => bitsOf(salt, i, word))
    case 'date-hex': {
      const hex = random() < 0.5 ? 'abcdef' : 'ABCDEF'
      return (i) => {
        const tail = scattered(i, salt)
        const letters = lettersOf(DIGITS + hex, 6, (word) => (word === 2 ? tail : tail >>> 16))
        return compactDateOf(day + Math.floor(i / daily)) + letters
      }
    }
    case 'hex':
      return (i) => lettersOf(`${DIGITS}abcdef`, 24, (word) => bitsOf(salt, i, word))
    case 'base62':
      return (i) => lettersOf(DIGITS + UPPER + LOWER, 16, (word) => bitsOf(salt, i, word))
  }
}

type FieldMaker = (i: number, suffix: string) => string

function fieldsOf(
  it: Making & Pick<BatchPlan, 'set' | 'has'> & { readonly restarts: boolean },
): Partial<Record<FieldName, FieldMaker>> {
  const { set, maker, random, salt, day, has } = it
  const thing = THINGS[Math.floor(random() * THINGS.length)]
  const model = `${maker.series}-${10 + Math.floor(random() * 890)}`
  const name = `${maker.company} ${thing} ${model}, ${1 + Math.floor(random() * 400)} mm`
  const batchNumber = `B${compactDateOf(day)}-${padded(Math.floor(random() * 100), 2)}`
  const nominal = 200 + random() * 20_000
  const fields: Partial<Record<FieldName, FieldMaker>> = {
    url: (_, suffix) => maker.urlStart + suffix,
    name: () => name,
  }
  if (set === 'irregular') {
    const text = `${model}; rated ${Math.floor(random() * 400)} V, ${(random() * 30).toFixed(1)} kW; IP${54 + Math.floor(random() * 14)}; -20…+60 °C; GB/T ${Math.floor(random() * 40_000)}-2021; 合格 passed`
    fields.specification = () => text
  }
  if (has('batch', 0.95)) fields.batch = () => batchNumber
  if (has('time', 0.95)) fields.time = timesOf(it)
  if (has('code', 0.3)) fields.code = (i) => padded(bitsOf(salt, i, 21) % 1_000_000, 6)
  if (has('weight', 0.12)) {
    fields.weight = (i) => {
      const off = (bitsOf(salt, i, 22) + bitsOf(salt, i, 23)) / 2 ** 32 - 1
      return ((nominal * (1 + off / 50)) / 1_000).toFixed(3)
    }
  }
  if (set === 'irregular' && has('token', 1 / 3)) {
    const letters = random() < 0.5 ? UPPER : LOWER
    fields.token = (i) => lettersOf(letters, 12, (word) => bitsOf(salt, i, 30 + word))
    fields.hash = (i) => lettersOf(`${DIGITS}abcdef`, 32, (word) => bitsOf(salt, i, 40 + word))
  }
  return fields
}

/** Work begins at eight; one thing after the other, each up to one takt early or late. */
function timesOf(it: Making & { readonly restarts: boolean }): FieldMaker {
  const { maker, random, salt, day, daily, restarts } = it
  const takt = restarts ? 57_600 / daily : 2 + random() * 38
  const jitter = 2 * Math.ceil(takt) + 1
  const start = day * 86_400 + 8 * 3_600
  return (i) => {
    const made = restarts ? Math.floor(i / daily) * 86_400 + (i % daily) * takt : i * takt
    const late = (bitsOf(salt, i, 20) % jitter) - Math.ceil(takt)
    return timeText(Math.floor(start + made + late), maker.timeForm)
  }
}

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))

function timeText(atS: number, form: TimeForm): string {
  const date = dateOf(Math.floor(atS / 86_400))
  const clock = atS % 86_400
  const time = `${TWO[Math.floor(clock / 3_600)]}:${TWO[Math.floor(clock / 60) % 60]}:${TWO[clock % 60]}`
  if (form === 'local') return `${date} ${time}`
  return form === 'utc' ? `${date}T${time}Z` : `${date}T${time}+08:00`
}

const dates = new Map<number, string>()

/** Day since 1970 as `YYYY-MM-DD`. */
function dateOf(day: number): string {
  let date = dates.get(day)
  if (date === undefined) {
    date = new Date(day * 86_400_000).toISOString().slice(0, 10)
    dates.set(day, date)
  }
  return date
}

const compactDates = new Map<number, string>()

/** The same as `YYYYMMDD`. */
function compactDateOf(day: number): string {
  let date = compactDates.get(day)
  if (date === undefined) {
    date = dateOf(day).replaceAll('-', '')
    compactDates.set(day, date)
  }
  return date
}

const ZEROS = '000000000000'

function padded(n: number, width: number): string {
  const text = `${n}`
  return text.length < width ? ZEROS.slice(0, width - text.length) + text : text
}

/** GS1 mod-10 check digit over the digits before it. */
function checkDigit(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  }
  return (10 - (sum % 10)) % 10
}

function lettersOf(alphabet: string, length: number, word: (n: number) => number): string {
  let text = ''
  for (let i = 0; i < length; i += 4) {
    // Four letters of one word: the bias of 2^32 against alphabet^4 is below a hundredth.
    let bits = word(i + 2)
    for (let k = i; k < i + 4 && k < length; k++) {
      text += alphabet[bits % alphabet.length]
      bits = Math.floor(bits / alphabet.length)
    }
  }
  return text
}
