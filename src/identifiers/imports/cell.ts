/**
 * Undoes what spreadsheets and our own exports put around the text of a cell: `="00123"` is how a sheet is told to keep
 * digits as text, and an apostrophe in front keeps a text from being taken for a formula.
 */
export function readCell(cell: string): string {
  const first = cell.charCodeAt(0)
  if (first === 0x27) return GUARDED.test(cell) ? cell.slice(1) : cell
  if (first === 0x3d) return TEXT_FORMULA.exec(cell)?.[1]?.replaceAll('""', '"') ?? cell
  return cell
}

/** The text to write into a cell so that `readCell` gives it back, where it begins like one with an apostrophe put before it. */
export function guardCell(text: string): string {
  return text.charCodeAt(0) === 0x27 && GUARDED.test(text) ? `'${text}` : text
}

/** An apostrophe before a sign that begins a formula, before another apostrophe, or before nothing but digits. */
const GUARDED = /^'(?:[=+\-@\t\r\n＝＋－＠']|\d+$)/
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/
