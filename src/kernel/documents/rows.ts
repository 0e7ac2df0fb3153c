import type { ChangeRow } from './decide.ts'
import type { Row } from './declared.ts'
import type { DocumentChange, Stored } from './documents.ts'

/** A row as its reader gets it: the body is theirs to change. */
export function storedOf<T>({
  id,
  version,
  createdAt,
  updatedAt,
  json,
}: Omit<Row, 'collection'>): Stored<T> {
  return { id, version, createdAt, updatedAt, body: JSON.parse(json) as T }
}

export function changeOf(change: ChangeRow & { readonly sequence: number }): DocumentChange {
  const { before, after, ...rest } = change
  return {
    ...rest,
    ...(before !== undefined && { before: JSON.parse(before) as unknown }),
    ...(after !== undefined && { after: JSON.parse(after) as unknown }),
  }
}
