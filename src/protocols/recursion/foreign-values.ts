import type { HandleValue } from '../../identifiers/record.ts'
import { selectValues, type ValueFilter } from '../../identifiers/resolution/values.ts'
import { TTL_ABSOLUTE, type WireValue } from '../wire/value.ts'

/** Of a record of others what was asked for, as a record of this node would have it; never what not everybody may read. */
export function foreignValues(
  values: readonly WireValue[],
  filter: ValueFilter,
): readonly HandleValue[] {
  const selection = selectValues(values.map(foreignValue), filter, 'public')
  return selection.kind === 'values' ? selection.values : []
}

/** Everything said, be it what is usual: this node knows nothing better. */
function foreignValue(it: WireValue): HandleValue {
  const { index, type, data, permissions, ttlS, ttlType, timestampS, references } = it
  return {
    ...{ index, type, data, permissions, ttl: ttlS, timestamp: timestampS, references },
    ...(ttlType === TTL_ABSOLUTE && { ttlAbsolute: true }),
  }
}
