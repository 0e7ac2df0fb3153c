import type { ClientBase } from 'pg'
import { type Declared, type DeclaredIndex, entriesOf } from './declared.ts'
import type { IndexKind } from './documents.ts'
import { DOCUMENTS_FORMAT, type DocumentRow, notUnique, rowOf, tooNew } from './rows.ts'
import { bytesOf, type IndexIds } from './selects.ts'
import { strippedOf, type ToldRow } from './told.ts'

/** Members that were declared secret and are in no stored change any more. */
const SECRETS = `
CREATE TABLE secrets (
  collection text COLLATE "C" NOT NULL, member text COLLATE "C" NOT NULL, PRIMARY KEY (collection, member)
);
`

const TABLES = `
CREATE TABLE migrations (version bigint PRIMARY KEY, at bigint NOT NULL);
-- One row. Whoever writes locks it first, so that sequences are committed in their order.
CREATE TABLE head (sequence bigint NOT NULL, declarations bigint NOT NULL);
INSERT INTO head VALUES (0, 0);
CREATE TABLE documents (
  collection text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, version bigint NOT NULL,
  created_at bigint NOT NULL, updated_at bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (collection, id)
);
CREATE TABLE indexes (
  id serial PRIMARY KEY, collection text COLLATE "C" NOT NULL, field text COLLATE "C" NOT NULL,
  kind text NOT NULL, is_unique boolean NOT NULL, UNIQUE (collection, field)
);
CREATE TABLE entries (
  index_id integer NOT NULL, value bytea NOT NULL, id text COLLATE "C" NOT NULL,
  PRIMARY KEY (index_id, value, id)
);
CREATE INDEX entries_of_document ON entries (index_id, id, value);
CREATE TABLE changes (
  sequence bigint PRIMARY KEY, collection text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,
  version bigint NOT NULL, at bigint NOT NULL, author_kind text NOT NULL, author_id text NOT NULL,
  note text, body_before text, body_after text
);
CREATE INDEX changes_of_document ON changes (id, collection, sequence);
CREATE INDEX changes_of_collection ON changes (collection, sequence);
${SECRETS}`

/** Two programs that start at once make the tables once: any constant of ours. */
const MIGRATION_LOCK = 0x576d446f

/** Makes the schema and its tables, or brings them up to date. Throws `unsupported` for a newer format. */
export async function migratePostgres(
  client: ClientBase,
  { schema, at }: { readonly schema: string; readonly at: number },
): Promise<void> {
  await inPgTransaction(client, async () => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
    const { rows } = await client.query<{ there: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS there',
      [`"${schema}".migrations`],
    )
    if (rows[0]?.there !== true) {
      await client.query(TABLES)
      await client.query('INSERT INTO migrations VALUES ($1, $2)', [DOCUMENTS_FORMAT, at])
    }
    const newest = await client.query<{ version: number }>(
      'SELECT max(version) AS version FROM migrations',
    )
    const version = newest.rows[0]?.version ?? DOCUMENTS_FORMAT
    if (version > DOCUMENTS_FORMAT) throw tooNew(version)
    if (version === DOCUMENTS_FORMAT) return
    await client.query(SECRETS)
    await client.query('INSERT INTO migrations VALUES ($1, $2)', [DOCUMENTS_FORMAT, at])
  })
}

export type Head = { readonly sequence: number; readonly declarations: number }

/** Waits until nobody else writes; from here to the end of the transaction this connection alone does. */
export async function lockHead(client: ClientBase): Promise<Head> {
  const { rows } = await client.query<Head>('SELECT sequence, declarations FROM head FOR UPDATE')
  const [head] = rows
  if (head === undefined) throw new TypeError('the documents have no head')
  return head
}

/**
 * Numbers of a collection's indexes, after those that were declared otherwise before were built anew, and after what is
 * newly secret was taken out of the feed.
 */
export async function declarePostgres(client: ClientBase, declared: Declared): Promise<IndexIds> {
  const known = await readIndexes(client, declared.name)
  const secrets = await newSecrets(client, declared)
  const isSame = isDeclaredSo(known, declared)
  if (isSame && secrets.length === 0) return idsOf(known)
  return await inPgTransaction(client, async () => {
    await lockHead(client)
    if (!isSame) await rebuild(client, declared)
    if (secrets.length > 0) await stripFeed(client, declared)
    await client.query(
      'INSERT INTO secrets SELECT $1, * FROM unnest($2::text[]) ON CONFLICT DO NOTHING',
      [declared.name, secrets],
    )
    await client.query('UPDATE head SET declarations = declarations + 1')
    return idsOf(await readIndexes(client, declared.name))
  })
}

