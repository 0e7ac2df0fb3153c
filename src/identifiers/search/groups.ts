import { ByteReader, ByteWriter } from '../block/bytes.ts'
import { HANDLE_BYTES_MAX, type HandleKey, type PrefixKey, suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Entry } from '../store/engine.ts'
import { compareKeys } from '../store/ordering.ts'
import { beyondNames, firstName, sealed, unsealed } from '../store/tables.ts'
import type { IndexTables } from './tables.ts'
import { isDigit } from './words.ts'

/*
 * A group is all names of one prefix from its fence up to the next fence. The first fence of a prefix is `PREFIX/`,
 * every other the least name behind that of some record: the record's with U+0000 behind it.
 */

/** What is known of a group; it may say more than is true of its records now, never less. */
export type Group = {
  readonly id: number
  readonly fence: string
  /** The least and the greatest name that are derived. */
  first: string
  last: string
  /** Characters of their suffixes, the fewest and the most. */
  lengthMin: number
  lengthMax: number
  /** Records derived, about. */
  count: number
  /** Changes derived since the group was made. */
  changes: number
  /** All that was derived up to this batch is in the group, though it came to the derivation later. */
  through: number
  states: number
  updatedMin: number
  updatedMax: number
}

export const REGISTERED = 1
export const RETIRED = 2
export const HELD = 4
/** Among the states: not all names are alike but for their digits. */
export const UNLIKE = 8

export function newGroup(id: number, fence: string): Group {
  return {
    id,
    fence,
    first: '',
    last: fence,
    lengthMin: HANDLE_BYTES_MAX,
    lengthMax: 0,
    count: 0,
    changes: 0,
    through: 0,
    states: 0,
    updatedMin: 2 ** 50,
    updatedMax: 0,
  }
}

/** Takes note of a record that is in the group. */
export function noteRecord(group: Group, record: IdRecord): void {
  const isBehind = compareKeys(record.key, group.last) > 0
  if (isBehind) group.last = record.key
  if (group.first !== '' && !isLike(group.first, record.key)) group.states |= UNLIKE
  if (group.first === '' || compareKeys(record.key, group.first) < 0) group.first = record.key
  const length = record.key.length - record.key.indexOf('/') - 1
  group.lengthMin = Math.min(group.lengthMin, length)
  group.lengthMax = Math.max(group.lengthMax, length)
  if (isBehind || record.version === 1) group.count++
  else group.changes++
  group.states |= record.state === 'registered' ? REGISTERED : RETIRED
  if (record.held) group.states |= HELD
  group.updatedMin = Math.min(group.updatedMin, record.updatedAt)
  group.updatedMax = Math.max(group.updatedMax, record.updatedAt)
}

/** Whether two names differ in nothing but digits, each in the place of another. */
function isLike(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (one !== other && !(isDigit(one) && isDigit(other))) return false
  }
  return true
}

/** Names that are asked for one by one instead of reading the group. */
const NAMES_TRIED_MAX = 100

/**
 * All names that end so and may be in the group, in order, where its names are alike and these are few; undefined where
 * it has to be read.
 */
export function namesEndingWith(group: Group, ending: string): readonly HandleKey[] | undefined {
  if ((group.states & UNLIKE) !== 0) return undefined
  const { first, last } = group
  const at = first.length - ending.length
  if (at <= first.indexOf('/') || !isLike(first, first.slice(0, at) + ending)) return []
  let shared = 0
  while (shared < at && first[shared] === last[shared]) shared++
  let names = [first.slice(0, shared)]
  for (let i = shared; i < at; i++) {
    const letters = isDigit(first.charCodeAt(i)) ? DIGITS : [first.charAt(i)]
    if (names.length * letters.length > NAMES_TRIED_MAX) return undefined
    names = names.flatMap((name) => letters.map((letter) => name + letter))
  }
  const whole = names.map((name) => (name + ending) as HandleKey)
  return whole.filter((it) => compareKeys(it, first) >= 0 && compareKeys(it, last) <= 0)
}

const DIGITS = [...'0123456789']

/** Lengths of names that are tried one by one. */
const LENGTHS_TRIED_MAX = 8

/** Whether one of the group's names may end so, going by what they begin with. */
export function mayEndWith(group: Group, ending: string): boolean {
  const { lengthMin, lengthMax } = group
  if (lengthMax - lengthMin >= LENGTHS_TRIED_MAX) return true
  const first = suffixOf(group.first)
  const last = suffixOf(group.last)
  let shared = 0
  while (shared < first.length && first[shared] === last[shared]) shared++
  for (let length = Math.max(lengthMin, ending.length); length <= lengthMax; length++) {
    const at = length - ending.length
    if (at >= shared || ending.startsWith(first.slice(at, shared).slice(0, ending.length))) {
      return true
    }
  }
  return false
}

