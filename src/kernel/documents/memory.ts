import type { Clock } from '../../lib/clock.ts'
import { Gate } from '../../lib/gate.ts'
import { type ChangeRow, decide, type Facts, problemOf } from './decide.ts'
import { type Declared, declaredOf, entriesOf, type Row } from './declared.ts'
import type {
  Body,
  Collection,
  CommitOptions,
  DocumentChange,
  Documents,
  DocumentsOptions,
  DocumentWrite,
  Forgetting,
  Page,
  Query,
  Stored,
} from './documents.ts'
import { compareText, type IndexValue } from './index-values.ts'
import {
  CHANGES_LIMIT_MAX,
  type Condition,
  checkForgetting,
  checkLimit,
  checkSequence,
  formatCursor,
  holds,
  type Plan,
  planQuery,
  planWhere,
} from './query.ts'
import { changeOf, storedOf } from './rows.ts'
import { prepareCommit } from './writes.ts'

/** Documents in memory: the model the drivers are checked against, and a store for tests. Looks at every document. */
export async function openMemoryDocuments(options: DocumentsOptions): Promise<Documents> {
  return new MemoryDocuments(options)
}

type Entries = ReadonlyMap<string, readonly IndexValue[]>

class MemoryDocuments implements Documents {
  readonly #clock: Clock
  readonly #gate: Gate
  readonly #rows = new Map<string, Map<string, Row>>()
  readonly #declared = new Map<string, Declared>()
  readonly #changes: (ChangeRow & { readonly sequence: number })[] = []
  readonly #versions = new Map<string, number>()

  constructor({ clock, gate = new Gate(), collections = [] }: DocumentsOptions) {
    this.#clock = clock
    this.#gate = gate
    for (const collection of collections) this.#declare(collection)
  }

  async get<C extends Collection>(collection: C, id: string): Promise<Stored<Body<C>> | undefined> {
    this.#declare(collection)
    const row = this.#of(collection.name).get(id)
    return row && storedOf<Body<C>>(row)
  }

  async query<C extends Collection>(collection: C, query: Query): Promise<Page<Body<C>>> {
    this.#declare(collection)
    const plan = planQuery(collection, query)
    const found = this.#matching(collection.name, plan.conditions)
      .map(({ row, entries }) => ({ row, value: entries.get(plan.by)?.[0] ?? '', id: row.id }))
      .toSorted((a, b) => comparePositions(plan, a, b))
    const { after } = plan
    const rest = after ? found.filter((it) => comparePositions(plan, it, after) > 0) : found
    const shown = rest.slice(0, plan.limit)
    const last = shown.at(-1)
    const items = shown.map(({ row }) => storedOf<Body<C>>(row))
    return rest.length > plan.limit && last ? { items, next: formatCursor(plan, last) } : { items }
  }

  async count(collection: Collection, where?: Query['where']): Promise<number> {
    this.#declare(collection)
    return this.#matching(collection.name, planWhere(collection, where)).length
  }

  async commit(
    writes: readonly DocumentWrite[],
    options: CommitOptions,
  ): Promise<readonly number[]> {
    for (const { collection } of writes) this.#declare(collection)
    return this.#gate.through(() => {
      const commit = prepareCommit(writes, options, this.#clock())
      const { outcomes, mutations } = decide(this.#facts(), [commit])
      const [outcome = []] = outcomes
      if ('code' in outcome) throw problemOf(outcome)
      for (const { row } of mutations.puts) this.#of(row.collection).set(row.id, row)
      for (const { collection, id } of mutations.deletes) this.#of(collection).delete(id)
      for (const change of mutations.changes) {
        this.#versions.set(`${change.collection} ${change.id}`, change.version)
        const last = this.#changes.at(-1)?.sequence ?? 0
        this.#changes.push({ ...change, sequence: last + 1 })
      }
      return outcome
    })
  }

  async forget(collection: Collection, { to, limit }: Forgetting): Promise<number> {
    this.#declare(collection)
    checkForgetting(collection, limit)
    return this.#gate.through(() => {
      const gone = this.#changes
        .slice(0, -1)
        .filter((it) => it.collection === collection.name)
        .slice(0, limit)
        .filter((it) => it.at <= to)
      for (const change of gone) {
        this.#changes.splice(this.#changes.indexOf(change), 1)
        this.#versions.delete(`${change.collection} ${change.id}`)
        this.#of(change.collection).delete(change.id)
      }
      return gone.length
    })
  }

  async changes(
    after: number,
    limit: number,
    filter: { readonly collection?: string; readonly id?: string } = {},
  ): Promise<readonly DocumentChange[]> {
    checkSequence(after)
    checkLimit(limit, CHANGES_LIMIT_MAX)
    return this.#changes
      .filter((it) => it.sequence > after)
      .filter((it) => filter.collection === undefined || it.collection === filter.collection)
      .filter((it) => filter.id === undefined || it.id === filter.id)
      .slice(0, limit)
      .map(changeOf)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #declare(collection: Collection): void {
    const declared = declaredOf(collection)
    const before = this.#declared.get(declared.name)
    if (before === declared) return
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(declared)) {
      throw new TypeError(`${declared.name} is declared twice, differently`)
    }
    this.#declared.set(declared.name, declared)
  }

  #of(collection: string): Map<string, Row> {
    const rows = this.#rows.get(collection) ?? new Map<string, Row>()
    this.#rows.set(collection, rows)
    return rows
  }

  #facts(): Facts {
    return {
      declared: (name) => this.#declared.get(name) ?? { name, indexes: [], secret: [], quiet: [] },
      row: (collection, id) => this.#of(collection).get(id),
      lastVersion: (collection, id) => this.#versions.get(`${collection} ${id}`) ?? 0,
      holders: (collection, field, value) =>
        this.#matching(collection, [{ field, points: [value] }]).map(({ row }) => row.id),
    }
  }

  #matching(
    name: string,
    conditions: readonly Condition[],
  ): { readonly row: Row; readonly entries: Entries }[] {
    const declared = this.#declared.get(name)
    if (declared === undefined) return []
    return [...this.#of(name).values()]
      .map((row) => ({ row, entries: entriesByField(declared, row) }))
      .filter((it) => conditions.every((condition) => isWithin(condition, it)))
  }
}

function isWithin(condition: Condition, { row, entries }: { row: Row; entries: Entries }): boolean {
  if (condition.field === 'id') return holds(condition, row.id, compareText)
  const values = entries.get(condition.field) ?? []
  return values.some((it) => holds(condition, it, compareBytes))
}

const entriesKnown = new WeakMap<Row, Entries>()

/** Rows never change, so what the indexes hold for one is worked out once. */
function entriesByField(declared: Declared, row: Row): Entries {
  const known = entriesKnown.get(row)
  if (known !== undefined) return known
  const fields = new Map<string, IndexValue[]>()
  for (const { field, value } of entriesOf(declared, row)) {
    const values = fields.get(field)
    if (values === undefined) fields.set(field, [value])
    else values.push(value)
  }
  entriesKnown.set(row, fields)
  return fields
}

type Place = { readonly value: IndexValue; readonly id: string }

function comparePositions(plan: Plan, a: Place, b: Place): number {
  const ascending = compareBytes(a.value, b.value) || compareText(a.id, b.id)
  return plan.descending ? -ascending : ascending
}

function compareBytes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
