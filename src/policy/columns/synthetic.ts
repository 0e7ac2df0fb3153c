import type { FactType, PlainType } from '../../kernel/facts/fact-type.ts'
import { isAmong } from '../applicant-types.ts'
import type { Measure } from '../measure-schema.ts'
import type { Rules } from '../rules.ts'
import { daysOf } from '../versions-in-force.ts'

/** A case as JSON: who, and the facts as they are handed in. */
export type JsonCase = {
  readonly id: string
  /** Section of GB/T 4754. */
  readonly sector?: string
  readonly facts: Readonly<Record<string, unknown>>
}

export type SyntheticOptions = {
  readonly count: number
  /** How many of them are left out at the beginning: each is drawn by itself. */
  readonly from?: number
  readonly seed: number
  /** Day of application; by default one on which most measures are in force. */
  readonly day?: string
}

type Json = Record<string, unknown>

/** What enterprises are by size: their share of a city's register, and revenue a year in ten thousand yuan, median and spread. */
const SIZES = [
  { size: 'micro', share: 0.62, medianWan: 180, spread: 1.0 },
  { size: 'small', share: 0.28, medianWan: 1_800, spread: 0.8 },
  { size: 'medium', share: 0.08, medianWan: 12_000, spread: 0.7 },
  { size: 'large', share: 0.02, medianWan: 120_000, spread: 1.0 },
] as const
/** Weight of an applicant type by how deep it lies in the tree: most are plain makers, few are special. */
const MAKERS_SHARE = 0.7
const KNOWN_SHARE = 0.9
/** Most things that a flag says are rare, each in its own measure: recognised, selected, passed. */
const YES_SHARE_MIN = 0.005
const YES_SHARE_MAX = 0.3
const JUDGED_SHARE = 0.7
/** Spreads the seeds of neighbouring cases (2^32 over the golden ratio). */
const CASE_STEP = 0x9e3779b1
const LIST_SHARE = 0.4
const FEN = 100

/**
 * Enterprises that nobody has, the same for the same seed: sizes skewed as in a register, and of every fact that some measure asks of
 * their type a value near what such firms have, or none. For trying rules, never for claiming anything about a region.
 */
export function* syntheticCases(
  rules: Rules,
  { count, from = 0, seed, day }: SyntheticOptions,
): Generator<JsonCase> {
  const on = day ?? busiestDay(rules)
  const makers = [...rules.types.keys()].filter((it) => isAmong(it, ['enterprise'], rules.types))
  const kinds = kindsOf(rules, makers)
  const ofEnterprises = kinds.filter((it) => makers.includes(it.type))
  const places = [...new Set(rules.places.values())]
  const words = new Map<string, readonly string[]>()
  for (const { measure } of rules.measures.values()) collectWords(measure, words)
  for (let index = from; index < count; index++) {
    const draw = drawsOf(seed ^ Math.imul(index + 1, CASE_STEP))
    const isMaker = draw.roll() < MAKERS_SHARE
    const kind = draw.one(isMaker ? ofEnterprises : kinds)
    yield caseOf(index, { rules, draw, on, kind, place: draw.one(places), words })
  }
}

type Kind = {
  readonly type: string
  readonly facts: readonly string[]
  readonly judged: readonly string[]
  /** Sections that such an applicant may be of. */
  readonly sectors: readonly string[]
}

/** For every type of applicant: the facts that measures open to it ask for. */
function kindsOf(rules: Rules, first: readonly string[]): Kind[] {
  const types = [...first, ...[...rules.types.keys()].filter((it) => !first.includes(it))]
  return types.map((type) => {
    const open = [...rules.measures.values()]
      .map((it) => it.measure)
      .filter(
        ({ beneficiaries }) =>
          beneficiaries === undefined || isAmong(type, beneficiaries, rules.types),
      )
    const named = new Set<string>()
    const judged = new Set<string>()
    for (const measure of open) collectNames(measure, named, judged)
    const facts = [...named].filter((it) => rules.facts.has(it) && !GIVEN.includes(it))
    return { type, facts, judged: [...judged], sectors: sectorsOf(type, rules) }
  })
}