export function fenceBehind(key: string): string {
  return `${key}\0`
}

/** The name that a group's records come after; undefined where they are the first of their prefix. */
export function nameBefore(fence: string): HandleKey | undefined {
  return fence.endsWith('\0') ? (fence.slice(0, -1) as HandleKey) : undefined
}

export function groupKey(id: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeUInt32BE(id, 0)
  return key
}

const writer = new ByteWriter()

/** Only within `engine.write`. */
export function putGroup({ fences, groups }: IndexTables, group: Group): void {
  writer.reset()
  writer.piece(group.fence)
  writer.piece(group.first)
  writer.piece(group.last)
  writer.uint(group.lengthMin)
  writer.uint(group.lengthMax)
  writer.uint(group.count)
  writer.uint(group.changes)
  writer.uint(group.through)
  writer.u8(group.states)
  writer.int(group.updatedMin)
  writer.int(group.updatedMax)
  groups.put(groupKey(group.id), sealed(writer.view()))
  fences.put(group.fence, groupKey(group.id))
}

/** Only within `engine.write`; the fence stays for the group that takes its place. */
export function removeGroup({ groups, gone }: IndexTables, id: number): void {
  groups.remove(groupKey(id))
  gone.put(groupKey(id), Buffer.alloc(0))
}

export function readGroup({ groups }: IndexTables, id: number): Group | undefined {
  const stored = groups.get(groupKey(id))
  if (stored === undefined) return undefined
  const r = new ByteReader(unsealed(stored))
  return {
    id,
    fence: r.text(),
    first: r.text(),
    last: r.text(),
    lengthMin: r.uint(),
    lengthMax: r.uint(),
    count: r.uint(),
    changes: r.uint(),
    through: r.uint(),
    states: r.u8(),
    updatedMin: r.int(),
    updatedMax: r.int(),
  }
}

/** The group that the name falls into; undefined where nothing of the prefix is derived. */
export function groupAt(
  tables: IndexTables,
  at: { readonly prefix: PrefixKey; readonly key: string },
): Group | undefined {
  const found = tables.fences.floor(at.key, firstName(at.prefix))
  return found === undefined ? undefined : readGroup(tables, found.value.readUInt32BE(0))
}

/** The first fence of the prefix behind this one. */
export function fenceAfter(
  { fences }: IndexTables,
  at: { readonly prefix: PrefixKey; readonly fence: string },
): string | undefined {
  return fences.firstKey({ after: at.fence, to: beyondNames(at.prefix) })
}

const FENCES_READ = 128

/** Groups of a prefix in order, that of the name `from` first; other turns may pass between. */
export function* groupsFrom(
  { fences }: IndexTables,
  at: { readonly prefix: PrefixKey; readonly from?: string },
): Generator<{ readonly id: number; readonly fence: string }> {
  const first = firstName(at.prefix)
  const begun = at.from === undefined ? undefined : fences.floor(at.from, first)
  const to = beyondNames(at.prefix)
  let start: { from: string } | { after: string } = { from: begun?.key ?? first }
  for (;;) {
    const some: Entry<string>[] = [...fences.entries({ ...start, to, limit: FENCES_READ })]
    for (const { key, value } of some) yield { id: value.readUInt32BE(0), fence: key }
    const last = some.at(-1)
    if (last === undefined || some.length < FENCES_READ) return
    start = { after: last.key }
  }
}

/** Comes after every name that begins so. */
export function behindStart(start: string): string {
  return `${start}\u{10ffff}\u{10ffff}`
}

/** Groups whose first name begins with `start`. */
export function* groupsOfNames({ fences }: IndexTables, start: string): Generator<number> {
  for (const { value } of fences.entries({ from: start, to: behindStart(start) })) {
    yield value.readUInt32BE(0)
  }
}

/** Groups that may hold handles, prefix and all, that begin with `start`. */
export function* groupsOfHandles(tables: IndexTables, start: string): Generator<number> {
  const slash = start.indexOf('/')
  if (slash > 0) {
    const begun = tables.fences.floor(start, start.slice(0, slash + 1))
    if (begun !== undefined) yield begun.value.readUInt32BE(0)
  }
  yield* groupsOfNames(tables, start)
}
