import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { answer, api, type paths } from '../../api/client.ts'
import type { Language } from '../../frame/language.ts'

type Answer = paths['/api/v1/audit']['get']['responses']['200']['content']['application/json']
export type Entry = Answer['items'][number]
export type Action = Entry['action']

export const ACTIONS: readonly Action[] = ['created', 'changed', 'deleted', 'read']
export const FILTERS = ['author', 'action', 'collection', 'id', 'enterprise', 'from', 'to'] as const
/** Of the access log. */
export const READ_FILTERS = ['what', 'author', 'enterprise', 'from', 'to'] as const
export type Filters = Readonly<
  Partial<Record<(typeof FILTERS)[number] | (typeof READ_FILTERS)[number], string>>
>

const ROWS_A_PAGE = 50
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What the API is asked for; what an address holds that is no filter is left out. */
export function askedOf(filters: Filters) {
  const { author, action, collection, id, enterprise, from, to, what } = filters
  return {
    ...(what !== undefined && { what }),
    ...(author !== undefined && { author }),
    ...(ACTIONS.includes(action as Action) && { action: action as Action }),
    ...(collection !== undefined && { collection }),
    ...(id !== undefined && { id }),
    ...(enterprise !== undefined && { enterprise }),
    // days as the reader has them
    ...(DAY.test(from ?? '') && { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(DAY.test(to ?? '') && { to: new Date(`${to}T23:59:59.999`).toISOString() }),
  }
}

export function useTrail(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ['audit', filters],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/audit', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...askedOf(filters),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

/** Where the same is downloaded; a table's names are in one language. */
export function exportPath(
  filters: Filters,
  format: { readonly csv: Language } | 'ndjson',
): string {
  const how = format === 'ndjson' ? { format } : { format: 'csv', language: format.csv }
  const query = new URLSearchParams({ ...askedOf(filters), ...how })
  return `/api/v1/audit/export?${query}`
}

/** The address of one entry, for as long as the trail is kept. */
export function entrySearch({ collection, id, version }: Entry): Record<string, string> {
  return { collection, id, version: String(version) }
}
