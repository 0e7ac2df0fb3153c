import { mkdir, rm } from 'node:fs/promises'
import { Engine, type Table } from '../store/engine.ts'
import { sealed, unsealed } from '../store/tables.ts'

/** Format of the index. One of another format is thrown away and built anew: all of it is derived. */
export const INDEX_FORMAT = 4

/** How far the index is derived. */
export type Position =
  /** All that batches up to `sequence` wrote. */
  | { readonly kind: 'following'; readonly sequence: number; readonly digest: string }
  /** Built from what is stored: all prefixes up to `place`, a name or a finished prefix; then batches after `sequence`. */
  | { readonly kind: 'building'; readonly sequence: number; readonly place: string | undefined }

/** One sorted list of pairs. */
export type Run = { readonly id: number; readonly pairs: number }

export type IndexState = {
  readonly position: Position
  readonly nextGroup: number
  readonly nextRun: number
  readonly nextCell: number
  readonly runs: readonly Run[]
  /** A merge under way writes this run; after a crash it is begun anew. */
  readonly merging?: number
  /** Runs nobody reads any more, to be removed piece by piece. */
  readonly dropped: readonly number[]
}

const EMPTY: IndexState = {
  position: { kind: 'building', sequence: 0, place: undefined },
  nextGroup: 0,
  nextRun: 0,
  nextCell: 0,
  runs: [],
  dropped: [],
}

export type IndexTables = {
  readonly engine: Engine
  /** First name of a group → the group. */
  readonly fences: Table<string>
  /** Group → what is known of it. */
  readonly groups: Table<Uint8Array>
  /** Groups that are no more; pairs with them are left out of the next merge. */
  readonly gone: Table<Uint8Array>
  /** Run and first pair → chunk. */
  readonly chunks: Table<Uint8Array>
  /** Prefix and template → the cell their records are counted in. */
  readonly cells: Table<Uint8Array>
  /** Cell and stretch of time → how many. */
  readonly tallies: Table<Uint8Array>
  readonly meta: Table<Uint8Array>
  state: IndexState
}

/** Opens the index, or an empty one: where there is none, it is broken or of another format, or it is wanted `anew`. */
export async function openIndexTables(
  path: string,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<IndexTables> {
  const tables = anew ? undefined : await tryOpen(path).catch(() => undefined)
  if (tables !== undefined) return tables
  await rm(path, { recursive: true, force: true })
  const fresh = await tryOpen(path)
  if (fresh === undefined) throw new Error('a new index cannot be read')
  return fresh
}

async function tryOpen(path: string): Promise<IndexTables | undefined> {
  await mkdir(path, { recursive: true })
  const engine = new Engine(path)
  try {
    const tables = engine.write(() => tablesOf(engine))
    const state = readState(tables.meta)
    if (state !== undefined) return { ...tables, state }
  } catch {
    // falls to the end: whatever is wrong, the index is built anew
  }
  await engine[Symbol.asyncDispose]()
  return undefined
}

function tablesOf(engine: Engine) {
  return {
    engine,
    meta: engine.octets('meta'),
    fences: engine.names('fences'),
    groups: engine.octets('groups'),
    gone: engine.octets('gone'),
    chunks: engine.octets('chunks'),
    cells: engine.octets('cells'),
    tallies: engine.octets('tallies'),
  }
}

const STATE_KEY = Buffer.from('state')

function readState(meta: Table<Uint8Array>): IndexState | undefined {
  const stored = meta.get(STATE_KEY)
  if (stored === undefined) return EMPTY
  const { format, ...state } = JSON.parse(unsealed(stored).toString()) as IndexState & {
    format: number
  }
  if (format !== INDEX_FORMAT) return undefined
  const { merging, ...rest } = state
  return merging === undefined ? rest : { ...rest, dropped: [...rest.dropped, merging] }
}

/** Only within `engine.write`; `tables.state` is set by the caller once the write is done. */
export function putState({ meta }: IndexTables, state: IndexState): void {
  meta.put(STATE_KEY, sealed(Buffer.from(JSON.stringify({ format: INDEX_FORMAT, ...state }))))
}