export type IndexRow = { id: number; field: string; kind: IndexKind; is_unique: boolean }

/** As they are stored, in no order. */
export async function readIndexes(client: ClientBase, collection: string): Promise<IndexRow[]> {
  const { rows } = await client.query<IndexRow>(
    'SELECT id, field, kind, is_unique FROM indexes WHERE collection = $1',
    [collection],
  )
  return rows
}

/** Whether the stored indexes are the declared ones. */
export function isDeclaredSo(known: readonly IndexRow[], { indexes }: Declared): boolean {
  return (
    known.length === indexes.length &&
    indexes.every((it) => known.some((row) => isSameIndex(row, it)))
  )
}

export function idsOf(known: readonly IndexRow[]): IndexIds {
  return new Map(known.map((it) => [it.field, it.id]))
}

function isSameIndex(row: IndexRow, index: DeclaredIndex): boolean {
  return row.field === index.field && row.kind === index.kind && row.is_unique === index.unique
}

async function rebuild(client: ClientBase, declared: Declared): Promise<void> {
  const { name, indexes } = declared
  const known = await readIndexes(client, name)
  const gone = known.filter((row) => !indexes.some((it) => isSameIndex(row, it))).map((it) => it.id)
  await client.query('DELETE FROM entries WHERE index_id = ANY($1)', [gone])
  await client.query('DELETE FROM indexes WHERE id = ANY($1)', [gone])
  const fresh = indexes.filter((it) => !known.some((row) => isSameIndex(row, it)))
  await client.query(
    `INSERT INTO indexes (collection, field, kind, is_unique)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[])`,
    [name, fresh.map((it) => it.field), fresh.map((it) => it.kind), fresh.map((it) => it.unique)],
  )
  const ids = idsOf(await readIndexes(client, name))
  await fill(client, { name, indexes: fresh }, ids)
  for (const { field, unique } of fresh) {
    if (unique && (await hasTwice(client, ids.get(field) ?? 0))) throw notUnique(name, field)
  }
}

async function hasTwice(client: ClientBase, index: number): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM entries WHERE index_id = $1 AND value <> '\\x00' GROUP BY value HAVING count(*) > 1 LIMIT 1`,
    [index],
  )
  return rows.length > 0
}

async function newSecrets(client: ClientBase, { name, secret }: Declared): Promise<string[]> {
  if (secret.length === 0) return []
  const { rows } = await client.query<{ member: string }>(
    'SELECT member FROM secrets WHERE collection = $1',
    [name],
  )
  return secret.filter((it) => !rows.some(({ member }) => member === it))
}

const STRIP_ROWS = 500

/** Takes secrets out of the changes that an earlier release stored. */
async function stripFeed(client: ClientBase, declared: Declared): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await client.query<ToldRow>(
      `SELECT sequence, body_before, body_after FROM changes
       WHERE collection = $1 AND sequence > $2 ORDER BY sequence LIMIT ${STRIP_ROWS}`,
      [declared.name, after],
    )
    const stripped = strippedOf(declared, rows)
    await client.query(
      `UPDATE changes c SET body_before = s.body_before, body_after = s.body_after
       FROM unnest($1::bigint[], $2::text[], $3::text[]) s (sequence, body_before, body_after)
       WHERE c.sequence = s.sequence`,
      [
        stripped.map((it) => it.sequence),
        stripped.map((it) => it.body_before),
        stripped.map((it) => it.body_after),
      ],
    )
    const last = rows.at(-1)
    if (rows.length < STRIP_ROWS || last === undefined) return
    after = last.sequence
  }
}

const FILL_ROWS = 500

async function fill(
  client: ClientBase,
  declared: Pick<Declared, 'name' | 'indexes'>,
  ids: IndexIds,
): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<DocumentRow>(
      `SELECT collection, id, version, created_at, updated_at, body FROM documents
       WHERE collection = $1 AND id > $2 ORDER BY id LIMIT ${FILL_ROWS}`,
      [declared.name, after],
    )
    const entries = rows.flatMap((row) =>
      entriesOf(declared, rowOf(row)).map((it) => ({ ...it, id: row.id })),
    )
    await client.query(
      'INSERT INTO entries SELECT * FROM unnest($1::integer[], $2::bytea[], $3::text[])',
      [
        entries.map((it) => ids.get(it.field)),
        entries.map((it) => bytesOf(it.value)),
        entries.map((it) => it.id),
      ],
    )
    const last = rows.at(-1)
    if (rows.length < FILL_ROWS || last === undefined) return
    after = last.id
  }
}

/** Read committed. What `work` throws is thrown on after the transaction was undone. */
export async function inPgTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    // Where the connection is gone, so is the transaction; the first error is the one to tell.
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
