import { useCallback, useEffect, useRef, useState } from 'react'
import { session } from '../api/session.ts'
import { keepHere } from './keep-here.ts'
import { useStayBeforeUnload } from './stay.ts'

const DRAFT_CHARS_MAX = 200_000

/**
 * What was typed and not sent, kept on this device until it is sent or discarded; where there is no room for it, the browser asks
 * before the tab is closed. Never for passwords. Whoever signs in next on a device that is shared is not offered it; what was typed
 * before one signed in is.
 * `restored` says that something was brought back.
 */
export function useDraft<T>(name: string): {
  readonly restored: T | undefined
  readonly keep: (values: T) => void
  readonly discard: () => void
} {
  // a session that ends meanwhile does not change whose it is
  const [whose] = useState(session.whose)
  const nobodys = `waymark.draft.${name}`
  const key = whose === undefined ? nobodys : `waymark.draft.${whose}.${name}`
  const [restored, setRestored] = useState<T | undefined>(() => read<T>(key) ?? read<T>(nobodys))
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
    localStorage.removeItem(nobodys)
    setRestored(undefined)
  }, [key, nobodys])
  useEffect(() => setRestored(read<T>(key) ?? read<T>(nobodys)), [key, nobodys])
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
