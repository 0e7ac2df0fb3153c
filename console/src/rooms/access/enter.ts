import { useQueryClient } from '@tanstack/react-query'
import { type Me, meQuery } from '../../api/me.ts'
import { session } from '../../api/session.ts'

/** Makes the console that of the person who has just come in; what was known to another is forgotten. */
export function useEnter(): (me: Me) => void {
  const queries = useQueryClient()
  return (me) => {
    queries.clear()
    session.open(me.csrf, me.id)
    queries.setQueryData(meQuery.queryKey, me)
  }
}
