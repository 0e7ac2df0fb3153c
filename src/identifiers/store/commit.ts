import { createHash } from 'node:crypto'
import { encodeRecord, type RowStamps } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { putBatch, putWrote, WroteTally } from './batches.ts'
import { ClaimLedger, isClaiming } from './claims.ts'
import { MovedTally, moveCounts, moveRecentSize } from './counters.ts'
import { putReplaced } from './history.ts'
import { LeafEdits } from './leaf-edits.ts'
import { inKeyOrder } from './ordering.ts'
import { PackedDraft } from './packed-writes.ts'
import type { PageFit } from './packing.ts'
import type { Row } from './run-pieces.ts'
import { Seeker } from './seeker.ts'
import type { BatchDraft, BatchEntry, CommitAnswer, RecordWrite } from './store.ts'
import type { Stretch } from './stretch.ts'
import { firstName, lastSequence, type Tables } from './tables.ts'

/**
 * As many writes into one stretch go straight into its blocks; fewer wait in the recent area for company. Up to twice as
 * many may wait too, where all of a commit is scattered otherwise.
 */
const STRETCH_WRITES_MIN = 32
/** As many rows of one commit make a run; of fewer each is put into the page where it belongs. */
const RUN_ROWS_MIN = 128
/** Every run is looked into by whoever reads names in order. */
const RUNS_MAX = 1_024

/** A write that will be stored, and what it finds. */
type Standing = {
  readonly position: number
  readonly write: RecordWrite
  readonly before: IdRecord | undefined
  /** Bytes of the row in the recent area that `before` stands in; 0 where it does not. */
  readonly rowBytes: number
  /** A run has a row of that name. Nothing is removed from a run: only a newer row can take its place. */
  readonly isInRun: boolean
}

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
 * wrong here leaves no trace.
 *
 * @throws RangeError where two writes are of the same key.
 */
export function planCommit(tables: Tables, batch: BatchDraft, options: PlanOptions): PlannedCommit {
  const order = inKeyOrder(batch.writes)
  const scattered = isScattered(tables, batch.writes, order)
  return planIn(tables, batch, { ...options, order, scattered, ahead: false })
}

/**
 * `planCommit` before the write begins, as far as it is likely to hold until then: of a scattered commit. Others may write
 * meanwhile, and reading costs less.
 */
export function planAhead(
  tables: Tables,
  batch: BatchDraft,
  options: PlanOptions,
): PlannedCommit | undefined {
  const order = inKeyOrder(batch.writes)
  if (!isScattered(tables, batch.writes, order)) return undefined
  return planIn(tables, batch, { ...options, order, scattered: true, ahead: true })
}

type PlanOptions = { readonly atomic?: boolean; readonly fit: PageFit }
type InOrder = { readonly order: Uint32Array; readonly scattered: boolean; readonly ahead: boolean }

