import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { Call } from './api.ts'

const ROWS = 30

export function useCalls(state: Call['state'] | undefined) {
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ['support-calls', state],
      initialPageParam: '',
      getNextPageParam: ({ next }: { next?: string }) => next,
      queryFn: ({ pageParam: after }) =>
        answer(
          api.GET('/api/v1/policy/calls', {
            params: {
              query: { limit: ROWS, ...(state && { state }), ...(after !== '' && { after }) },
            },
          }),
        ),
    }),
  )
}

export function useApplications() {
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ['support-applications'],
      initialPageParam: '',
      getNextPageParam: ({ next }: { next?: string }) => next,
      queryFn: ({ pageParam: after }) =>
        answer(
          api.GET('/api/v1/policy/applications', {
            params: { query: { limit: ROWS, ...(after !== '' && { after }) } },
          }),
        ),
    }),
  )
}

export type QueueFilters = Readonly<Partial<Record<'step' | 'state' | 'order' | 'call', string>>>

const STATES = ['open', 'correcting', 'ended', 'withdrawn'] as const

export function useQueue({ step, state, order, call }: QueueFilters) {
  const chosen = STATES.find((it) => it === (state ?? 'open'))
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ['support-queue', step, state, order, call],
      initialPageParam: '',
      getNextPageParam: ({ next }: { next?: string }) => next,
      queryFn: ({ pageParam: after }) =>
        answer(
          api.GET('/api/v1/policy/cases', {
            params: {
              query: {
                limit: ROWS,
                overdue: false,
                order: order === 'dueAt' ? 'dueAt' : 'receivedAt',
                ...(step && { step }),
                ...(call && { call }),
                ...(chosen && { state: chosen }),
                ...(after !== '' && { after }),
              },
            },
          }),
        ),
    }),
  )
}
