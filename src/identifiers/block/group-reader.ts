import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord, ValueReference } from '../record.ts'
import { BrokenBlock, type ByteReader } from './bytes.ts'
import { HELD, PREFIX_SPELLED, RETIRED, SPELLED_FOLDED } from './columns.ts'
import { type NameParts, namePartsOf, rowByParts } from './name-search.ts'
import { type Columns, openColumns, partAt, partNumberAt } from './part-columns.ts'
import { type Part, PartReader } from './part-reader.ts'
import { type PlainParts, PlainRow, plainPartsOf } from './plain-row.ts'
import { readShape, type Shape, type ValueShape } from './shape.ts'

/** What a block says about all rows of a group. */
export type GroupForm = {
  readonly folded: boolean
  readonly suffix: Part
  readonly nameParts: NameParts | undefined
  readonly prefix: Part | undefined
  readonly counters: Counters
  readonly shape: Shape
  readonly values: readonly ValueForm[]
  /** Absent where its rows can only be read whole. */
  readonly plain: PlainParts | undefined
  /** Parts that have a column each; those of the names come first. */
  readonly columns: readonly Part[]
  readonly nameColumns: number
}

type Counters = {
  /** With the state beside it. */
  readonly version: Part
  readonly createdAt: Part
  /** Less `createdAt`. */
  readonly updatedAt: Part
  readonly batch: Part
}

type ValueForm = {
  readonly shape: ValueShape
  readonly piece: Part
  readonly timestamp: Part | undefined
  readonly references: readonly Part[]
}

export function readGroupForm(r: ByteReader): GroupForm {
  const flags = r.u8()
  const parts = new PartReader(r)
  const suffix = parts.read()
  const prefix = (flags & PREFIX_SPELLED) === 0 ? undefined : parts.read()
  const nameColumns = parts.columns.length
  const next = () => parts.number()
  const counters = { version: next(), createdAt: next(), updatedAt: next(), batch: next() }
  const shape = readShape(r)
  const values = shape.values.map((value): ValueForm => {
    const piece = parts.read()
    const timestamp = value.timestamp ? parts.number() : undefined
    const references = (value.references ?? []).map(() => parts.read())
    return { shape: value, piece, timestamp, references }
  })
  const folded = (flags & SPELLED_FOLDED) !== 0
  const { columns } = parts
  const nameParts = namePartsOf(suffix)
  const plain = plainPartsOf(values)
  return { folded, suffix, nameParts, prefix, counters, shape, values, plain, columns, nameColumns }
}

/** Records of one form: their names are found at once, the other columns when first needed. */
export class GroupReader {
  readonly form: GroupForm
  readonly #r: ByteReader
  readonly columns: Columns
  /** The name read last: who finds a record mostly reads it. */
  #suffixRow = -1
  #suffix = ''

  constructor(form: GroupForm, r: ByteReader, of: { count: number; heap: () => Buffer }) {
    this.form = form
    this.#r = r
    this.columns = { bytes: r.bytes, count: of.count, heap: of.heap, list: [], earlier: [] }
    openColumns(r, this.columns, { parts: form.columns, to: form.nameColumns })
  }

  /** The row that bears the folded name; -1 where none does, undefined where all must be compared. */
  rowOf(name: string): number | undefined {
    const { nameParts, folded } = this.form
    if (nameParts === undefined) return undefined
    const row = rowByParts(nameParts, this.columns, { name, folded })
    if (row < 0) return -1
    if (!folded) return this.foldedAt(row) === name ? row : -1
    this.#suffixRow = row
    this.#suffix = name
    return row
  }

  foldedAt(row: number): string {
    const suffix = this.#suffixAt(row)
    return this.form.folded ? suffix : foldAscii(suffix)
  }

