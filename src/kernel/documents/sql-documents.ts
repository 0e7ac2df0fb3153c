import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Gate } from '../../lib/gate.ts'
import { type ChangeRow, type Outcome, problemOf } from './decide.ts'
import { type Declared, declaredOf, isCollectionName } from './declared.ts'
import type {
  Body,
  Collection,
  CommitOptions,
  DocumentChange,
  Documents,
  DocumentsOptions,
  DocumentsSnapshot,
  DocumentWrite,
  Forgetting,
  Page,
  Query,
  Stored,
} from './documents.ts'
import { isId } from './ids.ts'
import {
  CHANGES_LIMIT_MAX,
  type Condition,
  checkForgetting,
  checkLimit,
  checkSequence,
  formatCursor,
  type Plan,
  planQuery,
  planWhere,
} from './query.ts'
import { changeOf, closed, type DocumentRow, rowOf, storedOf } from './rows.ts'
import {
  changesSelect,
  countSelect,
  type Dialect,
  type IndexIds,
  indexedOf,
  isWorthProbing,
  pageSelect,
  probeSelect,
} from './selects.ts'
import { render, type Sql, type SqlValue, sql } from './sql.ts'
import { type PreparedCommit, prepareCommit } from './writes.ts'

/** A database as the documents need it. */
export interface Engine extends AsyncDisposable {
  readonly dialect: Dialect
  /** Rows of one statement, columns by name. */
  rows(text: string, values: readonly SqlValue[]): Promise<readonly object[]>
  /** Makes the declared indexes; answers where they lie. Called once a collection. */
  declare(declared: Declared): Promise<IndexIds>
  /** Stores the commits that hold in one durable transaction; all of them fail together where the database fails. */
  apply(commits: readonly PreparedCommit[]): Promise<readonly Outcome[]>
  /** The oldest of a declared collection, in one durable transaction. Answers how many. */
  forget(what: ForgettingIn): Promise<number>
  snapshot(): Promise<DocumentsSnapshot>
  /** Fills the empty database from a copy; all collections must be declared anew. */
  restore(path: string): Promise<void>
}

export type ForgettingIn = Forgetting & { readonly collection: string }

