import { queryOptions } from '@tanstack/react-query'
import { answer, api, type paths } from '../../api/client.ts'
import { type Me, mayOnNode } from '../../api/me.ts'
import { queries } from '../../frame/queries.ts'

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } }
}
  ? T
  : never
export type ByDay = Answer<'/api/v1/statistics/days'>
export type ByPrefix = Answer<'/api/v1/statistics/prefixes'>
export type ByPlace = Answer<'/api/v1/statistics/regions'>
export type Health = Answer<'/api/v1/node/health'>

const FRESH_MS = 15_000
const HEALTH_EVERY_MS = 30_000

export const byDayQuery = (days: number) =>
  queryOptions({
    queryKey: ['statistics', 'days', days],
    staleTime: FRESH_MS,
    queryFn: () => answer(api.GET('/api/v1/statistics/days', { params: { query: { days } } })),
  })

export const byPrefixQuery = (days: number) =>
  queryOptions({
    queryKey: ['statistics', 'prefixes', days],
    staleTime: FRESH_MS,
    queryFn: () => answer(api.GET('/api/v1/statistics/prefixes', { params: { query: { days } } })),
  })

export const byRegionQuery = (days: number) =>
  queryOptions({
    queryKey: ['statistics', 'regions', days],
    staleTime: FRESH_MS,
    queryFn: () => answer(api.GET('/api/v1/statistics/regions', { params: { query: { days } } })),
  })

export const bySectorQuery = (days: number) =>
  queryOptions({
    queryKey: ['statistics', 'sectors', days],
    staleTime: FRESH_MS,
    queryFn: () => answer(api.GET('/api/v1/statistics/sectors', { params: { query: { days } } })),
  })

export const healthQuery = queryOptions({
  queryKey: ['node', 'health'],
  staleTime: FRESH_MS,
  refetchInterval: HEALTH_EVERY_MS,
  queryFn: () => answer(api.GET('/api/v1/node/health')),
})

export const waitingQuery = queryOptions({
  queryKey: ['enterprises', 'counts'],
  staleTime: FRESH_MS,
  queryFn: () => answer(api.GET('/api/v1/enterprises/counts')),
})

export const ownEnterpriseQuery = (id: string) =>
  queryOptions({
    queryKey: ['enterprise', id, false],
    staleTime: FRESH_MS,
    queryFn: () => answer(api.GET('/api/v1/enterprises/{id}', { params: { path: { id } } })),
  })

export const anyTemplateQuery = queryOptions({
  queryKey: ['templates', 'any'],
  staleTime: FRESH_MS,
  queryFn: () => answer(api.GET('/api/v1/templates', { params: { query: { limit: 1 } } })),
})

/** How the node is and what waits, for those who see to it. */
export function askForHome(_: Readonly<Record<string, string>>, me: Me): void {
  if (mayOnNode(me, 'node.configure')) void queries.prefetchQuery(healthQuery)
  if (mayOnNode(me, 'enterprises.review')) void queries.prefetchQuery(waitingQuery)
}
