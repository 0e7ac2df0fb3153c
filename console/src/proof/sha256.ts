/**
 * SHA-256 of the browser where it has one: pages that came without TLS from another machine are given none, and there it is
 * computed here.
 */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto }
  if (subtle === undefined) return plainSha256(bytes)
  return new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(bytes)))
}

const BLOCK_BYTES = 64
const ROUNDS = 64

/** FIPS 180-4 §6.2. */
export function plainSha256(bytes: Uint8Array): Uint8Array {
  const { first, round } = constants()
  const state = Uint32Array.from(first)
  const padded = pad(bytes)
  const words = new Uint32Array(ROUNDS)
  const view = new DataView(padded.buffer)
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i)
    for (let i = 16; i < ROUNDS; i++) words[i] = scheduled(words, i)
    compress(state, words, round)
  }
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => {
    out.setUint32(4 * i, word)
  })
  return new Uint8Array(out.buffer)
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((bytes.length + 9) / BLOCK_BYTES)
  const padded = new Uint8Array(blocks * BLOCK_BYTES)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  const bits = bytes.length * 8
  view.setUint32(padded.length - 8, Math.floor(bits / 2 ** 32))
  view.setUint32(padded.length - 4, bits >>> 0)
  return padded
}

function scheduled(words: Uint32Array, i: number): number {
  const [a, b] = [words[i - 15] ?? 0, words[i - 2] ?? 0]
  const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
  const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
  return ((words[i - 16] ?? 0) + s0 + (words[i - 7] ?? 0) + s1) >>> 0
}

function compress(state: Uint32Array, words: Uint32Array, round: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < ROUNDS; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const choice = (e & f) ^ (~e & g)
    const t1 = (h + s1 + choice + (round[i] ?? 0) + (words[i] ?? 0)) >>> 0
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const t2 = (s0 + majority) >>> 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0]
  }
  const sums = [a, b, c, d, e, f, g, h]
  state.forEach((word, i) => {
    state[i] = (word + (sums[i] ?? 0)) >>> 0
  })
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

let made: { readonly first: Uint32Array; readonly round: Uint32Array } | undefined

/** The first 32 bits of the fractions of the square roots and cube roots of the first primes. */
function constants() {
  if (made !== undefined) return made
  const primes: number[] = []
  for (let n = 2; primes.length < ROUNDS; n++) {
    if (primes.every((it) => n % it !== 0)) primes.push(n)
  }
  made = {
    first: Uint32Array.from(primes.slice(0, 8), (it) => fraction(BigInt(it), 2n)),
    round: Uint32Array.from(primes, (it) => fraction(BigInt(it), 3n)),
  }
  return made
}

/** Exactly: floor(2^32 · root(n)) mod 2^32, by halves. */
function fraction(n: bigint, power: bigint): number {
  const aim = n << (32n * power)
  let [low, high] = [0n, 1n << 40n]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** power <= aim) low = middle
    else high = middle
  }
  return Number(low & 0xffff_ffffn)
}
