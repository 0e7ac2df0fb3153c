import type { ClientBase } from 'pg'
import { Problem } from '../../lib/problem.ts'
import {
  type ChangeRow,
  decide,
  type Facts,
  type Mutations,
  type Outcome,
  type StoredEntry,
  uniqueEntries,
} from './decide.ts'
import type { Declared, Row } from './declared.ts'
import { idsOf, isDeclaredSo, lockHead, readIndexes } from './postgres-tables.ts'
import { type DocumentRow, rowOf } from './rows.ts'
import { bytesOf, type IndexIds } from './selects.ts'
import type { ForgettingIn } from './sql-documents.ts'
import type { PreparedCommit } from './writes.ts'

export type DeclaredHere = Map<string, { readonly declared: Declared; readonly ids: IndexIds }>

/** What a transaction did: enough to learn later whether it was committed. */
export type Applied = {
  readonly outcomes: readonly Outcome[]
  /** Whether anything was written at all. */
  readonly isEmpty: boolean
  /** The first change and the sequence it was given; absent where nothing was told. */
  readonly first?: { readonly sequence: number; readonly change: ChangeRow }
  /** A document as it was left, where nothing was told. */
  readonly put?: Row
}

/** Writes a group of commits inside a transaction that the caller began and commits. */
export class PostgresWriter {
  readonly declared: DeclaredHere = new Map()
  #declarations: number | undefined

  async apply(client: ClientBase, commits: readonly PreparedCommit[]): Promise<Applied> {
    const head = await lockHead(client)
    if (head.declarations !== this.#declarations) {
      await this.#checkDeclarations(client, commits)
      this.#declarations = head.declarations
    }
    const facts = await this.#facts(client, commits)
    const { outcomes, mutations } = decide(facts, commits)
    if (isEmpty(mutations)) return { outcomes, isEmpty: true }
    await this.#store(client, mutations)
    const [change] = mutations.changes
    if (change === undefined) {
      const [put] = mutations.puts
      return { outcomes, isEmpty: false, ...(put !== undefined && { put: put.row }) }
    }
    await addChanges(client, mutations.changes, head.sequence)
    return { outcomes, isEmpty: false, first: { sequence: head.sequence + 1, change } }
  }

  /** The oldest of a collection, and what the feed told of them, inside a transaction of the caller. Answers how many. */
  async forget(client: ClientBase, { collection, to, limit }: ForgettingIn): Promise<number> {
    const { sequence: last } = await lockHead(client)
    const { rows } = await client.query<{ sequence: number; id: string; at: number }>(
      `SELECT sequence, id, at FROM changes WHERE collection = $1 AND sequence < $2
       ORDER BY sequence LIMIT $3`,
      [collection, last, limit],
    )
    const gone = rows.filter((it) => it.at <= to)
    const ids = gone.map((it) => it.id)
    await client.query('DELETE FROM changes WHERE sequence = ANY($1)', [
      gone.map((it) => it.sequence),
    ])
    await client.query('DELETE FROM documents WHERE collection = $1 AND id = ANY($2)', [
      collection,
      ids,
    ])
    await client.query('DELETE FROM entries WHERE index_id = ANY($1) AND id = ANY($2)', [
      [...this.#of(collection).ids.values()],
      ids,
    ])
    return gone.length
  }

  /** Another program may have declared a collection anew since; what this one would write to its indexes is wrong then. */
  async #checkDeclarations(client: ClientBase, commits: readonly PreparedCommit[]): Promise<void> {
    const names = new Set(commits.flatMap((it) => it.writes.map((write) => write.collection)))
    for (const name of [...names, ...this.declared.keys()]) {
      const here = this.#of(name)
      const stored = await readIndexes(client, name)
      if (isDeclaredSo(stored, here.declared)) {
        this.declared.set(name, { ...here, ids: idsOf(stored) })
        continue
      }
      throw new Problem('unavailable', {
        en: `Another release of this program runs on the same database and has declared ${name} anew; stop one of them`,
        zh: `同一数据库上运行着本程序的另一版本，已重新声明 ${name}，请停止其中之一`,
      })
    }
  }