/** Those that the register takes for this kind, or for what it is below of; for a wide one, of all kinds below it. */
function sectorsOf(type: string, { types, sectors }: Rules): string[] {
  const all = [...sectors]
  const own = all.filter(([, kind]) => isAmong(kind, [type], types))
  const above = all.filter(([, kind]) => isAmong(type, [kind], types))
  const nearest = above.filter(
    ([, kind]) => !above.some(([, it]) => it !== kind && isAmong(it, [kind], types)),
  )
  return (own.length > 0 ? own : nearest).map(([section]) => section)
}

const GIVEN = [
  'application_date',
  'applicant',
  'reference_year',
  'quota_position',
  'batch',
  'projects',
  'applicants',
  'prior_awards',
]

/** Every name in a rule file that could be a fact's; what is none is left out afterwards. */
function collectNames(value: unknown, named: Set<string>, judged: Set<string>): void {
  if (typeof value === 'string') named.add(value.split('.')[0] ?? value)
  else if (Array.isArray(value)) for (const it of value) collectNames(it, named, judged)
  else if (typeof value === 'object' && value !== null) {
    const { judged: judgement, ...rest } = value as Json
    if (typeof judgement === 'string') judged.add(judgement)
    for (const it of Object.values(rest)) collectNames(it, named, judged)
  }
}

function collectWords(value: unknown, words: Map<string, readonly string[]>): void {
  if (Array.isArray(value)) for (const it of value) collectWords(it, words)
  else if (typeof value === 'object' && value !== null) {
    const { fact, oneOf } = value as Json
    if (typeof fact === 'string' && Array.isArray(oneOf)) {
      words.set(fact, [...new Set([...(words.get(fact) ?? []), ...(oneOf as string[])])])
    }
    for (const it of Object.values(value)) collectWords(it, words)
  }
}

type Making = {
  readonly rules: Rules
  readonly draw: Draws
  readonly on: string
  readonly kind: Kind
  readonly place: string
  readonly words: ReadonlyMap<string, readonly string[]>
}

type Firm = {
  readonly revenueFen: number
  readonly year: number
  readonly place: string
  readonly on: string
}

function caseOf(index: number, { rules, draw, on, kind, place, words }: Making): JsonCase {
  const size = sizeOf(draw)
  const revenueFen = Math.round(draw.spread(size.medianWan * 1e4 * FEN, size.spread))
  const id = `S${String(index + 1).padStart(6, '0')}`
  const firm: Firm = { revenueFen, year: Number(on.slice(0, 4)), place, on }
  const facts: Json = {
    application_date: on,
    applicant: { id, type: kind.type, location: place },
    ...(rules.facts.has('reference_year') && { reference_year: firm.year }),
  }
  for (const name of kind.facts) {
    const type = rules.facts.get(name)
    if (type === undefined || draw.roll() > KNOWN_SHARE) continue
    const value = someValue(name, type, { draw, firm, words })
    if (value !== undefined) facts[name] = value
  }
  const judged = kind.judged.filter(() => draw.roll() < JUDGED_SHARE)
  if (judged.length > 0) {
    facts.determinations = Object.fromEntries(judged.map((it) => [it, draw.roll() < JUDGED_SHARE]))
  }
  const sector = kind.sectors.length > 0 ? draw.one(kind.sectors) : undefined
  return { id, ...(sector !== undefined && { sector }), facts }
}

function sizeOf(draw: Draws): (typeof SIZES)[number] {
  let left = draw.roll()
  for (const it of SIZES) {
    left -= it.share
    if (left < 0) return it
  }
  return SIZES[0]
}

type Valuing = {
  readonly draw: Draws
  readonly firm: Firm
  /** Words that rules ask for, by fact, where the vocabulary lists none. */
  readonly words: ReadonlyMap<string, readonly string[]>
}

function someValue(name: string, type: FactType, given: Valuing): unknown {
  switch (type.type) {
    case 'record':
      return Object.fromEntries(
        Object.entries(type.fields).flatMap(([field, inner]) => {
          const value = given.draw.roll() < KNOWN_SHARE ? someValue(field, inner, given) : undefined
          return value === undefined ? [] : [[field, value]]
        }),
      )
    case 'list':
      return listOf(name, type.of, given)
    case 'map':
      return undefined
    default:
      return plainOf(name, type, given)
  }
}

