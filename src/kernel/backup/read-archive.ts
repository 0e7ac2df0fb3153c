import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'
import { matches } from '../../lib/schema-problems.ts'
import { ByteReader } from './byte-reader.ts'
import {
  ARCHIVE_FORMAT,
  type ArchiveHeader,
  type ArchiveManifest,
  type ArchivePart,
  DIGEST_NAME,
  HEADER_NAME,
  Header,
  isPartName,
  JSON_BYTES_MAX,
  MANIFEST_NAME,
  Manifest,
  PARTS_MAX,
  toJson,
} from './manifest.ts'
import { damaged, padding, readTarHeader, TAR_BLOCK_BYTES, type TarEntry, withPax } from './tar.ts'
import { hashed, readTrailer, writeTrailer } from './trailer.ts'

/** What a reader does with a part. What it leaves of the content is passed over. */
export type OnPart = (part: ArchivePart, header: ArchiveHeader) => Promise<void>

/**
 * Reads an archive from end to end, part by part. **Nothing that was handed out may be relied on before this resolves**:
 * the digests come last. Throws `unreadable-input` for an archive that was cut, changed or is none, `unsupported` for a
 * newer format.
 */
export async function readArchive(
  path: string,
  onPart: OnPart,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ArchiveManifest> {
  const { trailer, before } = await readTrailer(path).catch((error: unknown) => {
    throw readable(error, path)
  })
  const hash = createHash('sha256')
  const file = createReadStream(path, { end: before - 1 })
  const unpacked = createZstdDecompress()
  const moving = pipeline(
    file,
    (chunks) => hashed(chunks, hash),
    unpacked,
    ...(signal === undefined ? [] : [{ signal }]),
  )
  // Its failure is told by `unpacked`; here it is only kept from going unheard while that is read.
  moving.catch(() => undefined)
  const bytes = new ByteReader(unpacked)
  try {
    const manifest = await readEntries(new ArchiveReading(bytes), onPart)
    await bytes.end()
    // Whatever the decompressor let pass: the whole file is as it was written, or it is refused.
    const isWhole = file.bytesRead === before && writeTrailer(hash.digest()).equals(trailer)
    if (!isWhole) throw damaged('the end')
    return manifest
  } catch (error) {
    // Whoever reads a stream that failed may only be told that it was closed.
    throw readable(error instanceof Problem ? error : (unpacked.errored ?? error), path)
  } finally {
    unpacked.destroy()
    file.destroy()
  }
}

async function readEntries(reading: ArchiveReading, onPart: OnPart): Promise<ArchiveManifest> {
  const header = parseHeader(await reading.json(HEADER_NAME))
  const seen: ArchiveManifest['parts'] = []
  for (;;) {
    const entry = await reading.next()
    if (entry === undefined) throw damaged('the manifest')
    if (entry.name === MANIFEST_NAME) {
      const text = await reading.content(entry)
      await checkDigest(reading, text)
      return checkManifest(text, header, seen)
    }
    if (seen.length === PARTS_MAX) throw damaged('the number of parts')
    seen.push(await readPart(reading, entry, { header, onPart }))
  }
}

async function readPart(
  reading: ArchiveReading,
  { name, sizeBytes }: TarEntry,
  { header, onPart }: { readonly header: ArchiveHeader; readonly onPart: OnPart },
): Promise<ArchiveManifest['parts'][number]> {
  if (!isPartName(name)) throw damaged('the name of a part')
  const hash = createHash('sha256')
  const stream = reading.chunks(sizeBytes, hash)
  await onPart({ name, sizeBytes, content: () => unclosed(stream) }, header)
  for await (const _ of unclosed(stream));
  await reading.pass(padding(sizeBytes).length)
  return { name, bytes: sizeBytes, sha256: hash.digest('hex') }
}

/** Leaving a `for await` early would close the stream; what was not read of a part must still be passed over. */
async function* unclosed(stream: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await stream.next()
    if (done === true) return
    yield value
  }
}

