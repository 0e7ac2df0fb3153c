import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { type Me, may } from '../../api/me.ts'

export type Template = Json<paths['/api/v1/templates']['get']['responses']['200']>['items'][number]
type Prefix = Json<paths['/api/v1/prefixes']['get']['responses']['200']>['items'][number]

const OFFERED_MAX = 50
const TEMPLATES_MAX = 500
const STALE_MS = 60_000

/** Prefixes that hold what was typed and that this person may import into. */
export function usePrefixes(me: Me, typed: string) {
  return useQuery({
    queryKey: ['imports', 'prefixes', typed],
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = {
        limit: OFFERED_MAX,
        state: 'active' as const,
        ...(typed !== '' && { q: typed }),
      }
      const { items } = await answer(api.GET('/api/v1/prefixes', { params: { query }, signal }))
      return items.filter((it) => isOpen(me, it)).map((it) => it.prefix)
    },
  })
}

function isOpen(me: Me, { enterprise, hosting }: Prefix): boolean {
  return hosting.kind === 'here' && may(me, 'identifiers.write', enterprise ?? '')
}

/** Templates that a prefix may use, of each the newest version that is published. */
export function useTemplates(prefix: string | undefined) {
  return useQuery({
    queryKey: ['imports', 'templates', prefix],
    enabled: prefix !== undefined,
    staleTime: STALE_MS,
    queryFn: async ({ signal }) => {
      const query = { prefix: prefix ?? '', state: 'published' as const, limit: TEMPLATES_MAX }
      const { items } = await answer(api.GET('/api/v1/templates', { params: { query }, signal }))
      const newest = new Map<string, Template>()
      for (const it of items) {
        if ((newest.get(it.name)?.version ?? 0) < it.version) newest.set(it.name, it)
      }
      return [...newest.values()]
    },
  })
}
