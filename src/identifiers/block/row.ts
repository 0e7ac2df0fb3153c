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

/** What of a row is known before it is stored, encoded: parts follow each other in `bytes`, from `from` on. */
export type RowParts = {
  readonly flags: number
  readonly bytes: Buffer
  readonly from: number
  readonly spelledEnd: number
  readonly templateEnd: number
  readonly valuesEnd: number
}

/** Known only when the row is stored. */
export type RowStamps = Pick<IdRecord, 'version' | 'createdAt' | 'updatedAt' | 'batch'>
type Unstamped = Omit<IdRecord, keyof RowStamps>

/** Writes name, template and values of a row one after the other; answers its flags and where the first two end. */
export function writeParts(
  w: ByteWriter,
  { key, spelled, state, held, template, values }: Unstamped,
): Pick<RowParts, 'flags' | 'spelledEnd' | 'templateEnd'> {
  checkNamed({ key, spelled, values })
  w.piece(spelled)
  const spelledEnd = w.length
  if (template !== undefined) w.piece(template)
  const templateEnd = w.length
  w.uint(values.length)
  for (const value of values) writeValue(w, value)
  return { flags: flagsOf({ key, spelled, state, held, template }), spelledEnd, templateEnd }
}

/** The row that `encodeRecord` would make, put together from its parts. */
function writeJoined(w: ByteWriter, parts: RowParts, stamps: RowStamps): void {
  const { flags, bytes, from, spelledEnd, templateEnd, valuesEnd } = parts
  const { createdAt, updatedAt } = stamps
  checkStamps(stamps)
  const start = w.length
  w.u8(ROW_VERSION)
  w.u8(flags | (createdAt === updatedAt ? 0 : CHANGED_LATER))
  w.rawPart(bytes, from, spelledEnd)
  w.uint(stamps.version)
  w.rawPart(bytes, spelledEnd, templateEnd)
  w.uint(createdAt)
  if (createdAt !== updatedAt) w.uint(updatedAt)
  w.uint(stamps.batch)
  w.rawPart(bytes, templateEnd, valuesEnd)
  w.u32(crc32(w.view(start)))
}

/** What the parts were made of. */
export function readParts(key: HandleKey, { flags, bytes, from, valuesEnd }: RowParts): Unstamped {
  const reader = new ByteReader(bytes, from, valuesEnd)
  const spelled = reader.text()
  const template = (flags & TEMPLATE) === 0 ? undefined : reader.text()
  const values = readValues(reader)
  return {
    key,
    spelled,
    state: stateOf(flags),
    held: isHeld(flags),
    ...(template === undefined ? {} : { template }),
    values,
  }
}

export function stateOf(flags: number): IdRecord['state'] {
  return (flags & RETIRED) === 0 ? 'registered' : 'retired'
}

export function isHeld(flags: number): boolean {
  return (flags & HELD) !== 0
}

function flagsOf(it: {
  key: string
  spelled: string
  state: IdRecord['state']
  held: boolean
  template: string | undefined
}): number {
  return (
    (it.spelled === it.key ? 0 : SPELLED_OTHERWISE) |
    (it.state === 'retired' ? RETIRED : 0) |
    (it.held ? HELD : 0) |
    (it.template === undefined ? 0 : TEMPLATE)
  )
}

/** The name that a row is of; neither the rest is read nor the digest checked. */
export function keyOfRow(row: Buffer): HandleKey {
  const reader = new ByteReader(row, 1)
  const flags = reader.u8()
  const spelled = reader.text()
  return ((flags & SPELLED_OTHERWISE) === 0 ? spelled : foldAscii(spelled)) as HandleKey
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A record as plain bytes, without version or digest. */
export function writeRow(w: ByteWriter, record: IdRecord): void {
  writeHead(w, record, record)
  for (const value of record.values) writeValue(w, value)
}

/** All but the values. */
function writeHead(w: ByteWriter, named: Unstamped, stamps: RowStamps): void {
  const { key, spelled, state, held, template, values } = named
  const { version, createdAt, updatedAt, batch } = stamps
  checkNamed(named)
  checkStamps(stamps)
  const flags = flagsOf({ key, spelled, state, held, template })
  w.u8(flags | (createdAt === updatedAt ? 0 : CHANGED_LATER))
  w.piece(spelled)
  w.uint(version)
  if (template !== undefined) w.piece(template)
  w.uint(createdAt)
  if (createdAt !== updatedAt) w.uint(updatedAt)
  w.uint(batch)
  w.uint(values.length)
}

/** Of so many values of a row each is looked at whether it is the same as that of the row before. */
const SHARED_VALUES_MAX = 32

/**
 * Writes rows as `encodeRecord` makes them, one behind the other. Records that come together share many values: one that is
 * the very same as that of the row before is not encoded again.
 */
export class RowWriter {
  readonly #writer = new ByteWriter()
  readonly #values: (HandleValue | undefined)[] = []
  /** Where the values of the row before begin and end. */
  readonly #from = new Uint32Array(SHARED_VALUES_MAX)
  readonly #to = new Uint32Array(SHARED_VALUES_MAX)

  get length(): number {
    return this.#writer.length
  }

  reset(): void {
    this.#writer.reset()
    this.#values.length = 0
  }

  /** What was written from `from` on, until the next write. */
  view(from = 0): Buffer {
    return this.#writer.view(from)
  }

  /** @throws RangeError as `encodeRecord` does; what was written of the row is to be forgotten with all the others then. */
  add(named: Unstamped, stamps: RowStamps): void {
    const w = this.#writer
    const from = w.length
    w.u8(ROW_VERSION)
    writeHead(w, named, stamps)
    const { values } = named
    for (let i = 0; i < values.length; i++) this.#value(values[i] as HandleValue, i)
    w.u32(crc32(w.view(from)))
  }

  /** The row put together from its parts. */
  join(parts: RowParts, stamps: RowStamps): void {
    writeJoined(this.#writer, parts, stamps)
  }

  #value(value: HandleValue, at: number): void {
    const w = this.#writer
    const from = w.length
    if (this.#values[at] === value) w.again(this.#from[at] as number, this.#to[at] as number)
    else writeValue(w, value)
    if (at >= SHARED_VALUES_MAX) return
    this.#values[at] = value
    this.#from[at] = from
    this.#to[at] = w.length
  }
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
    state: stateOf(flags),
    held: isHeld(flags),
    ...(template === undefined ? {} : { template }),
    createdAt,
    updatedAt,
    batch,
    values,
  }
}

/** What every form of a record takes for granted: the key follows from the spelling and is not stored beside it. */
export function checkRecord(record: IdRecord): void {
  checkNamed(record)
  checkStamps(record)
}

function checkNamed({ key, spelled, values }: Pick<IdRecord, 'key' | 'spelled' | 'values'>): void {
  if (spelled !== key && foldAscii(spelled) !== key) {
    throw new RangeError(`${spelled} does not fold to ${key}`)
  }
  if (values.length > VALUES_MAX) throw new RangeError(`more than ${VALUES_MAX} values`)
}

function checkStamps({ version, createdAt, updatedAt, batch }: RowStamps): void {
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