function planIn(tables: Tables, batch: BatchDraft, options: PlanOptions & InOrder): PlannedCommit {
  const stale: number[] = []
  const groups = groupsOf(tables, { ...options, writes: batch.writes, stale })
  const ledger = new ClaimLedger(tables)
  const taken = batch.writes.some(isClaiming)
    ? ledger.judge(groups.flatMap(({ standing }) => standing))
    : []
  const sequence = lastSequence(tables) + 1
  const isStill = stillnessOf(tables, { groups, sequence })
  stale.sort((a, b) => a - b)
  const refused = options.atomic === true && stale.length + taken.length > 0
  const kept = keptOf(groups, new Set(taken.map(({ write }) => write)))
  if (refused || kept.length === 0) {
    return { answer: { sequence: 0, stale, taken }, isStill, store: () => {} }
  }
  const plan = new Plan(tables, { batch, sequence, fit: options.fit })
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

/**
 * Only another commit changes what a name has. Packing changes where it is, which is nothing to scattered writes that found
 * no row of the recent area.
 */
function stillnessOf(
  tables: Tables,
  { groups, sequence }: { groups: readonly Group[]; sequence: number },
): () => boolean {
  const { runs } = tables
  const isBeside = groups.every(
    ({ stretch, standing }) =>
      stretch === undefined &&
      standing.every(({ rowBytes, isInRun }) => rowBytes === 0 && !isInRun),
  )
  const { age } = runs
  return () => {
    runs.look()
    return lastSequence(tables) + 1 === sequence && (isBeside || runs.age === age)
  }
}

function keptOf(groups: readonly Group[], taken: ReadonlySet<number>): Group[] {
  if (taken.size === 0) return groups.filter(({ standing }) => standing.length > 0)
  return groups.flatMap((group) => {
    const standing = group.standing.filter(({ position }) => !taken.has(position))
    return standing.length === 0 ? [] : [{ ...group, standing }]
  })
}

/**
 * The writes in key order, stretch by stretch, with what they find; the stale ones are put aside. Where they are too
 * scattered to fill any stretch, nobody asks which one each is in.
 */
function groupsOf(
  tables: Tables,
  it: InOrder & { readonly writes: readonly RecordWrite[]; readonly stale: number[] },
): Group[] {
  const { writes, stale, order, scattered } = it
  const groups: Group[] = []
  const seeker = new Seeker(tables, it)
  let group: Group | undefined
  for (const position of order) {
    const write = writes[position] as RecordWrite
    const { key } = write.next
    const prefix = prefixUnder(group, key)
    const before = scattered ? seeker.findAlone(prefix, key) : seeker.find(key)
    if ((before === undefined ? 0 : before.version) !== write.expected) {
      stale.push(position)
      continue
    }
    const stretch = scattered ? undefined : seeker.stretch
    const { rowBytes, isInRun } = seeker
    if (group === undefined || group.stretch !== stretch || group.prefix !== prefix) {
      group = { prefix, stretch, standing: [] }
      groups.push(group)
    }
    group.standing.push({ position, write, before, rowBytes, isInRun })
  }
  return groups
}

function prefixUnder(group: Group | undefined, key: HandleKey): PrefixKey {
  if (group === undefined || key.charCodeAt(group.prefix.length) !== SLASH) return prefixOf(key)
  return key.startsWith(group.prefix) ? group.prefix : prefixOf(key)
}

const SLASH = 0x2f

/** Whether no two writes that have so many between them as fill a stretch lie in the same leaf. */
function isScattered(
  { blocks }: Tables,
  writes: readonly RecordWrite[],
  order: Uint32Array,
): boolean {
  let last: string | undefined
  for (let i = 0; i < order.length; i += STRETCH_WRITES_MIN) {
    const { key } = (writes[order[i] as number] as RecordWrite).next
    const fence = blocks.floor(key, firstName(prefixOf(key)))?.key
    if (i > 0 && (fence === undefined || fence === last)) return false
    last = fence
  }
  return true
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
  readonly #rows: Row[] = []
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
    if (stretch === undefined || standing.length < STRETCH_WRITES_MIN) this.#addRows(standing)
    else this.#addBlocks(stretch, standing)
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
    const { key } = write.next
    const bytes =
      write.next instanceof PackedDraft
        ? write.next.row(this.#stampsOf(standing))
        : encodeRecord(this.#recordOf(standing))
    this.#hash.update(bytes)
    this.#rows.push({ key, bytes })
    if (rowBytes > 0) this.#rowsReplaced.push(key)
    this.#recent.records += rowBytes === 0 ? 1 : 0
    this.#recent.bytes += bytes.length - rowBytes
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
      for (const { bytes } of this.#edits.add(stretch, packed)) this.#hash.update(bytes)
    }
    const from = (standing[0] as Standing).write.next.key
    const to = (standing.at(-1) as Standing).write.next.key
    this.#wrote.run({ from, to }, { fence: stretch.block?.fence ?? '', end: stretch.end })
  }

  finish(): () => void {
    const { author, at, job } = this.#batch
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
    if (this.#rows.length < RUN_ROWS_MIN || runs.count >= RUNS_MAX) {
      for (const { key, bytes } of this.#rows) recent.put(key, bytes)
      return
    }
    // A row by itself counts more than one in a run.
    for (const key of this.#rowsReplaced) recent.remove(key)
    runs.put(this.#sequence, this.#rows)
  }
}
