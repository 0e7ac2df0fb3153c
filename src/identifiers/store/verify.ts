import { decodeRecord, openBlock } from '../block/block.ts'
import { type HandleKey, type PrefixKey, prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { entryFrom, readWrote } from './batches.ts'
import { readCounts, readRecentSize, readTotals } from './counters.ts'
import type { Moment } from './engine.ts'
import { type FencedBlock, readLeaf } from './leaf.ts'
import { compareKeys } from './ordering.ts'
import { readKey } from './packed-key.ts'
import { readHead } from './run-pieces.ts'
import { runRows } from './run-rows.ts'
import type { Runs } from './runs.ts'
import type { PrefixCounts } from './store.ts'
import {
  beyondNames,
  findPacked,
  lastSequence,
  sequenceOf,
  type Tables,
  unsealed,
} from './tables.ts'

export type Broken = { readonly where: string; readonly why: string }

/** Entries looked at before others get their turn. */
const ENTRIES_PER_TURN = 64

/** Reads all that one moment of the store holds; yields what does not fit. */
export async function* verifyTables(tables: Tables, signal?: AbortSignal): AsyncGenerator<Broken> {
  using pinned = tables.engine.pin()
  const check = new Check(tables, pinned.moment)
  let entries = 0
  for (const broken of check.all()) {
    if (signal?.aborted) return
    if (broken !== undefined) yield broken
    if (++entries % ENTRIES_PER_TURN === 0) await new Promise(setImmediate)
  }
}

/** One step a yield: what is broken, or nothing. */
type Steps = Generator<Broken | undefined>

class Check {
  readonly #tables: Tables
  readonly #moment: Moment
  readonly #runs: Runs
  readonly #counts = new Map<PrefixKey, { -readonly [K in keyof PrefixCounts]: PrefixCounts[K] }>()

  constructor(tables: Tables, moment: Moment) {
    this.#tables = tables
    this.#moment = moment
    this.#runs = tables.runs.at(moment)
  }

  *all(): Steps {
    yield* this.#leaves()
    yield* this.#recent()
    yield* this.#history()
    yield* this.#batches()
    yield* this.#claims()
    yield* this.#numbers()
  }

  *#leaves(): Steps {
    const it: { last: HandleKey | undefined } = { last: undefined }
    for (const { key, value } of this.#tables.blocks.entries({ moment: this.#moment })) {
      const prefix = prefixOf(key as HandleKey)
      let blocks: readonly FencedBlock[] = []
      yield attempt(`leaf ${key}`, () => {
        blocks = readLeaf(prefix, key, value)
      })
      for (const block of blocks) {
        yield attempt(`block ${block.fence}`, () => this.#block(prefix, block, it))
      }
    }
  }

  #block(
    prefix: PrefixKey,
    { fence, bytes }: FencedBlock,
    it: { last: HandleKey | undefined },
  ): void {
    if (it.last !== undefined && compareKeys(it.last, fence) >= 0) throw new Error(OUT_OF_PLACE)
    const block = openBlock(prefix, bytes)
    for (let i = 0; i < block.count; i++) {
      const record = block.at(i)
      checkPlace(record, { prefix, fence, last: it.last })
      if (block.find(record.key) !== i) throw new Error(`${record.key} is not found`)
      it.last = record.key
      this.#count(prefix, record)
    }
  }

  *#recent(): Steps {
    let rows = 0
    for (const { key, value } of this.#tables.recent.entries({ moment: this.#moment })) {
      rows++
      yield attempt(`row ${key}`, () => this.#row(key, value))
    }
    const heads = this.#runs.tables?.heads.entries({ moment: this.#moment }) ?? []
    for (const { key, value } of heads) {
      yield attempt(`head of run ${sequenceOf(key)}`, () => readHead(value))
    }
    const broken = new Set<number>()
    for (const { key, bytes } of runRows(this.#runs, { onBroken: (run) => broken.add(run) })) {
      if (this.#tables.recent.peek(key, this.#moment) !== undefined) continue
      rows++
      yield attempt(`row ${key}`, () => this.#row(key, bytes))
    }
    for (const run of broken) {
      yield { where: `run ${run}`, why: 'the digest of a piece does not fit' }
    }
    // Rows of a broken piece cannot be counted.
    if (broken.size > 0) return
    yield attempt('rows that wait', () => {
      const { records } = readRecentSize(this.#tables, this.#moment)
      if (records !== rows) throw new Error(`told to be ${records} where ${rows} were counted`)
    })
  }

  #row(key: string, bytes: Buffer): void {
    const record = decodeRecord(bytes)
    if (record.key !== key) throw new Error(OUT_OF_PLACE)
    const prefix = prefixOf(record.key)
    const packed = this.#packed(record.key)
    if (packed !== undefined) this.#count(prefix, packed, -1)
    this.#count(prefix, record)
  }

  #packed(key: HandleKey): IdRecord | undefined {
    return findPacked(this.#tables, key, { moment: this.#moment })
  }

  #record(key: HandleKey): IdRecord | undefined {
    const row = this.#tables.recent.peek(key, this.#moment) ?? this.#runs.find(key)?.bytes
    return row === undefined ? this.#packed(key) : decodeRecord(row)
  }

  #count(prefix: PrefixKey, { state, held }: IdRecord, by = 1): void {
    let counts = this.#counts.get(prefix)
    if (counts === undefined) {
      counts = { total: 0, registered: 0, retired: 0, held: 0 }
      this.#counts.set(prefix, counts)
    }
    counts.total += by
    counts[state] += by
    if (held) counts.held += by
  }

  *#history(): Steps {
    for (const { key, value } of this.#tables.history.entries({ moment: this.#moment })) {
      const first = readKey(key, SEQUENCE_BYTES, key.length)
      yield attempt(`history ${sequenceOf(key)} ${first}`, () => {
        const block = openBlock(prefixOf(first as HandleKey), value)
        if (block.at(0).key !== first) throw new Error(OUT_OF_PLACE)
        for (let i = 1; i < block.count; i++) block.at(i)
      })
    }
  }

  *#batches(): Steps {
    let expected = 1
    for (const { key, value } of this.#tables.batches.entries({ moment: this.#moment })) {
      const sequence = sequenceOf(key)
      yield attempt(`batch ${sequence}`, () => {
        if (entryFrom(value).sequence !== sequence) throw new Error(OUT_OF_PLACE)
        if (sequence !== expected) throw new Error(`batch ${expected} is missing`)
      })
      expected = sequence + 1
      yield attempt(`keys of batch ${sequence}`, () => {
        const wrote = [...readWrote(this.#tables, sequence, this.#moment)]
        if (wrote.length === 0) throw new Error('its keys are missing')
      })
    }
    yield attempt('last batch', () => {
      const last = lastSequence(this.#tables, this.#moment)
      if (last !== expected - 1) throw new Error(`it is told to be ${last}, not ${expected - 1}`)
    })
  }

  *#claims(): Steps {
    for (const { key, value } of this.#tables.claims.entries({ moment: this.#moment })) {
      yield attempt(`claim ${Buffer.from(key).toString()}`, () => {
        const holder = unsealed(value).toString() as HandleKey
        if (this.#record(holder) === undefined) throw new Error(`its holder ${holder} is not there`)
      })
    }
  }

  *#numbers(): Steps {
    const sum = { total: 0, registered: 0, retired: 0, held: 0 }
    for (const { key } of this.#tables.counts.entries({ moment: this.#moment })) {
      const prefix = key as PrefixKey
      if (!this.#counts.has(prefix)) this.#counts.set(prefix, { ...ZERO })
    }
    for (const [prefix, counted] of this.#counts) {
      for (const name of NUMBERS) sum[name] += counted[name]
      yield attempt(`counts of ${prefix}`, () =>
        checkEqual(counted, readCounts(this.#tables, prefix, this.#moment)),
      )
    }
    yield attempt('totals', () => checkEqual(sum, readTotals(this.#tables, this.#moment)))
  }
}

const ZERO = { total: 0, registered: 0, retired: 0, held: 0 }
const NUMBERS = ['total', 'registered', 'retired', 'held'] as const
const SEQUENCE_BYTES = 6
const OUT_OF_PLACE = 'it stands in the wrong place'

function attempt(where: string, body: () => void): Broken | undefined {
  try {
    body()
    return undefined
  } catch (error) {
    return { where, why: error instanceof Error ? error.message : String(error) }
  }
}

function checkPlace(
  { key }: IdRecord,
  it: { prefix: PrefixKey; fence: string; last: HandleKey | undefined },
): void {
  const { prefix, fence, last } = it
  const placed = key.startsWith(`${prefix}/`) && compareKeys(key, fence) >= 0
  if (!placed || compareKeys(key, beyondNames(prefix)) >= 0)
    throw new Error(`${key}: ${OUT_OF_PLACE}`)
  if (last !== undefined && compareKeys(last, key) >= 0) throw new Error(`${key}: ${OUT_OF_PLACE}`)
}

function checkEqual(counted: PrefixCounts, stored: PrefixCounts): void {
  for (const name of NUMBERS) {
    if (counted[name] !== stored[name]) {
      throw new Error(`${name} is ${stored[name]} where ${counted[name]} were counted`)
    }
  }
}
