import { Problem } from '../../lib/problem.ts'

export type WorkQueueLimits = { readonly runningMax: number; readonly waitingMax: number }

/**
 * Bounds costly work: so much at once, so much waiting, the rest is told to come back. What is urgent has a line of its
 * own and goes first, so that a flood of the other kind does not keep it out.
 */
export class WorkQueue {
  readonly #limits: WorkQueueLimits
  readonly #urgent: (() => void)[] = []
  readonly #ordinary: (() => void)[] = []
  #running = 0

  constructor(limits: WorkQueueLimits) {
    this.#limits = limits
  }

  /** Throws `too-many-requests` when the line is full. */
  async run<T>(work: () => Promise<T>, { urgent = false } = {}): Promise<T> {
    if (this.#running >= this.#limits.runningMax) await this.#turn(urgent)
    else this.#running++
    try {
      return await work()
    } finally {
      this.#handOn()
    }
  }

  #turn(urgent: boolean): Promise<void> {
    const line = urgent ? this.#urgent : this.#ordinary
    if (line.length >= this.#limits.waitingMax) {
      throw new Problem(
        'too-many-requests',
        { en: 'Too many people are signing in just now', zh: '当前登录人数过多，请稍后再试' },
        { retryAfterS: 2 },
      )
    }
    return new Promise((resolve) => line.push(resolve))
  }

  /** The place goes straight to the next in line, or becomes free. */
  #handOn(): void {
    const next = this.#urgent.shift() ?? this.#ordinary.shift()
    if (next === undefined) this.#running--
    else next()
  }
}
