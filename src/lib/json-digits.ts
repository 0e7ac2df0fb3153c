/** A number of a JSON text by its own digits, so that none is lost to binary fractions. */
export class JsonNumber {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }

  toString(): string {
    return this.digits
  }
}

/** What `parseDigits` answers: JSON whose numbers are `JsonNumber`. */
export type JsonDigits =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonDigits[]
  | { readonly [name: string]: JsonDigits }

/** Like JSON.parse, and every number keeps the digits it was written with. Throws SyntaxError as that does. */
export function parseDigits(text: string): JsonDigits {
  const keep = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value
  return JSON.parse(text, keep as (name: string, value: unknown) => unknown) as JsonDigits
}

/** The same value written again, its numbers digit by digit. */
export function formatDigits(value: JsonDigits): string {
  if (value instanceof JsonNumber) return value.digits
  if (Array.isArray(value)) return `[${value.map(formatDigits).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${formatDigits(inner)}`,
  )
  return `{${fields.join(',')}}`
}

/** A JSON object, and neither a list nor a number nor nothing. */
export function isJsonObject(
  value: JsonDigits | undefined,
): value is { readonly [name: string]: JsonDigits } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  )
}
