import { useEffect, useRef } from 'react'

/** The browser asks before the tab is closed or loaded anew while `isNeeded` says so. */
export function useStayBeforeUnload(isNeeded: () => boolean): void {
  const asked = useRef(isNeeded)
  useEffect(() => {
    asked.current = isNeeded
  })
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => {
      if (asked.current()) event.preventDefault()
    }
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [])
}
