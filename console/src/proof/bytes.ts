/** Undefined for what is not the one spelling of these bytes in base64. */
export function parseBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (it) => it.charCodeAt(0))
    return formatBase64(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

export function formatBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (it) => String.fromCharCode(it)).join(''))
}

export function formatHex(bytes: Uint8Array): string {
  return Array.from(bytes, (it) => it.toString(16).padStart(2, '0')).join('')
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((it, i) => it === b[i])
}
