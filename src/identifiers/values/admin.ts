import type { ValueReference } from '../record.ts'
import { Reader, Writer } from './bytes.ts'

/** HS_ADMIN as deployed: permissions first, then the reference (RFC 3651 §3.2.1 has them the other way round). */
export type AdminRecord = {
  /** Bits from Add_Handle 0x0001 to List_Handle 0x0800. */
  readonly permissions: number
  /** Whose key administers: a handle and the index of the key in it; index 0 is any key. */
  readonly admin: ValueReference
  /** Written by a program that counted the permissions as four bytes: two zero bytes follow. */
  readonly legacy: boolean
}

export const ADMIN_PERMISSIONS_ALL = 0x0fff

export function readAdmin(bytes: Uint8Array): AdminRecord {
  const r = new Reader(bytes)
  const permissions = r.u16()
  const admin = { handle: r.text(), index: r.i32() }
  const legacy = r.left === LEGACY_TAIL_BYTES
  if (legacy) r.u16()
  r.end()
  return { permissions, admin, legacy }
}

export function writeAdmin(record: AdminRecord): Uint8Array {
  const w = new Writer().u16(record.permissions).text(record.admin.handle).u32(record.admin.index)
  return (record.legacy ? w.u16(0) : w).done()
}

const LEGACY_TAIL_BYTES = 2
