/** Forms are looked for at so many places beside each other. */
const WAYS = 4
/** Longer ones would take more memory than they are worth. */
const FORM_BYTES_MAX = 4_096

type Kept<T> = { readonly bytes: Uint8Array; readonly form: T }

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
    const mark = markOf(bytes, from, to)
    const first = this.#firstPlace(mark)
    for (let place = first; place < first + WAYS; place++) {
      if (this.#marks[place] !== mark) continue
      const kept = this.#kept[place]
      if (kept !== undefined && isAt(kept.bytes, bytes, from, to)) return kept.form
    }
    return undefined
  }

  /** Keeps the form of bytes that are not here yet. */
  keep(bytes: Uint8Array, from: number, to: number, form: T): void {
    if (to - from > FORM_BYTES_MAX) return
    const mark = markOf(bytes, from, to)
    const place = this.#placeIn(this.#firstPlace(mark))
    this.#marks[place] = mark
    // A copy of just these: as a part of a block it would hold all of that.
    this.#kept[place] = { bytes: new Uint8Array(bytes.subarray(from, to)), form }
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

/** Takes four bytes at a time; forms of one maker often differ in few. */
function markOf(bytes: Uint8Array, from: number, to: number): number {
  let mark = to - from
  let at = from
  for (; at + 4 <= to; at += 4) {
    const four =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    mark = Math.imul(mark ^ four, 0x01000193)
    mark ^= mark >>> 13
  }
  for (; at < to; at++) mark = Math.imul(mark ^ (bytes[at] as number), 0x01000193)
  return mark
}

function isAt(form: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (form.length !== to - from) return false
  for (let i = 0; i < form.length; i++) if (form[i] !== bytes[from + i]) return false
  return true
}
