/** Forms are looked for at so many places beside each other. */
const WAYS = 4
/** Longer ones would take more memory than they are worth. */
const FORM_BYTES_MAX = 4_096

/** Words of four bytes at the most. */
const FORM_WORDS_MAX = FORM_BYTES_MAX / 4

type Kept<T> = { readonly words: Int32Array; readonly bytes: number; readonly form: T }

/**
 * What was made of forms that were read lately, by their bytes. They are looked up as they lie in a block: to make a text of
 * them for that, block after block, would take longer than all else about them.
 */
export class FormMemo<T> {
  readonly #kept: (Kept<T> | undefined)[]
  /** Of the form at each place, so that most others are told from it by one look. */
  readonly #marks: Int32Array
  #next = 0

  /** @param places a power of two */
  constructor(places: number) {
    this.#kept = new Array<Kept<T> | undefined>(places).fill(undefined)
    this.#marks = new Int32Array(places)
  }

  find(bytes: Uint8Array, from: number, to: number): T | undefined {
    if (to - from > FORM_BYTES_MAX) return undefined
    const mark = readWords(bytes, from, to)
    const first = this.#firstPlace(mark)
    for (let place = first; place < first + WAYS; place++) {
      if (this.#marks[place] !== mark) continue
      const kept = this.#kept[place]
      if (kept !== undefined && kept.bytes === to - from && wereRead(kept.words)) return kept.form
    }
    return undefined
  }

  /** Keeps the form of bytes that are not here yet. */
  keep(bytes: Uint8Array, from: number, to: number, form: T): void {
    if (to - from > FORM_BYTES_MAX) return
    const mark = readWords(bytes, from, to)
    const place = this.#placeIn(this.#firstPlace(mark))
    this.#marks[place] = mark
    this.#kept[place] = { words: read.slice(0, (to - from + 3) >>> 2), bytes: to - from, form }
  }

  #firstPlace(mark: number): number {
    return (mark ^ (mark >>> 15)) & (this.#marks.length - WAYS)
  }

  /** A free place of some, else the next in turn. */
  #placeIn(first: number): number {
    for (let place = first; place < first + WAYS; place++) {
      if (this.#kept[place] === undefined) return place
    }
    this.#next = (this.#next + 1) % WAYS
    return first + this.#next
  }
}

/** The words of the form that is looked up or kept; one for all, as the code is not re-entered. */
const read = new Int32Array(FORM_WORDS_MAX)
let view: DataView = new DataView(new ArrayBuffer(0))

/** Reads a form into `read`, its last word filled up with zeros; answers its mark. Four bytes at a time take a third of the time. */
function readWords(bytes: Uint8Array, from: number, to: number): number {
  const { buffer, byteOffset } = bytes
  // Blocks are mostly read from one buffer, that of the engine.
  if (view.buffer !== buffer) view = new DataView(buffer)
  let mark = to - from
  let count = 0
  let at = byteOffset + from
  for (const end = byteOffset + to - 4; at <= end; at += 4) {
    const word = view.getInt32(at, true)
    read[count++] = word
    mark = Math.imul(mark ^ word, 0x01000193)
    mark ^= mark >>> 13
  }
  let last = 0
  const left = byteOffset + to - at
  for (let i = 0; i < left; i++) last |= view.getUint8(at + i) << (i * 8)
  if (left > 0) read[count] = last
  return Math.imul(mark ^ last, 0x01000193)
}

function wereRead(words: Int32Array): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== read[i]) return false
  return true
}
