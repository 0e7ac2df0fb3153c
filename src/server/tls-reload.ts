import { statSync } from 'node:fs'
import type { Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { startLoop } from '../lib/loop.ts'
import { readTls } from './http.ts'

const LOOK_EVERY_MS = 5_000

export type TlsReload = {
  readonly server: Server
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly onReload: () => void
  /** A pair that does not fit or cannot be read leaves the one in force. */
  readonly onError: (error: unknown) => void
}

/** New connections get the new certificate soon after its files change; those that are open are not disturbed. */
export function reloadTls({ server, tls, onReload, onError }: TlsReload): AsyncDisposable {
  if (tls === undefined || !(server instanceof HttpsServer)) {
    return { [Symbol.asyncDispose]: async () => undefined }
  }
  let seen = stampOf(tls)
  return startLoop({
    everyMs: LOOK_EVERY_MS,
    onError,
    round: async () => {
      const now = stampOf(tls)
      if (now !== seen) {
        seen = now
        server.setSecureContext({ ...readTls(tls), minVersion: 'TLSv1.2' })
        onReload()
      }
      return false
    },
  })
}

function stampOf(tls: { cert: string; key: string }): string {
  return [tls.cert, tls.key]
    .map((path) => {
      const { mtimeMs, size, ino } = statSync(path)
      return `${mtimeMs}:${size}:${ino}`
    })
    .join()
}
