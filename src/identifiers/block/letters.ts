import { BitWriter, bitsAt, bitsFor, packedBytes } from './bits.ts'
import { BrokenBlock, type ByteReader, type ByteWriter } from './bytes.ts'

const DIGITS = '0123456789'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'

/** Alphabets that are written by their number. New ones are added at the end only. */
const KNOWN = [
  `${DIGITS}abcdef`,
  `${DIGITS}ABCDEF`,
  UPPER,
  LOWER,
  DIGITS + UPPER,
  DIGITS + LOWER,
  DIGITS + UPPER + LOWER,
  UPPER + LOWER,
  '0123456789ABCDEFGHJKMNPQRSTVWXYZ', // Crockford's base 32
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', // RFC 4648 base 32
  `${UPPER}${LOWER}${DIGITS}-_`, // RFC 4648 base64url
  DIGITS,
]
/** Says that the letters themselves follow, as 128 bits. */
const OWN = 255
const ASCII_CHARS = 128

/** An alphabet of ASCII letters, and how many of them are packed together into how many bits. */
export type Alphabet = {
  readonly id: number
  readonly letters: Uint8Array
  /** Place of each ASCII character, or 255. */
  readonly places: Uint8Array
  /** Letters packed as one number, and the bits of it. */
  readonly group: number
  readonly groupBits: number
  /** Bits of a last group of 0, 1, … letters. */
  readonly restBits: readonly number[]
}

const known = KNOWN.map((letters, id) => alphabetOf(id, letters))

function alphabetOf(id: number, text: string): Alphabet {
  const letters = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  const places = new Uint8Array(ASCII_CHARS).fill(255)
  for (const [place, letter] of letters.entries()) places[letter] = place
  const size = Math.max(2, letters.length)
  let group = 1
  for (let g = 2; size ** g <= 2 ** 25; g++) {
    if (bitsFor(size ** g - 1) / g < bitsFor(size ** group - 1) / group) group = g
  }
  const restBits = Array.from({ length: group + 1 }, (_, g) => bitsFor(size ** g - 1))
  return { id, letters, places, group, groupBits: restBits[group] as number, restBits }
}

/** Bits that `count` letters take. */
export function lettersBits({ group, groupBits, restBits }: Alphabet, count: number): number {
  const rest = count % group
  return ((count - rest) / group) * groupBits + (restBits[rest] as number)
}

/**
 * The cheapest alphabet for `samples` characters of which those marked in `seen` occur; undefined where one is not
 * ASCII.
 */
export function alphabetFor(seen: Uint8Array, samples: number): Alphabet {
  const letters: number[] = []
  for (let char = 0; char < ASCII_CHARS; char++) if (seen[char] === 1) letters.push(char)
  let best: Alphabet | undefined
  for (const alphabet of known) {
    if (best !== undefined && best.letters.length <= alphabet.letters.length) continue
    if (covers(alphabet, letters)) best = alphabet
  }
  if (best !== undefined && best.letters.length <= letters.length) return best
  const own = alphabetOf(OWN, String.fromCharCode(...letters))
  if (best === undefined) return own
  const gain = samples * (best.groupBits / best.group - own.groupBits / own.group)
  return gain > 4 * ASCII_CHARS ? own : best
}

function covers({ places }: Alphabet, letters: readonly number[]): boolean {
  for (let i = 0; i < letters.length; i++) {
    if (places[letters[i] as number] === 255) return false
  }
  return true
}

export function writeAlphabet(w: ByteWriter, { id, letters }: Alphabet): void {
  w.u8(id)
  if (id !== OWN) return
  const marks = new Uint8Array(ASCII_CHARS / 8)
  for (const letter of letters)
    marks[letter >> 3] = (marks[letter >> 3] as number) | (1 << (letter & 7))
  w.raw(marks)
}

export function readAlphabet(r: ByteReader): Alphabet {
  const id = r.u8()
  if (id !== OWN) {
    const alphabet = known[id]
    if (alphabet === undefined) throw new BrokenBlock('an unknown alphabet')
    return alphabet
  }
  const from = r.skip(ASCII_CHARS / 8)
  let letters = ''
  for (let char = 0; char < ASCII_CHARS; char++) {
    const marks = r.bytes[from + (char >> 3)] as number
    if ((marks & (1 << (char & 7))) !== 0) letters += String.fromCharCode(char)
  }
  if (letters === '') throw new BrokenBlock('an empty alphabet')
  return alphabetOf(OWN, letters)
}

/** Rows of equally many letters, one after the other in `chars`; the first `lead` of each row are the same in all. */
export type LetterRows = {
  readonly chars: Uint8Array
  readonly length: number
  readonly lead: number
}

/** Values of a chunk of letters, at least: then chunks of random ones hardly ever meet. */
const CHUNK_VALUES_MIN = 2 ** 24
/** Chunks looked at, about; rows are left out for more. */
const CHUNKS_SAMPLED = 256

