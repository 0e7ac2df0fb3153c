import { queryOptions } from '@tanstack/react-query'
import { answer, api } from './client.ts'

/** Whether the node sends mail; that changes with a restart alone. */
export const mailQuery = queryOptions({
  queryKey: ['mail'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () => answer(api.GET('/api/v1/mail')),
})
