/** What comes after a suffix that ends in a number: `P-0041` → `P-0042`, `X9` → `X10`. One without stays as it is. */
export function nextSuffix(suffix: string): string {
  const [, stem = '', digits] = /^(.*?)(\d+)$/s.exec(suffix) ?? []
  if (digits === undefined) return suffix
  return `${stem}${String(BigInt(digits) + 1n).padStart(digits.length, '0')}`
}

const DIGITS_MAX = 15
const DIGITS_USUAL = 4

/** The series that a suffix belongs to: what stands before its number. One for each day where nothing is typed yet. */
export function seriesOf(
  suffix: string,
  today: Date,
): { readonly stem: string; readonly digits: number } {
  if (suffix === '') return { stem: `${dayOf(today)}-`, digits: DIGITS_USUAL }
  const [, stem = '', digits = ''] = /^(.*?)(\d*)$/s.exec(suffix) ?? []
  if (digits.length > DIGITS_MAX) return { stem: suffix, digits: DIGITS_USUAL }
  return { stem, digits: digits === '' ? DIGITS_USUAL : digits.length }
}

function dayOf(day: Date): string {
  const two = (it: number) => String(it).padStart(2, '0')
  return `${day.getFullYear()}${two(day.getMonth() + 1)}${two(day.getDate())}`
}
