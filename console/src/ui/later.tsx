import { type ReactNode, startTransition, useEffect, useState } from 'react'

/** What lies further down is drawn when what stands above it is seen; its room is kept until then. */
export function Later({ heightPx, children }: { heightPx: number; children: ReactNode }) {
  const [isTime, setIsTime] = useState(false)
  useEffect(() => startTransition(() => setIsTime(true)), [])
  return isTime ? children : <div style={{ minBlockSize: heightPx }} />
}
