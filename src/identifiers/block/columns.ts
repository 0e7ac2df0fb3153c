import { zstdCompressSync } from 'node:zlib'
import type { PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { ByteWriter } from './bytes.ts'
import { constant, type Draft } from './draft.ts'
import { writeCoded } from './form-code.ts'
import { finerGroups, type Group, groupsByShape } from './groups.ts'
import { NUMBER_MAX, planNumbers } from './number-plan.ts'
import { Earlier, writeCodes, writeNumbers } from './numbers.ts'
import { randomBytesOf, type Sheets, writeDraft } from './parts.ts'
import { checkRecord } from './row.ts'
import { writeShape } from './shape.ts'
import { draftNames, draftTexts, type Names } from './text.ts'

/** The form says that every name is spelled as its key. */
export const SPELLED_FOLDED = 1
/** The form says how each name's prefix is spelled; otherwise as in its key. */
export const PREFIX_SPELLED = 2

/** Stand beside the version, which is four times as large. */
export const RETIRED = 1
export const HELD = 2

/** How a form is packed: the two low bits of its length. */
export const FORM_PLAIN = 0
export const FORM_CODED = 1
export const FORM_ZSTD = 2
/** Forms below are not worth a call of zstd. */
const FORM_ZSTD_BYTES_MIN = 768

const packed = new ByteWriter()

/** A heap smaller than this is not worth packing. */
const HEAP_BYTES_MIN = 64

const sheets: Sheets = {
  form: new ByteWriter(),
  body: new ByteWriter(),
  heap: new ByteWriter(),
  letters: [],
}

/** What `writeColumns` wrote, in bytes, and how many of them zstd might make fewer of. */
export type Written = { readonly bytes: number; readonly doubtfulBytes: () => number }

/**
 * Writes records as columns: a form (what is the same from block to block), the columns, and a heap of what only zstd
 * can pack. Undefined where they are better kept as rows; nothing is written then.
 */
export function writeColumns(
  w: ByteWriter,
  prefix: PrefixKey,
  records: readonly IdRecord[],
): Written | undefined {
  checkRecords(prefix, records)
  if (!records.every(fitsColumns)) return undefined
  const groups = groupsByShape(records)
  if (groups === undefined || !groups.every(timestampsFit)) return undefined
  const from = w.length
  const linked = writeBlock(w, prefix, { groups, count: records.length })
  const finer = finerGroups(groups, linked)
  if (finer !== undefined && finer.length * GROUP_ROWS_MIN <= records.length) {
    const first = new Uint8Array(w.view(from))
    w.cut(from)
    writeBlock(w, prefix, { groups: finer, count: records.length })
    if (w.length - from > first.length) {
      w.cut(from)
      w.raw(first)
    }
  }
  const bytes = w.length - from
  return { bytes, doubtfulBytes: () => bytes - randomBytesOf(sheets) }
}

/** Rows in a group on average, where groups are made finer than shapes ask for. */
const GROUP_ROWS_MIN = 8

function fitsColumns({ version, createdAt, updatedAt, batch }: IdRecord): boolean {
  if (version * 4 + RETIRED + HELD > NUMBER_MAX || createdAt > NUMBER_MAX) return false
  return updatedAt <= NUMBER_MAX && batch <= NUMBER_MAX
}

/** Of a group all records or none have a timestamp at a value. */
function timestampsFit({ records }: Group): boolean {
  const { values } = records[0] as IdRecord
  for (let i = 0; i < values.length; i++) {
    if ((values[i] as HandleValue).timestamp === undefined) continue
    for (let row = 0; row < records.length; row++) {
      const timestamp = records[row]?.values[i]?.timestamp ?? -1
      if (!(timestamp >= 0 && timestamp <= NUMBER_MAX)) return false
    }
  }
  return true
}

function checkRecords(prefix: PrefixKey, records: readonly IdRecord[]): void {
  // In order, as they are, all begin alike where the first and the last do.
  checkPrefix(prefix, records[0] as IdRecord)
  checkPrefix(prefix, records[records.length - 1] as IdRecord)
  for (const record of records) checkRecord(record)
}

function checkPrefix(prefix: PrefixKey, { key }: IdRecord): void {
  if (key[prefix.length] !== '/' || !key.startsWith(prefix)) {
    throw new RangeError(`${key} has another prefix than ${prefix}`)
  }
}

type Whole = { readonly groups: readonly Group[]; readonly count: number }

/** Answers, for each group, codes by which it may be worth dividing. */
function writeBlock(
  w: ByteWriter,
  prefix: PrefixKey,
  { groups, count }: Whole,
): (Float64Array | undefined)[] {
  const { form, body, heap } = sheets
  form.reset()
  body.reset()
  heap.reset()
  sheets.letters.length = 0
  form.uint(groups.length)
  if (groups.length > 1) {
    const codes = new Float64Array(count)
    for (const [code, { rows }] of groups.entries()) for (const row of rows) codes[row] = code
    writeCodes(body, codes, new Earlier())
  }
  const linked = groups.map((group) => {
    const from = body.length
    const found = writeGroup(prefix, group.records)
    if (groups.length > 1) body.prependLength(from)
    return found
  })
  writePackedForm(w)
  writeHeapHead(w)
  w.raw(body.view())
  w.raw(heap.view())
  return linked
}

function writeGroup(prefix: PrefixKey, records: readonly IdRecord[]): Float64Array | undefined {
  const earlier = new Earlier()
  const names = writeNames(prefix, records, earlier)
  writeCounters(records, earlier)
  writeValues(records, names, earlier)
  return earlier.linked
}

function writeNames(prefix: PrefixKey, records: readonly IdRecord[], earlier: Earlier): Names {
  const start = prefix.length + 1
  const folded = records.every((record) => record.spelled === record.key)
  const own = !folded && records.some(({ spelled }) => !spelled.startsWith(prefix))
  const spelled = records.map((record) => record.spelled.slice(start))
  sheets.form.u8((folded ? SPELLED_FOLDED : 0) | (own ? PREFIX_SPELLED : 0))
  writeDraft(sheets, draftNames(spelled), earlier)
  if (own) {
    const prefixes = records.map((record) => record.spelled.slice(0, prefix.length))
    writeDraft(sheets, draftTexts(prefixes), earlier)
  }
  return { spelled, folded: folded ? spelled : records.map(({ key }) => key.slice(start)) }
}

function writeCounters(records: readonly IdRecord[], earlier: Earlier): void {
  const count = records.length
  const versions = new Float64Array(count)
  const createdAts = new Float64Array(count)
  const updatedAts = new Float64Array(count)
  const batches = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const { version, state, held, createdAt, updatedAt, batch } = records[row] as IdRecord
    versions[row] = version * 4 + (state === 'retired' ? RETIRED : 0) + (held ? HELD : 0)
    createdAts[row] = createdAt
    updatedAts[row] = updatedAt - createdAt
    batches[row] = batch
  }
  for (const values of [versions, createdAts, updatedAts, batches]) {
    writeNumbers(sheets.body, values, planNumbers(values), earlier)
  }
}

