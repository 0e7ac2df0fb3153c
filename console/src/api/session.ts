/**
 * What the console knows of the session beside the cookie, which scripts cannot read: the token that writes carry, and who
 * waits for the person to sign in again.
 */
const KEPT_AS = 'waymark.session'

let csrf: string | undefined
let waiting: PromiseWithResolvers<void> | undefined
const listeners = new Set<() => void>()

export const session = {
  csrf: () => csrf,
  /** Whether somebody was signed in, as far as this page knows. */
  isOpen: () => csrf !== undefined,
  /** Whether there may be a session: asking the node without one is an error in the browser's log. */
  isLikely: () => localStorage.getItem(KEPT_AS) !== null,
  /** The account that was signed in last, as far as this page knows; what is kept on the device is kept apart by it. */
  whose: () => localStorage.getItem(KEPT_AS) || undefined,
  open(token: string | undefined, whose?: string): void {
    csrf = token
    localStorage.setItem(KEPT_AS, whose ?? localStorage.getItem(KEPT_AS) ?? '')
    if (token === undefined) return
    waiting?.resolve()
    waiting = undefined
    tell()
  },
  close(): void {
    csrf = undefined
    localStorage.removeItem(KEPT_AS)
    waiting = undefined
    tell()
  },
  /** Resolves when the person has signed in again; many calls wait for one sign-in. */
  reopen(): Promise<void> {
    waiting ??= Promise.withResolvers<void>()
    tell()
    return waiting.promise
  },
  isAsking: () => waiting !== undefined,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

function tell(): void {
  for (const listener of listeners) listener()
}
