import { createHash, createHmac } from 'node:crypto'

export const SEED_BYTES = 32
export const DRAWN_MAX = 10_000

/** What is published before a list is known: `SHA-256(seed)`, in hexadecimal digits, as the seed is. */
export function seedDigestOf(seed: string): string {
  return createHash('sha256').update(Buffer.from(seed, 'hex')).digest('hex')
}

/** Digest of a list: SHA-256 of its ids in order of their UTF-8 bytes, each followed by a line feed. */
export function listDigest(ids: readonly string[]): string {
  const lines = sorted(ids).map((it) => `${it}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/**
 * Puts a list in an order that its digest and a seed alone decide, so that anybody can draw it again
 * (docs/guide/cases.md tells how in ten lines). Ids are different from each other and hold no line feed.
 * @param seed 64 hexadecimal digits
 */
export function draw(seed: string, ids: readonly string[]): readonly string[] {
  if (!/^[0-9a-f]{64}$/.test(seed)) throw new TypeError('a seed has 64 hexadecimal digits')
  if (ids.length > DRAWN_MAX) throw new RangeError(`at most ${DRAWN_MAX} are drawn from`)
  if (new Set(ids).size < ids.length) throw new TypeError('an id is drawn from once')
  if (ids.some((it) => it.includes('\n'))) throw new TypeError('an id has no line feed')
  const numbers = new Numbers(seed, listDigest(ids))
  const rest = [...sorted(ids)]
  const order: string[] = []
  while (rest.length > 0) order.push(...rest.splice(numbers.below(rest.length), 1))
  return order
}

function sorted(ids: readonly string[]): readonly string[] {
  return ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

const RANGE = 2n ** 64n

/** Even numbers out of a seed: the first eight bytes of `HMAC-SHA-256(seed, "DIGEST:0")`, then of `…:1` and so on. */
class Numbers {
  readonly #key: Buffer
  readonly #digest: string
  #count = 0

  constructor(seed: string, digest: string) {
    this.#key = Buffer.from(seed, 'hex')
    this.#digest = digest
  }

  /** Numbers beyond the last whole multiple are thrown away: the rest would favour the first of a list. */
  below(limit: number): number {
    const fair = RANGE - (RANGE % BigInt(limit))
    for (;;) {
      const text = `${this.#digest}:${this.#count++}`
      const number = createHmac('sha256', this.#key).update(text).digest().readBigUInt64BE(0)
      if (number < fair) return Number(number % BigInt(limit))
    }
  }
}
