import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export type Filters = Readonly<Record<string, string | undefined>>

/**
 * What the page is filtered by, kept in its address so that it can be sent on and gone back to. An empty value leaves the
 * address. Changing a filter replaces the entry of the history unless `push` is set.
 */
export function useSearchState<const K extends string>(
  names: readonly K[],
): [Readonly<Partial<Record<K, string>>>, (next: Filters, push?: boolean) => void] {
  const search = useSearch({ strict: false }) as Readonly<Record<string, string>>
  const navigate = useNavigate()
  // as text, so that the same filters are the same object from one drawing to the next
  const text = JSON.stringify(valuesOf(search, names))
  const values = useMemo(() => JSON.parse(text) as Partial<Record<K, string>>, [text])
  const change = useCallback(
    (next: Filters, push = false) =>
      void navigate({
        to: '.',
        search: (before: Filters) =>
          Object.fromEntries(
            Object.entries({ ...before, ...next }).filter(
              ([, it]) => it !== undefined && it !== '',
            ),
          ),
        replace: !push,
      } as unknown as Parameters<typeof navigate>[0]),
    [navigate],
  )
  return [values, change]
}

/** Of what an address holds what is named, in the order of the names. */
export function valuesOf<const K extends string>(
  search: Readonly<Record<string, string>>,
  names: readonly K[],
): Readonly<Partial<Record<K, string>>> {
  const given = names.filter((name) => search[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, search[name]])) as Partial<Record<K, string>>
}
