import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { queries } from '../../frame/queries.ts'
import { valuesOf } from '../../ui/search-state.ts'

export const FILTERS = ['prefix', 'state'] as const
export const STATES = ['draft', 'published', 'withdrawn'] as const
const VERSIONS_A_PAGE = 200

/** Versions of templates by what the address says, page after page. */
export function listQuery({
  prefix,
  state,
}: Readonly<Partial<Record<(typeof FILTERS)[number], string>>>) {
  const known = STATES.find((it) => it === state)
  return infiniteQueryOptions({
    queryKey: ['templates', 'list', prefix, known],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/templates', {
          params: {
            query: {
              limit: VERSIONS_A_PAGE,
              ...(prefix !== undefined && { prefix }),
              ...(known !== undefined && { state: known }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

export function askForTemplates(search: Readonly<Record<string, string>>): void {
  void queries.prefetchInfiniteQuery(listQuery(valuesOf(search, FILTERS)))
}
