import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A file of a published log by its path (`checkpoint`, `tile/0/000`); undefined where there is none. */
export type Published = (path: string, bytesMax: number) => Promise<Uint8Array | undefined>

/** Not an answer about the log: it could not be asked. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const REQUEST_MS_MAX = 30_000
const TRIES_MAX = 5
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 30_000

/** A log published at a web address, or as files in a folder. */
export function publishedAt(location: string): Published {
  return /^https?:\/\//i.test(location) ? publishedOnWeb(location) : publishedInFolder(location)
}

function publishedInFolder(folder: string): Published {
  return async (path, bytesMax) => {
    try {
      await using file = await open(join(folder, ...path.split('/')), 'r')
      const { size } = await file.stat()
      if (size > bytesMax) throw new Unreachable(`${path}: longer than ${bytesMax} bytes`)
      return await file.readFile()
    } catch (error) {
      if (error instanceof Unreachable) throw error
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw new Unreachable(`${path}: ${messageOf(error)}`, { cause: error })
    }
  }
}

function publishedOnWeb(address: string): Published {
  const base = address.replace(/\/+$/, '')
  return async (path, bytesMax) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask(`${base}/${path}`, bytesMax)
      if (answer.kind === 'found') return answer.bytes
      if (answer.kind === 'absent') return undefined
      if (answer.kind === 'refused' || attempt === TRIES_MAX) {
        throw new Unreachable(`${base}/${path}: ${answer.why}`)
      }
      await sleep(answer.retryMs ?? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (attempt - 1)))
    }
  }
}

type Answer =
  | { readonly kind: 'found'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string; readonly retryMs: number | undefined }

async function ask(url: string, bytesMax: number): Promise<Answer> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS_MAX) })
    if (reply.status === 200) return await readBounded(reply, bytesMax)
    await reply.body?.cancel()
    if (reply.status === 404 || reply.status === 410) return { kind: 'absent' }
    if (reply.status === 429 || reply.status >= 500) {
      const why = `HTTP ${reply.status}`
      return { kind: 'later', why, retryMs: retryMsOf(reply.headers.get('retry-after')) }
    }
    return { kind: 'refused', why: `HTTP ${reply.status}` }
  } catch (error) {
    return { kind: 'later', why: messageOf(error), retryMs: undefined }
  }
}

async function readBounded(reply: Response, bytesMax: number): Promise<Answer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of reply.body ?? []) {
    length += part.length
    if (length > bytesMax) return { kind: 'refused', why: `longer than ${bytesMax} bytes` }
    parts.push(part)
  }
  return { kind: 'found', bytes: Buffer.concat(parts) }
}

function retryMsOf(header: string | null): number | undefined {
  if (header === null || !/^\d{1,5}$/.test(header)) return undefined
  return Math.min(RETRY_MS_MAX, Number(header) * 1000)
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
