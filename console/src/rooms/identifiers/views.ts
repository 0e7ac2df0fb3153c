import { useMe } from '../../api/me.ts'
import { useKept } from './kept.ts'
import type { FilterValues } from './list-query.ts'

/** A way of looking at the list that a person gave a name. */
export type SavedView = {
  readonly name: string
  readonly filters: FilterValues
  readonly columns: readonly string[]
}

export const VIEWS_MAX = 50
export const VIEW_NAME_CHARS_MAX = 60

/** The saved views of whoever is signed in, by name; saving under a name that is there replaces it. */
export function useViews(): {
  readonly views: readonly SavedView[]
  readonly save: (view: SavedView) => void
  readonly remove: (name: string) => void
} {
  const me = useMe()
  const [views, keep] = useKept<readonly SavedView[]>(`views.${me.id}`, [])
  const without = (name: string) => views.filter((it) => it.name !== name)
  return {
    views,
    save: (view) =>
      keep(
        [...without(view.name), view]
          .slice(-VIEWS_MAX)
          .toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
      ),
    remove: (name) => keep(without(name)),
  }
}
