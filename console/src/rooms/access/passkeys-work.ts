/** Browsers make passkeys on secure pages of named hosts only, never at a bare address. */
export function passkeysWork(): boolean {
  const isAddress = /^[\d.]+$/.test(location.hostname) || location.hostname.includes(':')
  return isSecureContext && 'PublicKeyCredential' in globalThis && !isAddress
}

/** The person said no, or the device waited too long: browsers do not tell which. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)
}
