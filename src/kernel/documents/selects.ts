import { type Condition, isOneValue, type Plan, type Position } from './query.ts'
import { joined, raw, type Sql, type SqlValue, sql } from './sql.ts'

/** What differs between the databases. */
export type Dialect = {
  readonly sign: '?' | '$'
  /** At the end of a subquery that is to be asked row by row, whatever the planner believes. */
  readonly rowByRow: string
  /** A condition that matches no more documents than this is asked first, and what it finds is sorted. */
  readonly few: number
}

/** Where the indexes of one collection lie: number of an index by its field. */
export type IndexIds = ReadonlyMap<string, number>

/** The usual `few`: sorting this many takes about a millisecond. */
export const FEW = 2_000

/** Counts, up to one more than `few`, what each condition matches: columns `n0`, `n1`, …. */
export function probeSelect(
  conditions: readonly Condition[],
  { ids, dialect }: { readonly ids: IndexIds; readonly dialect: Dialect },
): Sql {
  const counts = conditions.map(
    (it, at) =>
      sql`(SELECT count(*) FROM (SELECT 1 FROM entries e WHERE ${within('e', it, ids)} LIMIT ${dialect.few + 1}) q${raw(`${at}`)}) AS ${raw(`n${at}`)}`,
  )
  return sql`SELECT ${joined(counts, ', ')}`
}

/** Whether a probe is worth its cost before `pageSelect`. */
export function isWorthProbing({ conditions, by }: Pick<Plan, 'conditions' | 'by'>): boolean {
  const indexed = indexedOf(conditions)
  if (indexed.length === 0) return false
  return indexed.length > 1 || !(by === 'id' || by === indexed[0]?.field)
}

export function indexedOf(conditions: readonly Condition[]): Condition[] {
  return conditions.filter((it) => it.field !== 'id')
}

/**
 * One page and one row more: `id, version, created_at, updated_at, body, value`. `matches` are the probe's counts of the
 * conditions that are not over ids, where it was worth probing.
 */
export function pageSelect(
  plan: Plan,
  { ids, dialect, matches }: { ids: IndexIds; dialect: Dialect; matches: readonly number[] },
): Sql {
  const places = placesSelect(plan, ids, dialect, driverOf(plan, matches, dialect.few))
  const direction = raw(plan.descending ? ' DESC' : '')
  return sql`SELECT d.id, d.version, d.created_at, d.updated_at, d.body, p.value
    FROM (${places}) p CROSS JOIN documents d
    WHERE d.collection = ${plan.collection} AND d.id = p.id
    ORDER BY p.value${direction}, p.id${direction}`
}

/** The condition to start from; undefined: walk in the order asked for and look at the conditions on the way. */
function driverOf(
  { conditions, by }: Plan,
  matches: readonly number[],
  few: number,
): Condition | undefined {
  const indexed = indexedOf(conditions)
  const counted = indexed.map((it, at) => ({ it, matches: matches[at] ?? few + 1 }))
  const [least] = counted.toSorted((a, b) => a.matches - b.matches)
  if (least === undefined) return undefined
  if (least.matches <= few) return least.it
  // Entries of one value lie in the order of their ids: nothing to sort.
  return by === 'id' ? indexed.find(isOneValue) : undefined
}

function placesSelect(
  plan: Plan,
  ids: IndexIds,
  dialect: Dialect,
  driver: Condition | undefined,
): Sql {
  if (plan.by === 'id') {
    return driver === undefined
      ? scanDocuments(plan, ids, dialect)
      : scanDriver(plan, ids, dialect, driver)
  }
  return driver === undefined || driver.field === plan.by
    ? scanOrder(plan, ids, dialect)
    : sortDriver(plan, ids, dialect, driver)
}

function scanDocuments(plan: Plan, ids: IndexIds, dialect: Dialect): Sql {
  const where = [sql`d.collection = ${plan.collection}`, ...restOf(plan, 'd', ids, dialect)]
  return sql`SELECT '' AS value, d.id FROM documents d WHERE ${joined(where, ' AND ')}
    ORDER BY d.id${directionOf(plan)} LIMIT ${plan.limit + 1}`
}

function scanDriver(plan: Plan, ids: IndexIds, dialect: Dialect, driver: Condition): Sql {
  const where = [within('e', driver, ids), ...restOf(plan, 'e', ids, dialect, driver)]
  const distinct = raw(isOneValue(driver) ? '' : 'DISTINCT ')
  return sql`SELECT ${distinct}'' AS value, e.id FROM entries e WHERE ${joined(where, ' AND ')}
    ORDER BY e.id${directionOf(plan)} LIMIT ${plan.limit + 1}`
}

function scanOrder(plan: Plan, ids: IndexIds, dialect: Dialect): Sql {
  const own = plan.conditions.find((it) => it.field === plan.by)
  const start = own === undefined ? sql`o.index_id = ${idOf(ids, plan.by)}` : within('o', own, ids)
  const where = [start, ...restOf(plan, 'o', ids, dialect, own)]
  const direction = directionOf(plan)
  return sql`SELECT o.value, o.id FROM entries o WHERE ${joined(where, ' AND ')}
    ORDER BY o.value${direction}, o.id${direction} LIMIT ${plan.limit + 1}`
}

