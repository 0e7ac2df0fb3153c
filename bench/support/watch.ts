import { formatNumber } from '../rows.ts'

/** So many a second by the clock; the note says how many a second of this process's CPU time. */
export type Rate = { readonly value: number; readonly unit: '/s'; readonly note: string }

/** Adds up the time of what is measured, leaving out what is done between. */
export class Watch {
  #ms = 0
  #cpuUs = 0
  #longestMs = 0
  #from = 0
  #cpuFrom = process.cpuUsage()

  start(): void {
    this.#cpuFrom = process.cpuUsage()
    this.#from = performance.now()
  }

  stop(): void {
    const ms = performance.now() - this.#from
    const { user, system } = process.cpuUsage(this.#cpuFrom)
    this.#ms += ms
    this.#cpuUs += user + system
    this.#longestMs = Math.max(this.#longestMs, ms)
  }

  get ms(): number {
    return this.#ms
  }

  get longestMs(): number {
    return this.#longestMs
  }

  /** By CPU time as well, which others on the machine disturb less. */
  rate(things: number): Rate {
    const ofCpu = formatNumber((things / this.#cpuUs) * 1_000_000)
    return { value: (things / this.#ms) * 1_000, unit: '/s', note: `${ofCpu}/s of CPU` }
  }
}
