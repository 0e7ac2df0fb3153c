import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { Problem } from '../../lib/problem.ts'
import { BrokenBlock, keyOfRow } from '../block/block.ts'
import type { HandleKey } from '../handle.ts'
import type { Engine, Moment, Table } from './engine.ts'
import { compareKeys } from './ordering.ts'
import type { Rows } from './rows.ts'
import { RunIndex } from './run-index.ts'
import {
  encodeHead,
  hashOf,
  piecesOf,
  type Row,
  type RunHead,
  readHead,
  readPiece,
  readRowOf,
} from './run-pieces.ts'
import { sealed, sequenceKey, sequenceOf, unsealed } from './sealed.ts'

const STATE_KEY = Buffer.from('runs')
const SALT_MAX = 2 ** 32
/** Of the index, so many rows may be gone before it is made anew. */
const GONE_ROWS_MAX = 200_000

/** All there is to know of the runs; one record, so that one look tells whether anything has changed. */
type RunState = {
  readonly salt: number
  readonly count: number
  /** Sequence of the last run there was. */
  readonly last: number
  /** Of the run that the first piece there is belongs to. */
  readonly first: number
  /** A round of packing takes the runs up to this one … */
  readonly upTo?: number
  /** … and has come to this name; absent when it is through and those runs are to be dropped. */
  readonly hand?: string
  /** Runs of which a piece is broken: it stays, and is told to whoever asks for what was in it. */
  readonly broken?: readonly number[]
  /** Rounds that came to their end: one that packed no run would leave everything else as it was. */
  readonly rounds?: number
}

export type Run = {
  readonly sequence: number
  readonly counts: Uint32Array
  /** First names of the pieces, as far as anybody has looked. */
  readonly firsts: (HandleKey | undefined)[]
}

export type RunRow = Row & { readonly bytes: Buffer; readonly sequence: number }

type RunTables = { readonly pieces: Table<Uint8Array>; readonly heads: Table<Uint8Array> }

/**
 * The runs of the recent area. A name may stand in several: the newest row is right, and right where a block has the
 * record too. Rows that have been packed stay until their whole run is dropped, and are passed over.
 */
export class Runs {
  readonly #engine: Engine
  readonly #meta: Table<Uint8Array>
  readonly #moment: Moment
  #tables: RunTables | undefined
  #state: RunState | undefined
  #stored: Buffer | undefined
  #index = new RunIndex()
  #runs: Run[] = []
  #indexed = 0
  #goneRows = 0
  /** Counts the changes that were seen, those by packing too. */
  age = 0
  /** The moment of the engine that was looked at. */
  #looked = -1

  constructor(it: { engine: Engine; meta: Table<Uint8Array>; moment?: Moment; of?: Runs }) {
    this.#engine = it.engine
    this.#meta = it.meta
    this.#moment = it.moment
    this.#tables = it.of?.tables ?? openIn(it.engine)
  }

