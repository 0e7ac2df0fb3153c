import { Problem } from '../../lib/problem.ts'
import { Turns } from '../../lib/turns.ts'

export type TurnLimits = {
  /** Of one key at the same time. */
  readonly atOnceMax: number
  /** Of all keys together. */
  readonly waitingMax: number
}

/** Work of one key goes so many at a time; what comes beyond waits for its turn, in its order. */
export class KeyedTurns {
  readonly #limits: TurnLimits
  readonly #lanes = new Map<string, Turns>()
  #waiting = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** @throws Problem `too-many-requests` where too many wait already */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? new Turns(this.#limits.atOnceMax)
    this.#lanes.set(key, lane)
    const end = await this.#turnIn(lane)
    try {
      return await work()
    } finally {
      end()
      if (lane.isIdle) this.#lanes.delete(key)
    }
  }

  /** Keys of which something is under way. */
  get size(): number {
    return this.#lanes.size
  }

  async #turnIn(lane: Turns): Promise<() => void> {
    if (!lane.isFull) return await lane.take()
    if (this.#waiting >= this.#limits.waitingMax) throw TOO_MANY
    this.#waiting++
    try {
      return await lane.take()
    } finally {
      this.#waiting--
    }
  }
}

const TOO_MANY = new Problem(
  'too-many-requests',
  {
    en: 'Too many wait to prove who they are; try again in a moment',
    zh: '等待验证身份的请求过多，请稍后重试',
  },
  { retryAfterS: 1 },
)
