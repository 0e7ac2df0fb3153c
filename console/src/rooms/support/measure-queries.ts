import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'

type Reply<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } }
  ? Json<R>
  : never

export type ListedMeasure = Reply<'/api/v1/policy/measures'>['items'][number]
export type Measure = Reply<'/api/v1/policy/measures/{id}'>
export type MeasureState = ListedMeasure['state']

export const STATES = [
  'open-in-a-batch',
  'in-force',
  'coming',
  'draft',
  'letter',
  'expired',
] as const satisfies readonly MeasureState[]
export const FILTERS = ['q', 'region', 'state'] as const
const A_PAGE = 50

export function measuresQuery({
  q,
  region,
  state,
}: Readonly<Partial<Record<(typeof FILTERS)[number], string>>>) {
  const known = STATES.find((it) => it === state)
  return infiniteQueryOptions({
    queryKey: ['support', 'measures', q, region, known],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/measures', {
          params: {
            query: {
              limit: A_PAGE,
              ...(q !== undefined && { q }),
              ...(region !== undefined && { region }),
              ...(known !== undefined && { state: known }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

export function measureQuery(id: string) {
  return queryOptions({
    queryKey: ['support', 'measure', id],
    queryFn: () => answer(api.GET('/api/v1/policy/measures/{id}', { params: { path: { id } } })),
  })
}

export const regionsQuery = queryOptions({
  queryKey: ['support', 'regions'],
  staleTime: 300_000,
  queryFn: () => answer(api.GET('/api/v1/policy/regions')),
})

export const determinacyQuery = queryOptions({
  queryKey: ['support', 'determinacy'],
  staleTime: 60_000,
  queryFn: () => answer(api.GET('/api/v1/policy/determinacy')),
})