  /** The runs of a moment that was pinned. */
  at(moment: Moment): Runs {
    const runs = new Runs({ engine: this.#engine, meta: this.#meta, moment, of: this })
    runs.look()
    return runs
  }

  /** Absent until there is a first run in a store of format 1 that is only read here. */
  get tables(): RunTables | undefined {
    return this.#tables
  }

  get #opened(): RunTables {
    if (this.#tables === undefined) {
      this.#tables = openIn(this.#engine)
      assert(this.#tables, 'there are runs, but no table of them')
      // A table that is opened ends the moment that this thread reads.
      this.#engine.renew()
    }
    return this.#tables
  }

  /** Whether there is none, as of the last look. */
  get isEmpty(): boolean {
    return this.#state === undefined || this.#state.count === 0
  }

  /** Sequence of the last run there was, as of the last look; 0 where there never was one. */
  get last(): number {
    return this.#state?.last ?? 0
  }

  get count(): number {
    return this.#state?.count ?? 0
  }

  /** `look`, where reads see another moment than the last time. */
  lookAgain(): void {
    if (this.#looked !== this.#engine.moments) this.look()
  }

  /** Brings what is known of the runs up to what can be read now. */
  look(): void {
    this.#looked = this.#engine.moments
    const stored = this.#meta.peek(STATE_KEY, this.#moment)
    if (stored === undefined) {
      if (this.#state !== undefined) this.forget()
      return
    }
    if (this.#stored?.equals(stored)) return
    this.#stored = Buffer.from(stored)
    this.age++
    this.#state = JSON.parse(unsealed(this.#stored).toString()) as RunState
    this.#follow(this.#state)
  }

  /** Lets go of all that is known; for when what was written comes to nothing. */
  forget(): void {
    this.#state = undefined
    this.#stored = undefined
    this.age++
    this.#reset()
  }

  #reset(): void {
    if (!this.#index.isEmpty) this.#index = new RunIndex()
    this.#runs = []
    this.#indexed = 0
    this.#goneRows = 0
  }

  #follow({ count, first, last }: RunState): void {
    if (count === 0) this.#reset()
    const gone = this.#runs.findIndex(({ sequence }) => sequence >= first)
    for (const run of this.#runs.splice(0, gone < 0 ? this.#runs.length : gone)) {
      this.#goneRows += rowsOf(run)
    }
    if (this.#goneRows > GONE_ROWS_MAX) this.#reset()
    if (count === 0 || last <= this.#indexed) return
    const from = sequenceKey(Math.max(first, this.#indexed + 1))
    for (const { key, value } of this.#opened.heads.entries({ from, moment: this.#moment })) {
      const sequence = sequenceOf(key)
      const head = this.#headOf(sequence, value)
      this.#index.add(sequence, head)
      this.#runs.push({ sequence, counts: head.counts.slice(), firsts: [] })
    }
    this.#indexed = last
  }

  /** A head that is broken is made again from what it is the head of. */
  #headOf(sequence: number, stored: Buffer): RunHead {
    try {
      return readHead(stored)
    } catch (error) {
      if (!(error instanceof BrokenBlock)) throw error
    }
    const counts: number[] = []
    const hashes: number[] = []
    const salt = this.#state?.salt ?? 0
    const range = { from: sequenceKey(sequence, 0), to: sequenceKey(sequence + 1, 0) }
    for (const { value } of this.#opened.pieces.entries({ ...range, moment: this.#moment })) {
      const rows = readPiece(value)
      counts.push(rows.length)
      for (const row of rows) hashes.push(hashOf(keyOfRow(row), salt))
    }
    return { counts: Uint32Array.from(counts), hashes: Uint32Array.from(hashes) }
  }

  /** The newest row of a name, still to be decoded, as of the last look. */
  find(key: HandleKey): RunRow | undefined {
    if (this.#state === undefined || this.#index.isEmpty) return undefined
    for (const { sequence, piece, row } of this.#index.find(hashOf(key, this.#state.salt))) {
      const isPacked = this.isPacked(sequence, key)
      if (isPacked && !this.isBroken(sequence)) continue
      const stored = this.#opened.pieces.peek(sequenceKey(sequence, piece), this.#moment)
      // Dropped meanwhile, and so packed.
      if (stored === undefined) continue
      const bytes = Buffer.from(readRowOf(stored, row))
      if (!isPacked && keyOfRow(bytes) === key) return { key, bytes, sequence }
    }
    return undefined
  }

  /** Whether a run after this one may have a row of the name; seldom told of one that has none. */
  mayHaveSince(sequence: number, key: HandleKey): boolean {
    if (this.#state === undefined || this.#state.last <= sequence) return false
    return this.#index.hasAfter(sequence, hashOf(key, this.#state.salt))
  }

  /** Whether a row of the run is in a block already. */
  isPacked(sequence: number, key: HandleKey): boolean {
    const { upTo, hand } = this.#state ?? {}
    if (upTo === undefined || sequence > upTo) return false
    return hand === undefined || compareKeys(key, hand) < 0
  }

  /** The name from which on rows of a run may be in no block yet; absent where all are in blocks and none is broken. */
  unpackedFrom(sequence: number): string | undefined {
    const { upTo, hand } = this.#state ?? {}
    if (upTo === undefined || sequence > upTo || this.isBroken(sequence)) return ''
    return hand
  }

  isBroken(sequence: number): boolean {
    return this.#state?.broken?.includes(sequence) ?? false
  }

  /** What the engine takes for all of them. */
  bytes(): number {
    if (this.isEmpty) return 0
    const { pieces, heads } = this.#opened
    return pieces.size().bytes + heads.size().bytes
  }

  get list(): readonly Run[] {
    return this.#runs
  }

  /** The rows of a piece; none where the piece is gone. @throws BrokenBlock */
  piece(sequence: number, piece: number): Buffer[] {
    const stored = this.#opened.pieces.get(sequenceKey(sequence, piece), this.#moment)
    return stored === undefined ? [] : readPiece(stored)
  }

  /** Stores a run; only within a write. */
  put(sequence: number, rows: Rows): void {
    const state = this.#state ?? newState()
    const { pieces, heads } = this.#opened
    const { keys } = rows
    const hashes = new Uint32Array(keys.length)
    for (let i = 0; i < keys.length; i++) hashes[i] = hashOf(keys[i] as HandleKey, state.salt)
    const counts: number[] = []
    for (const { count, bytes } of piecesOf(rows)) {
      pieces.append(sequenceKey(sequence, counts.length), bytes)
      counts.push(count)
    }
    heads.append(sequenceKey(sequence), encodeHead(counts, hashes))
    const first = state.count === 0 ? sequence : state.first
    this.#putState({ ...state, count: state.count + 1, first, last: sequence })
  }

  #putState(state: RunState): void {
    this.#meta.put(STATE_KEY, sealed(Buffer.from(JSON.stringify(state))))
    this.look()
  }

  /** A round is through, and its runs wait to be dropped. */
  get isDropping(): boolean {
    return this.#state?.upTo !== undefined && this.#state.hand === undefined
  }

  /** Where packing goes on: the round under way, or a new one over all runs there are. */
  get round(): { readonly upTo: number; readonly hand: string | undefined } {
    const { upTo, hand, last = 0 } = this.#state ?? {}
    return upTo === undefined ? { upTo: last, hand: '' } : { upTo, hand }
  }

  /** Notes how far packing has come; only within a write. */
  pass(it: { upTo: number; hand: string | undefined; broken: readonly number[] }): void {
    const { hand: _, broken: known = [], ...rest } = this.#state ?? newState()
    const { upTo, hand, broken } = it
    const state = { ...rest, upTo, ...(hand === undefined ? {} : { hand }) }
    const all = [...new Set([...known, ...broken])]
    this.#putState(all.length === 0 ? state : { ...state, broken: all })
  }

  /** Drops runs that are packed, some pieces' worth at a time; the round ends with the last. Only within a write. */
  drop(piecesMax: number): void {
    const state = this.#state
    if (state?.upTo === undefined) return
    const { upTo, salt, last, broken = [], rounds = 0 } = state
    const due = this.#runs.filter(({ sequence }) => sequence <= upTo)
    const gone = new Set<Run>()
    let pieces = 0
    let seen = 0
    for (; seen < due.length && pieces <= piecesMax; seen++) {
      const run = due[seen] as Run
      if (!this.#dropRun(run)) continue
      gone.add(run)
      pieces += run.counts.length
    }
    const left = this.#runs.filter((run) => !gone.has(run))
    const first = left[0]?.sequence ?? last + 1
    const next = { salt, count: state.count - gone.size, first, last, rounds }
    const told = left.length > 0 && broken.length > 0 ? { ...next, broken } : next
    this.#putState(seen < due.length ? { ...told, upTo } : { ...told, rounds: rounds + 1 })
    this.#runs = left
  }

  /** A broken piece stays, and its run's head with it. Answers whether the run is gone. */
  #dropRun({ sequence, counts }: Run): boolean {
    const { pieces, heads } = this.#opened
    if (heads.peek(sequenceKey(sequence)) === undefined) return false
    const isBroken = this.isBroken(sequence)
    for (let piece = 0; piece < counts.length; piece++) {
      if (isBroken && !this.#isWhole(sequence, piece)) continue
      pieces.remove(sequenceKey(sequence, piece))
    }
    if (!isBroken) heads.remove(sequenceKey(sequence))
    return !isBroken
  }

  #isWhole(sequence: number, piece: number): boolean {
    try {
      this.piece(sequence, piece)
      return true
    } catch (error) {
      if (error instanceof BrokenBlock) return false
      throw error
    }
  }
}

function openIn(engine: Engine): RunTables | undefined {
  try {
    return { pieces: engine.octets('runs'), heads: engine.octets('run-heads') }
  } catch (error) {
    if (engine.readOnly && error instanceof Problem && error.code === 'not-found') return undefined
    throw error
  }
}

function newState(): RunState {
  return { salt: randomInt(SALT_MAX), count: 0, first: 0, last: 0 }
}

function rowsOf({ counts }: Run): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
