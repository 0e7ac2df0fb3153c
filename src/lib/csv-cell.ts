/**
 * Text a spreadsheet would run as a formula when a cell begins with it (OWASP, CSV Injection), the full-width forms that
 * Excel takes for the same signs included.
 */
const RUNS_AS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
const NEEDS_QUOTES = /[",;\r\n\t]|^\s|\s$|^'/

/**
 * One cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula: text that begins like one gets an apostrophe
 * before it and is quoted. Numbers and booleans are written as they are; undefined and null are empty cells.
 */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return String(value)
  const harmless = RUNS_AS_FORMULA.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** One line with its CRLF. */
export function csvLine(cells: readonly Parameters<typeof csvCell>[0][]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
