import { createHmac } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import { LETTER_COUNTS } from './collections.ts'
import { FailureLane, type LaneLimits } from './throttle.ts'

const MINUTE_MS = 60_000
/** Letters to one address: nobody's box is filled from here. */
const ADDRESS_LANE: LaneLimits = {
  free: 3,
  waitMsMin: 5 * MINUTE_MS,
  waitMsMax: 60 * MINUTE_MS,
  forgetMs: 60 * MINUTE_MS,
  entriesMax: 50_000,
}
/** Letters wanted from one place, whoever they are for. */
const SOURCE_LANE: LaneLimits = { ...ADDRESS_LANE, free: 15 }
/** Counts that are stored at the same time; beyond, they last until the program ends. */
const STORED_MAX = 100_000

/** A letter that is wanted: where it goes, as addresses are compared, and from which place it is asked for. */
export type LetterWanted = { readonly address: string; readonly source?: string }

type Counted = {
  readonly lane: FailureLane
  readonly key: string
  readonly id: string
  readonly limits: LaneLimits
}

export type LetterLimitsDeps = {
  readonly documents: Pick<Documents, 'get' | 'count' | 'commit'>
  readonly clock: Clock
  /** Of the node: who reads what is stored cannot tell whose address was counted. */
  readonly secret: () => Promise<Buffer>
}

/** Requests for letters, counted by the address and by who asks; a restart changes nothing. One a process. */
export class LetterLimits {
  readonly #deps: LetterLimitsDeps
  readonly #addresses = new FailureLane(ADDRESS_LANE)
  readonly #sources = new FailureLane(SOURCE_LANE)

  constructor(deps: LetterLimitsDeps) {
    this.#deps = deps
  }

  /** Milliseconds to wait where enough were asked for; 0 where one more is counted, which is stored then. */
  async count(wanted: LetterWanted): Promise<number> {
    const counted = await this.#countedOf(wanted)
    await Promise.all(counted.map((it) => this.#recall(it)))
    // from here until it is added nothing is waited for, so that many at once cannot slip past together
    const now = this.#deps.clock()
    const waitMs = Math.max(...counted.map(({ lane, key }) => lane.waitMs(key, now)))
    if (waitMs > 0) return waitMs
    for (const { lane, key } of counted) lane.add(key, now)
    await this.#store(counted.map((it) => this.#writeOf(it, now)))
    return 0
  }

  async #countedOf({ address, source }: LetterWanted): Promise<readonly Counted[]> {
    const secret = await this.#deps.secret()
    const id = (text: string) => createHmac('sha256', secret).update(text).digest('hex')
    const toAddress = { lane: this.#addresses, key: address, limits: ADDRESS_LANE }
    const fromSource = source !== undefined && {
      ...{ lane: this.#sources, key: source, limits: SOURCE_LANE },
      id: id(`source ${source}`),
    }
    return [{ ...toAddress, id: id(`address ${address}`) }, ...(fromSource ? [fromSource] : [])]
  }

  async #recall({ lane, key, id }: Counted): Promise<void> {
    if (lane.entryOf(key, this.#deps.clock()) !== undefined) return
    const stored = await this.#deps.documents.get(LETTER_COUNTS, id)
    if (stored === undefined) return
    const { failures, blockedUntil } = stored.body
    // one that was counted meanwhile is newer
    if (lane.entryOf(key, this.#deps.clock()) === undefined) {
      lane.restore(key, { failures, blockedUntil })
    }
  }

  #writeOf({ lane, key, id, limits }: Counted, now: number): DocumentWrite {
    const { failures, blockedUntil } = lane.entryOf(key, now) ?? { failures: 1, blockedUntil: now }
    const put = { failures, blockedUntil, expiresAt: blockedUntil + limits.forgetMs }
    return { collection: LETTER_COUNTS, id, put }
  }

  async #store(writes: readonly DocumentWrite[]): Promise<void> {
    const { documents } = this.#deps
    if ((await documents.count(LETTER_COUNTS)) >= STORED_MAX) return
    await documents.commit(writes, { author: { kind: 'system', id: 'mail' } })
  }
}