async function checkDigest(reading: ArchiveReading, manifest: Uint8Array): Promise<void> {
  const entry = await reading.next()
  if (entry?.name !== DIGEST_NAME) throw damaged('the digest of the manifest')
  const line = Buffer.from(await reading.content(entry)).toString()
  const digest = createHash('sha256').update(manifest).digest('hex')
  if (line !== `${digest}  ${MANIFEST_NAME}\n`) throw damaged('the digest of the manifest')
  if ((await reading.next()) !== undefined) throw damaged('the end')
}

function checkManifest(
  text: Uint8Array,
  header: ArchiveHeader,
  seen: ArchiveManifest['parts'],
): ArchiveManifest {
  const manifest = parseJson(text)
  if (!matches(Manifest, manifest)) throw damaged('the manifest')
  const expected = toJson({ ...header, parts: seen })
  if (!expected.equals(text)) {
    const told = (manifest as ArchiveManifest).parts
    const wrong = seen.find((it, at) => told[at]?.name !== it.name || told[at].sha256 !== it.sha256)
    throw damaged(wrong?.name ?? 'the manifest')
  }
  return manifest as ArchiveManifest
}

function parseHeader(text: Uint8Array): ArchiveHeader {
  const header = parseJson(text)
  if (!matches(Header, header)) throw damaged('the header')
  const { format, programVersion } = header as ArchiveHeader
  if (format > ARCHIVE_FORMAT) {
    throw new Problem('unsupported', {
      en: `The backup has format ${format}, written by release ${programVersion}; this program knows formats up to ${ARCHIVE_FORMAT}`,
      zh: `备份格式为 ${format}（由版本 ${programVersion} 写出），本程序最高支持格式 ${ARCHIVE_FORMAT}`,
    })
  }
  return header as ArchiveHeader
}

/** Entry after entry of a tar file. */
class ArchiveReading {
  readonly #bytes: ByteReader

  constructor(bytes: ByteReader) {
    this.#bytes = bytes
  }

  /** The next file's name and size; its content must be read before the next is asked for. Undefined at the end. */
  async next(): Promise<TarEntry | undefined> {
    const first = readTarHeader(await this.#bytes.read(TAR_BLOCK_BYTES))
    if (first.kind === 'end') {
      const second = readTarHeader(await this.#bytes.read(TAR_BLOCK_BYTES))
      if (second.kind !== 'end') throw damaged('the end')
      return undefined
    }
    if (first.kind === 'file') return first.entry
    const records = await this.content(first.entry)
    const header = readTarHeader(await this.#bytes.read(TAR_BLOCK_BYTES))
    if (header.kind !== 'file') throw damaged('a pax header')
    return withPax(header.entry, records)
  }

  async json(name: string): Promise<Uint8Array> {
    const entry = await this.next()
    if (entry?.name !== name) throw damaged('the header')
    return this.content(entry)
  }

  async content({ sizeBytes }: TarEntry): Promise<Uint8Array> {
    if (sizeBytes > JSON_BYTES_MAX) throw damaged('a size')
    const content = await this.#bytes.read(sizeBytes)
    await this.pass(padding(sizeBytes).length)
    return content
  }

  async *chunks(sizeBytes: number, hash: { update(chunk: Uint8Array): unknown }) {
    for await (const chunk of this.#bytes.chunks(sizeBytes)) {
      hash.update(chunk)
      yield chunk
    }
  }

  async pass(bytes: number): Promise<void> {
    const passed = await this.#bytes.read(bytes)
    if (passed.some((it) => it !== 0)) throw damaged('the space between parts')
  }
}

function parseJson(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString())
  } catch (error) {
    throw damaged('the manifest', error)
  }
}

function readable(error: unknown, path: string): unknown {
  const told = (error as { readonly code?: unknown } | undefined)?.code
  const code = typeof told === 'string' ? told : ''
  const isZstd = code.startsWith('ZSTD_') || code === 'Z_BUF_ERROR' || code.startsWith('ERR_ZSTD')
  if (code === 'ENOENT' && (error as NodeJS.ErrnoException).path === path) {
    const text = { en: `There is no file ${path}`, zh: `文件 ${path} 不存在` }
    return new Problem('not-found', text, { cause: error })
  }
  return isZstd ? damaged('its compressed form', error) : error
}