/**
 * Whether letters are as good as random, so that zstd makes nothing of them: hardly any stretch comes twice, and none
 * of the letters comes much more often than others.
 */
export function looksRandom({ letters, places }: Alphabet, rows: LetterRows): boolean {
  const { chars, length, lead } = rows
  const size = Math.max(2, letters.length)
  const chunk = Math.ceil(Math.log(CHUNK_VALUES_MIN) / Math.log(size))
  if (length - lead < chunk) return false
  const chunks = new Set<number>()
  const counts = new Uint32Array(size)
  let taken = 0
  const all = (chars.length / length) * Math.floor((length - lead) / chunk)
  const stride = length * Math.ceil(all / CHUNKS_SAMPLED)
  for (let row = 0; row < chars.length; row += stride) {
    for (let from = row + lead; from + chunk <= row + length; from += chunk) {
      let number = 0
      for (let i = from; i < from + chunk; i++) {
        const place = places[chars[i] as number] as number
        counts[place] = (counts[place] as number) + 1
        number = number * size + place
      }
      chunks.add(number)
      taken++
    }
  }
  const mean = (taken * chunk) / size
  return chunks.size >= taken * 0.98 && counts.every((count) => count < 2 * mean + 16)
}

/** The common lead as it is, then the other letters packed. */
export function writeLetters(w: ByteWriter, alphabet: Alphabet, rows: LetterRows): void {
  const { chars, length, lead } = rows
  const { places, group, restBits } = alphabet
  const size = Math.max(2, alphabet.letters.length)
  w.uint(lead)
  w.raw(chars.subarray(0, lead))
  const bits = new BitWriter(w)
  for (let row = 0; row < chars.length; row += length) {
    for (let from = lead; from < length; from += group) {
      const to = Math.min(length, from + group)
      let number = 0
      for (let i = to - 1; i >= from; i--) {
        number = number * size + (places[chars[row + i] as number] as number)
      }
      bits.put(number, restBits[to - from] as number)
    }
  }
  bits.end()
}

/** A column of letters as it lies in the bytes. */
export type LetterColumn = {
  readonly alphabet: Alphabet
  readonly length: number
  readonly lead: number
  readonly leadOffset: number
  readonly offset: number
  readonly rowBits: number
}

export function readLetters(
  r: ByteReader,
  count: number,
  alphabet: Alphabet,
  length: number,
): LetterColumn {
  const lead = r.count(1)
  if (lead > length) throw new BrokenBlock('more leading letters than letters')
  const leadOffset = r.skip(lead)
  const rowBits = lettersBits(alphabet, length - lead)
  const offset = r.skip(packedBytes(count, rowBits))
  return { alphabet, length, lead, leadOffset, offset, rowBits }
}

let line = Buffer.alloc(256)

/** The letters at a row. */
export function lettersAt(bytes: Buffer, column: LetterColumn, row: number): string {
  const { alphabet, length, lead, leadOffset, offset } = column
  const { letters, group, restBits } = alphabet
  const size = Math.max(2, letters.length)
  if (line.length < length) line = Buffer.alloc(length)
  for (let i = 0; i < lead; i++) line[i] = bytes[leadOffset + i] as number
  let bit = row * column.rowBits
  for (let from = lead; from < length; from += group) {
    const to = Math.min(length, from + group)
    const width = restBits[to - from] as number
    let number = bitsAt(bytes, offset, bit, width)
    bit += width
    for (let i = from; i < to; i++) {
      const rest = (number / size) | 0
      line[i] = letters[number - rest * size] as number
      number = rest
    }
  }
  return line.toString('latin1', 0, length)
}

/**
 * How the letters at a row compare with those of `name` from `nameFrom` on; each row's are folded first unless they
 * are so already. Stops at the first that differs.
 */
export function lettersOrder(
  bytes: Buffer,
  column: LetterColumn,
  row: number,
  name: string,
  nameFrom: number,
  folded: boolean,
): number {
  const { alphabet, length, lead, leadOffset, offset } = column
  const { letters, group, restBits } = alphabet
  const size = Math.max(2, letters.length)
  for (let i = 0; i < lead; i++) {
    const order = upper(bytes[leadOffset + i] as number, folded) - name.charCodeAt(nameFrom + i)
    if (order !== 0) return order
  }
  let bit = row * column.rowBits
  for (let from = lead; from < length; from += group) {
    const to = Math.min(length, from + group)
    const width = restBits[to - from] as number
    let number = bitsAt(bytes, offset, bit, width)
    bit += width
    for (let i = from; i < to; i++) {
      const rest = (number / size) | 0
      const letter = upper(letters[number - rest * size] as number, folded)
      const order = letter - name.charCodeAt(nameFrom + i)
      if (order !== 0) return order
      number = rest
    }
  }
  return 0
}

function upper(letter: number, folded: boolean): number {
  return !folded && letter >= 97 && letter <= 122 ? letter - 32 : letter
}
