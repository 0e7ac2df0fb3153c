import { zstdDecompressSync } from 'node:zlib'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Block } from './block.ts'
import { BrokenBlock, ByteReader } from './bytes.ts'
import { FORM_CODED, FORM_PLAIN, FORM_ZSTD } from './columns.ts'
import { readCoded } from './form-code.ts'
import { FormMemo } from './form-memo.ts'
import { type GroupForm, GroupReader, readGroupForm } from './group-reader.ts'
import { GROUPS_MAX } from './groups.ts'
import { type NumberColumn, numberAt, readCodes } from './numbers.ts'
import { searchKeys } from './order.ts'
import type { PlainRow } from './plain-row.ts'

/** The unpacked heap of one block at most, in bytes. */
const HEAP_BYTES_MAX = 2 ** 30
/** An unpacked form at most, in bytes. */
const FORM_BYTES_MAX = 2 ** 30
/** Each takes some kilobytes once it is read. */
const FORMS_KEPT = 8_192

const forms = new FormMemo<readonly GroupForm[]>(FORMS_KEPT)

/** The form of each group; the same in block after block, and so kept. */
function formsOf(r: ByteReader): readonly GroupForm[] {
  const { bytes, at: start } = r
  const head = r.uint()
  const from = r.skip(Math.floor(head / 4))
  const known = forms.find(bytes, start, r.at)
  if (known !== undefined) return known
  const read = readForms(unpackedForm(bytes.subarray(from, r.at), head % 4))
  forms.keep(bytes, start, r.at, read)
  return read
}

function unpackedForm(packed: Buffer, packing: number): Buffer {
  switch (packing) {
    case FORM_PLAIN:
      return packed
    case FORM_CODED:
      return readCoded(packed)
    case FORM_ZSTD:
      return unpack(packed, FORM_BYTES_MAX)
    default:
      throw new BrokenBlock('a form packed in an unknown way')
  }
}

function readForms(form: Buffer): GroupForm[] {
  const r = new ByteReader(form)
  const count = r.count(1)
  if (count < 1 || count > GROUPS_MAX) throw new BrokenBlock('a block of too many groups')
  const read: GroupForm[] = []
  for (let g = 0; g < count; g++) read.push(readGroupForm(r))
  r.finish()
  return read
}

/** Opens a block of columns. Columns are found when first needed; each answer reads only its own row. */
export function openColumnBlock(prefix: PrefixKey, count: number, r: ByteReader): Block {
  const read = formsOf(r)
  const stored = r.uint()
  const unpacked = stored === 0 ? 0 : r.uint()
  if (stored > r.end - r.at) throw new BrokenBlock('a heap is longer than its block')
  const body = new ByteReader(r.bytes, r.at, r.end - stored)
  const heap = heapOpener(r, body.end, unpacked)
  const [only] = read
  return read.length === 1 && only !== undefined
    ? new UniformBlock(prefix, count, new GroupReader(only, body, { count, heap }))
    : new MixedBlock(prefix, count, groupsOf(read, body, { count, heap }))
}

type Groups = { readonly codes: Uint8Array; readonly groups: readonly GroupReader[] }

/** Which group each row is of, then each group's columns behind their length. */
function groupsOf(
  forms: readonly GroupForm[],
  body: ByteReader,
  of: { readonly count: number; readonly heap: () => Buffer },
): Groups {
  const column: NumberColumn = readCodes(body, of.count, [])
  const codes = new Uint8Array(of.count)
  const sizes = forms.map(() => 0)
  for (let row = 0; row < of.count; row++) {
    const code = numberAt(body.bytes, column, row)
    const size = sizes[code]
    if (size === undefined) throw new BrokenBlock('a row of no group')
    codes[row] = code
    sizes[code] = size + 1
  }
  const groups = forms.map((form, code) => {
    const length = body.count(1)
    const from = body.skip(length)
    const r = new ByteReader(body.bytes, from, from + length)
    return new GroupReader(form, r, { count: sizes[code] as number, heap: of.heap })
  })
  body.finish()
  return { codes, groups }
}

/** All records are of one form. */
class UniformBlock implements Block {
  readonly count: number
  readonly #prefix: PrefixKey
  readonly #group: GroupReader

  constructor(prefix: PrefixKey, count: number, group: GroupReader) {
    this.count = count
    this.#prefix = prefix
    this.#group = group
  }

