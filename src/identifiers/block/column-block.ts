import { zstdDecompressSync } from 'node:zlib'
import { foldAscii, type HandleKey, type PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord, ValueReference } from '../record.ts'
import { BrokenBlock, ByteReader } from './bytes.ts'
import { GROUPS_MAX, PREFIX_SPELLED, SPELLED_FOLDED } from './columns.ts'
import { rowByParts } from './name-search.ts'
import { type NumberColumn, numberAt, readCodes, readNumbers } from './numbers.ts'
import { type Columns, openColumns, type Part, PartReader, partAt } from './part-reader.ts'
import { readShape, type Shape, type ValueShape } from './shape.ts'

/** The unpacked heap of one block at most, in bytes. */
const HEAP_BYTES_MAX = 2 ** 30
const FORMS_MAX = 2_048
const FORM_CHARS_MAX = 4_096

/** What a block says about all of its rows; the same in block after block, and so kept. */
type Form = {
  readonly folded: boolean
  readonly suffix: Part
  readonly prefix: Part | undefined
  readonly nameColumns: readonly Part[]
  readonly groups: readonly GroupForm[]
}

type GroupForm = {
  readonly shape: Shape
  readonly values: readonly ValueForm[]
  readonly columns: readonly Part[]
}

type ValueForm = {
  readonly shape: ValueShape
  readonly piece: Part
  readonly timestamp: Part | undefined
  readonly references: readonly Part[]
}

function readForm(r: ByteReader): Form {
  const flags = r.u8()
  const parts = new PartReader(r)
  const suffix = parts.read()
  const prefix = (flags & PREFIX_SPELLED) === 0 ? undefined : parts.read()
  const nameColumns = parts.columns
  const count = r.count(2)
  if (count < 1 || count > GROUPS_MAX) throw new BrokenBlock('a block of too many groups')
  const groups: GroupForm[] = []
  for (let g = 0; g < count; g++) groups.push(readGroupForm(r, parts))
  r.finish()
  return { folded: (flags & SPELLED_FOLDED) !== 0, suffix, prefix, nameColumns, groups }
}

function readGroupForm(r: ByteReader, parts: PartReader): GroupForm {
  const shape = readShape(r)
  parts.restart()
  const values = shape.values.map((value): ValueForm => {
    const piece = parts.read()
    const timestamp = value.timestamp ? parts.number() : undefined
    const references = (value.references ?? []).map(() => parts.read())
    return { shape: value, piece, timestamp, references }
  })
  return { shape, values, columns: parts.columns }
}

/** Forms that were read lately, by their bytes. Two generations: what the younger lacks is taken over from the older. */
let forms = new Map<string, Form>()
let olderForms = new Map<string, Form>()

function formOf(r: ByteReader): Form {
  const length = r.count(1)
  const from = r.skip(length)
  if (length > FORM_CHARS_MAX) return readForm(new ByteReader(r.bytes, from, from + length))
  const name = r.bytes.toString('latin1', from, from + length)
  let form = forms.get(name)
  if (form !== undefined) return form
  form = olderForms.get(name) ?? readForm(new ByteReader(r.bytes, from, from + length))
  if (forms.size >= FORMS_MAX) {
    olderForms = forms
    forms = new Map()
  }
  forms.set(name, form)
  return form
}

const VERSION = 0
const CREATED_AT = 1
const UPDATED_AT = 2
const BATCH = 3

/** A block of columns, opened. Columns are found when first needed; each answer reads only its own row. */
export class ColumnBlock {
  readonly count: number
  readonly #prefix: PrefixKey
  readonly #r: ByteReader
  readonly #form: Form
  readonly #heap: () => Buffer
  readonly #earlier: NumberColumn[] = []
  readonly #names: Columns
  #heapOffset = 0
  #counters: NumberColumn[] | undefined
  #codes: NumberColumn | undefined
  readonly #groups: Columns[] = []

