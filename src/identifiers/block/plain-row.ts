import type { PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { type Columns, textAt } from './part-columns.ts'
import type { Part } from './part-reader.ts'
import { CONSTANT, DECIMAL, JOIN, NUMBER, TIME } from './parts.ts'
import type { ValueShape } from './shape.ts'

/**
 * What rows have in common whose values are all text of which nothing more is said; the same object for rows of block
 * after block, so that what is made of it can be kept.
 */
export type PlainForm = {
  readonly values: readonly PlainValue[]
  /** Of each text in which the rows differ, whether it is nothing but figures, letters and what stands between them. */
  readonly areSimple: readonly boolean[]
}

/** Pieces of the data one after the other; a text in which the rows differ stands as its place among them. */
export type PlainValue = {
  readonly index: number
  readonly type: string
  readonly data: readonly (string | number)[]
}

/** A plain form, and the parts its rows' texts are read by. */
export type PlainParts = { readonly form: PlainForm; readonly parts: readonly Part[] }

type ValueParts = {
  readonly shape: ValueShape
  readonly piece: Part
  readonly timestamp: Part | undefined
}

/** Undefined where a value is octets, or has more than index, type and data. */
export function plainPartsOf(values: readonly ValueParts[]): PlainParts | undefined {
  if (!values.every(isPlain)) return undefined
  const parts: Part[] = []
  const plain = values.map(({ shape: { index, type }, piece }): PlainValue => {
    const data: (string | number)[] = []
    addPieces(piece, data, parts)
    return { index, type, data }
  })
  return { form: { values: plain, areSimple: parts.map(isSimple) }, parts }
}

function isPlain({ shape, piece, timestamp }: ValueParts): boolean {
  const { octets, permissions, ttl, ttlAbsolute, references } = shape
  const hasMore = permissions !== undefined || ttl !== undefined || references !== undefined
  return !octets && !hasMore && !ttlAbsolute && timestamp === undefined && isText(piece)
}

/** Octets where text is said to be are a broken block, which is told by whoever reads all of it. */
function isText({ kind, piece, parts }: Part): boolean {
  return kind === JOIN ? parts.every(isText) : kind !== CONSTANT || typeof piece === 'string'
}

function addPieces(part: Part, data: (string | number)[], parts: Part[]): void {
  if (part.kind === JOIN) for (const inner of part.parts) addPieces(inner, data, parts)
  else if (part.kind === CONSTANT) data.push(String(part.piece))
  else data.push(parts.push(part) - 1)
}

const SIMPLE_ZONE = /^[\w+:-]*$/

function isSimple({ kind, time }: Part): boolean {
  if (kind === NUMBER || kind === DECIMAL) return true
  return kind === TIME && time !== undefined && SIMPLE_ZONE.test(time.zone)
}

/** The rows of a form as they lie in a block. */
type Rows = {
  readonly columns: Columns
  at(row: number, prefix: PrefixKey): IdRecord
}

export type PlainPlace = Pick<IdRecord, 'state' | 'held' | 'updatedAt'> & {
  readonly rows: Rows
  readonly row: number
  readonly prefix: PrefixKey
  /** Its own name behind the prefix, as it is spelled. */
  readonly suffix: string
}

/** A row of a plain form, as far as whoever shows it has to look; `record` is all of it. */
export class PlainRow {
  readonly form: PlainForm
  readonly #parts: readonly Part[]
  readonly #place: PlainPlace

  constructor({ form, parts }: PlainParts, place: PlainPlace) {
    this.form = form
    this.#parts = parts
    this.#place = place
  }

  get state(): IdRecord['state'] {
    return this.#place.state
  }

  get held(): boolean {
    return this.#place.held
  }

  get updatedAt(): number {
    return this.#place.updatedAt
  }

  /** The text at a place of the form. */
  text(place: number): string {
    const { rows, row, suffix } = this.#place
    return textAt(this.#parts[place] as Part, rows.columns, row, suffix)
  }

  record(): IdRecord {
    const { rows, row, prefix } = this.#place
    return rows.at(row, prefix)
  }
}

/** What a reader of records makes of what was found. */
export function wholeOf(found: PlainRow | IdRecord): IdRecord
export function wholeOf(found: PlainRow | IdRecord | undefined): IdRecord | undefined
export function wholeOf(found: PlainRow | IdRecord | undefined): IdRecord | undefined {
  return found instanceof PlainRow ? found.record() : found
}
