import assert from 'node:assert/strict'
import type { Documents, DocumentWrite } from '../../src/kernel/documents/documents.ts'
import { checkLedger } from '../../src/kernel/quotas/check-ledger.ts'
import { LEDGERS, QUOTA_HOLDS, QUOTAS } from '../../src/kernel/quotas/collections.ts'
import {
  type LedgerRefusal,
  openLedger,
  type Posting,
  planLedger,
} from '../../src/kernel/quotas/ledger.ts'
import { type Move, type Planned, takenOf } from '../../src/kernel/quotas/moves.ts'
import { checkQuota, openQuota, planQuotas } from '../../src/kernel/quotas/quotas.ts'
import type { QuotaRefusal } from '../../src/kernel/quotas/refusals.ts'
import { Problem } from '../../src/lib/problem.ts'
import { type Random, seeded } from './documents.histories.ts'

const author = { kind: 'system', id: 'races' } as const
const PLACES = { en: 'places', zh: '个名额' }
const FEN = { en: 'fen', zh: '分' }
const LEVELS = ['city', 'district'] as const

export function isStale(error: unknown): boolean {
  return error instanceof Problem && error.code === 'stale-version'
}

/**
 * Plays one race: some deciders, each of whom reads, decides and commits step by step in a random order, take places of a year,
 * headroom of a project and yuan of a ledger, all three in one commit, where there is not enough of any. Asserts that
 * nothing is over, that what is stored is the sum of what was acknowledged, and that every loser was told truly why.
 */
export async function playRace(documents: Documents, seed: number): Promise<{ losers: number }> {
  const random = seeded(seed)
  const race = new Race(documents, `${seed}`, random)
  await race.open()
  const deciders = Array.from({ length: 2 + random(3) }, (_, index) => race.decider(`d${index}`))
  const running = [...deciders]
  while (running.length > 0) {
    const which = random(running.length)
    const step = await running[which]?.next()
    if (step?.done !== false) running.splice(which, 1)
  }
  await race.check()
  return { losers: race.losers }
}

class Race {
  losers = 0
  readonly #documents: Documents
  readonly #name: string
  readonly #random: Random
  readonly #limit: { readonly places: bigint; readonly headroom: bigint; readonly fen: bigint }
  #now = 0
  /** What was acknowledged, by its key; a released one goes out again. */
  readonly #won = new Map<string, { readonly at: number; readonly amount: bigint }>()
  readonly #takenAt = new Set<number>()

