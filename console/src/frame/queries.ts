import { QueryClient } from '@tanstack/react-query'
import { asProblem } from '../api/problem.ts'

const RETRIES_MAX = 2

/** What the node answered, kept for all pages. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // the browser's word for being offline is about the world, not about a node beside it; asking tells
      networkMode: 'always',
      refetchOnReconnect: true,
      // what the node refused it refuses again; a lost connection may come back
      retry: (failures, error) => failures < RETRIES_MAX && asProblem(error).status === 0,
    },
  },
})
