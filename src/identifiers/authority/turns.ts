import { Problem } from '../../lib/problem.ts'

export type TurnLimits = {
  /** Of one key at the same time. */
  readonly atOnceMax: number
  /** Of all keys together. */
  readonly waitingMax: number
}

type Lane = { underWay: number; readonly waiting: (() => void)[] }

/** Work of one key goes so many at a time; what comes beyond waits for its turn, in its order. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #lanes = new Map<string, Lane>()
  #waiting = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** @throws Problem `too-many-requests` where too many wait already */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { underWay: 0, waiting: [] }
    this.#lanes.set(key, lane)
    if (lane.underWay < this.#limits.atOnceMax) lane.underWay++
    else await this.#turnIn(lane)
    try {
      return await work()
    } finally {
      this.#end(key, lane)
    }
  }

  /** Keys of which something is under way. */
  get size(): number {
    return this.#lanes.size
  }

  async #turnIn(lane: Lane): Promise<void> {
    if (this.#waiting >= this.#limits.waitingMax) throw TOO_MANY
    this.#waiting++
    await new Promise<void>((resolve) => lane.waiting.push(resolve))
    this.#waiting--
  }

  /** Hands the place on, so that nobody comes before who waits. */
  #end(key: string, lane: Lane): void {
    const next = lane.waiting.shift()
    if (next !== undefined) next()
    else if (--lane.underWay === 0) this.#lanes.delete(key)
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
