import { useCallback, useState } from 'react'
import { keepHere } from '../../ui/keep-here.ts'

/** Something this person keeps on this device: columns, views, the size of a label. */
export function useKept<T>(name: string, fallback: T): [T, (next: T) => void] {
  const key = keyOf(name)
  const [kept, setKept] = useState<{ key: string; value: T }>(() => ({ key, value: read(key) }))
  // another key is another thing: it is read before it is drawn
  const current = kept.key === key ? kept.value : read<T>(key)
  const keep = useCallback(
    (value: T) => {
      keepHere(key, JSON.stringify(value))
      setKept({ key, value })
    },
    [key],
  )
  return [current ?? fallback, keep]
}

/** The same where nothing is drawn yet. */
export function readKept<T>(name: string, fallback: T): T {
  return read<T | null>(keyOf(name)) ?? fallback
}

function keyOf(name: string): string {
  return `waymark.identifiers.${name}`
}

function read<T>(key: string): T {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T
  } catch {
    return null as T
  }
}
