import { createHash } from 'node:crypto'
import type { RowStamps } from '../block/block.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { putBatch, putWrote, WroteTally } from './batches.ts'
import { ClaimLedger, isClaiming } from './claims.ts'
import { MovedTally, moveCounts, moveRecentSize } from './counters.ts'
import { putReplaced } from './history.ts'
import { LeafEdits } from './leaf-edits.ts'
import { isScattered, type Looked, prefixUnder, STRETCH_WRITES_MIN } from './look-ahead.ts'
import { compareKeys, inKeyOrder } from './ordering.ts'
import type { PageFit } from './packing.ts'
import { Rows } from './rows.ts'
import { type Found, Seeker } from './seeker.ts'
import type { BatchDraft, BatchEntry, CommitAnswer, RecordWrite } from './store.ts'
import type { Stretch } from './stretch.ts'
import { lastSequence, type Tables } from './tables.ts'

/** As many rows of one commit make a run; of fewer each is put into the page where it belongs. */
const RUN_ROWS_MIN = 128
/** Every run is looked into by whoever reads names in order. */
const RUNS_MAX = 1_024

/** A write that will be stored, and what it finds. */
type Standing = Found & { readonly position: number; readonly write: RecordWrite }

/** Of one stretch, or scattered over a prefix. */
type Group = {
  readonly prefix: PrefixKey
  readonly stretch: Stretch | undefined
  readonly standing: Standing[]
}

export type PlannedCommit = {
  readonly answer: CommitAnswer
  /** Whether what was planned before the write began would be planned the same now; only within the write. */
  readonly isStill: () => boolean
  /** Stores what was planned; only within the write in which it was planned, or in which it `isStill`. */
  readonly store: () => void
}

/**
 * Judges a batch against what is stored and encodes all that is to be stored, without storing any of it: whatever goes
 * wrong here leaves no trace. With `looked` this is done before the write, and holds as far as what was looked up does.
 *
 * @throws RangeError where two writes are of the same key.
 */
export function planCommit(tables: Tables, batch: BatchDraft, it: PlanOptions): PlannedCommit {
  const stale: number[] = []
  const groups = groupsOf(tables, { writes: batch.writes, stale, looked: it.looked })
  const ledger = new ClaimLedger(tables)
  const taken = batch.writes.some(isClaiming)
    ? ledger.judge(groups.flatMap(({ standing }) => standing))
    : []
  const { sequence, age } = it.looked ?? {
    sequence: lastSequence(tables) + 1,
    age: tables.runs.age,
  }
  const isStill = stillnessOf(tables, { groups, sequence, age })
  stale.sort((a, b) => a - b)
  const refused = it.atomic === true && stale.length + taken.length > 0
  const kept = keptOf(groups, new Set(taken.map(({ write }) => write)))
  if (refused || kept.length === 0) {
    return { answer: { sequence: 0, stale, taken }, isStill, store: () => {} }
  }
  const plan = new Plan(tables, { batch, sequence, fit: it.fit })
  for (const group of kept) plan.add(group)
  const store = plan.finish()
  return {
    answer: { sequence, stale, taken },
    isStill,
    store: () => {
      store()
      ledger.store()
    },
  }
}

export type PlanOptions = {
  readonly atomic?: boolean
  readonly fit: PageFit
  /** What the names of the batch were found to have. */
  readonly looked?: Looked
}

/**
 * Only another commit changes what a name has. Packing changes where it is, which is nothing to writes that become rows and
 * found none in the recent area.
 */
function stillnessOf(
  tables: Tables,
  it: { groups: readonly Group[]; sequence: number; age: number },
): () => boolean {
  const { runs } = tables
  const { groups, sequence, age } = it
  const isBeside = groups.every(
    ({ stretch, standing }) =>
      areRows(stretch, standing) &&
      standing.every(({ rowBytes, isInRun }) => rowBytes === 0 && !isInRun),
  )
  return () => {
    runs.look()
    return lastSequence(tables) + 1 === sequence && (isBeside || runs.age === age)
  }
}

/**
 * Among the records of a block so many writes do not go straight into it: to encode it anew takes longer than to let them wait
 * for more of their kind, which come together where names are random.
 */
