/*
 * Names as keys of the engine. Keys there end at 1,978 bytes and are ordered as bytes; names have up to 2,048. Folded
 * names lack 26 of the 128 ASCII letters, which leaves room for a code of seven bits a letter that keeps the order:
 *
 *   symbol 0          end and padding
 *   1 … 102           U+0000 … U+007F without a … z
 *   103 … 117         U+0080 … U+07FF, 7 bits follow
 *   118 … 125         U+0800 … U+FFFF, 13 bits follow
 *   126, 127          U+10000 … U+10FFFF, 19 bits follow
 *
 * None takes more than 7/8 of its UTF-8 bytes, so the longest name takes 1,792.
 */
const LOWER_FIRST = 0x61
const LOWER_LAST = 0x7a
const TWO_BYTES = 103
const THREE_BYTES = 118
const FOUR_BYTES = 126

/** Symbol of each UTF-16 unit that stands for one; 0 for all others. */
const SYMBOLS = new Uint8Array(65_536)
for (let unit = 0; unit < 0x80; unit++) {
  if (unit < LOWER_FIRST) SYMBOLS[unit] = unit + 1
  else if (unit > LOWER_LAST) SYMBOLS[unit] = unit - 25
}

/** One name is often written twice in a row, for one table and then another: the last one is kept. */
let last = ''
let lastLength = 0
let lastIsAscii = true
let lastBytes = new Uint8Array(2_048)

/**
 * Writes a folded name into `target` from `start` on; answers where it ends.
 *
 * @throws RangeError where the name is not folded: ASCII lower case has no place in the code.
 */
export function writeKey(name: string, target: Uint8Array, start: number): number {
  if (name !== last) {
    if (lastBytes.length < name.length * 4) lastBytes = new Uint8Array(name.length * 4)
    last = ''
    lastLength = pack(name, lastBytes)
    last = name
  }
  for (let i = 0; i < lastLength; i++) target[start + i] = lastBytes[i] as number
  return start + lastLength
}

function pack(name: string, target: Uint8Array): number {
  lastIsAscii = true
  const packed = packEights(name, target)
  let at = (packed / 8) * 7
  let pending = 0
  let bits = 0
  for (let i = packed; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    if (unit < 0x80) {
      const symbol = SYMBOLS[unit] as number
      if (symbol === 0) throw new RangeError(`not a folded name: ${name}`)
      pending = (pending << 7) | symbol
      bits += 7
    } else {
      lastIsAscii = false
      const point = name.codePointAt(i) as number
      if (point > 0xffff) i++
      at = writeWide(point, { target, at, pending, bits })
      pending = wide.pending
      bits = wide.bits
    }
    if (bits >= 8) {
      bits -= 8
      target[at++] = pending >>> bits
      pending &= (1 << bits) - 1
    }
  }
  if (bits > 0) target[at++] = pending << (8 - bits)
  return at
}

/** Packs eight letters into seven bytes, as long as there are eight that take seven bits each; answers how many letters. */
function packEights(name: string, target: Uint8Array): number {
  const last = name.length - 8
  let i = 0
  for (let at = 0; i <= last; i += 8, at += 7) {
    const a = SYMBOLS[name.charCodeAt(i)] as number
    const b = SYMBOLS[name.charCodeAt(i + 1)] as number
    const c = SYMBOLS[name.charCodeAt(i + 2)] as number
    const d = SYMBOLS[name.charCodeAt(i + 3)] as number
    const e = SYMBOLS[name.charCodeAt(i + 4)] as number
    const f = SYMBOLS[name.charCodeAt(i + 5)] as number
    const g = SYMBOLS[name.charCodeAt(i + 6)] as number
    const h = SYMBOLS[name.charCodeAt(i + 7)] as number
    if (!(a && b && c && d && e && f && g && h)) break
    // Each byte keeps the low eight bits of what is put into it.
    target[at] = (a << 1) | (b >>> 6)
    target[at + 1] = (b << 2) | (c >>> 5)
    target[at + 2] = (c << 3) | (d >>> 4)
    target[at + 3] = (d << 4) | (e >>> 3)
    target[at + 4] = (e << 5) | (f >>> 2)
    target[at + 5] = (f << 6) | (g >>> 1)
    target[at + 6] = (g << 7) | h
  }
  return i
}

