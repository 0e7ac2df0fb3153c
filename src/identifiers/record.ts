import type { HandleKey } from './handle.ts'

/** Permission bits of a value (RFC 3651 §3.1, as deployed). */
export const PUBLIC_WRITE = 0x01
export const PUBLIC_READ = 0x02
export const ADMIN_WRITE = 0x04
export const ADMIN_READ = 0x08
/** Read by all, written and read by administrators: what a value has when nothing else is said. */
export const PERMISSIONS_DEFAULT = 0x0e
/** The same without public read. */
export const PERMISSIONS_PROTECTED = 0x0c
export const TTL_S_DEFAULT = 86_400
export const VALUES_MAX = 2048
export const VALUE_BYTES_MAX = 262_144

export type ValueReference = { readonly handle: string; readonly index: number }

/** One value of a record (RFC 3651 §3). Absent members stand for the default. */
export type HandleValue = {
  /** 1 … 2^31-1, unique within the record. */
  readonly index: number
  /** Type, e.g. `URL`, `HS_ADMIN`; does not end in a dot. */
  readonly type: string
  /** Text as a string, exactly when the bytes are valid UTF-8 and were given as text; else the bytes. */
  readonly data: string | Uint8Array
  /** Default `PERMISSIONS_DEFAULT`. */
  readonly permissions?: number
  /** Seconds, relative (default `TTL_S_DEFAULT`); or seconds since 1970 when `ttlAbsolute`. */
  readonly ttl?: number
  readonly ttlAbsolute?: true
  /** Seconds since 1970; default the second of the record's `updatedAt`. */
  readonly timestamp?: number
  readonly references?: readonly ValueReference[]
}

/** A record as it is stored. `values` keep the order they were given in. */
export type IdRecord = {
  readonly key: HandleKey
  /** The name as it was first spelled; folds to `key`. */
  readonly spelled: string
  /** 1 when registered, one more at every change. */
  readonly version: number
  readonly state: 'registered' | 'retired'
  /** By order: not resolved until lifted, whatever the state. */
  readonly held: boolean
  /** `TEMPLATE@VERSION` of the prefix's template that the values were made by; absent for plain Handle values. */
  readonly template?: string
  /** Milliseconds since 1970 of version 1 and of this version. */
  readonly createdAt: number
  readonly updatedAt: number
  /** The batch that wrote this version: `RecordStore.batch` tells who and when. */
  readonly batch: number
  readonly values: readonly HandleValue[]
}