type Queued = {
  readonly commit: PreparedCommit
  readonly resolve: (versions: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

type PageRow = DocumentRow & { readonly value: string | Uint8Array }

/** Most commits that share one transaction. */
const GROUP_COMMITS_MAX = 500

/** Documents over a SQL database. Commits that arrive while one is being stored are stored together after it. */
export class SqlDocuments implements Documents {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #gate: Gate
  readonly #declared = new Map<string, { declared: Declared; ids: Promise<IndexIds> }>()
  readonly #queue: Queued[] = []
  readonly #under = new Set<Promise<unknown>>()
  #storing: Promise<void> | undefined
  #isClosed = false

  private constructor(engine: Engine, { clock, gate = new Gate() }: DocumentsOptions) {
    this.#engine = engine
    this.#clock = clock
    this.#gate = gate
  }

  static async over(engine: Engine, options: DocumentsOptions): Promise<SqlDocuments> {
    const documents = new SqlDocuments(engine, options)
    for (const collection of options.collections ?? []) await documents.#declare(collection)
    return documents
  }

  async get<C extends Collection>(collection: C, id: string): Promise<Stored<Body<C>> | undefined> {
    await this.#declare(collection)
    if (!isId(id)) return undefined
    const [row] = await this.#rows<DocumentRow>(
      sql`SELECT collection, id, version, created_at, updated_at, body FROM documents
        WHERE collection = ${collection.name} AND id = ${id}`,
    )
    return row && storedOf<Body<C>>(rowOf(row))
  }

  async query<C extends Collection>(collection: C, query: Query): Promise<Page<Body<C>>> {
    const plan = planQuery(collection, query)
    const ids = await this.#declare(collection)
    const matches = isWorthProbing(plan) ? await this.#probe(plan.conditions, ids) : []
    const select = pageSelect(plan, { ids, dialect: this.#engine.dialect, matches })
    const rows = await this.#rows<PageRow>(select)
    const shown = rows.slice(0, plan.limit)
    const items = shown.map((it) => storedOf<Body<C>>(rowOf(it)))
    const last = shown.at(-1)
    return rows.length > plan.limit && last ? { items, next: cursorBehind(plan, last) } : { items }
  }

  async count(collection: Collection, where?: Query['where']): Promise<number> {
    const conditions = planWhere(collection, where)
    const ids = await this.#declare(collection)
    const matches = indexedOf(conditions).length > 1 ? await this.#probe(conditions, ids) : []
    const { dialect } = this.#engine
    const select = countSelect(collection.name, conditions, { ids, dialect, matches })
    const [row] = await this.#rows<{ n: number }>(select)
    return row?.n ?? 0
  }

  async commit(
    writes: readonly DocumentWrite[],
    options: CommitOptions,
  ): Promise<readonly number[]> {
    if (this.#isClosed) throw closed()
    if (writes.length === 0) return []
    const committed = this.#commit(writes, options)
    this.#under.add(committed)
    return committed.finally(() => this.#under.delete(committed))
  }

  async #commit(
    writes: readonly DocumentWrite[],
    options: CommitOptions,
  ): Promise<readonly number[]> {
    // One wait however many there are: commits are stored in the order they were called.
    await Promise.all(
      [...new Set(writes.map((it) => it.collection))].map((it) => this.#declare(it)),
    )
    // Judged before the gate: what is refused anyway holds nobody up.
    const prepared = prepareCommit(writes, options, 0)
    return this.#gate.through(() => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
      this.#queue.push({ commit: { ...prepared, at: this.#clock() }, resolve, reject })
      this.#storing ??= this.#storeAll()
      return promise
    })
  }

  async forget(collection: Collection, { to, limit }: Forgetting): Promise<number> {
    if (this.#isClosed) throw closed()
    checkForgetting(collection, limit)
    await this.#declare(collection)
    const forgotten = this.#gate.through(() =>
      this.#engine.forget({ collection: collection.name, to, limit }),
    )
    this.#under.add(forgotten)
    return forgotten.finally(() => this.#under.delete(forgotten))
  }

  async changes(
    after: number,
    limit: number,
    filter: { readonly collection?: string; readonly id?: string } = {},
  ): Promise<readonly DocumentChange[]> {
    checkSequence(after)
    checkLimit(limit, CHANGES_LIMIT_MAX)
    if (filter.id !== undefined && !isId(filter.id)) return []
    if (filter.collection !== undefined && !isCollectionName(filter.collection)) return []
    const rows = await this.#rows<StoredChange>(changesSelect(after, limit, filter))
    return rows.map((it) => changeOf(changeRowOf(it)))
  }

  snapshot(): Promise<DocumentsSnapshot> {
    return this.#engine.snapshot()
  }

  async restore(path: string): Promise<void> {
    await this.#gate.through(async () => {
      await this.#storing
      await this.#engine.restore(path)
      this.#declared.clear()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    // What was asked for before is still done.
    await Promise.allSettled(this.#under)
    await this.#storing
    await this.#engine[Symbol.asyncDispose]()
  }

  #declare(collection: Collection): Promise<IndexIds> {
    const declared = declaredOf(collection)
    const before = this.#declared.get(declared.name)
    if (before !== undefined) {
      const isSame =
        before.declared === declared || JSON.stringify(before.declared) === JSON.stringify(declared)
      if (isSame) return before.ids
      return Promise.reject(new TypeError(`${declared.name} is declared twice, differently`))
    }
    const ids = this.#engine.declare(declared)
    this.#declared.set(declared.name, { declared, ids })
    // A declaration that failed is tried again by the next who asks.
    ids.catch(() => this.#declared.delete(declared.name))
    return ids
  }

  async #storeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, GROUP_COMMITS_MAX)
      try {
        const outcomes = await this.#engine.apply(group.map((it) => it.commit))
        group.forEach(({ resolve, reject }, at) => {
          const outcome = outcomes[at] ?? []
          if ('code' in outcome) reject(problemOf(outcome))
          else resolve(outcome)
        })
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#storing = undefined
  }

  async #probe(conditions: readonly Condition[], ids: IndexIds): Promise<number[]> {
    const indexed = indexedOf(conditions)
    const [row] = await this.#rows<Record<string, number>>(
      probeSelect(indexed, { ids, dialect: this.#engine.dialect }),
    )
    return indexed.map((_, at) => row?.[`n${at}`] ?? 0)
  }

  async #rows<T extends object>(select: Sql): Promise<readonly T[]> {
    const { text, values } = render(select, this.#engine.dialect.sign)
    return (await this.#engine.rows(text, values)) as readonly T[]
  }
}

function cursorBehind(plan: Plan, { value, id }: PageRow): string {
  const bytes = typeof value === 'string' ? value : Buffer.from(value).toString('latin1')
  return formatCursor(plan, { value: bytes, id })
}

type StoredChange = {
  sequence: number
  collection: string
  id: string
  version: number
  at: number
  author_kind: Author['kind']
  author_id: string
  note: string | null
  body_before: string | null
  body_after: string | null
}

function changeRowOf(row: StoredChange): ChangeRow & { readonly sequence: number } {
  return {
    sequence: row.sequence,
    collection: row.collection,
    id: row.id,
    version: row.version,
    at: row.at,
    author: { kind: row.author_kind, id: row.author_id },
    ...(row.note !== null && { note: row.note }),
    ...(row.body_before !== null && { before: row.body_before }),
    ...(row.body_after !== null && { after: row.body_after }),
  }
}
