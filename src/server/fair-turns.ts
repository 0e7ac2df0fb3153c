export type FairTurnsLimits = {
  /** So long strangers are worked for in one turn of the event loop; one work is begun in each whatever it takes. */
  readonly turnMsMax: number
  /** What a work counts at least: much of what it causes runs later. */
  readonly workMsMin: number
}

const LIMITS: FairTurnsLimits = { turnMsMax: 0.5, workMsMin: 0.1 }

/**
 * Work for strangers that is more than to look something up: so much of it is done in a turn of the event loop, and what is beyond
 * waits, network by network in turns. So nobody waits longer than the networks before theirs take, however much one of them wants,
 * and what needs no such work is done between.
 */
export class FairTurns {
  readonly #limits: FairTurnsLimits
  readonly #now: () => number
  /** Of each network the oldest first; the network whose turn is next first. */
  readonly #waiting = new Map<string, (() => void)[]>()
  #spentMs = 0
  #isScheduled = false
  /** Whose turn it is: it need not wait behind itself. */
  #served: string | undefined

  constructor(limits: Partial<FairTurnsLimits> = {}, now = () => performance.now()) {
    this.#limits = { ...LIMITS, ...limits }
    this.#now = now
  }

  /** Whether something may be done for a network at once; else it is to wait. */
  mayRun(network: string): boolean {
    const hasTime = this.#spentMs < this.#limits.turnMsMax
    return hasTime && (this.#served === network || !this.#waiting.has(network))
  }

  /** Does it, and counts what it takes. */
  run<T>(work: () => T): T {
    const beganMs = this.#now()
    try {
      return work()
    } finally {
      this.#spentMs += Math.max(this.#now() - beganMs, this.#limits.workMsMin)
      this.#schedule()
    }
  }

  /** Has it called when the network's turn comes. What it does then is to be counted by `run`. */
  wait(network: string, work: () => void): void {
    const before = this.#waiting.get(network)
    if (before === undefined) this.#waiting.set(network, [work])
    else before.push(work)
    this.#schedule()
  }

  /** How much waits for a network. */
  waitingFor(network: string): number {
    return this.#waiting.get(network)?.length ?? 0
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isScheduled = false
    this.#spentMs = 0
    try {
      for (const [network, works] of this.#waiting) {
        if (this.#spentMs >= this.#limits.turnMsMax) break
        this.#waiting.delete(network)
        const work = works.shift()
        // behind the others, where more of it waits
        if (works.length > 0) this.#waiting.set(network, works)
        this.#served = network
        work?.()
      }
    } finally {
      this.#served = undefined
      if (this.#waiting.size > 0) this.#schedule()
    }
  }
}
