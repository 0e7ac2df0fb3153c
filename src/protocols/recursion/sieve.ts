type Place<T> = {
  readonly key: string
  value: T
  bytes: number
  wasUsed: boolean
  newer: Place<T> | undefined
  older: Place<T> | undefined
}

/** What a place takes beside its key and what its value is said to take: itself, and its share of the table. */
const PLACE_BYTES = 200
/** A key may be of letters that take two. */
const BYTES_PER_LETTER = 2

/**
 * A cache of so many bytes that keeps what is asked for again (SIEVE: a hand goes from the oldest to the newest and lets go of what
 * was not used since it last passed; who is used stays where it is). One look through many names does not push out those that
 * are asked for all the time.
 */
export class Sieve<T> {
  readonly #bytesMax: number
  readonly #places = new Map<string, Place<T>>()
  #newest: Place<T> | undefined
  #oldest: Place<T> | undefined
  #hand: Place<T> | undefined
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#places.size
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    place.wasUsed = true
    return place.value
  }

  /** @param bytes that the value takes; one that takes more than an eighth of all there is, is not kept */
  put(key: string, value: T, bytes: number): void {
    const whole = PLACE_BYTES + BYTES_PER_LETTER * key.length + bytes
    if (whole > this.#bytesMax / 8) {
      this.delete(key)
      return
    }
    const known = this.#places.get(key)
    if (known === undefined) this.#add({ key, value, bytes: whole, wasUsed: false })
    else {
      this.#bytes += whole - known.bytes
      known.value = value
      known.bytes = whole
      known.wasUsed = true
    }
    while (this.#bytes > this.#bytesMax) this.#dropNext()
  }

  delete(key: string): void {
    const place = this.#places.get(key)
    if (place !== undefined) this.#drop(place)
  }

  #add(it: Omit<Place<T>, 'newer' | 'older'>): void {
    const place: Place<T> = { ...it, newer: undefined, older: this.#newest }
    if (this.#newest === undefined) this.#oldest = place
    else this.#newest.newer = place
    this.#newest = place
    this.#places.set(it.key, place)
    this.#bytes += it.bytes
  }

  #dropNext(): void {
    let place = this.#hand ?? this.#oldest
    while (place?.wasUsed) {
      place.wasUsed = false
      place = place.newer ?? this.#oldest
    }
    if (place === undefined) return
    this.#hand = place
    this.#drop(place)
  }

  #drop(place: Place<T>): void {
    const { newer, older } = place
    if (this.#hand === place) this.#hand = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    this.#places.delete(place.key)
    this.#bytes -= place.bytes
  }
}
