/** Who raises it does so again and again; raised once, it falls by itself after this long. */
const RAISED_MS = 2_000
const NS_PER_MS = 1_000_000n
const DOWN = 0n

/**
 * Tells other threads that bulk work is under way, so that what is not urgent waits for its end. Share `memory` with a
 * worker and open it there with `new BulkSign(memory)`. A thread that dies leaves nothing behind: the sign falls.
 */
export class BulkSign {
  readonly memory: SharedArrayBuffer
  /** When it was raised last, on the clock that all threads of a program share. */
  readonly #raisedAt: BigInt64Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#raisedAt = new BigInt64Array(memory)
  }

  raise(): void {
    Atomics.store(this.#raisedAt, 0, process.hrtime.bigint())
  }

  lower(): void {
    Atomics.store(this.#raisedAt, 0, DOWN)
  }

  get isRaised(): boolean {
    const raisedAt = Atomics.load(this.#raisedAt, 0)
    return raisedAt !== DOWN && process.hrtime.bigint() - raisedAt < BigInt(RAISED_MS) * NS_PER_MS
  }
}
