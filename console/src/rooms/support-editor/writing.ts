import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useDraft } from '../../ui/draft.ts'
import { useSettled } from '../../ui/settled.ts'
import {
  type Draft,
  draftQuery,
  isSame,
  merged,
  readDraft,
  sentOf,
  type Wish,
  wishOf,
} from './api.ts'

/** What the node says of what is typed, a moment after it was. */
export function useCheck(wish: Wish, enabled: boolean) {
  const { place, body, vectors, supersedes } = wish
  const asked = useSettled(JSON.stringify({ place, body, vectors, supersedes }))
  return useQuery({
    queryKey: ['policy', 'draft-check', asked],
    placeholderData: keepPreviousData,
    enabled,
    queryFn: () =>
      answer(
        api.POST('/api/v1/policy/draft-check', {
          body: JSON.parse(asked) as Pick<Wish, 'place' | 'body' | 'vectors' | 'supersedes'>,
        }),
      ),
  })
}

/** What was typed, and what it began with. */
type Kept = { readonly wish: Wish; readonly base: Draft }

export type Writing = ReturnType<typeof useWriting>
type Deed = 'propose' | 'adopt' | 'reject' | 'withdraw'

/** What is typed, kept on this device until it is saved; what is saved; and what somebody else saved meanwhile. */
export function useWriting(draft: Draft) {
  const queries = useQueryClient()
  const { restored, keep, discard } = useDraft<Kept>(`measure.2.${draft.id}`)
  const [wish, setWish] = useState<Wish>(restored?.wish ?? wishOf(draft))
  // what is brought back began with what was saved then; what somebody else has saved since is not written over
  const [base, setBase] = useState<Draft>(restored?.base ?? draft)
  const [theirs, setTheirs] = useState<Draft | undefined>(
    restored === undefined || restored.base.version === draft.version ? undefined : draft,
  )
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isRestored, setIsRestored] = useState(restored !== undefined)
  const isChanged = !isSame(wish, wishOf(base))
  const write = (next: Wish) => {
    setWish(next)
    if (isSame(next, wishOf(base))) discard()
    else keep({ wish: next, base })
  }
  const know = (now: Draft) => {
    setBase(now)
    setTheirs(undefined)
    setIsRestored(false)
    queries.setQueryData(draftQuery(draft.id).queryKey, now)
    void queries.invalidateQueries({ queryKey: ['policy', 'drafts'] })
  }
  const attempt = async (work: () => Promise<Draft>): Promise<Draft | undefined> => {
    if (isBusy) return undefined
    setIsBusy(true)
    setError(undefined)
    try {
      const now = await work()
      know(now)
      return now
    } catch (thrown) {
      const after = await afterRefusal(thrown, () => readDraft(draft.id))
      if ('error' in after) setError(after.error)
      else setTheirs(after.now)
      return undefined
    } finally {
      setIsBusy(false)
    }
  }
  const put = async (): Promise<Draft> => {
    const now = await answer(
      api.PUT('/api/v1/policy/drafts/{id}', {
        params: { path: { id: draft.id } },
        body: { ...sentOf(wish), expected: base.version },
      }),
    )
    setWish(wishOf(now))
    discard()
    return now
  }
  return {
    ...{ wish, write, isChanged, isBusy, isRestored, error, theirs },
    save: () => attempt(put),
    take: (other: Draft) => {
      setWish(wishOf(other))
      discard()
      know(other)
    },
    merge: (other: Draft) => {
      const next = merged(wishOf(base), wish, wishOf(other))
      know(other)
      setWish(next)
      keep({ wish: next, base: other })
    },
    /** What is not saved yet is saved first. */
    decide: (deed: Deed, reason?: string) =>
      attempt(async () => {
        const isOwn = isChanged && deed === 'propose'
        const { version } = isOwn ? await put() : base
        const done = await decided(draft.id, deed, { expected: version, reason })
        void queries.invalidateQueries({ queryKey: ['policy', 'rules'] })
        return done
      }),
  }
}

function decided(
  id: string,
  deed: Deed,
  { expected, reason = '' }: { readonly expected: number; readonly reason?: string | undefined },
): Promise<Draft> {
  const params = { path: { id } }
  switch (deed) {
    case 'propose':
      return answer(api.POST('/api/v1/policy/drafts/{id}/propose', { params, body: { expected } }))
    case 'adopt':
      return answer(api.POST('/api/v1/policy/drafts/{id}/adopt', { params, body: { expected } }))
    case 'reject':
      return answer(
        api.POST('/api/v1/policy/drafts/{id}/reject', { params, body: { expected, reason } }),
      )
    case 'withdraw':
      return answer(api.POST('/api/v1/policy/drafts/{id}/withdraw', { params, body: { expected } }))
  }
}