  find(key: HandleKey): number {
    const name = nameIn(this.#prefix, key)
    if (name === undefined) return -1
    const row = this.#group.rowOf(name)
    return row ?? searchKeys(this.count, name, (it) => this.#group.foldedAt(it))
  }

  at(position: number): IdRecord {
    checkPosition(position, this.count)
    return this.#group.at(position, this.#prefix)
  }

  seek(key: HandleKey): PlainRow | IdRecord | undefined {
    const row = this.find(key)
    return row < 0 ? undefined : this.#group.seek(row, this.#prefix)
  }
}

/** Records of several forms between one another. */
class MixedBlock implements Block {
  readonly count: number
  readonly #prefix: PrefixKey
  readonly #codes: Uint8Array
  readonly #groups: readonly GroupReader[]

  constructor(prefix: PrefixKey, count: number, { codes, groups }: Groups) {
    this.count = count
    this.#prefix = prefix
    this.#codes = codes
    this.#groups = groups
  }

  find(key: HandleKey): number {
    const found = this.#placeOf(key)
    return found === undefined ? -1 : this.#positionOf(found.code, found.row)
  }

  at(position: number): IdRecord {
    checkPosition(position, this.count)
    return this.#groupAt(position).at(this.#rank(position), this.#prefix)
  }

  seek(key: HandleKey): PlainRow | IdRecord | undefined {
    const found = this.#placeOf(key)
    return found && (this.#groups[found.code] as GroupReader).seek(found.row, this.#prefix)
  }

  /** The group that has the key, by its code, and the row in it. */
  #placeOf(key: HandleKey): { readonly code: number; readonly row: number } | undefined {
    const name = nameIn(this.#prefix, key)
    if (name === undefined) return undefined
    for (let code = 0; code < this.#groups.length; code++) {
      const row = (this.#groups[code] as GroupReader).rowOf(name)
      if (row === undefined) return this.#placeByText(name)
      if (row >= 0) return { code, row }
    }
    return undefined
  }

  #placeByText(name: string): { readonly code: number; readonly row: number } | undefined {
    const position = searchKeys(this.count, name, (it) => this.#foldedAt(it))
    if (position < 0) return undefined
    return { code: this.#codes[position] as number, row: this.#rank(position) }
  }

  #foldedAt(position: number): string {
    return this.#groupAt(position).foldedAt(this.#rank(position))
  }

  #groupAt(position: number): GroupReader {
    return this.#groups[this.#codes[position] as number] as GroupReader
  }

  /** Rows of the same group before this one. */
  #rank(position: number): number {
    const code = this.#codes[position]
    let rank = 0
    for (let row = 0; row < position; row++) if (this.#codes[row] === code) rank++
    return rank
  }

  #positionOf(code: number, rank: number): number {
    let left = rank
    for (let position = 0; position < this.count; position++) {
      if (this.#codes[position] === code && left-- === 0) return position
    }
    return -1
  }
}

function checkPosition(position: number, count: number): void {
  if (!(position >= 0 && position < count)) {
    throw new RangeError(`no position ${position} in the block`)
  }
}

const SLASH = 47

/** What follows the prefix in a key; undefined where the key has another prefix. */
function nameIn(prefix: PrefixKey, key: HandleKey): string | undefined {
  const { length } = prefix
  if (key.charCodeAt(length) !== SLASH) return undefined
  // Prefixes are short, and what an engine does to compare a part of a text is not.
  for (let i = length - 1; i >= 0; i--) {
    if (key.charCodeAt(i) !== prefix.charCodeAt(i)) return undefined
  }
  return key.slice(length + 1)
}

function heapOpener({ bytes, end }: ByteReader, from: number, unpacked: number): () => Buffer {
  let heap: Buffer | undefined
  return () => {
    if (heap === undefined) {
      const stored = bytes.subarray(from, end)
      heap = unpacked === 0 ? stored : unpackHeap(stored, unpacked)
    }
    return heap
  }
}

function unpackHeap(packed: Buffer, length: number): Buffer {
  if (length > HEAP_BYTES_MAX) throw new BrokenBlock('a heap is too large')
  const heap = unpack(packed, length)
  if (heap.length !== length) throw new BrokenBlock('a heap is shorter than it says')
  return heap
}

function unpack(packed: Buffer, bytesMax: number): Buffer {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: bytesMax })
  } catch (cause) {
    throw new BrokenBlock('packed bytes do not unpack', { cause })
  }
}
