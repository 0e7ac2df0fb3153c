import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyRequest } from 'fastify'
import { isLoopback } from './connection.ts'
import type { DataFolder } from './data-folder.ts'

export const LOCAL_TOKEN_HEADER = 'x-waymark-local'
const TOKEN_BYTES = 32
const FILE = 'local.token'

/**
 * A token in the data folder, new at every start, readable by its owner alone: who can show it could write the node's
 * data anyway. The command line proves by it that it may back up the node on its own machine.
 */
export function openLocalToken(folder: DataFolder): Disposable & {
  readonly isShownBy: (request: FastifyRequest) => boolean
} {
  const path = join(folder.keys, FILE)
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  rmSync(path, { force: true })
  writeFileSync(path, token, { mode: 0o600, flag: 'wx' })
  return {
    isShownBy: ({ headers, socket }) => {
      if (!isLoopback(socket.remoteAddress)) return false
      const shown = Buffer.from(String(headers[LOCAL_TOKEN_HEADER] ?? ''))
      return shown.length === token.length && timingSafeEqual(shown, Buffer.from(token))
    },
    [Symbol.dispose]: () => rmSync(path, { force: true }),
  }
}

/** The token of the node that serves from this folder; undefined where none does, or it is not ours to read. */
export function readLocalToken(folder: DataFolder): string | undefined {
  try {
    return readFileSync(join(folder.keys, FILE), 'utf8')
  } catch {
    return undefined
  }
}