const AMONG_WRITES_MIN = 128

/** Whether the writes wait in the recent area, and do not go straight into the blocks of their stretch. */
function areRows(stretch: Stretch | undefined, standing: readonly Standing[]): boolean {
  const { length } = standing
  if (stretch === undefined || length < STRETCH_WRITES_MIN) return true
  return length < AMONG_WRITES_MIN && !isBehind(stretch, (standing[0] as Standing).write.next.key)
}

function isBehind({ last }: Stretch, key: HandleKey): boolean {
  return last === undefined || compareKeys(last, key) < 0
}

function keptOf(groups: readonly Group[], taken: ReadonlySet<number>): Group[] {
  if (taken.size === 0) return groups.filter(({ standing }) => standing.length > 0)
  return groups.flatMap((group) => {
    const standing = group.standing.filter(({ position }) => !taken.has(position))
    return standing.length === 0 ? [] : [{ ...group, standing }]
  })
}

/** The writes in key order, stretch by stretch, with what they find; the stale ones are put aside. */
function groupsOf(
  tables: Tables,
  it: {
    readonly writes: readonly RecordWrite[]
    readonly stale: number[]
    readonly looked: Looked | undefined
  },
): Group[] {
  const { writes, stale, looked } = it
  const order = looked?.order ?? inKeyOrder(writes.map(({ next }) => next.key))
  const finder = looked === undefined ? finderIn(tables, { writes, order }) : foundIn(looked)
  const groups: Group[] = []
  let group: Group | undefined
  for (let i = 0; i < order.length; i++) {
    const position = order[i] as number
    const write = writes[position] as RecordWrite
    const { key } = write.next
    const prefix = prefixUnder(group, key)
    const { before, rowBytes, isInRun } = finder.find(position, prefix)
    const { stretch } = finder
    if ((before === undefined ? 0 : before.version) !== write.expected) {
      stale.push(position)
      continue
    }
    if (group === undefined || group.stretch !== stretch || group.prefix !== prefix) {
      group = { prefix, stretch, standing: [] }
      groups.push(group)
    }
    group.standing.push({ position, write, before, rowBytes, isInRun })
  }
  return groups
}

type Finder = {
  find(position: number, prefix: PrefixKey): Found
  /** Of what was found last; undefined where nobody asks. */
  readonly stretch: Stretch | undefined
}

function foundIn({ found }: Looked): Finder {
  return { find: (position) => found[position] as Found, stretch: undefined }
}

/** Where writes are too scattered to fill any stretch, nobody asks which one each is in. */
function finderIn(
  tables: Tables,
  { writes, order }: { readonly writes: readonly RecordWrite[]; readonly order: Uint32Array },
): Finder {
  const keyAt = (position: number) => (writes[position] as RecordWrite).next.key
  const seeker = new Seeker(tables)
  if (isScattered(tables, { order, keyAt })) {
    return {
      find: (position, prefix) => seeker.told(seeker.findAlone(prefix, keyAt(position))),
      stretch: undefined,
    }
  }
  return {
    find: (position) => seeker.told(seeker.find(keyAt(position))),
    get stretch() {
      return seeker.stretch
    },
  }
}

/** What a commit will store, encoded in key order. */
class Plan {
  readonly #tables: Tables
  readonly #batch: BatchDraft
  readonly #sequence: number
  readonly #edits: LeafEdits
  readonly #hash = createHash('sha256')
  readonly #moved = new MovedTally()
  readonly #wrote = new WroteTally()
  readonly #rows = new Rows()
  /** Rows that stand by themselves and are replaced. */
  readonly #rowsReplaced: HandleKey[] = []
  /** Rows that stand by themselves and whose record goes into a block. */
  readonly #rowsRemoved: HandleKey[] = []
  readonly #replaced: IdRecord[] = []
  readonly #recent = { records: 0, bytes: 0 }
  #count = 0
  #created = 0

  constructor(tables: Tables, it: { batch: BatchDraft; sequence: number; fit: PageFit }) {
    this.#tables = tables
    this.#batch = it.batch
    this.#sequence = it.sequence
    this.#edits = new LeafEdits(it.fit)
  }

