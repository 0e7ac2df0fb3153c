import { createHash } from 'node:crypto'

/** Deeper values are refused, so that no input can exhaust the stack. */
export const JSON_DEPTH_MAX = 16

/**
 * The one spelling of a JSON value: JSON Canonicalization Scheme (RFC 8785). Members are sorted by UTF-16 code units;
 * numbers and strings are spelled as ECMAScript spells them. Throws TypeError for what I-JSON (RFC 7493) has no place for:
 * undefined, functions, dates, bigints, NaN, infinities, text that is not well-formed Unicode.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > JSON_DEPTH_MAX) throw new TypeError(`nested deeper than ${JSON_DEPTH_MAX}`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number must be finite')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (it) => canonicalJson(it, depth + 1)).join(',')}]`
  }
  if (!isPlainObject(value)) throw new TypeError(`${typeof value} is no JSON value`)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${canonicalString(name)}:${canonicalJson(value[name], depth + 1)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 of a value's one spelling, in hexadecimal digits. Throws as `canonicalJson` does. */
export function canonicalDigest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('text must be well-formed Unicode')
  return JSON.stringify(text)
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
