/** So many at once; the others wait for their turn, first come first served. */
export class Turns {
  readonly #atOnceMax: number
  #free: number
  readonly #queue: (() => void)[] = []

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax
    this.#free = atOnceMax
  }

  /** Resolves when it is one's turn, with what ends it. Rejects when the signal says so. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    if (this.#free > 0) this.#free--
    else await this.#wait(signal)
    return () => this.#next()
  }

  /** Nobody has a turn. */
  get isIdle(): boolean {
    return this.#free === this.#atOnceMax
  }

  /** Who comes now waits. */
  get isFull(): boolean {
    return this.#free === 0
  }

  #next(): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#free++
    else next()
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const turn = () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const stop = () => {
      this.#queue.splice(this.#queue.indexOf(turn), 1)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
    this.#queue.push(turn)
    return promise
  }
}
