/** A page that is never idle gets it all the same. */
const IDLE_MS_MAX = 1_000

/** Does `deed` when there is nothing else to do. What it returns calls it off, or undoes it by what the deed returned. */
export function whenIdle(deed: () => (() => void) | undefined): () => void {
  let undo: (() => void) | undefined
  const doIt = () => {
    undo = deed()
  }
  // Safari has no such callback
  const isKnown = 'requestIdleCallback' in window
  const wait = isKnown ? requestIdleCallback(doIt, { timeout: IDLE_MS_MAX }) : setTimeout(doIt)
  return () => {
    if (isKnown) cancelIdleCallback(wait as number)
    else clearTimeout(wait)
    undo?.()
  }
}
