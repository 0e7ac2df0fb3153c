import type { DocumentWrite } from '../documents/documents.ts'
import { formatAmount, isAmount, readAmount } from './amount.ts'
import {
  type Hold,
  holdId,
  PARTS_MAX,
  QUOTA_HOLDS,
  QUOTAS,
  type Quota,
  type StoredHold,
  type StoredQuota,
} from './collections.ts'
import {
  differs,
  exhausted,
  noHold,
  noQuota,
  type QuotaRefusal,
  spent,
  tooManyParts,
  wrongAmount,
} from './refusals.ts'

/** What a quota that is not there yet is opened with. */
export type Opening = Pick<Quota, 'unit'> & {
  readonly limit?: bigint
  readonly isApproximate?: boolean
}

/** A limit that whoever takes brings with them: over these parts together, at most so much. */
export type Within = { readonly parts: readonly string[]; readonly limit: bigint }

type Of = { readonly quota: string; readonly key: string }

export type Taking = Of & {
  readonly amount: bigint
  /** `all` when not said. */
  readonly part?: string
  readonly within?: readonly Within[]
  /** For a quota that is made when it is first taken of; of one that is there this changes nothing. */
  readonly opens?: Opening
}

/**
 * `reserve`: keep for a decision that is to come; `confirm`: it came, with at most what was reserved, and the rest goes back;
 * `take`: both at once; `release`: nothing of it is needed, or it was given back. A key is good for one taking.
 */
export type Move =
  | (Taking & { readonly do: 'reserve' | 'take' })
  | (Of & { readonly do: 'confirm'; readonly amount?: bigint })
  | (Of & { readonly do: 'release' })

/** What is stored, as it was read. */
export type QuotaFacts = {
  readonly quotas: ReadonlyMap<string, StoredQuota>
  /** By `holdId`. */
  readonly holds: ReadonlyMap<string, StoredHold>
}

export type Planned<R> =
  | { readonly kind: 'planned'; readonly writes: readonly DocumentWrite[] }
  | { readonly kind: 'refused'; readonly reasons: readonly R[] }

const WHOLE = 'all'

/**
 * What moves come to, one after the other, all or none; every refusal is told at once. Pure. The writes go into the commit of
 * the decision that they belong to, where each expects what was read: of two that take the last, the slower hears
 * `stale-version`, reads again, and is then told what is left. A move that is made twice is the same as once.
 */
export function planMoves(
  facts: QuotaFacts,
  moves: readonly Move[],
  at: number,
): Planned<QuotaRefusal> {
  const draft = new Draft(facts, at)
  const reasons = moves.map((it) => draft.take(it)).filter((it) => it !== undefined)
  return reasons.length > 0
    ? { kind: 'refused', reasons }
    : { kind: 'planned', writes: draft.writes() }
}

/** Over some parts of a quota (all when not said): reserved and confirmed together. */
export function takenOf({ parts }: Quota, only?: readonly string[]): bigint {
  return parts
    .filter((it) => only?.includes(it.part) ?? true)
    .reduce((sum, it) => sum + readAmount(it.reserved) + readAmount(it.confirmed), 0n)
}

/** What a limit of the quota's own leaves; undefined where it has none. */
export function leftOf(quota: Quota): bigint | undefined {
  return quota.limit === undefined ? undefined : readAmount(quota.limit) - takenOf(quota)
}

class Draft {
  readonly #facts: QuotaFacts
  readonly #at: number
  readonly #quotas = new Map<string, Quota>()
  readonly #holds = new Map<string, Hold>()

  constructor(facts: QuotaFacts, at: number) {
    this.#facts = facts
    this.#at = at
  }

  take(move: Move): QuotaRefusal | undefined {
    switch (move.do) {
      case 'reserve':
      case 'take':
        return this.#reserve(move, move.do === 'take')
      case 'confirm':
        return this.#confirm(move)
      case 'release':
        return this.#release(move)
    }
  }

