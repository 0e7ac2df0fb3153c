import type { IndexKind } from './documents.ts'

/**
 * The value of an index as bytes that sort as the value does, held in a string of one character a byte, so that `<`,
 * `===` and Map keys work on it. A document without the value has `ABSENT`: it sorts first and no question finds it.
 */
export type IndexValue = string

export const ABSENT: IndexValue = '\x00'
/** Below every value that is there. */
const PRESENT = '\x01'
/** Above every value that is there. */
export const ABOVE_ALL: IndexValue = '\x02'

/** Longest text that can be indexed, in UTF-8 bytes: a key of an index page of PostgreSQL holds 2,700 bytes. */
export const INDEXED_TEXT_BYTES_MAX = 1024

const SIGN_BIT = 1n << 63n

/** Undefined where the value is not of the kind, or too long to be indexed. */
export function encodeIndexValue(kind: IndexKind, value: unknown): IndexValue | undefined {
  switch (kind) {
    case 'text': {
      if (typeof value !== 'string' || !value.isWellFormed()) return undefined
      const bytes = Buffer.from(value)
      return bytes.length > INDEXED_TEXT_BYTES_MAX ? undefined : PRESENT + bytes.toString('latin1')
    }
    case 'integer': {
      if (!Number.isSafeInteger(value)) return undefined
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(BigInt(value as number) + SIGN_BIT)
      return PRESENT + bytes.toString('latin1')
    }
    case 'boolean':
      return typeof value === 'boolean' ? PRESENT + (value ? '\x01' : '\x00') : undefined
  }
}

/** The least text above every text that starts with this one, by UTF-8 bytes; undefined where there is none. */
export function textAbove(start: string): string | undefined {
  const points = Array.from(start, (it) => it.codePointAt(0) ?? 0)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue
    const next = last === 0xd7ff ? 0xe000 : last + 1
    return String.fromCodePoint(...points, next)
  }
  return undefined
}

/** Compares as UTF-8 bytes do: by code points, not by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x === y) continue
    // A surrogate stands for a code point above every unit that is none.
    const high = Number(isSurrogate(x)) - Number(isSurrogate(y))
    return high === 0 ? x - y : high
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
