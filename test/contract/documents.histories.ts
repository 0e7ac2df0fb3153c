import assert from 'node:assert/strict'
import type {
  Comparison,
  Documents,
  DocumentWrite,
  Query,
} from '../../src/kernel/documents/documents.ts'
import { Problem } from '../../src/lib/problem.ts'
import { author, del, pumps, put, walk } from './documents.contract.ts'

/** A random number below `below`, the same for the same seed (mulberry32). */
export type Random = (below: number) => number

export function seeded(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let it = Math.imul(state ^ (state >>> 15), state | 1)
    it ^= it + Math.imul(it ^ (it >>> 7), it | 61)
    return ((it ^ (it >>> 14)) >>> 0) % below
  }
}

type Model = { rows: Map<string, Row>; versions: Map<string, number>; changes: string[] }
type Row = { version: number; body: PumpBody; createdAt: number; updatedAt: number }
type PumpBody = { serial: string } & Record<string, unknown>

/**
 * Plays one random history on several stores at once and on a model of thirty lines, and asserts after every step that
 * all of them answer alike: what was stored, what was refused and why, every page, count and change.
 */
export async function playHistory(
  seed: number,
  steps: number,
  { stores, tick }: { stores: ReadonlyMap<string, Documents>; tick: (now: number) => void },
): Promise<void> {
  const random = seeded(seed)
  const model: Model = { rows: new Map(), versions: new Map(), changes: [] }
  for (let step = 1; step <= steps; step++) {
    tick(step)
    const told = `seed ${seed}, step ${step}`
    const commits = Array.from({ length: random(8) === 0 ? 6 : 1 }, () => writesOf(random, model))
    const expected = commits.map((it) => modelled(model, it, step))
    for (const [name, store] of stores) {
      const outcomes = await Promise.all(commits.map((it) => outcomeOf(store, it)))
      assert.deepEqual(outcomes, expected, `${told}: ${name} commits`)
    }
    if (step % 5 === 0) await compare(random, model, stores, told)
  }
  await compareFeeds(model, stores, `seed ${seed}`)
}

const IDS = ['a', 'A', 'b', 'b-1', 'b%', 'ü', '标', '标识', '\u{1f6f0}', '\u{ffee}']
const TEXTS = ['', 'x', 'X', 'xy', 'x%', 'x_', 'é', '标', '标识', '\u{1f6f0}', '\u{ffee}', 'n\0l']
const NUMBERS = [0, 1, 2, 255, 256, 65_536, 4_294_967_296, Number.MAX_SAFE_INTEGER]

function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[random(from.length)]
  assert.ok(found !== undefined)
  return found
}

function bodyOf(random: Random): PumpBody {
  const may = (value: unknown) => (random(3) === 0 ? undefined : value)
  return {
    serial: `s${random(14)}`,
    maker: may(pick(random, TEXTS)),
    watts: may(pick(random, NUMBERS)),
    tested: may(random(2) === 0),
    tags: may(Array.from({ length: random(3) }, () => pick(random, TEXTS))),
    contact: may({ email: pick(random, TEXTS) }),
  }
}

function writesOf(random: Random, model: Model): DocumentWrite[] {
  const ids = new Set(Array.from({ length: 1 + random(3) }, () => pick(random, IDS)))
  return [...ids].map((id) => {
    const stored = model.rows.get(id)?.version ?? 0
    const expected = pick(random, [-1, stored, stored, stored, stored + 1])
    const given = expected < 0 ? undefined : expected
    return random(4) === 0 ? del(id, given) : put(id, bodyOf(random), given)
  })
}

/** What the commit should answer; the model is changed only if it holds. */
function modelled(model: Model, writes: readonly DocumentWrite[], now: number): unknown {
  const stale = writes.some(
    (it) => it.expected !== undefined && it.expected !== (model.rows.get(it.id)?.version ?? 0),
  )
  if (stale) return 'stale-version'
  const rows = new Map(model.rows)
  const versions = writes.map((it) => {
    const before = model.rows.get(it.id)
    rows.delete(it.id)
    if (!('put' in it) && before === undefined) return 0
    const version = (model.versions.get(it.id) ?? 0) + 1
    if ('put' in it) {
      const body = JSON.parse(JSON.stringify(it.put)) as PumpBody
      rows.set(it.id, { version, body, createdAt: before?.createdAt ?? now, updatedAt: now })
    }
    return version
  })
  const serials = [...rows.values()].map((it) => it.body.serial)
  if (new Set(serials).size < serials.length) return 'already-exists'
  writes.forEach((it, at) => {
    const version = versions[at] ?? 0
    if (version === 0) return
    model.versions.set(it.id, version)
    const [before, after] = [model.rows.get(it.id)?.body, rows.get(it.id)?.body]
    model.changes.push(JSON.stringify([it.id, version, now, before ?? null, after ?? null]))
  })
  model.rows = rows
  return versions
}

