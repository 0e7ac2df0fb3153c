const WRITERS = 0
const PAUSED = 1

/**
 * Lets a backup stop all writers, in every thread, at one point. Writers pass `through` it, one commit at a time each;
 * `pause` returns once the last commit under way is done, and no other begins until it is released.
 * Share `gate.memory` with a worker and open it there with `new Gate(memory)`.
 */
export class Gate {
  readonly memory: SharedArrayBuffer
  readonly #state: Int32Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.memory = memory
    this.#state = new Int32Array(memory)
  }

  /** Runs `write` while no pause is in force; waits without blocking the thread. */
  async through<T>(write: () => T | Promise<T>): Promise<T> {
    for (;;) {
      Atomics.add(this.#state, WRITERS, 1)
      if (Atomics.load(this.#state, PAUSED) === 0) break
      this.#leave()
      await settled(Atomics.waitAsync(this.#state, PAUSED, 1))
    }
    try {
      return await write()
    } finally {
      this.#leave()
    }
  }

  /** Stops all writers; the result lets them go on. Pauses do not nest: a second one waits for the first. */
  async pause(): Promise<Disposable> {
    while (Atomics.compareExchange(this.#state, PAUSED, 0, 1) !== 0) {
      await settled(Atomics.waitAsync(this.#state, PAUSED, 1))
    }
    for (;;) {
      const writers = Atomics.load(this.#state, WRITERS)
      if (writers === 0) break
      await settled(Atomics.waitAsync(this.#state, WRITERS, writers))
    }
    return {
      [Symbol.dispose]: () => {
        Atomics.store(this.#state, PAUSED, 0)
        Atomics.notify(this.#state, PAUSED)
      },
    }
  }

  #leave(): void {
    Atomics.sub(this.#state, WRITERS, 1)
    Atomics.notify(this.#state, WRITERS)
  }
}

type Waiting = ReturnType<typeof Atomics.waitAsync>

async function settled(waiting: Waiting): Promise<void> {
  if (!waiting.async) return
  // such a wait alone does not keep a thread alive
  const alive = setInterval(() => undefined, ALIVE_MS)
  try {
    await waiting.value
  } finally {
    clearInterval(alive)
  }
}

const ALIVE_MS = 60_000
