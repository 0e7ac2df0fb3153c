import type { ValueReference } from '../record.ts'
import { Reader, Writer } from './bytes.ts'

/** HS_VLIST, and the references of a value (RFC 3651 §3.1, §3.2.6): a count, then a handle and an index each. */
export function readReferences(bytes: Uint8Array): ValueReference[] {
  const r = new Reader(bytes)
  const list = r.list(REFERENCE_BYTES_MIN, (it) => ({ handle: it.text(), index: it.i32() }))
  r.end()
  return list
}

export function writeReferences(references: readonly ValueReference[]): Uint8Array {
  return new Writer()
    .list(references, (w, it) => {
      w.text(it.handle).u32(it.index)
    })
    .done()
}

const REFERENCE_BYTES_MIN = 8
