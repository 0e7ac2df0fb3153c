import type { FastifyRequest } from 'fastify'
import { Problem } from '../../lib/problem.ts'
import type { Received } from './blobs.ts'
import { IMAGE_BYTES_MAX } from './image-header.ts'
import type { FileShelf } from './shelf.ts'

export type Upload = Received & { readonly mediaType: string }

/** Kept as they are, if they begin as they say. */
const OPAQUE: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['%PDF-'],
  'application/zip': ['PK\x03\x04', 'PK\x05\x06'],
  'text/csv': [''],
  'text/plain': [''],
}
const IMAGES = new Set(['image/png', 'image/jpeg'])

/**
 * The body of a request as a file of the type it says, if it begins as that does. What was not read is read past, so that the
 * answer is heard and the connection can be used again.
 * @throws Problem `unreadable-input`, `too-large`, `storage-full`
 */
export async function receiveUpload(files: FileShelf, request: FastifyRequest): Promise<Upload> {
  try {
    return await receive(files, request)
  } finally {
    request.raw.resume()
  }
}

async function receive(files: FileShelf, { headers, raw }: FastifyRequest): Promise<Upload> {
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (IMAGES.has(mediaType))
    return await files.receiveImage(await readWhole(raw.iterator({ destroyOnReturn: false })))
  const beginnings = Object.hasOwn(OPAQUE, mediaType) ? OPAQUE[mediaType] : undefined
  if (beginnings === undefined) throw unsupportedType()
  const received = await files.receive(raw.iterator({ destroyOnReturn: false }))
  const head = received.head.toString('latin1')
  if (beginnings.some((it) => head.startsWith(it))) return { ...received, mediaType }
  await received[Symbol.asyncDispose]()
  throw new Problem('unreadable-input', {
    en: `The file is not ${mediaType}`,
    zh: `文件内容不是 ${mediaType}`,
  })
}

async function readWhole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    // One more than allowed is enough to be told so.
    if (bytes > IMAGE_BYTES_MAX + 1) break
    parts.push(part)
  }
  if (bytes > IMAGE_BYTES_MAX) {
    throw new Problem('too-large', {
      en: `An image has at most ${IMAGE_BYTES_MAX} bytes`,
      zh: `图片最大 ${IMAGE_BYTES_MAX} 字节`,
    })
  }
  return Buffer.concat(parts)
}

function unsupportedType(): Problem {
  const types = [...IMAGES, ...Object.keys(OPAQUE)].join(', ')
  return new Problem('unreadable-input', {
    en: `Files are taken of these types: ${types}`,
    zh: `仅接受以下类型的文件：${types}`,
  })
}
