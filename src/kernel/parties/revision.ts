import { isDeepStrictEqual } from 'node:util'
import { Problem } from '../../lib/problem.ts'
import type { Enterprise, Entry } from './enterprise.ts'

/** What a reviewer vouched for: a change of these takes a review again. */
const KEY_MEMBERS = ['uscc', 'name', 'legalPerson', 'licence'] as const

/** Members of the entry that differ. */
export function changedMembers(before: Entry, after: Entry): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Entry>
  return [...names].filter((it) => !isDeepStrictEqual(before[it], after[it]))
}

type Revision = { readonly now: number; readonly resubmits: boolean }

/**
 * Pure. The enterprise with what it now says of itself: before a decision that is its entry; afterwards key members wait in
 * `pending` for a review, and the others are changed at once.
 * @throws Problem `wrong-state` for a rejected one
 */
export function revised(body: Enterprise, next: Entry, { now, resubmits }: Revision): Enterprise {
  const { pending, waiting, waitingSince, ...rest } = body
  switch (body.state) {
    case 'rejected':
      throw new Problem('wrong-state', {
        en: 'The application was rejected; make a new one',
        zh: '申请已被拒绝，请重新申请',
      })
    case 'applied':
      return { ...body, entry: next }
    case 'returned': {
      const entry = { ...body, entry: next }
      if (!resubmits) return entry
      return { ...entry, state: 'applied', waiting: 'application', waitingSince: now }
    }
    case 'admitted':
    case 'suspended': {
      const entry = withKeysOf(next, body.entry)
      if (isDeepStrictEqual(entry, next)) return { ...rest, entry }
      const same = waiting === 'change' && isDeepStrictEqual(keysOf(pending), keysOf(next))
      const since = same ? (waitingSince ?? now) : now
      return { ...rest, entry, pending: next, waiting: 'change', waitingSince: since }
    }
  }
}

function withKeysOf(next: Entry, vouched: Entry): Entry {
  const { licence: _, ...others } = next
  const { uscc, name, legalPerson, licence } = vouched
  return { ...others, uscc, name, legalPerson, ...(licence !== undefined && { licence }) }
}

function keysOf(entry: Entry | undefined): unknown {
  return entry === undefined ? undefined : KEY_MEMBERS.map((it) => entry[it])
}
