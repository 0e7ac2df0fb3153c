import type { HandleValue, IdRecord } from '../record.ts'
import { VALUES_MAX } from '../record.ts'
import { BrokenBlock, type ByteReader, type ByteWriter } from './bytes.ts'

/**
 * What records of one kind have in common: everything about them but the texts, the times, the counters and the state.
 * It is taken from one of them and compared with the others.
 */
export function sameShape(a: IdRecord, b: IdRecord): boolean {
  if (a.values.length !== b.values.length || a.template !== b.template) return false
  for (let i = 0; i < a.values.length; i++) {
    if (!sameValueShape(a.values[i] as HandleValue, b.values[i] as HandleValue)) return false
  }
  return true
}

function sameValueShape(a: HandleValue, b: HandleValue): boolean {
  return (
    a.index === b.index &&
    a.type === b.type &&
    typeof a.data === typeof b.data &&
    a.permissions === b.permissions &&
    a.ttl === b.ttl &&
    a.ttlAbsolute === b.ttlAbsolute &&
    (a.timestamp === undefined) === (b.timestamp === undefined) &&
    sameReferences(a.references, b.references)
  )
}

function sameReferences(a: HandleValue['references'], b: HandleValue['references']): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && a.every((reference, i) => reference.index === b[i]?.index)
}

/** The shape of a record as it is read back. */
export type Shape = {
  readonly template: string | undefined
  readonly values: readonly ValueShape[]
}

export type ValueShape = {
  readonly index: number
  readonly type: string
  readonly octets: boolean
  readonly permissions: number | undefined
  readonly ttl: number | undefined
  readonly ttlAbsolute: boolean
  readonly timestamp: boolean
  /** The index of each reference. */
  readonly references: readonly number[] | undefined
}

const PERMISSIONS = 1
const TTL = 2
const TTL_ABSOLUTE = 4
const TIMESTAMP = 8
const REFERENCES = 16
const OCTETS = 32
/** The index is one more than that of the value before. */
const NEXT_INDEX = 64
/** The type is one of those below. */
const KNOWN_TYPE = 128

/** Types written by their number. New ones are added at the end only. */
const TYPES = [
  'URL',
  'HS_ADMIN',
  'HS_VLIST',
  'HS_SITE',
  'HS_PUBKEY',
  'HS_ALIAS',
  'HS_SERV',
  'HS_SIGNATURE',
  'HS_NAMESPACE',
  'EMAIL',
  'DESC',
  'INET_HOST',
  'URN',
  'NAME',
  'BATCH',
  'TIME',
  'CODE',
  'MODEL',
  'SERIAL',
  'DATE',
]

export function writeShape(w: ByteWriter, record: IdRecord): void {
  const { template, values } = record
  w.uint(values.length * 2 + (template === undefined ? 0 : 1))
  if (template !== undefined) w.piece(template)
  let before = 0
  for (const value of values) {
    writeValueShape(w, value, before)
    before = value.index
  }
}

function writeValueShape(w: ByteWriter, value: HandleValue, before: number): void {
  const { index, type, permissions, ttl, references } = value
  const known = TYPES.indexOf(type)
  w.u8(
    (permissions === undefined ? 0 : PERMISSIONS) |
      (ttl === undefined ? 0 : TTL) |
      (value.ttlAbsolute === undefined ? 0 : TTL_ABSOLUTE) |
      (value.timestamp === undefined ? 0 : TIMESTAMP) |
      (references === undefined ? 0 : REFERENCES) |
      (typeof value.data === 'string' ? 0 : OCTETS) |
      (index === before + 1 ? NEXT_INDEX : 0) |
      (known < 0 ? 0 : KNOWN_TYPE),
  )
  if (index !== before + 1) w.uint(index)
  if (known < 0) w.piece(type)
  else w.u8(known)
  if (permissions !== undefined) w.uint(permissions)
  if (ttl !== undefined) w.uint(ttl)
  if (references === undefined) return
  w.uint(references.length)
  for (const reference of references) w.uint(reference.index)
}

export function readShape(r: ByteReader): Shape {
  const head = r.uint()
  const template = head % 2 === 0 ? undefined : r.text()
  const count = Math.floor(head / 2)
  if (count > VALUES_MAX) throw new BrokenBlock('a record has too many values')
  const values: ValueShape[] = []
  let before = 0
  for (let i = 0; i < count; i++) {
    const value = readValueShape(r, before)
    values.push(value)
    before = value.index
  }
  return { template, values }
}

function readValueShape(r: ByteReader, before: number): ValueShape {
  const flags = r.u8()
  const index = (flags & NEXT_INDEX) === 0 ? r.uint() : before + 1
  const type = (flags & KNOWN_TYPE) === 0 ? r.text() : TYPES[r.u8()]
  if (type === undefined) throw new BrokenBlock('an unknown type')
  return {
    index,
    type,
    octets: (flags & OCTETS) !== 0,
    permissions: (flags & PERMISSIONS) === 0 ? undefined : r.uint(),
    ttl: (flags & TTL) === 0 ? undefined : r.uint(),
    ttlAbsolute: (flags & TTL_ABSOLUTE) !== 0,
    timestamp: (flags & TIMESTAMP) !== 0,
    references: (flags & REFERENCES) === 0 ? undefined : readIndexes(r),
  }
}

function readIndexes(r: ByteReader): number[] {
  const count = r.count(1)
  return Array.from({ length: count }, () => r.uint())
}