  at(row: number, prefix: PrefixKey): IdRecord {
    const columns = this.#opened()
    const { folded, shape, counters } = this.form
    const suffix = this.#suffixAt(row)
    const spelled = `${this.#prefixAt(row) ?? prefix}/${suffix}`
    const createdAt = partNumberAt(counters.createdAt, columns, row)
    const flagged = partNumberAt(counters.version, columns, row)
    const { template } = shape
    const key = (folded ? spelled : foldAscii(spelled)) as HandleKey
    const version = Math.floor(flagged / 4)
    const state = stateIn(flagged)
    const held = isHeldIn(flagged)
    const updatedAt = createdAt + partNumberAt(counters.updatedAt, columns, row)
    const batch = partNumberAt(counters.batch, columns, row)
    const values = this.#valuesAt(row, suffix)
    return template === undefined
      ? { key, spelled, version, state, held, createdAt, updatedAt, batch, values }
      : { key, spelled, version, state, held, template, createdAt, updatedAt, batch, values }
  }

  /** The row as it lies, where its form is plain, else all of it. */
  seek(row: number, prefix: PrefixKey): PlainRow | IdRecord {
    const { plain, counters } = this.form
    if (plain === undefined) return this.at(row, prefix)
    const columns = this.#opened()
    const flagged = partNumberAt(counters.version, columns, row)
    const state = stateIn(flagged)
    const held = isHeldIn(flagged)
    const updatedAt =
      partNumberAt(counters.createdAt, columns, row) +
      partNumberAt(counters.updatedAt, columns, row)
    const suffix = this.#suffixAt(row)
    return new PlainRow(plain, { rows: this, row, prefix, suffix, state, held, updatedAt })
  }

  #opened(): Columns {
    const { columns: parts } = this.form
    if (this.columns.list.length < parts.length) {
      openColumns(this.#r, this.columns, { parts, to: parts.length })
      this.#r.finish()
    }
    return this.columns
  }

  #suffixAt(row: number): string {
    if (row === this.#suffixRow) return this.#suffix
    const suffix = partAt(this.form.suffix, this.columns, row, '')
    if (typeof suffix !== 'string') throw new BrokenBlock('a name is no text')
    this.#suffixRow = row
    this.#suffix = suffix
    return suffix
  }

  #prefixAt(row: number): string | undefined {
    const { prefix } = this.form
    if (prefix === undefined) return undefined
    return String(partAt(prefix, this.columns, row, ''))
  }

  #valuesAt(row: number, suffix: string): HandleValue[] {
    const values: HandleValue[] = []
    for (let i = 0; i < this.form.values.length; i++) {
      values.push(valueAt(this.form.values[i] as ValueForm, this.columns, row, suffix))
    }
    return values
  }
}

function stateIn(flagged: number): IdRecord['state'] {
  return flagged % 2 === RETIRED ? 'retired' : 'registered'
}

function isHeldIn(flagged: number): boolean {
  return flagged % 4 >= HELD
}

function valueAt(form: ValueForm, columns: Columns, row: number, suffix: string): HandleValue {
  const { shape, piece, timestamp, references } = form
  const found = partAt(piece, columns, row, suffix)
  if ((typeof found !== 'string') !== shape.octets) throw new BrokenBlock('text is not octets')
  const value: { -readonly [Member in keyof HandleValue]: HandleValue[Member] } = {
    index: shape.index,
    type: shape.type,
    data: found,
  }
  if (shape.permissions !== undefined) value.permissions = shape.permissions
  if (shape.ttl !== undefined) value.ttl = shape.ttl
  if (shape.ttlAbsolute) value.ttlAbsolute = true
  if (timestamp !== undefined) {
    value.timestamp = partNumberAt(timestamp, columns, row)
  }
  if (shape.references !== undefined) {
    value.references = shape.references.map((index, k): ValueReference => {
      const handle = partAt(references[k] as Part, columns, row, suffix)
      if (typeof handle !== 'string') throw new BrokenBlock('a reference is no text')
      return { handle, index }
    })
  }
  return value
}
