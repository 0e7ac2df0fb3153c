import { type Handle, parseHandle } from '../handle.ts'
import type { ValueReference } from '../record.ts'

/** Whose key: a handle, and the index of the key in it. Index 0 says that it is some key of that handle. */
export type Identity = { readonly handle: Handle; readonly index: number }

/** `300:0.NA/88.100.1`; without a number, or with 0, some key of the handle. Undefined for what names no handle. */
export function parseIdentity(text: string): Identity | undefined {
  const [, index = '0', name = text] = INDEXED.exec(text) ?? []
  return identityOf({ handle: name, index: Number(index) })
}

/** A reference as a message or a value has it. */
export function identityOf({ handle, index }: ValueReference): Identity | undefined {
  if (!Number.isInteger(index) || index < 0 || index > INDEX_MAX) return undefined
  try {
    return { handle: parseHandle(handle), index }
  } catch {
    return undefined
  }
}

export function formatIdentity({ handle, index }: Identity): string {
  return `${index}:${handle.spelled}`
}

/** As it is recorded and counted by: one identity has one text, however it was spelled. */
export function identityKey({ handle, index }: Identity): string {
  return `${index}:${handle.key}`
}

const INDEXED = /^(\d{1,10}):(.*)$/s
const INDEX_MAX = 2 ** 31 - 1
