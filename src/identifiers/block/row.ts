import { crc32 } from 'node:zlib'
import { foldAscii, type HandleKey } from '../handle.ts'
import { type HandleValue, type IdRecord, VALUES_MAX, type ValueReference } from '../record.ts'
import { BrokenBlock, ByteReader, ByteWriter } from './bytes.ts'

/** Format of a row; a newer program reads every older one. */
const ROW_VERSION = 1
const DIGEST_BYTES = 4

const SPELLED_OTHERWISE = 1
const RETIRED = 2
const HELD = 4
const TEMPLATE = 8
const CHANGED_LATER = 16

const PERMISSIONS = 1
const TTL = 2
const TTL_ABSOLUTE = 4
const TIMESTAMP = 8
const REFERENCES = 16

const scratch = new ByteWriter()

/**
 * One record on its own, with a digest (CRC-32) over all of it.
 *
 * @throws RangeError where a number is negative, broken or above 2^53-1, or `spelled` does not fold to `key`.
 */
export function encodeRecord(record: IdRecord): Uint8Array {
  scratch.reset()
  scratch.u8(ROW_VERSION)
  writeRow(scratch, record)
  scratch.u32(crc32(scratch.view()))
  return scratch.copy()
}

/** @throws BrokenBlock where the bytes are not exactly what `encodeRecord` made. */
export function decodeRecord(bytes: Uint8Array): IdRecord {
  const buffer = asBuffer(bytes)
  const end = buffer.length - DIGEST_BYTES
  if (end < 1 || crc32(buffer.subarray(0, end)) !== buffer.readUInt32LE(end)) {
    throw new BrokenBlock('the digest of a row does not fit')
  }
  const reader = new ByteReader(buffer, 0, end)
  if (reader.u8() !== ROW_VERSION) throw new BrokenBlock('a row of an unknown format')
  const record = readRow(reader)
  reader.finish()
  return record
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A record as plain bytes, without version or digest. */
export function writeRow(w: ByteWriter, record: IdRecord): void {
  const { key, spelled, template, createdAt, updatedAt } = record
  checkRecord(record)
  w.u8(
    (spelled === key ? 0 : SPELLED_OTHERWISE) |
      (record.state === 'retired' ? RETIRED : 0) |
      (record.held ? HELD : 0) |
      (template === undefined ? 0 : TEMPLATE) |
      (createdAt === updatedAt ? 0 : CHANGED_LATER),
  )
  w.piece(spelled)
  w.uint(record.version)
  if (template !== undefined) w.piece(template)
  w.uint(createdAt)
  if (createdAt !== updatedAt) w.uint(updatedAt)
  w.uint(record.batch)
  w.uint(record.values.length)
  for (const value of record.values) writeValue(w, value)
}

export function readRow(r: ByteReader): IdRecord {
  const flags = r.u8()
  const spelled = r.text()
  const key = ((flags & SPELLED_OTHERWISE) === 0 ? spelled : foldAscii(spelled)) as HandleKey
  const version = r.uint()
  const template = (flags & TEMPLATE) === 0 ? undefined : r.text()
  const createdAt = r.uint()
  const updatedAt = (flags & CHANGED_LATER) === 0 ? createdAt : r.uint()
  const batch = r.uint()
  const values = readValues(r)
  return {
    key,
    spelled,
    version,
    state: (flags & RETIRED) === 0 ? 'registered' : 'retired',
    held: (flags & HELD) !== 0,
    ...(template === undefined ? {} : { template }),
    createdAt,
    updatedAt,
    batch,
    values,
  }
}

/** What every form of a record takes for granted: the key follows from the spelling and is not stored beside it. */
export function checkRecord(record: IdRecord): void {
  const { key, spelled, values } = record
  if (spelled !== key && foldAscii(spelled) !== key) {
    throw new RangeError(`${spelled} does not fold to ${key}`)
  }
  if (values.length > VALUES_MAX) throw new RangeError(`more than ${VALUES_MAX} values`)
  const { version, createdAt, updatedAt, batch } = record
  if (!(isWhole(version) && isWhole(createdAt) && isWhole(updatedAt) && isWhole(batch))) {
    throw new RangeError('version, times and batch are whole numbers from 0 to 2^53-1')
  }
}

function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

function writeValue(w: ByteWriter, value: HandleValue): void {
  const { permissions, ttl, timestamp, references } = value
  w.u8(
    (permissions === undefined ? 0 : PERMISSIONS) |
      (ttl === undefined ? 0 : TTL) |
      (value.ttlAbsolute === undefined ? 0 : TTL_ABSOLUTE) |
      (timestamp === undefined ? 0 : TIMESTAMP) |
      (references === undefined ? 0 : REFERENCES),
  )
  w.uint(value.index)
  w.piece(value.type)
  w.piece(value.data)
  if (permissions !== undefined) w.uint(permissions)
  if (ttl !== undefined) w.uint(ttl)
  if (timestamp !== undefined) w.uint(timestamp)
  if (references === undefined) return
  w.uint(references.length)
  for (const { handle, index } of references) {
    w.piece(handle)
    w.uint(index)
  }
}

function readValues(r: ByteReader): HandleValue[] {
  const count = r.count(4)
  if (count > VALUES_MAX) throw new BrokenBlock('a record has too many values')
  const values: HandleValue[] = []
  for (let i = 0; i < count; i++) values.push(readValue(r))
  return values
}

function readValue(r: ByteReader): HandleValue {
  const flags = r.u8()
  const value: { -readonly [Member in keyof HandleValue]: HandleValue[Member] } = {
    index: r.uint(),
    type: r.text(),
    data: r.piece(),
  }
  if ((flags & PERMISSIONS) !== 0) value.permissions = r.uint()
  if ((flags & TTL) !== 0) value.ttl = r.uint()
  if ((flags & TTL_ABSOLUTE) !== 0) value.ttlAbsolute = true
  if ((flags & TIMESTAMP) !== 0) value.timestamp = r.uint()
  if ((flags & REFERENCES) !== 0) value.references = readReferences(r)
  return value
}

function readReferences(r: ByteReader): ValueReference[] {
  const count = r.count(2)
  const references: ValueReference[] = []
  for (let i = 0; i < count; i++) references.push({ handle: r.text(), index: r.uint() })
  return references
}
