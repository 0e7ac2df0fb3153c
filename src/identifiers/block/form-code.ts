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
}

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
  for (const [byte, length] of lengths.entries()) {
    codes[byte] = reversed(next[length] as number, length)
    next[length] = (next[length] as number) + 1
    bytes[place[length] as number] = byte
    place[length] = (place[length] as number) + 1
  }
  return { codes, lengths, counts, bytes }
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

/** Reads all that `writeCoded` wrote. */
export function readCoded(coded: Uint8Array): Buffer {
  const form = new ByteWriter()
  let before = 0
  let bit = 0
  const end = coded.length * 8
  for (;;) {
    const { counts, bytes } = tables[contexts[before] as number] as Code
    let code = 0
    let first = 0
    let place = 0
    let length = 0
    do {
      if (bit === end) return finished(form, code, length)
      code = (code << 1) | (((coded[bit >> 3] as number) >> (bit & 7)) & 1)
      bit++
      length++
      const count = counts[length] as number
      if (code - first < count) break
      place += count
      first = (first + count) << 1
    } while (length < BITS_MAX)
    before = bytes[place + code - first] as number
    form.u8(before)
  }
}

function finished(form: ByteWriter, rest: number, length: number): Buffer {
  if (length > FILL_BITS_MAX || rest !== (1 << length) - 1) {
    throw new BrokenBlock('a form ends within a code')
  }
  return form.view()
}
