import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { GROWTH_DAYS, type Prefix } from './parts.tsx'

const ROWS_A_PAGE = 100

export type Row =
  | {
      readonly kind: 'prefix'
      readonly prefix: Prefix
      readonly depth: number
      readonly isOpen: boolean
      readonly isLoading: boolean
    }
  | { readonly kind: 'more'; readonly below: string; readonly depth: number }

type Level = { readonly items: readonly Prefix[]; readonly isMore: boolean }

/** The first `pages` pages of prefixes, one level of the tree. */
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

/** The tree of prefixes as rows, level by level as it is opened. A single top is open from the beginning. */
export function useTree(isShown: boolean) {
  const [opened, setOpened] = useState<Readonly<Record<string, boolean>>>({})
  const [pages, setPages] = useState<Readonly<Record<string, number>>>({})
  const top = useQuery({
    queryKey: ['prefixes', 'top', pages[''] ?? 1],
    enabled: isShown,
    placeholderData: keepPreviousData,
    queryFn: () => level({ top: true }, pages[''] ?? 1),
  })
  const roots = top.data?.items ?? []
  const isOpen = ({ prefix, derived }: Prefix) =>
    derived > 0 && (opened[prefix] ?? (roots.length === 1 && roots[0]?.prefix === prefix))
  const open = [
    ...new Set([
      ...Object.keys(opened).filter((it) => opened[it] === true),
      ...roots.filter(isOpen).map((it) => it.prefix),
    ]),
  ]
  const below = useQueries({
    queries: open.map((parent) => ({
      queryKey: ['prefixes', 'below', parent, pages[parent] ?? 1],
      enabled: isShown,
      placeholderData: keepPreviousData,
      queryFn: () => level({ parent }, pages[parent] ?? 1),
    })),
  })
  const levels = new Map(open.map((parent, at) => [parent, below[at]?.data]))
  const rows: Row[] = []
  const add = ({ items, isMore }: Level, parent: string, depth: number) => {
    for (const prefix of items) {
      const inner = isOpen(prefix) ? levels.get(prefix.prefix) : undefined
      const isLoading = isOpen(prefix) && inner === undefined
      rows.push({ kind: 'prefix', prefix, depth, isOpen: isOpen(prefix), isLoading })
      if (inner !== undefined) add(inner, prefix.prefix, depth + 1)
    }
    if (isMore) rows.push({ kind: 'more', below: parent, depth })
  }
  if (top.data !== undefined) add(top.data, '', 0)
  return {
    top,
    rows,
    toggle: (prefix: Prefix) =>
      setOpened((before) => ({ ...before, [prefix.prefix]: !isOpen(prefix) })),
    more: (parent: string) =>
      setPages((before) => ({ ...before, [parent]: (before[parent] ?? 1) + 1 })),
  }
}
