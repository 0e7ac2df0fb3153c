import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { belowQuery, type Level, topQuery } from './levels.ts'
import type { Prefix } from './parts.tsx'

export type Row =
  | {
      readonly kind: 'prefix'
      readonly prefix: Prefix
      readonly depth: number
      readonly isOpen: boolean
      readonly isLoading: boolean
    }
  | {
      readonly kind: 'more'
      readonly below: string
      readonly depth: number
      /** Why what is missing here did not come. */
      readonly error?: unknown
    }

/** The tree of prefixes as rows, level by level as it is opened. A single top is open from the beginning. */
export function useTree(isShown: boolean) {
  const client = useQueryClient()
  const [opened, setOpened] = useState<Readonly<Record<string, boolean>>>({})
  const [pages, setPages] = useState<Readonly<Record<string, number>>>({})
  const top = useQuery({
    ...topQuery(pages[''] ?? 1),
    enabled: isShown,
    placeholderData: keepPreviousData,
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
      ...belowQuery(parent, pages[parent] ?? 1),
      enabled: isShown,
      placeholderData: keepPreviousData,
    })),
  })
  const levels = new Map(open.map((parent, at) => [parent, below[at]]))
  const rows: Row[] = []
  const addMissing = (parent: string, depth: number, error: unknown) =>
    rows.push({ kind: 'more', below: parent, depth, error })
  const add = ({ items, isMore, error }: Level, parent: string, depth: number) => {
    for (const prefix of items) {
      const inner = isOpen(prefix) ? levels.get(prefix.prefix) : undefined
      rows.push({
        ...{ kind: 'prefix', prefix, depth, isOpen: isOpen(prefix) },
        isLoading: inner?.isLoading === true,
      })
      if (inner?.data !== undefined) add(inner.data, prefix.prefix, depth + 1)
      else if (inner?.isError === true) addMissing(prefix.prefix, depth + 1, inner.error)
    }
    if (error !== undefined) addMissing(parent, depth, error)
    else if (isMore) rows.push({ kind: 'more', below: parent, depth })
  }
  if (top.data !== undefined) add(top.data, '', 0)
  return {
    top,
    rows,
    toggle: (prefix: Prefix) =>
      setOpened((before) => ({ ...before, [prefix.prefix]: !isOpen(prefix) })),
    more: (parent: string) =>
      setPages((before) => ({ ...before, [parent]: (before[parent] ?? 1) + 1 })),
    again: (parent: string) => {
      const count = pages[parent] ?? 1
      const { queryKey } = parent === '' ? topQuery(count) : belowQuery(parent, count)
      void client.invalidateQueries({ queryKey: [...queryKey], exact: true })
    },
  }
}
