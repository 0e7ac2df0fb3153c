import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, Loading } from './states.tsx'

/** A query in each of its states: loading, failed with a way to try again, or what it brought. */
export function QueryView<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>
  children: (value: T) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return <Loading />
}
