import type { ValueReference } from '../../identifiers/record.ts'
import { type Reader, Writer } from '../../identifiers/values/bytes.ts'

/** One value as it stands in messages (RFC 3651 §3.1; the timestamp as deployed, in four bytes of seconds). */
export type WireValue = {
  /** Signed: 0 and less come, and are refused by who acts on them. */
  readonly index: number
  /** Seconds since 1970. */
  readonly timestampS: number
  /** `TTL_RELATIVE` or `TTL_ABSOLUTE`. */
  readonly ttlType: number
  /** Seconds, or seconds since 1970. */
  readonly ttlS: number
  /** Bits, see `record.ts`; those that mean nothing survive. */
  readonly permissions: number
  readonly type: string
  readonly data: Uint8Array
  readonly references: readonly ValueReference[]
}

export const TTL_RELATIVE = 0
export const TTL_ABSOLUTE = 1
/** A value with nothing in it. */
export const VALUE_BYTES_MIN = 26
const REFERENCE_BYTES_MIN = 8

/** @throws MalformedBytes */
export function readValue(r: Reader): WireValue {
  return {
    index: r.i32(),
    timestampS: r.u32(),
    ttlType: r.u8(),
    ttlS: r.u32(),
    permissions: r.u8(),
    type: r.text(),
    data: r.counted(),
    references: r.list(REFERENCE_BYTES_MIN, (it) => ({ handle: it.text(), index: it.i32() })),
  }
}

export function putValue(w: Writer, it: WireValue): void {
  w.u32(it.index)
    .u32(it.timestampS)
    .u8(it.ttlType)
    .u32(it.ttlS)
    .u8(it.permissions)
    .text(it.type)
    .counted(it.data)
    .list(it.references, (to, { handle, index }) => {
      to.text(handle).u32(index)
    })
}

export function writeValue(it: WireValue): Uint8Array {
  const w = new Writer()
  putValue(w, it)
  return w.done()
}
