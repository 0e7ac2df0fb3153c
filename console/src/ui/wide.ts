import { useSyncExternalStore } from 'react'

/** At this width, in px, a list becomes a table (`table`), and the menu stands beside the page (`menu`). */
const WIDTHS_PX = { table: 768, menu: 992 } as const
type Width = keyof typeof WIDTHS_PX

/** Known from the browser's word, not asked of it in each drawing: an answer makes it lay the page out first. */
const known = { table: watched('table'), menu: watched('menu') }

/** Whether the window is as wide as that. */
export function useIsWide(width: Width): boolean {
  const { subscribe, isWide } = known[width]
  return useSyncExternalStore(subscribe, isWide)
}

function watched(width: Width) {
  const asked = matchMedia(`(min-width: ${WIDTHS_PX[width]}px)`)
  const listeners = new Set<() => void>()
  let current = asked.matches
  asked.addEventListener('change', ({ matches }) => {
    current = matches
    for (const listener of listeners) listener()
  })
  return {
    isWide: () => current,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
