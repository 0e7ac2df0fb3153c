/** Keeps something on this device for later; where there is no room for it, the page goes on without. */
export function keepHere(key: string, text: string): void {
  try {
    localStorage.setItem(key, text)
  } catch {
    // the browser has no room, or keeps nothing of this page
  }
}
