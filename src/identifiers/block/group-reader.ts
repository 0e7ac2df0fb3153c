import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord, ValueReference } from '../record.ts'
import { BrokenBlock, type ByteReader } from './bytes.ts'
import { HELD, PREFIX_SPELLED, RETIRED, SPELLED_FOLDED } from './columns.ts'
import { rowByParts } from './name-search.ts'
import { type NumberColumn, numberAt, readNumbers } from './numbers.ts'
import { type Columns, openColumns, type Part, PartReader, partAt } from './part-reader.ts'
import { readShape, type Shape, type ValueShape } from './shape.ts'

/** What a block says about all rows of a group. */
export type GroupForm = {
  readonly folded: boolean
  readonly suffix: Part
  readonly prefix: Part | undefined
  readonly nameColumns: readonly Part[]
  readonly shape: Shape
  readonly values: readonly ValueForm[]
  readonly valueColumns: readonly Part[]
}

type ValueForm = {
  readonly shape: ValueShape
  readonly piece: Part
  readonly timestamp: Part | undefined
  readonly references: readonly Part[]
}

export function readGroupForm(r: ByteReader): GroupForm {
  const flags = r.u8()
  const names = new PartReader(r)
  const suffix = names.read()
  const prefix = (flags & PREFIX_SPELLED) === 0 ? undefined : names.read()
  const shape = readShape(r)
  const parts = new PartReader(r)
  const values = shape.values.map((value): ValueForm => {
    const piece = parts.read()
    const timestamp = value.timestamp ? parts.number() : undefined
    const references = (value.references ?? []).map(() => parts.read())
    return { shape: value, piece, timestamp, references }
  })
  return {
    folded: (flags & SPELLED_FOLDED) !== 0,
    suffix,
    prefix,
    nameColumns: names.columns,
    shape,
    values,
    valueColumns: parts.columns,
  }
}

type Counters = {
  /** With the state beside it. */
  readonly version: NumberColumn
  readonly createdAt: NumberColumn
  /** Less `createdAt`. */
  readonly updatedAt: NumberColumn
  readonly batch: NumberColumn
}

/** Records of one form: their names are found at once, the other columns when first needed. */
export class GroupReader {
  readonly form: GroupForm
  readonly #count: number
  readonly #r: ByteReader
  readonly #earlier: NumberColumn[] = []
  readonly #names: Columns
  readonly #values: Columns
  #counters: Counters | undefined

  constructor(form: GroupForm, r: ByteReader, of: { count: number; heap: () => Buffer }) {
    this.form = form
    this.#r = r
    this.#count = of.count
    this.#names = noColumns(r.bytes, of.heap)
    this.#values = noColumns(r.bytes, of.heap)
    this.#open(this.#names, form.nameColumns)
  }

  /** The row that may bear the name; -1 where none does, undefined where all must be compared. */
  rowOf(name: string): number | undefined {
    const { suffix, folded } = this.form
    return rowByParts(suffix, this.#names, { count: this.#count, name, folded })
  }

  foldedAt(row: number): string {
    const suffix = this.#suffixAt(row)
    return this.form.folded ? suffix : foldAscii(suffix)
  }

  at(row: number, prefix: PrefixKey): IdRecord {
    this.#counters ??= this.#openRest()
    const { bytes } = this.#r
    const { folded, shape } = this.form
    const { version, createdAt, updatedAt, batch } = this.#counters
    const suffix = this.#suffixAt(row)
    const spelled = `${this.#prefixAt(row) ?? prefix}/${suffix}`
    const created = numberAt(bytes, createdAt, row)
    const flagged = numberAt(bytes, version, row)
    return recordOf(shape, {
      key: (folded ? spelled : foldAscii(spelled)) as HandleKey,
      spelled,
      version: Math.floor(flagged / 4),
      state: flagged % 2 === RETIRED ? 'retired' : 'registered',
      held: flagged % 4 >= HELD,
      createdAt: created,
      updatedAt: created + numberAt(bytes, updatedAt, row),
      batch: numberAt(bytes, batch, row),
      values: this.#valuesAt(row, suffix),
    })
  }

  #open(columns: Columns, parts: readonly Part[]): void {
    openColumns(this.#r, columns, { parts, count: this.#count, earlier: this.#earlier })
  }

  #openRest(): Counters {
    const next = () => readNumbers(this.#r, this.#count, this.#earlier)
    const counters = { version: next(), createdAt: next(), updatedAt: next(), batch: next() }
    this.#open(this.#values, this.form.valueColumns)
    this.#r.finish()
    return counters
  }

  #suffixAt(row: number): string {
    const suffix = partAt(this.form.suffix, this.#names, row, '')
    if (typeof suffix !== 'string') throw new BrokenBlock('a name is no text')
    return suffix
  }

  #prefixAt(row: number): string | undefined {
    const { prefix } = this.form
    if (prefix === undefined) return undefined
    return String(partAt(prefix, this.#names, row, ''))
  }

  #valuesAt(row: number, suffix: string): HandleValue[] {
    const values: HandleValue[] = []
    for (let i = 0; i < this.form.values.length; i++) {
      values.push(valueAt(this.form.values[i] as ValueForm, this.#values, row, suffix))
    }
    return values
  }
}

function noColumns(bytes: Buffer, heap: () => Buffer): Columns {
  return { bytes, heap, numbers: [], letters: [], choices: [], heaps: [] }
}

type Own = Omit<IdRecord, 'template'>

function recordOf(shape: Shape, own: Own): IdRecord {
  const { key, spelled, version, state, held, createdAt, updatedAt, batch, values } = own
  const { template } = shape
  return template === undefined
    ? { key, spelled, version, state, held, createdAt, updatedAt, batch, values }
    : { key, spelled, version, state, held, template, createdAt, updatedAt, batch, values }
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
    value.timestamp = numberAt(columns.bytes, columns.numbers[timestamp.slot] as NumberColumn, row)
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
