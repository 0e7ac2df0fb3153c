import type { HandleKey, PrefixKey } from '../../identifiers/handle.ts'
import type { IdRecord } from '../../identifiers/record.ts'
import { ADMIN_PERMISSIONS_ALL, writeAdmin } from './admin.ts'

const ADMIN_INDEX = 100
const KEY_INDEX = 300

/**
 * The record of a prefix of this node that has none stored: who administers it. Records without an HS_ADMIN of their own
 * inherit this one; it governs rights and is not added to answers.
 */
export function madePrefixRecord(prefix: PrefixKey): IdRecord {
  const name = `0.NA/${prefix}`
  const admin = writeAdmin({
    permissions: ADMIN_PERMISSIONS_ALL,
    admin: { handle: name, index: KEY_INDEX },
    legacy: false,
  })
  return {
    key: name as HandleKey,
    spelled: name,
    version: 1,
    state: 'registered',
    held: false,
    createdAt: 0,
    updatedAt: 0,
    batch: 0,
    values: [{ index: ADMIN_INDEX, type: 'HS_ADMIN', data: admin }],
  }
}
