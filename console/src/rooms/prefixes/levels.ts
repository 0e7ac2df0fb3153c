import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { queries } from '../../frame/queries.ts'
import type { Prefix } from './parts.tsx'

/** So many days the lists tell the growth of. */
export const GROWTH_DAYS = 30
const ROWS_A_PAGE = 100

export type Level = {
  readonly items: readonly Prefix[]
  readonly isMore: boolean
  /** Why a further page did not come; what came before it stands. */
  readonly error?: unknown
}

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

type Wish = { readonly parent?: string; readonly top?: boolean }

async function level(query: Wish, pages: number): Promise<Level> {
  const items: Prefix[] = []
  let after: string | undefined
  for (let page = 0; page < pages; page++) {
    try {
      const found = await onePage(query, after)
      items.push(...found.items)
      after = found.next
    } catch (error) {
      if (page === 0) throw error
      return { items, isMore: true, error }
    }
    if (after === undefined) break
  }
  return { items, isMore: after !== undefined }
}

async function onePage(wish: Wish, after: string | undefined) {
  const place = after !== undefined && { after }
  const query = { ...wish, limit: ROWS_A_PAGE, growth: GROWTH_DAYS, ...place }
  return await answer(api.GET('/api/v1/prefixes', { params: { query } }))
}