  constructor(prefix: PrefixKey, count: number, r: ByteReader) {
    this.count = count
    this.#prefix = prefix
    this.#form = formOf(r)
    const stored = r.uint()
    const unpacked = stored === 0 ? 0 : r.uint()
    if (stored > r.end - r.at) throw new BrokenBlock('a heap is longer than its block')
    const body = new ByteReader(r.bytes, r.at, r.end - stored)
    this.#r = body
    this.#heap = heapOpener(r.bytes, body.end, r.end, unpacked)
    this.#names = this.#columns()
    this.#heapOffset = openColumns(body, this.#names, {
      parts: this.#form.nameColumns,
      count,
      earlier: this.#earlier,
      heapOffset: 0,
    })
  }

  find(key: HandleKey): number {
    const start = this.#prefix.length + 1
    if (!key.startsWith(this.#prefix) || key[start - 1] !== '/') return -1
    const name = key.slice(start)
    const { suffix, folded } = this.#form
    const row = rowByParts(suffix, this.#names, { count: this.count, name, folded })
    if (row === undefined) return this.#search(name)
    return row >= 0 && this.#foldedAt(row) === name ? row : -1
  }

  at(position: number): IdRecord {
    if (!(position >= 0 && position < this.count)) {
      throw new RangeError(`no position ${position} in the block`)
    }
    const counters = this.#openRest()
    const { bytes } = this.#r
    const suffix = this.#suffixAt(position)
    const spelled = `${this.#prefixAt(position)}/${suffix}`
    const group = this.#codes === undefined ? 0 : numberAt(bytes, this.#codes, position)
    const row = this.#codes === undefined ? position : this.#rank(group, position)
    const createdAt = numberAt(bytes, counters[CREATED_AT] as NumberColumn, position)
    return recordOf(this.#form.groups[group] as GroupForm, {
      key: (this.#form.folded ? spelled : foldAscii(spelled)) as HandleKey,
      spelled,
      version: numberAt(bytes, counters[VERSION] as NumberColumn, position),
      createdAt,
      updatedAt: createdAt + numberAt(bytes, counters[UPDATED_AT] as NumberColumn, position),
      batch: numberAt(bytes, counters[BATCH] as NumberColumn, position),
      values: this.#valuesAt(group, row, suffix),
    })
  }

  #valuesAt(group: number, row: number, suffix: string): HandleValue[] {
    const { values: forms } = this.#form.groups[group] as GroupForm
    const columns = this.#groups[group] as Columns
    const values: HandleValue[] = []
    for (let i = 0; i < forms.length; i++) {
      values.push(valueAt(forms[i] as ValueForm, columns, row, suffix))
    }
    return values
  }

  /** Names that are not made of comparable parts are spelled out and compared. */
  #search(name: string): number {
    let low = 0
    let high = this.count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const order = compareUtf8(this.#foldedAt(middle), name)
      if (order === 0) return middle
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  #foldedAt(row: number): string {
    const suffix = this.#suffixAt(row)
    return this.#form.folded ? suffix : foldAscii(suffix)
  }

  #columns(): Columns {
    return {
      bytes: this.#r.bytes,
      heap: this.#heap,
      numbers: [],
      letters: [],
      choices: [],
      heaps: [],
    }
  }

  #suffixAt(row: number): string {
    const suffix = partAt(this.#form.suffix, this.#names, row, '')
    if (typeof suffix !== 'string') throw new BrokenBlock('a name is no text')
    return suffix
  }

  #prefixAt(row: number): string {
    if (this.#form.prefix === undefined) return this.#prefix
    return partAt(this.#form.prefix, this.#names, row, '') as string
  }

  /** Rows of the same group before this one. */
  #rank(group: number, position: number): number {
    let rank = 0
    for (let row = 0; row < position; row++) {
      if (numberAt(this.#r.bytes, this.#codes as NumberColumn, row) === group) rank++
    }
    return rank
  }

  #openRest(): NumberColumn[] {
    if (this.#counters !== undefined) return this.#counters
    const counters: NumberColumn[] = []
    for (let i = VERSION; i <= BATCH; i++) {
      counters.push(readNumbers(this.#r, this.count, this.#earlier))
    }
    const { groups } = this.#form
    if (groups.length === 1) this.#openGroup(groups[0] as GroupForm, this.count, this.#earlier)
    else this.#openGroups(groups)
    this.#r.finish()
    this.#counters = counters
    return counters
  }

  #openGroups(groups: readonly GroupForm[]): void {
    const codes = readCodes(this.#r, this.count, [])
    const sizes = groups.map(() => 0)
    for (let row = 0; row < this.count; row++) {
      const code = numberAt(this.#r.bytes, codes, row)
      if (sizes[code] === undefined) throw new BrokenBlock('a row of no group')
      sizes[code]++
    }
    this.#codes = codes
    for (const [code, group] of groups.entries()) {
      this.#r.uint()
      this.#openGroup(group, sizes[code] as number, [])
    }
  }

  #openGroup(group: GroupForm, count: number, earlier: NumberColumn[]): void {
    const columns = this.#columns()
    const heapOffset = this.#heapOffset
    const options = { parts: group.columns, count, earlier, heapOffset }
    this.#heapOffset = openColumns(this.#r, columns, options)
    this.#groups.push(columns)
  }
}

type Own = Omit<IdRecord, 'state' | 'held' | 'template'>

function recordOf({ shape }: GroupForm, own: Own): IdRecord {
  const { key, spelled, version, createdAt, updatedAt, batch, values } = own
  const { state, held, template } = shape
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

function heapOpener(bytes: Buffer, from: number, to: number, unpacked: number): () => Buffer {
  let heap: Buffer | undefined = unpacked === 0 ? bytes.subarray(from, to) : undefined
  return () => {
    heap ??= unpackHeap(bytes.subarray(from, to), unpacked)
    return heap
  }
}

function unpackHeap(packed: Buffer, length: number): Buffer {
  if (length > HEAP_BYTES_MAX) throw new BrokenBlock('a heap is too large')
  try {
    return zstdDecompressSync(packed, { maxOutputLength: length })
  } catch (cause) {
    throw new BrokenBlock('a heap does not unpack', { cause })
  }
}

/** Order of the UTF-8 bytes of two texts: that of their code points. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    return ranked(x) - ranked(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others. */
function ranked(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