  writes(): readonly DocumentWrite[] {
    const quotas = [...this.#quotas].map(([id, put]) => {
      const expected = this.#facts.quotas.get(id)?.version ?? 0
      return { collection: QUOTAS, id, expected, put }
    })
    const holds = [...this.#holds].map(([id, put]) => {
      const expected = this.#facts.holds.get(id)?.version ?? 0
      return { collection: QUOTA_HOLDS, id, expected, put }
    })
    return [...quotas, ...holds]
  }

  #reserve(move: Taking, isConfirmed: boolean): QuotaRefusal | undefined {
    const { quota: name, key, amount, part = WHOLE } = move
    if (!isAmount(amount)) return wrongAmount(name, key)
    const held = this.#hold(move)
    if (held !== undefined) return this.#again(held, move, isConfirmed)
    const quota = this.#quota(name) ?? (move.opens && opened(move.opens))
    if (quota === undefined) return noQuota(name)
    const short = shortage({ name, quota, taking: move })
    if (short !== undefined) return short
    const by = isConfirmed ? { confirmed: amount } : { reserved: amount }
    const next = { ...changed(quota, part, by), takenAt: this.#at }
    if (next.parts.length > PARTS_MAX) return tooManyParts(name, PARTS_MAX)
    this.#quotas.set(name, next)
    this.#holds.set(holdId(name, key), {
      quota: name,
      key,
      part,
      amount: formatAmount(amount),
      reservedAt: this.#at,
      ...(isConfirmed
        ? { state: 'confirmed', confirmed: formatAmount(amount), confirmedAt: this.#at }
        : { state: 'reserved' }),
    })
    return undefined
  }

  /** A repeat of what is so already. It is written as it is, so that nobody undoes it under the decision. */
  #again(held: Hold, move: Taking, isConfirmed: boolean): QuotaRefusal | undefined {
    const isSame = readAmount(held.amount) === move.amount && held.part === (move.part ?? WHOLE)
    if (!isSame) return differs(move.quota, move.key)
    if (held.state !== (isConfirmed ? 'confirmed' : 'reserved')) return spent(held)
    this.#holds.set(holdId(move.quota, move.key), held)
    return undefined
  }

  #confirm(move: Extract<Move, { do: 'confirm' }>): QuotaRefusal | undefined {
    const found = this.#held(move)
    if ('code' in found) return found
    const { quota, held } = found
    const reserved = readAmount(held.amount)
    const amount = move.amount ?? reserved
    if (!isAmount(amount) || amount > reserved) return wrongAmount(move.quota, move.key)
    if (held.state === 'released') return spent(held)
    if (held.state === 'confirmed') {
      if (held.confirmed !== formatAmount(amount)) return differs(move.quota, move.key)
      this.#holds.set(holdId(move.quota, move.key), held)
      return undefined
    }
    const by = { reserved: -reserved, confirmed: amount }
    this.#quotas.set(move.quota, { ...changed(quota, held.part, by), takenAt: this.#at })
    this.#holds.set(holdId(move.quota, move.key), {
      ...held,
      state: 'confirmed',
      confirmed: formatAmount(amount),
      confirmedAt: this.#at,
    })
    return undefined
  }

  #release(move: Of): QuotaRefusal | undefined {
    const found = this.#held(move)
    if ('code' in found) return found
    const { quota, held } = found
    const id = holdId(move.quota, move.key)
    if (held.state === 'released') {
      this.#holds.set(id, held)
      return undefined
    }
    const by =
      held.state === 'reserved'
        ? { reserved: -readAmount(held.amount) }
        : { confirmed: -readAmount(held.confirmed ?? held.amount) }
    this.#quotas.set(move.quota, changed(quota, held.part, by))
    this.#holds.set(id, { ...held, state: 'released', releasedAt: this.#at })
    return undefined
  }

  #held({ quota: name, key }: Of): { readonly quota: Quota; readonly held: Hold } | QuotaRefusal {
    const quota = this.#quota(name)
    if (quota === undefined) return noQuota(name)
    const held = this.#hold({ quota: name, key })
    return held === undefined ? noHold(name, key) : { quota, held }
  }

  #quota(name: string): Quota | undefined {
    return this.#quotas.get(name) ?? this.#facts.quotas.get(name)?.body
  }

  #hold({ quota, key }: Of): Hold | undefined {
    const id = holdId(quota, key)
    return this.#holds.get(id) ?? this.#facts.holds.get(id)?.body
  }
}

/** A new quota with nothing taken. */
export function opened({ unit, limit, isApproximate = false }: Opening): Quota {
  const limited = limit === undefined ? {} : { limit: formatAmount(limit) }
  return { unit, ...limited, isApproximate, parts: [] }
}

/** Why an amount cannot be taken: its own limit first, then those that were brought. */
function shortage({
  name,
  quota,
  taking,
}: {
  readonly name: string
  readonly quota: Quota
  readonly taking: Taking
}): QuotaRefusal | undefined {
  const { amount, part = WHOLE, within = [] } = taking
  const own = quota.limit === undefined ? [] : [{ limit: readAmount(quota.limit) }]
  const limits: readonly { limit: bigint; parts?: readonly string[] }[] = [
    ...own,
    ...within.filter((it) => it.parts.includes(part)),
  ]
  for (const { limit, parts } of limits) {
    const taken = takenOf(quota, parts)
    if (taken + amount > limit) {
      return exhausted({ name, quota, limit, taken, asked: amount, ...(parts && { parts }) })
    }
  }
  return undefined
}

function changed(
  quota: Quota,
  part: string,
  { reserved = 0n, confirmed = 0n }: { readonly reserved?: bigint; readonly confirmed?: bigint },
): Quota {
  const before = quota.parts.find((it) => it.part === part)
  const next = {
    part,
    reserved: formatAmount(readAmount(before?.reserved ?? '0') + reserved),
    confirmed: formatAmount(readAmount(before?.confirmed ?? '0') + confirmed),
  }
  const parts = before
    ? quota.parts.map((it) => (it.part === part ? next : it))
    : [...quota.parts, next]
  return { ...quota, parts }
}
