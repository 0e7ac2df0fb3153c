import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
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

/** A change as its reader gets it: bodies are theirs to change. */
export function changeOf(change: ChangeRow & { readonly sequence: number }): DocumentChange {
  const { before, after, ...rest } = change
  return {
    ...rest,
    ...(before !== undefined && { before: JSON.parse(before) as unknown }),
    ...(after !== undefined && { after: JSON.parse(after) as unknown }),
  }
}

/** Version of the tables of either database. A newer program brings older ones up to date; an older program refuses newer ones. */
export const DOCUMENTS_FORMAT = 2

/** A row of `documents` as either database gives it. */
export type DocumentRow = {
  collection: string
  id: string
  version: number
  created_at: number
  updated_at: number
  body: string
}

export function rowOf(row: DocumentRow): Row {
  const { collection, id, version, created_at: createdAt, updated_at: updatedAt, body: json } = row
  return { collection, id, version, createdAt, updatedAt, json }
}

export function tooNew(version: number): Problem {
  return new Problem('unsupported', {
    en: `The documents have format ${version}; this program knows formats up to ${DOCUMENTS_FORMAT}. Use a newer program`,
    zh: `文档库格式为 ${version}，本程序最高支持格式 ${DOCUMENTS_FORMAT}，请使用更新的程序`,
  })
}

export function notUnique(collection: string, field: string): Problem {
  return new Problem('wrong-state', {
    en: `“${field}” of ${collection} is to be unique now, but stored documents share a value`,
    zh: `${collection} 的“${field}”现须唯一，但已存文档中存在重复值`,
  })
}

export function notEmpty(): Problem {
  return new Problem('wrong-state', {
    en: 'There are documents already; a backup is restored into an empty store only',
    zh: '已存在文档，只能恢复到空的文档库',
  })
}

export const CLOSED: Text = { en: 'The documents are closed', zh: '文档库已关闭' }

export function closed(cause?: unknown): Problem {
  return new Problem('unavailable', CLOSED, { cause })
}
