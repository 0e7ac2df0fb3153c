import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'
import { XLSX_PARTS_MAX, XLSX_RATIO_MAX, XLSX_UNPACKED_BYTES_MAX } from './limits.ts'

type Part = {
  readonly offset: number
  readonly packed: number
  /** As the directory says, which nobody has checked. */
  readonly unpacked: number
  readonly isDeflated: boolean
}

/** The parts of a ZIP file by name (APPNOTE 6.3), read where the central directory says they are. */
export type Zip = {
  has(name: string): boolean
  /** How long a part says it is; 0 where there is none. To tell how much of it was read, and nothing else. */
  saidBytes(name: string): number
  /** The bytes of a part; bounded. @throws Problem `unreadable-input`, `too-large`. */
  read(name: string): AsyncIterable<Buffer>
}

const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const DIRECTORY_BYTES_MAX = 4_194_304
/** Below this a ratio says nothing: a sheet of equal rows packs very well. */
const RATIO_FROM_BYTES = 16_777_216
/** Of an OLE compound file: .xls, or an .xlsx with a password. */
const OLE = 0xd0cf11e0

export async function openZip(file: FileHandle): Promise<Zip> {
  const { size } = await file.stat()
  const head = await bytesAt(file, 0, Math.min(4, size))
  if (head.length === 4 && head.readUInt32BE(0) === OLE) throw OLD_OR_LOCKED
  const parts = await readDirectory(file, size)
  let unpacked = 0
  return {
    has: (name) => parts.has(name.toLowerCase()),
    saidBytes: (name) => parts.get(name.toLowerCase())?.unpacked ?? 0,
    async *read(name) {
      const part = parts.get(name.toLowerCase())
      if (part === undefined) throw broken(`${name} is missing`, `缺少 ${name}`)
      let bytes = 0
      for await (const chunk of await open(file, part, size)) {
        bytes += chunk.length
        unpacked += chunk.length
        const isBomb = bytes > RATIO_FROM_BYTES && bytes > part.packed * XLSX_RATIO_MAX
        if (isBomb || unpacked > XLSX_UNPACKED_BYTES_MAX) throw BOMB
        yield chunk
      }
    },
  }
}

async function readDirectory(file: FileHandle, size: number): Promise<Map<string, Part>> {
  const tailBytes = Math.min(size, END_BYTES + COMMENT_BYTES_MAX)
  const tail = await bytesAt(file, size - tailBytes, tailBytes)
  const at = findEnd(tail)
  if (at === -1) throw broken('it is not a ZIP file', '不是 ZIP 文件')
  const count = tail.readUInt16LE(at + 10)
  const bytes = tail.readUInt32LE(at + 12)
  const offset = tail.readUInt32LE(at + 16)
  if (count > XLSX_PARTS_MAX || bytes > DIRECTORY_BYTES_MAX) throw BOMB
  if (offset + bytes > size) throw broken('its directory is cut off', '目录不完整')
  return readEntries(await bytesAt(file, offset, bytes), count)
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END_SIGNATURE) return at
  }
  return -1
}

function readEntries(directory: Buffer, count: number): Map<string, Part> {
  const parts = new Map<string, Part>()
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw broken('its directory is damaged', '目录已损坏')
    }
    const nameBytes = directory.readUInt16LE(at + 28)
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes)
    if ((flags & 1) !== 0) throw OLD_OR_LOCKED
    if (method !== 0 && method !== 8)
      throw broken(`${name} is packed in an unknown way`, '压缩方式未知')
    parts.set(name.toLowerCase().replace(/^\//, ''), {
      offset: directory.readUInt32LE(at + 42),
      packed: directory.readUInt32LE(at + 20),
      unpacked: directory.readUInt32LE(at + 24),
      isDeflated: method === 8,
    })
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return parts
}

async function open(file: FileHandle, part: Part, size: number): Promise<AsyncIterable<Buffer>> {
  const header = await bytesAt(file, part.offset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw broken('a part is not where it should be', '部件位置错误')
  }
  const start = part.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (part.packed === 0) return EMPTY
  if (start + part.packed > size) throw broken('a part is cut off', '部件不完整')
  const packed = slices(file, start, part.packed)
  return part.isDeflated ? inflate(packed) : packed
}

const SLICE_BYTES = 65_536

async function* slices(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; at += SLICE_BYTES) {
    yield await bytesAt(file, start + at, Math.min(SLICE_BYTES, length - at))
  }
}

async function* inflate(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw()
  const packed = Readable.from(bytes)
  packed.on('error', (error) => inflater.destroy(error))
  try {
    yield* packed.pipe(inflater)
  } catch (error) {
    if (
      error instanceof Error &&
      'errno' in error &&
      'code' in error &&
      `${error.code}`.startsWith('Z_')
    ) {
      throw broken('a part cannot be unpacked', '部件无法解压', error)
    }
    throw error
  } finally {
    packed.destroy()
    inflater.destroy()
  }
}

const EMPTY: AsyncIterable<Buffer> = {
  async *[Symbol.asyncIterator]() {},
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** The file is not an XLSX workbook that can be read. */
export function broken(en: string, zh: string, cause?: unknown): Problem {
  return new Problem(
    'unreadable-input',
    { en: `The XLSX file cannot be read: ${en}`, zh: `XLSX 文件无法读取：${zh}` },
    { cause },
  )
}

const OLD_OR_LOCKED = new Problem('unreadable-input', {
  en: 'The file is an old .xls workbook or has a password; save it as .xlsx without one',
  zh: '该文件是旧版 .xls 或带有密码，请另存为不带密码的 .xlsx',
})
const BOMB = new Problem('too-large', {
  en: `The XLSX file unpacks to far more than it should (over ${XLSX_RATIO_MAX} times its size, or over ${XLSX_UNPACKED_BYTES_MAX} bytes)`,
  zh: `XLSX 文件解压后过大（超过原大小 ${XLSX_RATIO_MAX} 倍，或超过 ${XLSX_UNPACKED_BYTES_MAX} 字节）`,
})
