import { createHash, randomUUID } from 'node:crypto'
import { access, type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'
import {
  ARCHIVE_FORMAT,
  type ArchiveHeader,
  type ArchiveManifest,
  type ArchivePart,
  DIGEST_NAME,
  HEADER_NAME,
  isPartName,
  MANIFEST_NAME,
  PARTS_MAX,
  toJson,
} from './manifest.ts'
import { padding, TAR_END, writeTarHeader } from './tar.ts'
import { withTrailer } from './trailer.ts'

export type WriteArchiveOptions = {
  readonly programVersion: string
  /** The moment of the content, milliseconds since 1970. */
  readonly at: number
  readonly signal?: AbortSignal
  /** Called with the bytes of content taken in so far. */
  readonly onProgress?: (bytes: number) => void
}

/**
 * Writes one file of the parts: a tar file in zstd, so that `tar --zstd -xf` opens it, with the digest of each part in a
 * manifest at its end and one of the whole file behind it. Memory is bounded whatever the size. The file appears under its name when it is whole and on the
 * disk. Throws `already-exists`, `storage-full`, and what reading a part throws.
 */
export async function writeArchive(
  path: string,
  parts: AsyncIterable<ArchivePart> | Iterable<ArchivePart>,
  options: WriteArchiveOptions,
): Promise<ArchiveManifest> {
  await refuseIfThere(path)
  const partial = `${path}.${randomUUID()}.partial`
  const writing = new ArchiveWriting(options)
  // Opened before there is anything that could fail: a file that is still being opened cannot be removed.
  const file = await openNew(partial)
  try {
    await pipeline(
      Readable.from(writing.bytes(parts), { objectMode: false }),
      createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
      withTrailer,
      file.createWriteStream({ flush: true }),
      ...(options.signal === undefined ? [] : [{ signal: options.signal }]),
    )
    await rename(partial, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(partial, { force: true })
    throw fullOr(error)
  }
  return writing.manifest
}

class ArchiveWriting {
  readonly #options: WriteArchiveOptions
  readonly #parts: ArchiveManifest['parts'] = []
  #bytes = 0

  constructor(options: WriteArchiveOptions) {
    this.#options = options
  }

  get manifest(): ArchiveManifest {
    return { ...this.#header(), parts: this.#parts }
  }

  async *bytes(parts: AsyncIterable<ArchivePart> | Iterable<ArchivePart>) {
    yield* this.#file(HEADER_NAME, toJson(this.#header()))
    for await (const part of parts) {
      if (!isPartName(part.name)) throw new TypeError(`${part.name}: not a part's name`)
      if (this.#parts.length === PARTS_MAX) {
        throw new Problem('too-large', {
          en: `A backup has at most ${PARTS_MAX} parts`,
          zh: `备份最多包含 ${PARTS_MAX} 个部分`,
        })
      }
      yield* this.#part(part)
    }
    const manifest = toJson(this.manifest)
    yield* this.#file(MANIFEST_NAME, manifest)
    const digest = createHash('sha256').update(manifest).digest('hex')
    yield* this.#file(DIGEST_NAME, Buffer.from(`${digest}  ${MANIFEST_NAME}\n`))
    yield TAR_END
  }

  async *#part({ name, sizeBytes, content }: ArchivePart) {
    yield this.#tarHeader(name, sizeBytes)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of content()) {
      bytes += chunk.length
      if (bytes > sizeBytes) break
      hash.update(chunk)
      this.#bytes += chunk.length
      this.#options.onProgress?.(this.#bytes)
      yield chunk
    }
    if (bytes !== sizeBytes) throw new Error(`${name} is not ${sizeBytes} bytes long any more`)
    yield padding(sizeBytes)
    this.#parts.push({ name, bytes, sha256: hash.digest('hex') })
  }

  *#file(name: string, content: Uint8Array) {
    yield this.#tarHeader(name, content.length)
    yield content
    yield padding(content.length)
  }

  #tarHeader(name: string, sizeBytes: number): Uint8Array {
    return writeTarHeader({ name, sizeBytes, modifiedAt: this.#options.at })
  }

  #header(): ArchiveHeader {
    const { programVersion, at } = this.#options
    return {
      format: ARCHIVE_FORMAT,
      program: 'waymark',
      programVersion,
      at: new Date(at).toISOString(),
    }
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    throw fullOr(error)
  }
}

async function refuseIfThere(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  throw new Problem('already-exists', {
    en: `${path} is there already; a backup is never overwritten`,
    zh: `${path} 已存在，备份不会覆盖已有文件`,
  })
}

/** Makes a renamed file's new name durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export function fullOr(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  const text = { en: 'The disk is full', zh: '磁盘已满' }
  return new Problem('storage-full', text, { cause: error })
}