  constructor(documents: Documents, name: string, random: Random) {
    this.#documents = documents
    this.#name = name
    this.#random = random
    this.#limit = {
      places: BigInt(1 + random(3)),
      headroom: BigInt(50 + random(100)),
      // beyond what a JSON number could tell apart
      fen: 2n ** 60n + BigInt(random(100)),
    }
  }

  async open(): Promise<void> {
    const { places, fen } = this.#limit
    const ledger = openLedger(this.#name, FEN)
    const quota = openQuota(`places ${this.#name}`, { unit: PLACES, limit: places })
    await this.#documents.commit([ledger, quota], { author })
    const first: Posting = { kind: 'appropriation', key: 'first', amount: fen }
    const planned = await planLedger(this.#documents, this.#name, [first], 0)
    assert.ok(planned.kind === 'planned')
    await this.#documents.commit(planned.writes, { author })
  }

  /** Each `next` is one step of somebody's: to read and plan, or to commit. */
  async *decider(key: string): AsyncGenerator<void> {
    const amount = BigInt(20 + this.#random(60))
    const moves = this.#moves(key, amount)
    // most of what there is, so that two do not fit
    const fen = this.#limit.fen / 2n + BigInt(this.#random(100)) - 40n
    const postings: Posting[] = [{ kind: 'commitment', key, amount: fen, matter: key }]
    if (!(yield* this.#committed(moves, postings))) {
      this.losers++
      return
    }
    this.#won.set(key, { at: this.#now, amount })
    const then = this.#random(3)
    if (then === 0) return
    const quotas = moves.map((it) => it.quota)
    const after = then === 1 ? 'confirm' : 'release'
    const rest: Posting = { kind: 'decommitment', key: `${key}-back`, amount: fen, matter: key }
    const done = yield* this.#committed(
      quotas.map((quota) => ({ do: after, quota, key })),
      after === 'release' ? [rest] : [{ ...rest, kind: 'payment', key: `${key}-paid` }],
    )
    assert.ok(done, 'what was reserved can be confirmed and released')
    if (after === 'release') this.#won.delete(key)
  }

  #moves(key: string, amount: bigint): readonly Move[] {
    const part = LEVELS[this.#random(2)] ?? 'city'
    return [
      { do: 'reserve', quota: `places ${this.#name}`, key, amount: 1n },
      {
        do: 'reserve',
        quota: `project ${this.#name}`,
        key,
        amount,
        part,
        within: [{ parts: LEVELS, limit: this.#limit.headroom }],
        opens: { unit: FEN },
      },
    ]
  }

  /** False: refused, and rightly so. */
  async *#committed(
    moves: readonly Move[],
    postings: readonly Posting[],
  ): AsyncGenerator<void, boolean> {
    for (;;) {
      const at = ++this.#now
      const quotas = await planQuotas(this.#documents, moves, at)
      const ledger = await planLedger(this.#documents, this.#name, postings, at)
      yield
      if (quotas.kind === 'refused' || ledger.kind === 'refused') {
        this.#checkReasons(quotas, ledger)
        return false
      }
      if (await this.#commit([...quotas.writes, ...ledger.writes])) {
        this.#takenAt.add(at)
        return true
      }
      yield
    }
  }

  async #commit(writes: readonly DocumentWrite[]): Promise<boolean> {
    try {
      await this.#documents.commit(writes, { author })
      return true
    } catch (error) {
      if (isStale(error)) return false
      throw error
    }
  }

  #checkReasons(quotas: Planned<QuotaRefusal>, ledger: Planned<LedgerRefusal>): void {
    if (quotas.kind === 'refused') for (const it of quotas.reasons) this.#checkReason(it)
    if (ledger.kind === 'planned') return
    for (const it of ledger.reasons) {
      assert.ok(it.code === 'not-covered' && it.holds < it.asked, it.text.en)
    }
  }

  #checkReason(reason: QuotaRefusal): void {
    assert.ok(reason.code === 'exhausted', reason.text.en)
    assert.ok(reason.asked > reason.left)
    assert.equal(reason.limit - reason.taken, reason.left)
    assert.ok(reason.left >= 0n, 'nobody went over')
    // alone it may be too much for the project; else somebody took it, at a time that was one
    const { takenAt } = reason
    if (takenAt === undefined) assert.ok(reason.asked > reason.limit)
    else {
      assert.ok(this.#takenAt.has(takenAt), `nothing was taken at ${takenAt}`)
      assert.match(reason.text.en, new RegExp(`${reason.taken} were taken by 1970`))
    }
  }

  async check(): Promise<void> {
    const documents = this.#documents
    const project = await documents.get(QUOTAS, `project ${this.#name}`)
    const places = await documents.get(QUOTAS, `places ${this.#name}`)
    const ledger = await documents.get(LEDGERS, this.#name)
    assert.ok(places && ledger)
    for (const it of [places, project]) {
      if (it !== undefined) assert.deepEqual(await checkQuota(documents, it.id), [])
    }
    assert.deepEqual(await checkLedger(documents, this.#name), [])
    const amounts = [...this.#won.values()].map((it) => it.amount)
    assert.equal(takenOf(places.body), BigInt(amounts.length))
    assert.ok(takenOf(places.body) <= this.#limit.places, 'over the places')
    const headroom = project === undefined ? 0n : takenOf(project.body)
    assert.equal(
      headroom,
      amounts.reduce((sum, it) => sum + it, 0n),
    )
    assert.ok(headroom <= this.#limit.headroom, 'over the headroom')
    for (const key of this.#won.keys()) {
      const hold = await documents.get(QUOTA_HOLDS, `places ${this.#name}~${key}`)
      assert.ok(hold !== undefined && hold.body.state !== 'released')
    }
  }
}
