import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { queries } from '../../frame/queries.ts'
import type { Prefix } from './parts.tsx'

/** So many days the lists tell the growth of. */
export const GROWTH_DAYS = 30
const ROWS_A_PAGE = 100

export type Level = { readonly items: readonly Prefix[]; readonly isMore: boolean }

/** The first `pages` pages of the prefixes that derive from none one knows of. */
export const topQuery = (pages: number) =>
  queryOptions({
    queryKey: ['prefixes', 'top', pages],
    queryFn: () => level({ top: true }, pages),
  })

/** The first `pages` pages of what derives from a prefix. */
export const belowQuery = (parent: string, pages: number) =>
  queryOptions({
    queryKey: ['prefixes', 'below', parent, pages],
    queryFn: () => level({ parent }, pages),
  })

/** The top of the tree, which is shown where nothing is filtered. */
export function askForTop(search: Readonly<Record<string, string>>): void {
  if (Object.keys(search).length === 0) void queries.prefetchQuery(topQuery(1))
}

async function level(query: { parent?: string; top?: boolean }, pages: number): Promise<Level> {
  const items: Prefix[] = []
  let after: string | undefined
  for (let page = 0; page < pages; page++) {
    const found = await answer(
      api.GET('/api/v1/prefixes', {
        params: {
          query: {
            ...query,
            limit: ROWS_A_PAGE,
            growth: GROWTH_DAYS,
            ...(after !== undefined && { after }),
          },
        },
      }),
    )
    items.push(...found.items)
    after = found.next
    if (after === undefined) break
  }
  return { items, isMore: after !== undefined }
}