function sortDriver(plan: Plan, ids: IndexIds, dialect: Dialect, driver: Condition): Sql {
  const where = [
    sql`o.index_id = ${idOf(ids, plan.by)}`,
    sql`o.id = s.id`,
    ...restOf(plan, 'o', ids, dialect, driver),
  ]
  const direction = directionOf(plan)
  return sql`SELECT o.value, o.id
    FROM (SELECT DISTINCT e.id FROM entries e WHERE ${within('e', driver, ids)}) s CROSS JOIN entries o
    WHERE ${joined(where, ' AND ')}
    ORDER BY o.value${direction}, o.id${direction} LIMIT ${plan.limit + 1}`
}

/** All but the condition started from, and the place to go on behind; over the ids of `alias`. */
function restOf(
  plan: Plan,
  alias: string,
  ids: IndexIds,
  dialect: Dialect,
  without?: Condition,
): Sql[] {
  const { after } = plan
  return [
    ...conditionsOn(plan.conditions, { alias, ids, dialect, without }),
    ...(after === undefined ? [] : [behind(plan, alias, after)]),
  ]
}

function behind(plan: Plan, alias: string, { value, id }: Position): Sql {
  const sign = raw(plan.descending ? '<' : '>')
  const a = raw(alias)
  return plan.by === 'id'
    ? sql`${a}.id ${sign} ${id}`
    : sql`(${a}.value, ${a}.id) ${sign} (${bytesOf(value)}, ${id})`
}

type On = {
  readonly alias: string
  readonly ids: IndexIds
  readonly dialect: Dialect
  readonly without: Condition | undefined
}

function conditionsOn(
  conditions: readonly Condition[],
  { alias, ids, dialect, without }: On,
): Sql[] {
  return conditions
    .filter((it) => it !== without)
    .map((it) =>
      it.field === 'id'
        ? bounds(raw(`${alias}.id`), it, (id) => id)
        : sql`EXISTS (SELECT 1 FROM entries x WHERE ${within('x', it, ids)} AND x.id = ${raw(alias)}.id${raw(dialect.rowByRow)})`,
    )
}

/** How many documents hold all conditions: column `n`. `matches` as in `pageSelect`. */
export function countSelect(
  collection: string,
  conditions: readonly Condition[],
  { ids, dialect, matches }: { ids: IndexIds; dialect: Dialect; matches: readonly number[] },
): Sql {
  if (conditions.length === 0) {
    // Every document has exactly one entry here, far smaller than its body.
    return sql`SELECT count(*) AS n FROM entries e WHERE e.index_id = ${idOf(ids, 'createdAt')}`
  }
  const indexed = indexedOf(conditions)
  const [least = 0] = indexed
    .map((_, at) => at)
    .toSorted((a, b) => (matches[a] ?? 0) - (matches[b] ?? 0))
  const driver = indexed[least]
  if (driver === undefined) {
    const on = { alias: 'd', ids, dialect, without: undefined }
    const where = [sql`d.collection = ${collection}`, ...conditionsOn(conditions, on)]
    return sql`SELECT count(*) AS n FROM documents d WHERE ${joined(where, ' AND ')}`
  }
  const on = { alias: 'e', ids, dialect, without: driver }
  const where = [within('e', driver, ids), ...conditionsOn(conditions, on)]
  const what = raw(isOneValue(driver) ? 'count(*)' : 'count(DISTINCT e.id)')
  return sql`SELECT ${what} AS n FROM entries e WHERE ${joined(where, ' AND ')}`
}

/** `limit` changes after a sequence, of one collection or document where the filter says so. */
export function changesSelect(
  after: number,
  limit: number,
  { collection, id }: { readonly collection?: string; readonly id?: string },
): Sql {
  const where = [
    sql`sequence > ${after}`,
    ...(collection === undefined ? [] : [sql`collection = ${collection}`]),
    ...(id === undefined ? [] : [sql`id = ${id}`]),
  ]
  return sql`SELECT sequence, collection, id, version, at, author_kind, author_id, note, body_before, body_after
    FROM changes WHERE ${joined(where, ' AND ')} ORDER BY sequence LIMIT ${limit}`
}

function within(alias: string, condition: Condition, ids: IndexIds): Sql {
  const a = raw(alias)
  const values = bounds(raw(`${alias}.value`), condition, bytesOf)
  return sql`${a}.index_id = ${idOf(ids, condition.field)} AND ${values}`
}

function bounds(column: Sql, condition: Condition, bind: (value: string) => SqlValue): Sql {
  const { points, from, below, to } = condition
  if (points !== undefined) {
    if (points.length === 1) return sql`${column} = ${bind(points[0] ?? '')}`
    const list = points.map((it) => sql`${bind(it)}`)
    return list.length === 0 ? raw('1 = 0') : sql`${column} IN (${joined(list, ', ')})`
  }
  const parts = [
    ...(from === undefined ? [] : [sql`${column} >= ${bind(from)}`]),
    ...(below === undefined ? [] : [sql`${column} < ${bind(below)}`]),
    ...(to === undefined ? [] : [sql`${column} <= ${bind(to)}`]),
  ]
  return parts.length === 0 ? raw('1 = 1') : joined(parts, ' AND ')
}

function directionOf({ descending }: Plan): Sql {
  return raw(descending ? ' DESC' : '')
}

/** An index value as the databases hold it. */
export function bytesOf(value: string): Uint8Array {
  return Buffer.from(value, 'latin1')
}

function idOf(ids: IndexIds, field: string): number {
  const id = ids.get(field)
  if (id === undefined) throw new TypeError(`no index of ${field}`)
  return id
}
