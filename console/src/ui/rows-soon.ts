import { startTransition, useEffect, useState } from 'react'

/** Of every page, before its first row: the frame's head, its own, and that of the table. */
const ABOVE_PX = 200

/**
 * The rows that are drawn at once: the upper half of what the window shows, of rows that each have a height (`rowPx`) at
 * least. The others follow in the next drawing, so that a page does not wait for what is not looked at yet.
 */
export function useRowsSoon<T>(rows: readonly T[], rowPx: number): readonly T[] {
  const [drawn, setDrawn] = useState(() =>
    Math.ceil(Math.max(innerHeight - ABOVE_PX, 0) / rowPx / 2),
  )
  const missing = rows.length > drawn
  useEffect(() => {
    if (missing) startTransition(() => setDrawn(rows.length))
  }, [missing, rows.length])
  return missing ? rows.slice(0, drawn) : rows
}