  add({ prefix, stretch, standing }: Group): void {
    for (const it of standing) this.#tally(it, prefix)
    if (stretch !== undefined && !areRows(stretch, standing)) this.#addBlocks(stretch, standing)
    else this.#addRows(standing)
  }

  #tally({ write, before }: Standing, prefix: PrefixKey): void {
    this.#count++
    if (before === undefined) this.#created++
    else this.#replaced.push(before)
    this.#moved.add(prefix, before, write.next)
  }

  #stampsOf({ write, before }: Standing): RowStamps {
    const { at } = this.#batch
    const createdAt = before === undefined ? at : before.createdAt
    return { version: write.expected + 1, createdAt, updatedAt: at, batch: this.#sequence }
  }

  #recordOf(standing: Standing): IdRecord {
    const { key, spelled, state, held, template, values } = standing.write.next
    const { version, createdAt, updatedAt, batch } = this.#stampsOf(standing)
    // Written out: this runs for every record that comes in, and a spread would take as long as the rest.
    return template === undefined
      ? { key, spelled, version, state, held, createdAt, updatedAt, batch, values }
      : { key, spelled, version, state, held, template, createdAt, updatedAt, batch, values }
  }

  #addRows(standing: readonly Standing[]): void {
    for (const it of standing) this.#addRow(it)
    this.#wrote.keys(standing.map(({ write }) => write.next.key))
  }

  #addRow(standing: Standing): void {
    const { rowBytes, write } = standing
    const bytes = this.#rows.add(write.next, this.#stampsOf(standing))
    if (rowBytes > 0) this.#rowsReplaced.push(write.next.key)
    this.#recent.records += rowBytes === 0 ? 1 : 0
    this.#recent.bytes += bytes - rowBytes
  }

  #addBlocks(stretch: Stretch, standing: readonly Standing[]): void {
    const packed: IdRecord[] = []
    for (const it of standing) {
      if (it.isInRun) {
        this.#addRow(it)
        continue
      }
      packed.push(this.#recordOf(it))
      if (it.rowBytes === 0) continue
      this.#rowsRemoved.push(it.write.next.key)
      this.#recent.records--
      this.#recent.bytes -= it.rowBytes
    }
    if (packed.length > 0) {
      this.#hashRows()
      for (const { bytes } of this.#edits.add(stretch, packed)) this.#hash.update(bytes)
    }
    const from = (standing[0] as Standing).write.next.key
    const to = (standing.at(-1) as Standing).write.next.key
    this.#wrote.run({ from, to }, { fence: stretch.block?.fence ?? '', end: stretch.end })
  }

  /** All that was written since the last time; in the order in which it was. */
  #hashRows(): void {
    const bytes = this.#rows.news()
    if (bytes.length > 0) this.#hash.update(bytes)
  }

  finish(): () => void {
    const { author, at, job } = this.#batch
    this.#hashRows()
    this.#rows.close()
    const entry: BatchEntry = {
      sequence: this.#sequence,
      author,
      at,
      ...(job === undefined ? {} : { job }),
      count: this.#count,
      created: this.#created,
      moved: this.#moved.moved,
      digest: this.#hash.digest('hex'),
    }
    const tables = this.#tables
    const storeReplaced = putReplaced(tables, this.#sequence, this.#replaced)
    return () => {
      this.#edits.store(tables)
      this.#storeRows()
      for (const key of this.#rowsRemoved) tables.recent.remove(key)
      storeReplaced()
      putBatch(tables, entry)
      putWrote(tables, entry.sequence, this.#wrote.wrote)
      moveCounts(tables, entry.moved)
      moveRecentSize(tables, this.#recent)
    }
  }
  #storeRows(): void {
    const { recent, runs } = this.#tables
    const rows = this.#rows
    if (rows.keys.length < RUN_ROWS_MIN || runs.count >= RUNS_MAX) {
      for (const [i, key] of rows.keys.entries()) recent.put(key, rows.at(i))
      return
    }
    // A row by itself counts more than one in a run.
    for (const key of this.#rowsReplaced) recent.remove(key)
    runs.put(this.#sequence, rows)
  }
}
