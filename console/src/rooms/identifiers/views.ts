import { useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { FilterValues } from './list-query.ts'

/** A way of looking at the list that a person gave a name; it is there on every device they sign in on. */
export type SavedView = {
  readonly name: string
  readonly filters: FilterValues
  readonly columns: readonly string[]
}

export const VIEW_NAME_CHARS_MAX = 60
const list = 'identifiers'
const queryKey = ['views', list]

/** The saved views of whoever is signed in, by name; saving under a name that is there replaces it. */
export function useViews(): {
  readonly views: readonly SavedView[]
  readonly save: (view: SavedView) => Promise<void>
  readonly remove: (name: string) => Promise<void>
} {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey,
    queryFn: () => answer(api.GET('/api/v1/me/views', { params: { query: { list } } })),
  })
  const again = () => queries.invalidateQueries({ queryKey })
  const views: readonly SavedView[] = data?.items ?? []
  return {
    views: views.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
    save: async ({ name, filters, columns }) => {
      const own = { filters: { ...filters }, columns: [...columns] }
      const body = { list: list as typeof list, name, ...own }
      await answer(api.PUT('/api/v1/me/views', { body }))
      await again()
    },
    remove: async (name) => {
      await answer(api.DELETE('/api/v1/me/views', { params: { query: { list, name } } }))
      await again()
    },
  }
}
