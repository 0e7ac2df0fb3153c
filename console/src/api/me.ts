import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { answer, api, type paths } from './client.ts'
import { ApiProblem } from './problem.ts'
import { session } from './session.ts'

export type Me = paths['/api/v1/me']['get']['responses']['200']['content']['application/json']
export type Permission = Me['permissions'][number]

/** Who is signed in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  async queryFn(): Promise<Me | null> {
    if (!session.isLikely()) return null
    try {
      // straight to the node: an ended session is an answer here
      const reply = await fetch('/api/v1/me', { headers: { accept: 'application/json' } })
      if (reply.status === 401) {
        // what it says is not wanted, and the line is free only when it is read or refused
        void reply.body?.cancel()
        session.close()
        return null
      }
      if (!reply.ok) return await answer(api.GET('/api/v1/me'))
      const me = (await reply.json()) as Me
      session.open(me.csrf, me.id)
      return me
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null
      throw error
    }
  },
})

export function useMaybeMe(): Me | null | undefined {
  return useQuery(meQuery).data
}

/** Who is signed in, on pages that nobody else reaches. */
export function useMe(): Me {
  const me = useSuspenseQuery(meQuery).data
  if (me === null) throw new ApiProblem(401, {})
  return me
}

/** Whether `me` may do this: on the node as a whole, in this enterprise, or (none named) in any of theirs. */
export function may(
  me: Me | null | undefined,
  permission: Permission,
  enterprise?: string,
): boolean {
  if (me === null || me === undefined) return false
  if (me.permissions.includes(permission)) return true
  return me.memberships.some(
    (it) =>
      (enterprise === undefined || it.enterprise === enterprise) &&
      it.permissions.includes(permission),
  )
}

/** Whether `me` may do this on the node as a whole, whatever the enterprise. */
export function mayOnNode(me: Me | null | undefined, permission: Permission): boolean {
  return me?.permissions.includes(permission) === true
}