async function outcomeOf(store: Documents, writes: readonly DocumentWrite[]): Promise<unknown> {
  return store.commit(writes, { author }).catch((error: unknown) => {
    if (error instanceof Problem) return error.code
    throw error
  })
}

async function compare(
  random: Random,
  model: Model,
  stores: ReadonlyMap<string, Documents>,
  told: string,
): Promise<void> {
  const id = pick(random, IDS)
  const row = model.rows.get(id)
  const query = queryOf(random)
  const label = `${told}: ${JSON.stringify(query)}`
  const expected = expectedIds(model, query)
  for (const [name, store] of stores) {
    assert.deepEqual(await store.get(pumps, id), row && { id, ...row }, `${told}: ${name} get`)
    const pages = await walk(store, query)
    assert.deepEqual(
      pages.map((it) => it.id),
      expected,
      `${label}: ${name} query`,
    )
    for (const it of pages) assert.deepEqual(it, { id: it.id, ...model.rows.get(it.id) })
    assert.equal(await store.count(pumps, query.where), expected.length, `${label}: ${name} count`)
  }
}

const TEXT_FIELDS = ['maker', 'tags', 'contact.email', 'id']
const ORDERS = [
  'id',
  'maker',
  'watts',
  'tested',
  'contact.email',
  'createdAt',
  'updatedAt',
  'serial',
]

function queryOf(random: Random): Query {
  const where: Record<string, Comparison> = {}
  for (let at = random(4); at > 0; at--) {
    const field = pick(random, [...TEXT_FIELDS, 'watts', 'tested', 'updatedAt'])
    where[field] = comparisonOf(random, field)
  }
  const order = { by: pick(random, ORDERS), descending: random(2) === 0 }
  return { where, order, limit: 1 + random(4) }
}

function comparisonOf(random: Random, field: string): Comparison {
  if (field === 'tested') return random(2) === 0
  const isText = TEXT_FIELDS.includes(field)
  const texts = field === 'id' ? IDS : TEXTS.filter((it) => it !== '')
  const one = (): string | number => (isText ? pick(random, texts) : pick(random, NUMBERS))
  switch (random(isText ? 6 : 5)) {
    case 0:
      return one()
    case 1:
      return { in: Array.from({ length: random(4) }, one) }
    case 2:
      return { from: one() }
    case 3:
      return { below: one() }
    case 4:
      return { from: one(), to: one() }
    default:
      return { startsWith: pick(random, texts) }
  }
}

function expectedIds(model: Model, { where = {}, order }: Query): string[] {
  const by = order?.by ?? 'id'
  const found = [...model.rows].filter(([id, row]) =>
    Object.entries(where).every(([field, comparison]) =>
      valuesOf(id, row, field).some((it) => meets(comparison, it)),
    ),
  )
  const sorted = found.toSorted(([idA, a], [idB, b]) => {
    const [x] = valuesOf(idA, a, by)
    const [y] = valuesOf(idB, b, by)
    return compareValues(x, y) || compareValues(idA, idB)
  })
  const ids = sorted.map(([id]) => id)
  return order?.descending === true ? ids.toReversed() : ids
}

function valuesOf(id: string, row: Row, field: string): unknown[] {
  if (field === 'id') return [id]
  if (field === 'createdAt' || field === 'updatedAt') return [row[field]]
  const value =
    field === 'contact.email'
      ? (row.body.contact as { email: string } | undefined)?.email
      : row.body[field]
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

function meets(comparison: Comparison, value: unknown): boolean {
  if (typeof comparison !== 'object') return comparison === value
  if ('in' in comparison) return comparison.in.includes(value as string)
  if ('startsWith' in comparison) return String(value).startsWith(comparison.startsWith)
  const { from, below, to } = comparison
  return (
    (from === undefined || compareValues(value, from) >= 0) &&
    (below === undefined || compareValues(value, below) < 0) &&
    (to === undefined || compareValues(value, to) <= 0)
  )
}

function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined)
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b))
  }
  return Number(a) - Number(b)
}

async function compareFeeds(
  model: Model,
  stores: ReadonlyMap<string, Documents>,
  told: string,
): Promise<void> {
  for (const [name, store] of stores) {
    const seen: string[] = []
    for (let after = 0; ; ) {
      const changes = await store.changes(after, 37)
      if (changes.length === 0) break
      for (const { id, version, at, before, after: now } of changes) {
        seen.push(JSON.stringify([id, version, at, before ?? null, now ?? null]))
      }
      after = changes.at(-1)?.sequence ?? after
    }
    assert.deepEqual(seen, model.changes, `${told}: ${name} changes`)
  }
}
