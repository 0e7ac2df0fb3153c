import { startTransition, useEffect, useState } from 'react'

/** Of every page, before its first row: the frame's head, its own, and that of the table. */
const ABOVE_PX = 200

/**
 * The rows that are drawn at once, as many as the window shows of a height (`rowPx`) that each has at least; the others follow
 * as soon as nothing else is to be done, so that a page does not wait for what nobody sees yet.
 */
export function useRowsSoon<T>(rows: readonly T[], rowPx: number): readonly T[] {
  const [drawn, setDrawn] = useState(() => Math.ceil(Math.max(innerHeight - ABOVE_PX, 0) / rowPx))
  const missing = rows.length > drawn
  useEffect(() => {
    if (missing) startTransition(() => setDrawn(rows.length))
  }, [missing, rows.length])
  return missing ? rows.slice(0, drawn) : rows
}
