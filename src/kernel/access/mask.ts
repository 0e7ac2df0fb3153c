/**
 * Personal data as those see it who need to recognise it but not to use it. What is left visible follows common practice
 * under GB/T 35273 (the standard asks for masking and leaves the pattern open). A value that does not look like its kind
 * is hidden whole.
 */
const HIDDEN = '***'

/** `13812345678` → `138****5678`; a landline keeps its area code and last two digits: `0755-26001234` → `0755-****34`. */
export function maskPhone(phone: string): string {
  const plain = phone.replaceAll(/[\s()]/g, '')
  const mobile = /^(\+?86-?)?(1\d{2})-?\d{4}-?(\d{4})$/.exec(plain)
  if (mobile) return `${mobile[1] ?? ''}${mobile[2]}****${mobile[3]}`
  const landline = /^(0\d{2,3})-?\d{5,6}(\d{2})(-\d+)?$/.exec(plain)
  if (landline) return `${landline[1]}-****${landline[2]}`
  const digits = plain.replaceAll(/\D/g, '')
  return digits.length < 7 ? HIDDEN : `${HIDDEN}${digits.slice(-2)}`
}

/** `张三丰` → `张**`, `John Smith` → `J*** S***`. */
export function maskName(name: string): string {
  const plain = name.trim()
  if (/^\p{Script=Han}/u.test(plain)) {
    const [first = '', ...rest] = [...plain]
    return first + '*'.repeat(Math.max(rest.length, 1))
  }
  const words = plain.split(/\s+/).filter((it) => it !== '')
  return words.length === 0 ? '' : words.map((it) => `${[...it][0] ?? ''}${HIDDEN}`).join(' ')
}

/** A citizen identity number (GB 11643) keeps its first and last character: `4***************1`. */
export function maskIdNumber(number: string): string {
  const plain = number.trim()
  if (plain.length < 8) return HIDDEN
  return `${plain.slice(0, 1)}${'*'.repeat(plain.length - 2)}${plain.slice(-1)}`
}

/** `zhang.san@example.com` → `z***@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 1 ? HIDDEN : `${[...email][0] ?? ''}${HIDDEN}${email.slice(at)}`
}
