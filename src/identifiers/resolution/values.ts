import { foldAscii } from '../handle.ts'
import { ADMIN_READ, type HandleValue, PERMISSIONS_DEFAULT, PUBLIC_READ } from '../record.ts'

/** Which values are asked for: those of an index or of a type in the lists; both lists empty: all (RFC 3652 §3.2.1). */
export type ValueFilter = {
  readonly indexes: readonly number[]
  /** A trailing dot asks for the type and everything below it. ASCII case does not count. */
  readonly types: readonly string[]
}

export const EVERY_VALUE: ValueFilter = { indexes: [], types: [] }

/** With whose eyes values are read. */
export type Viewer =
  /** Hidden values are as if they were not there. */
  | 'public'
  /** Asks for hidden values too, without having shown any right to them. */
  | 'stranger'
  /** Administers the prefix: sees what administrators may read. */
  | 'administrator'

export type Selection =
  | { readonly kind: 'values'; readonly values: readonly HandleValue[] }
  /** A hidden value was touched: the asker must show a right first. */
  | { readonly kind: 'authentication-needed' }
  /** A value that nobody may read was touched; the whole request is refused, as deployed. */
  | { readonly kind: 'unreadable' }

/** Pure: the values of a record that the filter asks for and the viewer may have, in the order of the record. */
export function selectValues(
  values: readonly HandleValue[],
  filter: ValueFilter,
  viewer: Viewer,
): Selection {
  const asked = filter === EVERY_VALUE ? values : values.filter((it) => matches(it, filter))
  if (viewer === 'public') return { kind: 'values', values: publicOf(asked) }
  const hidden = asked.filter((it) => !isPublic(it))
  if (hidden.some((it) => !has(it, ADMIN_READ))) return { kind: 'unreadable' }
  if (hidden.length > 0 && viewer === 'stranger') return { kind: 'authentication-needed' }
  return { kind: 'values', values: asked }
}

export function isPublic(value: HandleValue): boolean {
  return value.permissions === undefined || (value.permissions & PUBLIC_READ) !== 0
}

function publicOf(values: readonly HandleValue[]): readonly HandleValue[] {
  return values.every(isPublic) ? values : values.filter(isPublic)
}

function has({ permissions = PERMISSIONS_DEFAULT }: HandleValue, bit: number): boolean {
  return (permissions & bit) !== 0
}

function matches(value: HandleValue, { indexes, types }: ValueFilter): boolean {
  if (indexes.length === 0 && types.length === 0) return true
  if (indexes.includes(value.index)) return true
  const type = foldAscii(value.type)
  return types.some((asked) => isOfType(type, foldAscii(asked)))
}

function isOfType(type: string, asked: string): boolean {
  if (!asked.endsWith('.')) return type === asked
  return asked.length > 1 && (type.startsWith(asked) || type === asked.slice(0, -1))
}
