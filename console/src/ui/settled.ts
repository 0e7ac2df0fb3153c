import { useEffect, useState } from 'react'

const WAIT_MS = 350

/** The text once it has not changed for a moment: what is asked about while somebody types. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
