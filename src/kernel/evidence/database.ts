import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Audience, Handover } from './evidence.ts'
import type { Hash } from './tree.ts'

/** The log's SQLite file: what is published (entries, nodes, head) and what opens it (sealed, openings). */
export const FORMAT_VERSION = 2
const APPLICATION_ID = 0x57_4d_45_56 // "WMEV"
const BUSY_TIMEOUT_MS = 5000

/** By which keys that have ended named who follows them. Since format 2. */
const HANDOVERS = `
  CREATE TABLE handovers (i INTEGER PRIMARY KEY, ended TEXT NOT NULL UNIQUE, note TEXT NOT NULL);
`

/** For lists over all subjects. Earlier programs of the same format keep them up without knowing them. */
const LISTINGS = `
  CREATE INDEX IF NOT EXISTS openings_reader ON openings (audience, i);
  CREATE INDEX IF NOT EXISTS openings_kind ON openings (kind, i);
`

const SCHEMA = `
  CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, verifier_key TEXT NOT NULL);
  CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);
  CREATE TABLE entries (i INTEGER PRIMARY KEY, entry BLOB NOT NULL);
  CREATE TABLE nodes (level INTEGER NOT NULL, i INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, i)) WITHOUT ROWID;
  CREATE TABLE sealed (i INTEGER PRIMARY KEY, opening BLOB NOT NULL);
  CREATE TABLE openings (i INTEGER PRIMARY KEY, subject TEXT NOT NULL, audience TEXT NOT NULL, kind TEXT NOT NULL);
  CREATE INDEX openings_subject ON openings (subject, i);
  CREATE INDEX openings_audience ON openings (subject, audience, i);
  CREATE TABLE erasures (i INTEGER PRIMARY KEY, at INTEGER NOT NULL, why TEXT NOT NULL);
  CREATE TABLE feeds (feed TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
  ${HANDOVERS}`

/**
 * Opens the file, and makes its tables where they are not there yet. Deleted content is overwritten (`secure_delete`), a
 * commit is on disk when it returns (WAL with `synchronous = FULL`).
 */
