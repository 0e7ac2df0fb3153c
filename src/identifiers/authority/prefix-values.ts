import type { PrefixKey } from '../handle.ts'
import type { HandleValue, ValueReference } from '../record.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import { ADMIN_PERMISSIONS_ALL, writeAdmin } from '../values/admin.ts'
import { writeReferences } from '../values/references.ts'
import { hasAdministrator } from './rights.ts'

/** Where the values of a prefix's record stand that this node keeps true. */
export const ADMIN_INDEX = 100
export const GROUP_INDEX = 200
export const KEY_INDEX_MIN = 300
export const KEY_INDEX_MAX = 399

export function prefixRecordName(prefix: PrefixKey): string {
  return `${PREFIX_RECORDS}/${prefix}`
}

/** Who administers a prefix: the key at 300, until a group of its keys stands at 200. */
export function prefixAdmin(prefix: PrefixKey, index = KEY_INDEX_MIN): HandleValue {
  const admin = { handle: prefixRecordName(prefix), index }
  const data = writeAdmin({ permissions: ADMIN_PERMISSIONS_ALL, admin, legacy: false })
  return { index: ADMIN_INDEX, type: 'HS_ADMIN', data }
}

/** The keys of a prefix at these indexes, and whoever else is in it. */
export function prefixGroup(
  prefix: PrefixKey,
  indexes: readonly number[],
  others: readonly ValueReference[] = [],
): HandleValue {
  const handle = prefixRecordName(prefix)
  const data = writeReferences([...indexes.map((index) => ({ handle, index })), ...others])
  return { index: GROUP_INDEX, type: 'HS_VLIST', data }
}

/** The values of a prefix's record, of which somebody always is the administrator. */
export function prefixValues(
  prefix: PrefixKey,
  stored: readonly HandleValue[] = [],
): readonly HandleValue[] {
  if (hasAdministrator(stored)) return stored
  const admin = prefixAdmin(prefix)
  return [...stored.filter((it) => it.index !== ADMIN_INDEX), admin]
}