function writeValues(records: readonly IdRecord[], names: Names, earlier: Earlier): void {
  const shape = records[0] as IdRecord
  writeShape(sheets.form, shape)
  for (let i = 0; i < shape.values.length; i++) {
    writeDraft(sheets, draftPieces(piecesOf(records, i), names), earlier)
    const { timestamp, references } = shape.values[i] as HandleValue
    if (timestamp === undefined && references === undefined) continue
    const values = records.map((record) => record.values[i] as HandleValue)
    if (timestamp !== undefined) {
      const timestamps = Float64Array.from(values, (value) => value.timestamp ?? 0)
      writeNumbers(sheets.body, timestamps, planNumbers(timestamps), earlier)
    }
    for (let k = 0; k < (references?.length ?? 0); k++) {
      const handles = values.map((value) => value.references?.[k]?.handle ?? '')
      writeDraft(sheets, draftTexts(handles, names), earlier)
    }
  }
}

type Piece = string | Uint8Array

function piecesOf(records: readonly IdRecord[], i: number): Piece[] {
  const pieces: Piece[] = []
  for (let row = 0; row < records.length; row++) {
    pieces.push(((records[row] as IdRecord).values[i] as HandleValue).data)
  }
  return pieces
}

function draftPieces(pieces: readonly Piece[], names: Names): Draft {
  if (typeof pieces[0] === 'string') return draftTexts(pieces as string[], names)
  const [first] = pieces as [Uint8Array]
  const alike = pieces.every((piece) => Buffer.compare(piece as Uint8Array, first) === 0)
  return alike ? constant(first) : { kind: 'heap', pieces }
}

/** Forms are mostly short texts, which a fixed code suits; long ones are left to zstd. */
function writePackedForm(w: ByteWriter): void {
  const { form } = sheets
  packed.reset()
  writeCoded(packed, form.view())
  const small = form.length >= FORM_ZSTD_BYTES_MIN ? zstdCompressSync(form.view()) : undefined
  if (small !== undefined && small.length < packed.length) {
    w.uint(small.length * 4 + FORM_ZSTD)
    w.raw(small)
  } else {
    const coded = packed.length < form.length
    const best = coded ? packed : form
    w.uint(best.length * 4 + (coded ? FORM_CODED : FORM_PLAIN))
    w.raw(best.view())
  }
}

/** Length of the heap as it is stored, and unpacked where zstd makes it smaller (0: it does not). */
function writeHeapHead(w: ByteWriter): void {
  const { heap } = sheets
  const unpacked = heap.length
  let smaller = false
  if (unpacked >= HEAP_BYTES_MIN) {
    const small = zstdCompressSync(heap.view())
    if (small.length < unpacked) {
      heap.reset()
      heap.raw(small)
      smaller = true
    }
  }
  w.uint(heap.length)
  if (heap.length > 0) w.uint(smaller ? unpacked : 0)
}
