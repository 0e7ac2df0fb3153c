/** Keeps something on this device for later; where there is no room for it, answers so and the page goes on without. */
export function keepHere(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text)
    return true
  } catch {
    // the browser has no room, or keeps nothing of this page
    return false
  }
}
