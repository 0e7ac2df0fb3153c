import { useEffect, useState } from 'react'

/** Single keys, where nothing is being typed and no dialog is open. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const [latest] = useState({ keys })
  latest.keys = keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isTyping = (event.target as HTMLElement).closest(
        'input, textarea, select, [role=dialog]',
      )
      if (isTyping !== null || event.ctrlKey || event.metaKey || event.altKey) return
      latest.keys[event.key.toLowerCase()]?.()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [latest])
}