  #of(collection: string): { readonly declared: Declared; readonly ids: IndexIds } {
    const found = this.declared.get(collection)
    if (found === undefined) throw new TypeError(`${collection} was not declared`)
    return found
  }

  #indexOf(collection: string, field: string): number {
    return this.#of(collection).ids.get(field) ?? 0
  }

  async #facts(client: ClientBase, commits: readonly PreparedCommit[]): Promise<Facts> {
    const documents = await readDocuments(client, commits)
    const held = await this.#holders(client, commits)
    return {
      declared: (name) => this.#of(name).declared,
      row: (collection, id) => documents.get(`${collection} ${id}`)?.row,
      lastVersion: (collection, id) => documents.get(`${collection} ${id}`)?.lastVersion ?? 0,
      holders: (collection, field, value) =>
        held.get(`${this.#indexOf(collection, field)} ${value}`) ?? [],
    }
  }

  /** Who holds the unique values that the commits want: ids by index and value. */
  async #holders(
    client: ClientBase,
    commits: readonly PreparedCommit[],
  ): Promise<ReadonlyMap<string, string[]>> {
    const wanted = commits
      .flatMap((it) => it.writes)
      .flatMap(({ collection, id, json }) => {
        if (json === undefined) return []
        const row: Row = { collection, id, version: 0, createdAt: 0, updatedAt: 0, json }
        return uniqueEntries(this.#of(collection).declared, row).map(({ field, value }) => ({
          index: this.#indexOf(collection, field),
          value,
        }))
      })
    const held = new Map<string, string[]>()
    if (wanted.length === 0) return held
    const { rows } = await client.query<{ index_id: number; value: Buffer; id: string }>(
      `SELECT DISTINCT e.index_id, e.value, e.id FROM unnest($1::integer[], $2::bytea[]) w (index_id, value)
       JOIN entries e ON e.index_id = w.index_id AND e.value = w.value`,
      [wanted.map((it) => it.index), wanted.map((it) => bytesOf(it.value))],
    )
    for (const { index_id, value, id } of rows) {
      const key = `${index_id} ${value.toString('latin1')}`
      held.set(key, [...(held.get(key) ?? []), id])
    }
    return held
  }

  async #store(client: ClientBase, mutations: Mutations): Promise<void> {
    const { puts, deletes, entriesGone, entriesNew } = mutations
    await putDocuments(
      client,
      puts.map((it) => it.row),
    )
    if (deletes.length > 0) {
      await client.query(
        `DELETE FROM documents d USING unnest($1::text[], $2::text[]) g (collection, id)
         WHERE d.collection = g.collection AND d.id = g.id`,
        [deletes.map((it) => it.collection), deletes.map((it) => it.id)],
      )
    }
    if (entriesGone.length > 0) {
      await client.query(
        `DELETE FROM entries e USING unnest($1::integer[], $2::bytea[], $3::text[]) g (index_id, value, id)
         WHERE e.index_id = g.index_id AND e.value = g.value AND e.id = g.id`,
        this.#columns(entriesGone),
      )
    }
    if (entriesNew.length > 0) {
      await client.query(
        'INSERT INTO entries SELECT * FROM unnest($1::integer[], $2::bytea[], $3::text[])',
        this.#columns(entriesNew),
      )
    }
  }

  #columns(entries: readonly StoredEntry[]): unknown[] {
    return [
      entries.map((it) => this.#indexOf(it.collection, it.field)),
      entries.map((it) => bytesOf(it.value)),
      entries.map((it) => it.id),
    ]
  }
}

function isEmpty({ puts, deletes, changes }: Mutations): boolean {
  return puts.length + deletes.length + changes.length === 0
}

async function readDocuments(
  client: ClientBase,
  commits: readonly PreparedCommit[],
): Promise<ReadonlyMap<string, { readonly row?: Row; readonly lastVersion: number }>> {
  const keys = commits.flatMap((it) => it.writes)
  const { rows } = await client.query<{ [K in keyof DocumentRow]: DocumentRow[K] | null } & Last>(
    `SELECT k.collection AS of, k.id AS name, d.*, CASE WHEN d.id IS NULL THEN
       (SELECT c.version FROM changes c WHERE c.collection = k.collection AND c.id = k.id
        ORDER BY c.sequence DESC LIMIT 1) END AS last
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) u (collection, id)) k
     LEFT JOIN documents d ON d.collection = k.collection AND d.id = k.id`,
    [keys.map((it) => it.collection), keys.map((it) => it.id)],
  )
  return new Map(
    rows.map((it) => [
      `${it.of} ${it.name}`,
      { ...(it.id !== null && { row: rowOf(it as DocumentRow) }), lastVersion: it.last ?? 0 },
    ]),
  )
}

type Last = { of: string; name: string; last: number | null }

/** In one statement, however many; new ones and those that were there. */
export async function putDocuments(client: ClientBase, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO documents (collection, id, version, created_at, updated_at, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
     ON CONFLICT (collection, id) DO UPDATE SET version = excluded.version,
     created_at = excluded.created_at, updated_at = excluded.updated_at, body = excluded.body`,
    [
      rows.map((it) => it.collection),
      rows.map((it) => it.id),
      rows.map((it) => it.version),
      rows.map((it) => it.createdAt),
      rows.map((it) => it.updatedAt),
      rows.map((it) => it.json),
    ],
  )
}

/** Gives the changes the sequences after `head`, in their order, and moves the head. */
async function addChanges(
  client: ClientBase,
  changes: readonly ChangeRow[],
  head: number,
): Promise<void> {
  await client.query(
    `INSERT INTO changes (sequence, collection, id, version, at, author_kind, author_id, note, body_before, body_after)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
       $8::text[], $9::text[], $10::text[])`,
    [
      changes.map((_, at) => head + 1 + at),
      changes.map((it) => it.collection),
      changes.map((it) => it.id),
      changes.map((it) => it.version),
      changes.map((it) => it.at),
      changes.map((it) => it.author.kind),
      changes.map((it) => it.author.id),
      changes.map((it) => it.note ?? null),
      changes.map((it) => it.before ?? null),
      changes.map((it) => it.after ?? null),
    ],
  )
  await client.query('UPDATE head SET sequence = $1', [head + changes.length])
}
