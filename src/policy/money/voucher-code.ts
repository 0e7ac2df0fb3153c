/** Crockford's Base32: no letter is taken for a digit, and none is missing by chance of a word. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** The last five stand for check characters alone. */
const CHECKS = `${LETTERS}*~$=U`
export const VOUCHER_RANDOM_BYTES = 10
const RANDOM_CHARS = 16
const GROUP_CHARS = 4
const BITS_A_CHAR = 5n

/**
 * The code of a voucher: 16 characters of 80 bits and a check character, in groups of four.
 * @param chance `VOUCHER_RANDOM_BYTES` that nobody can guess
 */
export function voucherCode(chance: Buffer): string {
  if (chance.length !== VOUCHER_RANDOM_BYTES) throw new RangeError('a code is of 80 bits')
  let bits = BigInt(`0x${chance.toString('hex')}`)
  let code = ''
  for (let at = 0; at < RANDOM_CHARS; at++) {
    code = `${LETTERS[Number(bits & 31n)]}${code}`
    bits >>= BITS_A_CHAR
  }
  return grouped(`${code}${checkOf(code)}`)
}

/** A code as somebody types it, in its one spelling; undefined where its check character says it is mistyped. */
export function parseVoucherCode(typed: string): string | undefined {
  const plain = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  const [code, check] = [plain.slice(0, -1), plain.slice(-1)]
  if (code.length !== RANDOM_CHARS) return undefined
  if ([...code].some((it) => !LETTERS.includes(it))) return undefined
  return check === checkOf(code) ? grouped(plain) : undefined
}

/** The number that the characters are, by 37: finds every wrong character and every two neighbours that changed places. */
function checkOf(code: string): string {
  const rest = [...code].reduce((sum, it) => (sum * 32 + LETTERS.indexOf(it)) % CHECKS.length, 0)
  return CHECKS[rest] ?? ''
}

function grouped(code: string): string {
  return code.match(new RegExp(`.{1,${GROUP_CHARS}}`, 'g'))?.join('-') ?? code
}