export function openWriter(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
    db.exec('BEGIN IMMEDIATE')
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version > FORMAT_VERSION) {
      throw new Error(
        `evidence: ${path} has format ${version}; this program reads up to ${FORMAT_VERSION}`,
      )
    }
    if (version === 0) db.exec(SCHEMA)
    else if (version === 1) db.exec(HANDOVERS)
    db.exec(LISTINGS)
    if (version < FORMAT_VERSION) {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`)
    }
    db.exec('COMMIT')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Of a file that a writer has made; sees every commit that was acknowledged before it reads. */
export function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
}

export type StoredHead = { readonly size: number; readonly root: Hash; readonly note: string }
export type StoredLog = { readonly origin: string; readonly verifierKey: string }
export type Reads = ReturnType<typeof prepareReads>
export type Writes = ReturnType<typeof prepareWrites>

/** Every question that is asked of the file, typed. */
export function prepareReads(db: DatabaseSync) {
  const log = db.prepare('SELECT origin, verifier_key FROM log')
  const head = db.prepare('SELECT size, root, note FROM head')
  const entries = db.prepare('SELECT entry FROM entries WHERE i >= ? AND i < ? ORDER BY i')
  const nodes = db.prepare('SELECT hash FROM nodes WHERE level = ? AND i >= ? AND i < ? ORDER BY i')
  const handovers = db.prepare('SELECT ended, note FROM handovers ORDER BY i')
  const position = db.prepare('SELECT position FROM feeds WHERE feed = ?')
  const opening = db.prepare(
    'SELECT sealed.opening FROM openings JOIN sealed USING (i) WHERE i = ?',
  )
  const erasure = db.prepare('SELECT at, why FROM erasures WHERE i = ?')
  // one statement for each set of conditions: SQLite chooses an index by what a statement says, not by what is bound
  const listings = new Map<string, StatementSync>()
  const listing = (conditions: readonly string[]): StatementSync => {
    const where = conditions.map((it) => ` AND ${it} = :${it}`).join('')
    const known = listings.get(where)
    if (known !== undefined) return known
    const made = db.prepare(
      `SELECT i FROM openings WHERE i < :before${where} ORDER BY i DESC LIMIT :limit`,
    )
    listings.set(where, made)
    return made
  }
  return {
    log(): StoredLog | undefined {
      const row = log.get()
      return row && { origin: String(row.origin), verifierKey: String(row.verifier_key) }
    },
    head(): StoredHead | undefined {
      const row = head.get()
      return row && { size: Number(row.size), root: bytesOf(row.root), note: String(row.note) }
    },
    entries: (from: number, to: number): Uint8Array[] =>
      entries.all(from, to).map((row) => bytesOf(row.entry)),
    nodes: (level: number, from: number, to: number): Hash[] =>
      nodes.all(level, from, to).map((row) => bytesOf(row.hash)),
    handovers: (): Handover[] =>
      handovers.all().map((row) => ({ ended: String(row.ended), note: String(row.note) })),
    position: (feed: string): number => Number(position.get(feed)?.position ?? 0),
    opening(index: number): string | undefined {
      const row = opening.get(index)
      return row && Buffer.from(bytesOf(row.opening)).toString()
    },
    erasure(index: number): { at: number; why: string } | undefined {
      const row = erasure.get(index)
      return row && { at: Number(row.at), why: String(row.why) }
    },
    about({ before, limit, subject, audience, kind }: AboutQuery): number[] {
      const conditions = {
        ...(subject !== undefined && { subject }),
        ...(audience !== undefined && { audience: audienceKey(audience) }),
        ...(kind !== undefined && { kind }),
      }
      const rows = listing(Object.keys(conditions)).all({ before, limit, ...conditions })
      return rows.map((row) => Number(row.i))
    },
  }
}

export type AboutQuery = {
  readonly subject?: string | undefined
  readonly before: number
  readonly limit: number
  readonly kind?: string | undefined
  readonly audience?: Audience
}

/** What an opening is filed under, beside its bytes. */
export type Filing = {
  readonly subject: string
  readonly audience: Audience
  readonly kind: string
}

export function prepareWrites(db: DatabaseSync) {
  const log = db.prepare('INSERT INTO log (one, origin, verifier_key) VALUES (1, ?, ?)')
  const head = db.prepare(
    `INSERT INTO head (one, size, root, note) VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note`,
  )
  const entry = db.prepare('INSERT INTO entries (i, entry) VALUES (?, ?)')
  const node = db.prepare('INSERT INTO nodes (level, i, hash) VALUES (?, ?, ?)')
  const sealed = db.prepare('INSERT INTO sealed (i, opening) VALUES (?, ?)')
  const opening = db.prepare(
    'INSERT INTO openings (i, subject, audience, kind) VALUES (?, ?, ?, ?)',
  )
  const key = db.prepare('UPDATE log SET verifier_key = ?')
  const handover = db.prepare('INSERT INTO handovers (ended, note) VALUES (?, ?)')
  const feed = db.prepare(
    `INSERT INTO feeds (feed, position) VALUES (?, ?)
     ON CONFLICT (feed) DO UPDATE SET position = excluded.position`,
  )
  // The same length again: SQLite then overwrites the row where it lies, and leaves no copy behind by moving it.
  const blank = db.prepare('UPDATE sealed SET opening = zeroblob(length(opening)) WHERE i = ?')
  const unfile = db.prepare('DELETE FROM openings WHERE i = ?')
  const erasure = db.prepare('INSERT INTO erasures (i, at, why) VALUES (?, ?, ?)')
  return {
    log: ({ origin, verifierKey }: StoredLog) => log.run(origin, verifierKey),
    head: ({ size, root, note }: StoredHead) => head.run(size, root, note),
    entry: (index: number, bytes: Uint8Array) => entry.run(index, bytes),
    node: (level: number, index: number, hash: Hash) => node.run(level, index, hash),
    opening(index: number, bytes: Uint8Array, { subject, audience, kind }: Filing) {
      sealed.run(index, bytes)
      opening.run(index, subject, audienceKey(audience), kind)
    },
    handover({ ended, note }: Handover, successor: string) {
      handover.run(ended, note)
      key.run(successor)
    },
    position: (name: string, position: number) => feed.run(name, position),
    erase(index: number, at: number, why: string) {
      blank.run(index)
      unfile.run(index)
      erasure.run(index, at, why)
    },
  }
}

function audienceKey(audience: Audience): string {
  return typeof audience === 'string' ? audience : `enterprise:${audience.enterprise}`
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new Error('evidence: the log’s file is damaged (bytes expected)')
}
