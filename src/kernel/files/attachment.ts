import type { ReadStream } from 'node:fs'
import type { FastifyReply } from 'fastify'
import type { StoredFile } from './shelf.ts'

/**
 * Sends an uploaded file so that no browser shows it as a page of ours: as an attachment, its type not guessed, and should
 * it be shown all the same, in a sandbox that runs and loads nothing.
 */
export function sendAttachment(
  reply: FastifyReply,
  { body }: StoredFile,
  { content, cache }: { readonly content: ReadStream; readonly cache: string },
): FastifyReply {
  return reply
    .type(body.mediaType)
    .header('content-length', body.bytes)
    .header('content-disposition', dispositionOf(body.name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('etag', `"${body.digest}"`)
    .header('cache-control', cache)
    .send(content)
}

/** RFC 6266 §4: the name in ASCII for old clients, and as it is. */
function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