/** Few firms have a list of things of their own; those that have one have some. */
function listOf(name: string, of: FactType, given: Valuing): unknown {
  const { draw } = given
  const isRare =
    of.type === 'record' && !Object.values(of.fields).some((it) => it.type === 'quantity')
  if (draw.roll() > (isRare ? LIST_SHARE / 20 : LIST_SHARE / 2)) return undefined
  return Array.from({ length: 1 + draw.whole(3) }, (_, at) => {
    const value = someValue(name, of, given)
    const isThing =
      typeof value === 'object' &&
      value !== null &&
      of.type === 'record' &&
      Object.hasOwn(of.fields, 'id')
    return isThing ? { ...value, id: `${name}-${at + 1}` } : value
  }).filter((it) => it !== undefined)
}

function plainOf(name: string, type: PlainType, { draw, firm, words }: Valuing): unknown {
  switch (type.type) {
    case 'flag':
      return draw.roll() < shareOfYes(name)
    case 'day':
      return `${firm.year}-${two(1 + draw.whole(12))}-${two(1 + draw.whole(28))}`
    case 'place':
      return firm.place
    case 'ratio':
      return undefined
    case 'word':
      return draw.one(type.words ?? words.get(name) ?? [undefined])
    case 'quantity':
      return quantityOf(name, type, { draw, firm, words })
  }
}

function shareOfYes(name: string): number {
  const at = drawsOf([...name].reduce((sum, it) => Math.imul(sum, 31) + it.charCodeAt(0), 7)).roll()
  return YES_SHARE_MIN * (YES_SHARE_MAX / YES_SHARE_MIN) ** at
}

/** Money as a part of the year's revenue, years as the year, counts over many orders of magnitude. */
function quantityOf(
  name: string,
  { unit, decimals, max }: PlainType & { type: 'quantity' },
  { draw, firm }: Valuing,
): number {
  if (unit === 'year') return firm.year
  if (max !== undefined) return 1 + draw.whole(max)
  if (unit !== 'yuan') return Math.round(10 ** (1 + draw.roll() * 7))
  const isWhole = name.includes('revenue') || name.includes('transaction')
  const fen = isWhole ? firm.revenueFen : Math.round(draw.spread(firm.revenueFen * 0.08, 1))
  return decimals === 0 ? Math.round(fen / FEN) : fen / FEN
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The middle of the period in which most measures are in force. */
export function busiestDay(rules: Pick<Rules, 'measures'>): string {
  const periods = [...rules.measures.values()].flatMap(({ measure }: { measure: Measure }) =>
    measure.inForce === undefined ? [] : [daysOf(measure.inForce)],
  )
  const counted = [...Map.groupBy(periods, (it) => it.join(' '))].toSorted(
    (a, b) => b[1].length - a[1].length,
  )
  const [from, to] = counted[0]?.[1][0] ?? []
  if (from === undefined || to === undefined) return '2020-01-01'
  const last = Date.parse(`${to.replace(/-31$/, '-28')}T00:00:00Z`)
  return new Date((Date.parse(`${from}T00:00:00Z`) + last) / 2).toISOString().slice(0, 10)
}

/** A repeatable sequence (mulberry32): the same seed draws the same for ever. */
export type Draws = {
  /** 0 … below 1. */
  roll(): number
  whole(below: number): number
  one<Value>(values: readonly Value[]): Value
  /** Around a median, skewed as sizes of firms are (log-normal). */
  spread(median: number, sigma: number): number
}

export function drawsOf(seed: number): Draws {
  let state = seed >>> 0
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let it = Math.imul(state ^ (state >>> 15), state | 1)
    it ^= it + Math.imul(it ^ (it >>> 7), it | 61)
    return ((it ^ (it >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (below: number) => Math.floor(roll() * below)
  return {
    roll,
    whole,
    one: (values) => values[whole(values.length)] as (typeof values)[number],
    spread(median, sigma) {
      const normal = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll())
      return median * Math.exp(sigma * normal)
    },
  }
}
