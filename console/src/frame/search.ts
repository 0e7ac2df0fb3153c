/**
 * What stands after the question mark of a page's address is text, as a person types it: read as JSON, which is what the
 * router does by itself, the prefix 88.10 would be the number 88.1.
 */
export function parseSearch(asked: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(asked))
}

export function stringifySearch(search: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(search).filter(([, it]) => it !== undefined)
  const asked = new URLSearchParams(given.map(([name, it]) => [name, String(it)])).toString()
  return asked === '' ? '' : `?${asked}`
}
