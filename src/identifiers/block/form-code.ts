import { BitWriter } from './bits.ts'
import { BrokenBlock, ByteWriter } from './bytes.ts'

/**
 * Length of the code of each byte (canonical Huffman, 1 … 15 bits as one hexadecimal digit), by what stands before it.
 * Made once from forms whose texts were products of the CISA advisories and names of GB/T 4754 and GB/T 2260; part of
 * the block format, never changed.
 */
const CODE_LENGTHS = [
  '5388457ffbcff89a68afffff6fffffff84bf4fffbff7a46fa6fd9ffedfffffff4ac9bbbccbfe58be9ca6bdcbff7fffff75f8feff5cfffff77ff8fdf8ffffffff5fffffffffffffffafffffffffffffffafffffffffffffffafffffffffffffff3fffffffffffffff8fffffffffffffff9fffa699a9ffffff5fffffffffffffff',
  'ffffffafffffffff8fffffffffffffff58effffffaffc755ebabbffedf6ff8f869c9dccdccfeb98eaac9bab9dfffffffa574547764d765445d44357798cfffffcfffffffffffffffdfffffffffffffffdfffffffffffffffdfffffffffffffff7fffffffffffffffdfffffffffffffffcffffcdeeeffffff7fffffffffffffff',
  '8fff6f9fffffffffffffffffffffffff37c6ffeeb8ad85b66666778789dfffffc5646576858755665965568868aefefe96d895db86fe89758d8a66cba8cfffffbff6ffffffffffffbfffffffffffffffbfffffffffffffffcfffffffffffffffafffffffffffffffcfffffffffffffffbfdfcaabcbffffff7fffffffffffffff',
  'f858887fffffffff7fffffff7fffffff58e99fff67af757444565666678fffffd786777798aa8699797578788bbdfefe9785779776b8a68747957ca7acbfffffcff7ffffffffffffcff7ffffffffffffdfffffffffffffffdfffffffffffffffafffffffffffffffcfffffffffffffffbfc7dbbddcffffff5fffffffffffffff',
  'f7aeffffffffffff4ffffffff5fffcfffffff7fffffffffffafffefffdff5aff8cfb7bb777ff7aeb7bb979ef7dff7cff69ff6bff6cff69ff6aff6bff69ff6bff58896697576957575987687767a86897589968a979da7869677978b7577677888aff8bff8bff9bff8aff9bff9aff9bffabffabffabffabffbaffabffbbff9bff',
  '338b5f9ff77ff454556fffffffffffff68fffffffffffffffeffbcfdffffffffea6aabb99afbcabbaba9cfabcedfffffaff9fdeefcfffcffaffffeffefffffff987a99986899989988a9ab88a99a999878aba899899aa99999a89979a9796996bfefffffffffffff5fffffffffffffffcff9645666fffffb7fffffffffffffff',
]
const BITS_MAX = 15
/** More than a code's missing end can be: ones fill the last byte, and no code of fewer than 8 bits is all ones. */
const FILL_BITS_MAX = 7

type Code = {
  /** Each byte's code, its first bit lowest. */
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
  /** How many codes there are of each length, and the bytes in the order of their codes. */
  readonly counts: Uint16Array
  readonly bytes: Uint8Array
  /** Length × 256 + byte for the next bits where they begin with a short code, else 0. */
  readonly short: Uint16Array
}

const SHORT_BITS = 8
const SHORT_MASK = 2 ** SHORT_BITS - 1

const tables = CODE_LENGTHS.map(codeOf)

function codeOf(digits: string): Code {
  const lengths = Uint8Array.from(digits, (digit) => Number.parseInt(digit, 16))
  const counts = new Uint16Array(BITS_MAX + 1)
  for (const length of lengths) counts[length] = (counts[length] as number) + 1
  const next = new Uint16Array(BITS_MAX + 2)
  const place = new Uint16Array(BITS_MAX + 2)
  for (let length = 1; length <= BITS_MAX; length++) {
    const count = counts[length] as number
    next[length + 1] = ((next[length] as number) + count) << 1
    place[length + 1] = (place[length] as number) + count
  }
  const codes = new Uint16Array(256)
  const bytes = new Uint8Array(256)
  const short = new Uint16Array(SHORT_MASK + 1)
  for (const [byte, length] of lengths.entries()) {
    codes[byte] = reversed(next[length] as number, length)
    next[length] = (next[length] as number) + 1
    bytes[place[length] as number] = byte
    for (let bits = codes[byte] as number; length <= SHORT_BITS && bits <= SHORT_MASK; ) {
      short[bits] = length * 256 + byte
      bits += 2 ** length
    }
    place[length] = (place[length] as number) + 1
  }
  return { codes, lengths, counts, bytes, short }
}

function reversed(code: number, length: number): number {
  let bits = 0
  for (let i = 0; i < length; i++) bits |= ((code >> i) & 1) << (length - 1 - i)
  return bits
}

/** Figures, small letters, capitals, other ASCII, the first byte of a Chinese character, its others. */
const contexts = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20) return 0
  if (byte >= 0x80) return byte >= 0xe0 ? 4 : 5
  const letter = String.fromCharCode(byte)
  return /[a-z]/.test(letter) ? 1 : /[A-Z]/.test(letter) ? 2 : 3
})

/** Writes a form in fewer bits: mostly literal text of one kind. */
export function writeCoded(w: ByteWriter, form: Uint8Array): void {
  const bits = new BitWriter(w)
  let before = 0
  let written = 0
  for (let i = 0; i < form.length; i++) {
    const byte = form[i] as number
    const { codes, lengths } = tables[contexts[before] as number] as Code
    const length = lengths[byte] as number
    bits.put(codes[byte] as number, length)
    written += length
    before = byte
  }
  const fill = -written & FILL_BITS_MAX
  bits.put((1 << fill) - 1, fill)
  bits.end()
}

const scratch = new ByteWriter()

/** Reads all that `writeCoded` wrote. */
export function readCoded(coded: Uint8Array): Buffer {
  scratch.reset()
  const end = coded.length * 8
  let before = 0
  let bit = 0
  for (;;) {
    const table = tables[contexts[before] as number] as Code
    const at = bit >> 3
    const next = ((coded[at] as number) | ((coded[at + 1] as number) << 8)) >> (bit & 7)
    const short = table.short[next & SHORT_MASK] as number
    const found = short > 0 ? short : longCode(coded, bit, table)
    bit += found >> 8
    if (bit > end) return finished(next, end - (bit - (found >> 8)))
    before = found & 255
    scratch.u8(before)
  }
}

/** Length × 256 + byte of the code that begins at a bit, as in `short`; one bit after the other. */
function longCode(coded: Uint8Array, from: number, { counts, bytes }: Code): number {
  let code = 0
  let first = 0
  let place = 0
  for (let length = 1; length <= BITS_MAX; length++) {
    const bit = from + length - 1
    code = (code << 1) | (((coded[bit >> 3] as number) >> (bit & 7)) & 1)
    const count = counts[length] as number
    if (code - first < count) return length * 256 + (bytes[place + code - first] as number)
    place += count
    first = (first + count) << 1
  }
  throw new BrokenBlock('a code that none has')
}

function finished(rest: number, bits: number): Buffer {
  const fill = (1 << bits) - 1
  if (bits > FILL_BITS_MAX || (rest & fill) !== fill) {
    throw new BrokenBlock('a form ends within a code')
  }
  return Buffer.from(scratch.view())
}
