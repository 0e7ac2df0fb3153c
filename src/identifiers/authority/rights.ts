import { foldAscii, type HandleKey } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { MaybePromise } from '../store/store.ts'
import { readAdmin } from '../values/admin.ts'
import { readReferences } from '../values/references.ts'
import { type Identity, identityOf } from './identity.ts'

/** What an HS_ADMIN value allows, bit by bit (RFC 3651 §3.2.1, as deployed). */
export const RIGHT = {
  addHandle: 0x0001,
  deleteHandle: 0x0002,
  addPrefix: 0x0004,
  deletePrefix: 0x0008,
  modifyValue: 0x0010,
  deleteValue: 0x0020,
  addValue: 0x0040,
  modifyAdmin: 0x0080,
  removeAdmin: 0x0100,
  addAdmin: 0x0200,
  readValue: 0x0400,
  listHandles: 0x0800,
} as const

/** A record as it is answered here; undefined where there is none, or it is not answered now. */
export type ReadRecord = (key: HandleKey) => MaybePromise<IdRecord | undefined>

/** So many records are looked into for the groups of one decision; what lies deeper is not found. */
export const GROUP_RECORDS_MAX = 32
/** So many members of groups are looked at for one decision. */
export const GROUP_MEMBERS_MAX = 4_096

/**
 * All that somebody may do by the HS_ADMIN values among `values`: those that name them, any key of their handle (index 0),
 * or a group (HS_VLIST) they are in, however deep. Groups may name each other: each is looked into once.
 */
export async function rightsOf(
  who: Identity,
  values: readonly HandleValue[],
  read: ReadRecord,
): Promise<number> {
  const groups = new Groups(who, read)
  let rights = 0
  for (const value of values) {
    if (!isOfType(value, 'HS_ADMIN')) continue
    const named = adminIn(value)
    // What is allowed already needs no look into a group.
    if (named === undefined || (named.permissions | rights) === rights) continue
    if (await groups.include(named.identity)) rights |= named.permissions
  }
  return rights
}

/** Whether a record says itself who administers it; else its prefix does. */
export function hasAdministrator(values: readonly HandleValue[]): boolean {
  return values.some((it) => isOfType(it, 'HS_ADMIN'))
}

export function isOfType({ type }: HandleValue, wanted: string): boolean {
  return type === wanted || (type.length === wanted.length && foldAscii(type) === wanted)
}

/** Bytes of a value's data, text or not. */
export function dataOf({ data }: HandleValue): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data
}

/** Looks for one identity in groups within groups, nearest first, and each group once. */
class Groups {
  readonly #who: Identity
  readonly #read: ReadRecord
  readonly #seen = new Set<string>()
  #records = 0
  #members = 0

  constructor(who: Identity, read: ReadRecord) {
    this.#who = who
    this.#read = read
  }

  async include(named: Identity): Promise<boolean> {
    const waiting = [named]
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (isNamed(this.#who, next)) return true
      waiting.push(...(await this.#membersOf(next)))
    }
    return false
  }

  async #membersOf({ handle: { key }, index }: Identity): Promise<Identity[]> {
    const group = `${index}:${key}`
    if (index === 0 || this.#seen.has(group) || this.#records >= GROUP_RECORDS_MAX) return []
    this.#seen.add(group)
    this.#records++
    const record = await this.#read(key)
    const list = record?.values.find((it) => it.index === index && isOfType(it, 'HS_VLIST'))
    const members = list === undefined ? [] : membersIn(list)
    const taken = members.slice(0, GROUP_MEMBERS_MAX - this.#members)
    this.#members += taken.length
    return taken
  }
}

/** Of an administrator with index 0, every key of the handle is meant; who has shown no index has the rights of 0 alone. */
function isNamed(who: Identity, named: Identity): boolean {
  return who.handle.key === named.handle.key && (named.index === 0 || named.index === who.index)
}

type Named = { readonly permissions: number; readonly identity: Identity }

function adminIn(value: HandleValue): Named | undefined {
  const read = readOrNothing(() => readAdmin(dataOf(value)))
  const identity = read && identityOf(read.admin)
  return identity && { permissions: read.permissions, identity }
}

function membersIn(value: HandleValue): Identity[] {
  const references = readOrNothing(() => readReferences(dataOf(value))) ?? []
  return references.flatMap((it) => identityOf(it) ?? [])
}

/** What a record came with may be anything; it then names nobody. */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
