import type { Author } from '../../lib/author.ts'
import { foldAscii, type HandleKey, type PrefixKey, parseHandle } from '../handle.ts'
import type { PrefixAnswer, PrefixBook } from '../prefixes/book.ts'
import { ancestorsOf } from '../prefixes/segments.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import type { Registry } from '../registration/registry.ts'
import { ADMIN_PERMISSIONS_ALL, writeAdmin } from '../values/admin.ts'
import type { Authority } from './authority.ts'
import type { Identity } from './identity.ts'
import { ADMIN_INDEX, prefixRecordName } from './prefix-values.ts'
import type { RefusalReason } from './refusal.ts'
import { RIGHT } from './rights.ts'

/** What the node does so that a prefix is answered here, or no longer. */
export type HomingParts = {
  /** The node's own, whose administrators are its operators; undefined while it is not set up. */
  readonly nodePrefix: () => Promise<string | undefined>
  /** Of the node itself. @throws Problem */
  readonly home: (prefix: string, author: Author) => Promise<void>
  /** @throws Problem */
  readonly unhome: (prefix: PrefixKey, author: Author) => Promise<void>
}

type Parts = {
  readonly homing: HomingParts & Pick<Registry, 'administer'>
  readonly authority: Authority
  readonly book: Pick<PrefixBook, 'lookup'>
}
type Wish = { readonly prefix: string; readonly who: Identity; readonly author: Author }

/**
 * Has the node answer for a prefix, for who administers the node's own prefix with the right to add prefixes; what is answered here
 * already stays. Undefined where it is done. @throws Problem
 */
export async function homePrefix(
  { homing, authority, book }: Parts,
  { prefix, who, author }: Wish,
): Promise<RefusalReason | undefined> {
  if (!(await isOperator({ homing, authority }, who, RIGHT.addPrefix))) return 'not-administrator'
  const key = foldAscii(prefix) as PrefixKey
  const state = book.lookup(key)
  if (state.kind === 'hosted') return undefined
  const reason = whyNotHomed(state, key)
  if (reason !== undefined) return reason
  // Below an enterprise's prefix the names are its own.
  const above = [...ancestorsOf(key)].map((it) => book.lookup(it)).find(isKnown)
  if (above?.enterprise !== undefined) return 'not-administrator'
  await homing.home(prefix, author)
  await homing.administer(parseHandle(prefixRecordName(prefix as PrefixKey)), administeredBy(who), {
    author,
  })
  return undefined
}

/** Who had the prefix answered here administers it, where its record does not say who does. */
function administeredBy({ handle, index }: Identity) {
  return (current: IdRecord | undefined): readonly HandleValue[] => {
    if (current?.state === 'registered') return current.values
    const admin = { handle: handle.spelled, index }
    const data = writeAdmin({ permissions: ADMIN_PERMISSIONS_ALL, admin, legacy: false })
    return [{ index: ADMIN_INDEX, type: 'HS_ADMIN', data }]
  }
}

/**
 * The node gives up a prefix of its own; one of an enterprise is the enterprise's. What is not answered here stays so.
 * @throws Problem
 */
export async function unhomePrefix(
  { homing, authority, book }: Parts,
  { prefix, who, author }: Wish,
): Promise<RefusalReason | undefined> {
  if (!(await isOperator({ homing, authority }, who, RIGHT.deletePrefix)))
    return 'not-administrator'
  const key = foldAscii(prefix) as PrefixKey
  const state = book.lookup(key)
  if (state.kind === 'suspended' || state.kind === 'held') return 'stopped'
  if (state.kind !== 'hosted') return undefined
  if (state.enterprise !== undefined) return 'not-administrator'
  await homing.unhome(key, author)
  return undefined
}

function whyNotHomed(state: PrefixAnswer, key: PrefixKey): RefusalReason | undefined {
  if (state.kind === 'suspended' || state.kind === 'held') return 'stopped'
  if (state.kind !== 'delegated') return undefined
  // What the operator has delegated goes on there until the operator takes it back.
  return state.at === key || state.enterprise !== undefined ? 'elsewhere' : undefined
}

type Known = Exclude<PrefixAnswer, { kind: 'unknown' }>

function isKnown(state: PrefixAnswer): state is Known {
  return state.kind !== 'unknown' && state.kind !== 'released'
}

/** Whether somebody administers the node's own prefix. */
async function isOperator(
  { homing, authority }: { readonly homing: HomingParts; readonly authority: Authority },
  who: Identity,
  right: number,
): Promise<boolean> {
  const own = await homing.nodePrefix()
  if (own === undefined) return false
  const rights = await authority.rightsUnder(who, `${foldAscii(own)}/` as HandleKey)
  return (rights & right) !== 0
}
