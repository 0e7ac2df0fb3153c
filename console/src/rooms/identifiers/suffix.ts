/** What comes after a suffix that ends in a number: `P-0041` → `P-0042`, `X9` → `X10`. One without stays as it is. */
export function nextSuffix(suffix: string): string {
  const [, stem = '', digits] = /^(.*?)(\d+)$/s.exec(suffix) ?? []
  if (digits === undefined) return suffix
  return `${stem}${String(BigInt(digits) + 1n).padStart(digits.length, '0')}`
}
