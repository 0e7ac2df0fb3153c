import { zstdCompressSync } from 'node:zlib'
import type { PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { ByteWriter } from './bytes.ts'
import { constant, type Draft } from './draft.ts'
import { type Earlier, NUMBER_MAX, planNumbers, writeCodes, writeNumbers } from './numbers.ts'
import { type Sheets, writeDraft } from './parts.ts'
import { checkSpelling } from './row.ts'
import { sameShape, writeShape } from './shape.ts'
import { draftNames, draftTexts, type Names } from './text.ts'

/** Kinds of records that one block holds in columns; more are packed as rows. */
export const GROUPS_MAX = 16

/** The form says that every name is spelled as its key. */
export const SPELLED_FOLDED = 1
/** The form says how each name's prefix is spelled; otherwise as in its key. */
export const PREFIX_SPELLED = 2

/** A heap smaller than this is not worth packing. */
const HEAP_BYTES_MIN = 64

const sheets: Sheets = { form: new ByteWriter(), body: new ByteWriter(), heap: new ByteWriter() }
const groupBody = new ByteWriter()

type Group = { readonly records: IdRecord[]; readonly rows: number[] }

/**
 * Writes records as columns: a form (what is the same from block to block), the columns, and a heap of what only zstd
 * can pack. False where they are better kept as rows; nothing is written then.
 */
export function writeColumns(
  w: ByteWriter,
  prefix: PrefixKey,
  records: readonly IdRecord[],
): boolean {
  const groups = groupsOf(records)
  if (groups === undefined || !records.every(fitsColumns)) return false
  const { form, body, heap } = sheets
  form.reset()
  body.reset()
  heap.reset()
  const earlier: Earlier = []
  const names = writeNames(prefix, records, earlier)
  writeCounters(records, earlier)
  form.uint(groups.length)
  if (groups.length === 1) writeGroup(records, names, earlier)
  else writeGroups(groups, records.length, names)
  w.uint(form.length)
  w.raw(form.view())
  writeHeapHead(w)
  w.raw(body.view())
  w.raw(heap.view())
  return true
}

function groupsOf(records: readonly IdRecord[]): Group[] | undefined {
  const groups: Group[] = []
  let last: Group | undefined
  for (let row = 0; row < records.length; row++) {
    const record = records[row] as IdRecord
    if (last === undefined || !sameShape(last.records[0] as IdRecord, record)) {
      last = groups.find((group) => sameShape(group.records[0] as IdRecord, record))
      if (last === undefined) {
        if (groups.length === GROUPS_MAX || groups.length * 4 > records.length) return undefined
        last = { records: [], rows: [] }
        groups.push(last)
      }
    }
    last.records.push(record)
    last.rows.push(row)
  }
  return groups
}

function fitsColumns({ version, createdAt, updatedAt, batch, values }: IdRecord): boolean {
  if (version > NUMBER_MAX || createdAt > NUMBER_MAX) return false
  if (updatedAt > NUMBER_MAX || batch > NUMBER_MAX) return false
  for (const { timestamp } of values) {
    if (timestamp !== undefined && timestamp > NUMBER_MAX) return false
  }
  return true
}

function writeNames(prefix: PrefixKey, records: readonly IdRecord[], earlier: Earlier): Names {
  const start = prefix.length + 1
  const prefixes = records.map(({ spelled }) => spelled.slice(0, start - 1))
  const own = prefixes.some((it) => it !== prefix)
  const spelled = records.map((record) => {
    if (!record.key.startsWith(prefix) || record.key[prefix.length] !== '/') {
      throw new RangeError(`${record.key} has another prefix than ${prefix}`)
    }
    checkSpelling(record.key, record.spelled)
    return record.spelled.slice(start)
  })
  const folded = records.every((record) => record.spelled === record.key)
  sheets.form.u8((folded ? SPELLED_FOLDED : 0) | (own ? PREFIX_SPELLED : 0))
  writeDraft(sheets, draftNames(spelled), earlier)
  if (own) writeDraft(sheets, draftTexts(prefixes), earlier)
  return { spelled, folded: folded ? spelled : records.map(({ key }) => key.slice(start)) }
}

function writeCounters(records: readonly IdRecord[], earlier: Earlier): void {
  const count = records.length
  const versions = new Float64Array(count)
  const createdAts = new Float64Array(count)
  const updatedAts = new Float64Array(count)
  const batches = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const { version, createdAt, updatedAt, batch } = records[row] as IdRecord
    versions[row] = version
    createdAts[row] = createdAt
    updatedAts[row] = updatedAt - createdAt
    batches[row] = batch
  }
  for (const values of [versions, createdAts, updatedAts, batches]) {
    writeNumbers(sheets.body, values, planNumbers(values), earlier)
  }
}

/** The codes say which group each row is of; each group's columns stand behind their length. */
function writeGroups(groups: readonly Group[], count: number, names: Names): void {
  const codes = new Float64Array(count)
  for (const [code, { rows }] of groups.entries()) for (const row of rows) codes[row] = code
  writeCodes(sheets.body, codes, [])
  for (const { records, rows } of groups) {
    const spelled = rows.map((row) => names.spelled[row] as string)
    const folded =
      names.folded === names.spelled ? spelled : rows.map((row) => names.folded[row] as string)
    const from = sheets.body.length
    writeGroup(records, { spelled, folded }, [])
    groupBody.reset()
    groupBody.raw(sheets.body.view(from))
    sheets.body.cut(from)
    sheets.body.uint(groupBody.length)
    sheets.body.raw(groupBody.view())
  }
}

function writeGroup(records: readonly IdRecord[], names: Names, earlier: Earlier): void {
  const shape = records[0] as IdRecord
  writeShape(sheets.form, shape)
  for (let i = 0; i < shape.values.length; i++) {
    const values = records.map((record) => record.values[i] as HandleValue)
    writeDraft(sheets, draftPieces(values, names), earlier)
    const { timestamp, references } = shape.values[i] as HandleValue
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

function draftPieces(values: readonly HandleValue[], names: Names): Draft {
  const pieces = values.map((value) => value.data)
  if (typeof pieces[0] === 'string') return draftTexts(pieces as string[], names)
  const [first] = pieces as [Uint8Array]
  const alike = pieces.every((piece) => Buffer.compare(piece as Uint8Array, first) === 0)
  return alike ? constant(first) : { kind: 'heap', pieces }
}

/** Length of the heap as it is stored, and unpacked where zstd makes it smaller (0: it does not). */
function writeHeapHead(w: ByteWriter): void {
  const { heap } = sheets
  const unpacked = heap.length
  let packed = false
  if (unpacked >= HEAP_BYTES_MIN) {
    const small = zstdCompressSync(heap.view())
    if (small.length < unpacked) {
      heap.reset()
      heap.raw(small)
      packed = true
    }
  }
  w.uint(heap.length)
  if (heap.length > 0) w.uint(packed ? unpacked : 0)
}
