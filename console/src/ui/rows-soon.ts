import { startTransition, useEffect, useState } from 'react'

/** As many as a tall window shows. */
const FIRST_ROWS = 20

/**
 * The rows that are drawn at once, as many as a window shows; the others follow as soon as nothing else is to be done, so that
 * a page does not wait for what nobody sees yet. `first` is how many are enough.
 */
export function useRowsSoon<T>(rows: readonly T[], first = FIRST_ROWS): readonly T[] {
  const [drawn, setDrawn] = useState(first)
  const missing = rows.length > drawn
  useEffect(() => {
    if (missing) startTransition(() => setDrawn(rows.length))
  }, [missing, rows.length])
  return missing ? rows.slice(0, drawn) : rows
}
