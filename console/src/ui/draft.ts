import { useCallback, useEffect, useRef, useState } from 'react'
import { keepHere } from './keep-here.ts'
import { useStayBeforeUnload } from './stay.ts'

const DRAFT_CHARS_MAX = 200_000

/**
 * What was typed and not sent, kept on this device until it is sent or discarded; where there is no room for it, the browser asks
 * before the tab is closed. Never for passwords.
 * `restored` says that something was brought back.
 */
export function useDraft<T>(name: string): {
  readonly restored: T | undefined
  readonly keep: (values: T) => void
  readonly discard: () => void
} {
  const key = `waymark.draft.${name}`
  const [restored, setRestored] = useState<T | undefined>(() => read<T>(key))
  /** What was typed last could not be kept. */
  const isLost = useRef(false)
  useStayBeforeUnload(() => isLost.current)
  const keep = useCallback(
    (values: T) => {
      const text = JSON.stringify(values)
      isLost.current = text.length > DRAFT_CHARS_MAX || !keepHere(key, text)
    },
    [key],
  )
  const discard = useCallback(() => {
    isLost.current = false
    localStorage.removeItem(key)
    setRestored(undefined)
  }, [key])
  useEffect(() => setRestored(read<T>(key)), [key])
  return { restored, keep, discard }
}

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}