/** What `writeWide` leaves to be written; one object for all, as the code is not re-entered. */
const wide = { pending: 0, bits: 0 }

type Place = { target: Uint8Array; at: number; pending: number; bits: number }

function writeWide(point: number, place: Place): number {
  if (point < 0x800) {
    put(place, TWO_BYTES + ((point - 0x80) >>> 7), 7)
    put(place, (point - 0x80) & 0x7f, 7)
  } else if (point < 0x1_0000) {
    put(place, THREE_BYTES + ((point - 0x800) >>> 13), 7)
    put(place, (point - 0x800) & 0x1fff, 13)
  } else {
    put(place, FOUR_BYTES + ((point - 0x1_0000) >>> 19), 7)
    put(place, (point - 0x1_0000) & 0x7_ffff, 19)
  }
  wide.pending = place.pending
  wide.bits = place.bits
  return place.at
}

function put(place: Place, value: number, width: number): void {
  place.pending = (place.pending << width) | value
  place.bits += width
  while (place.bits >= 8) {
    place.bits -= 8
    place.target[place.at++] = place.pending >>> place.bits
    place.pending &= (1 << place.bits) - 1
  }
}

/** Whether the name that stands between `start` and `end` has the same first letters as the one that was written last. */
export function beginsAlike(
  source: Uint8Array,
  { start, end, letters }: { start: number; end: number; letters: number },
): boolean {
  if (!lastIsAscii) return readKey(source, start, end).startsWith(last.slice(0, letters))
  const whole = (letters * 7) >>> 3
  const rest = (letters * 7) & 7
  if (end - start < whole + (rest > 0 ? 1 : 0)) return false
  for (let i = 0; i < whole; i++) if (source[start + i] !== lastBytes[i]) return false
  const change = (source[start + whole] as number) ^ (lastBytes[whole] as number)
  return change >>> (8 - rest) === 0
}

/** ASCII code of each symbol; 0 for those that stand for no single code. */
const UNITS = Uint8Array.from({ length: 128 }, (_, symbol) =>
  symbol === 0 || symbol >= TWO_BYTES ? 0 : symbol <= LOWER_FIRST ? symbol - 1 : symbol + 25,
)
const ascii = Buffer.alloc(2_048)

/** The name that `writeKey` wrote between `start` and `end`. */
export function readKey(source: Uint8Array, start: number, end: number): string {
  let length = 0
  let pending = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    pending = (pending << 8) | (source[i] as number)
    bits += 8
    while (bits >= 7) {
      bits -= 7
      const symbol = pending >>> bits
      pending &= (1 << bits) - 1
      if (symbol >= TWO_BYTES) return readWide(source, start, end)
      if (symbol !== 0) ascii[length++] = UNITS[symbol] as number
    }
  }
  return ascii.toString('latin1', 0, length)
}

function readWide(source: Uint8Array, start: number, end: number): string {
  let name = ''
  let at = start * 8
  const last = end * 8
  const take = (width: number): number => {
    let value = 0
    for (let i = 0; i < width; i++, at++) {
      value = (value << 1) | (((source[at >>> 3] as number) >>> (7 - (at & 7))) & 1)
    }
    return value
  }
  while (at + 7 <= last) {
    const symbol = take(7)
    if (symbol === 0) break
    name += textOf(symbol, take)
  }
  return name
}

function textOf(symbol: number, take: (width: number) => number): string {
  if (symbol < TWO_BYTES) return String.fromCharCode(UNITS[symbol] as number)
  if (symbol < THREE_BYTES) {
    return String.fromCodePoint((((symbol - TWO_BYTES) << 7) | take(7)) + 0x80)
  }
  if (symbol < FOUR_BYTES) {
    return String.fromCodePoint((((symbol - THREE_BYTES) << 13) | take(13)) + 0x800)
  }
  return String.fromCodePoint((((symbol - FOUR_BYTES) << 19) | take(19)) + 0x1_0000)
}
