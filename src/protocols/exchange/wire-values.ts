import { type HandleValue, PERMISSIONS_DEFAULT, TTL_S_DEFAULT } from '../../identifiers/record.ts'
import { TTL_ABSOLUTE, TTL_RELATIVE, type WireValue } from '../wire/value.ts'

/** A value of a record as it goes over the wire. @param updatedAtMs of the record, for a value without a time of its own */
export function wireValue(value: HandleValue, updatedAtMs: number): WireValue {
  const { data } = value
  return {
    index: value.index,
    timestampS: value.timestamp ?? Math.floor(updatedAtMs / 1_000),
    ttlType: value.ttlAbsolute === true ? TTL_ABSOLUTE : TTL_RELATIVE,
    ttlS: value.ttl ?? TTL_S_DEFAULT,
    permissions: value.permissions ?? PERMISSIONS_DEFAULT,
    type: value.type,
    data: typeof data === 'string' ? Buffer.from(data) : data,
    references: value.references ?? [],
  }
}
