import type { Documents, Stored } from '../documents/documents.ts'
import { walkDocuments } from '../documents/walk.ts'
import { formatAmount, readAmount } from './amount.ts'
import {
  type Hold,
  holdId,
  QUOTA_HOLDS,
  QUOTAS,
  type Quota,
  type StoredHold,
  type StoredQuota,
} from './collections.ts'
import { type Move, type Opening, opened, type Planned, planMoves, takenOf } from './moves.ts'
import { belowTaken, noQuota, type QuotaRefusal } from './refusals.ts'

/**
 * Reads what the moves are about and plans them (see `planMoves`). Ask once a commit, with all moves of it: a commit writes a
 * document once at most.
 * @param at milliseconds since 1970
 */
export async function planQuotas(
  documents: Documents,
  moves: readonly Move[],
  at: number,
): Promise<Planned<QuotaRefusal>> {
  const names = new Set(moves.map((it) => it.quota))
  const keys = new Set(moves.map((it) => holdId(it.quota, it.key)))
  const [quotas, holds] = await Promise.all([
    Promise.all([...names].map((it) => documents.get(QUOTAS, it))),
    Promise.all([...keys].map((it) => documents.get(QUOTA_HOLDS, it))),
  ])
  const facts = { quotas: byId<StoredQuota>(quotas), holds: byId<StoredHold>(holds) }
  return planMoves(facts, moves, at)
}

/** The write that makes a quota; its commit is refused as `stale-version` where there is one of this name. */
export function openQuota(name: string, opening: Opening) {
  return { collection: QUOTAS, id: name, expected: 0, put: opened(opening) }
}

/** Another limit, never below what is taken; undefined: none. */
export async function planLimit(
  documents: Documents,
  name: string,
  limit: bigint | undefined,
): Promise<Planned<QuotaRefusal>> {
  const stored = await documents.get(QUOTAS, name)
  if (stored === undefined) return { kind: 'refused', reasons: [noQuota(name)] }
  const { limit: _, ...rest } = stored.body
  const taken = takenOf(stored.body)
  if (limit !== undefined && limit < taken) {
    return { kind: 'refused', reasons: [belowTaken(name, taken)] }
  }
  const put: Quota = limit === undefined ? rest : { ...rest, limit: formatAmount(limit) }
  return {
    kind: 'planned',
    writes: [{ collection: QUOTAS, id: name, expected: stored.version, put }],
  }
}

/** What does not agree in a quota; empty: all does. */
export type QuotaFault = {
  readonly code: 'no-quota' | 'over-limit' | 'part-differs'
  readonly part?: string
  readonly stored?: string
  readonly summed?: string
}

/** Adds up every taking of a quota and compares. For a quota nobody writes to meanwhile. */
export async function checkQuota(
  documents: Documents,
  name: string,
): Promise<readonly QuotaFault[]> {
  const stored = await documents.get(QUOTAS, name)
  if (stored === undefined) return [{ code: 'no-quota' }]
  const sums = await sumsOf(documents, name)
  const { limit, parts } = stored.body
  const faults: QuotaFault[] = []
  for (const part of new Set([...sums.keys(), ...parts.map((it) => it.part)])) {
    const is = parts.find((it) => it.part === part)
    const sum = sums.get(part) ?? NOTHING
    const told = `${is?.reserved ?? 0}+${is?.confirmed ?? 0}`
    const summed = `${sum.reserved}+${sum.confirmed}`
    if (told !== summed) faults.push({ code: 'part-differs', part, stored: told, summed })
  }
  const taken = takenOf(stored.body)
  if (limit !== undefined && taken > readAmount(limit)) {
    faults.push({ code: 'over-limit', stored: limit, summed: formatAmount(taken) })
  }
  return faults
}

const NOTHING = { reserved: 0n, confirmed: 0n }

/** By part, what every taking of it comes to. */
async function sumsOf(documents: Documents, quota: string) {
  const sums = new Map<string, { readonly reserved: bigint; readonly confirmed: bigint }>()
  for await (const { body } of walkDocuments(documents, QUOTA_HOLDS, { where: { quota } })) {
    const { reserved, confirmed } = sums.get(body.part) ?? NOTHING
    const more = held(body)
    sums.set(body.part, {
      reserved: reserved + more.reserved,
      confirmed: confirmed + more.confirmed,
    })
  }
  return sums
}

function held({ state, amount, confirmed = amount }: Hold): typeof NOTHING {
  if (state === 'released') return NOTHING
  return state === 'reserved'
    ? { reserved: readAmount(amount), confirmed: 0n }
    : { reserved: 0n, confirmed: readAmount(confirmed) }
}

export function byId<S extends Stored<unknown>>(
  stored: readonly (S | undefined)[],
): ReadonlyMap<string, S> {
  return new Map(stored.flatMap((it) => (it === undefined ? [] : [[it.id, it] as const])))
}
