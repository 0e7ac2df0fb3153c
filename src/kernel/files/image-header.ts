import { crc32 } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'

export const IMAGE_BYTES_MAX = 8 * 1024 * 1024
export const IMAGE_PIXELS_MAX = 40_000_000
const SIDE_PIXELS_MAX = 65_500
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PNG_CHUNKS_MAX = 100_000
const JPEG_SEGMENTS_MAX = 2_000
/** Frames jpeg-js decodes: baseline, extended sequential and progressive, all Huffman-coded (ITU-T T.81 table B.1). */
const JPEG_FRAMES = new Set([0xc0, 0xc1, 0xc2])

export type ImageHeader = {
  readonly mediaType: 'image/png' | 'image/jpeg'
  readonly width: number
  readonly height: number
  /** How the picture is to be turned to stand upright: 1 … 8 as in Exif, 1 as it is. */
  readonly orientation: number
  /** PNG: most bytes its pixels inflate to. */
  readonly inflatedBytesMax: number
}

/**
 * What an image says of itself, by its first bytes whatever its name says, before anything is decoded.
 * @throws Problem `too-large`, `unreadable-input`
 */
export function readImageHeader(bytes: Buffer): ImageHeader {
  if (bytes.length > IMAGE_BYTES_MAX) {
    throw new Problem('too-large', {
      en: `An image has at most ${IMAGE_BYTES_MAX} bytes`,
      zh: `图片最大 ${IMAGE_BYTES_MAX} 字节`,
    })
  }
  const header = headerOf(bytes)
  const { width, height } = header
  if (width === 0 || height === 0) throw unreadable('it has no width or no height')
  if (width * height > IMAGE_PIXELS_MAX || Math.max(width, height) > SIDE_PIXELS_MAX) {
    throw new Problem('too-large', {
      en: `An image has at most ${IMAGE_PIXELS_MAX / 1e6} megapixels; this has ${width} × ${height}`,
      zh: `图片最大 ${IMAGE_PIXELS_MAX / 1e6} 百万像素，此图为 ${width} × ${height}`,
    })
  }
  return header
}

function headerOf(bytes: Buffer): ImageHeader {
  if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return pngHeader(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpegHeader(bytes)
  throw new Problem('unreadable-input', {
    en: 'Only PNG and JPEG images are taken',
    zh: '仅接受 PNG 或 JPEG 图片',
  })
}

export function unreadable(why: string, options?: ErrorOptions): Problem {
  return new Problem(
    'unreadable-input',
    { en: `The image cannot be read: ${why}`, zh: '图片无法读取，请重新导出后上传' },
    options,
  )
}

/** ISO/IEC 15948 §5: chunks up to IEND, each with its checksum; what follows is not looked at. */
function pngHeader(bytes: Buffer): ImageHeader {
  let header: ImageHeader | undefined
  let at = PNG_SIGNATURE.length
  for (let chunks = 0; chunks < PNG_CHUNKS_MAX; chunks++) {
    if (at + 12 > bytes.length) throw unreadable('it ends too early')
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw unreadable('it ends too early')
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      throw unreadable('a checksum does not fit')
    }
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (chunks === 0) header = pngSize(type, bytes.subarray(at + 8, end - 4))
    else if (type === 'IEND' && header !== undefined) return header
    at = end
  }
  throw unreadable('it has too many chunks')
}

const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function pngSize(type: string, ihdr: Buffer): ImageHeader {
  const channels = PNG_CHANNELS[ihdr[9] ?? -1]
  if (type !== 'IHDR' || ihdr.length !== 13 || channels === undefined) {
    throw unreadable('it has no header')
  }
  const [width, height] = [ihdr.readUInt32BE(0), ihdr.readUInt32BE(4)]
  const rowBytes = Math.ceil((width * channels * ihdr.readUInt8(8)) / 8)
  // Interlacing adds some rows: at most two for each, and seven that are rounded up.
  const inflatedBytesMax = (rowBytes + 1) * height * 2 + 64
  return { mediaType: 'image/png', width, height, orientation: 1, inflatedBytesMax }
}

type Segment = { readonly marker: number; readonly content: Buffer }

function jpegHeader(bytes: Buffer): ImageHeader {
  if (bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) < 0) throw unreadable('it ends too early')
  const segments = jpegSegments(bytes)
  const [frame, ...others] = segments.filter(({ marker }) => isFrame(marker))
  if (frame === undefined || others.length > 0) throw unreadable('it has no header, or several')
  const turns = segments.map((it) => (it.marker === 0xe1 ? exifOrientation(it.content) : undefined))
  const orientation = turns.find((it) => it !== undefined) ?? 1
  return { mediaType: 'image/jpeg', ...jpegSize(frame), orientation, inflatedBytesMax: 0 }
}

/** ITU-T T.81 annex B: the segments before the first scan. */
function jpegSegments(bytes: Buffer): readonly Segment[] {
  const segments: Segment[] = []
  let at = 2
  while (segments.length < JPEG_SEGMENTS_MAX) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 4 > bytes.length || bytes[at] !== 0xff) throw unreadable('it ends too early')
    const marker = bytes.readUInt8(at + 1)
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length) throw unreadable('it ends too early')
    if (marker === 0xda) return segments
    segments.push({ marker, content: bytes.subarray(at + 4, end) })
    at = end
  }
  throw unreadable('it has too many segments')
}

/** SOF0 … SOF15, without DHT, JPG and DAC which lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

function jpegSize({ marker, content: frame }: Segment): { width: number; height: number } {
  if (frame.length < 6 || !JPEG_FRAMES.has(marker) || frame[0] !== 8) {
    throw unreadable('this kind of JPEG is not supported')
  }
  const components = frame.readUInt8(5)
  const sampled = frame.length >= 6 + components * 3
  for (let it = 0; sampled && it < components; it++) {
    const sampling = frame.readUInt8(7 + it * 3)
    const [across, down] = [sampling >> 4, sampling & 15]
    if (across < 1 || across > 4 || down < 1 || down > 4) throw unreadable('its sampling is wrong')
  }
  if (!sampled || ![1, 3, 4].includes(components)) throw unreadable('its components are wrong')
  return { width: frame.readUInt16BE(3), height: frame.readUInt16BE(1) }
}

/** Tag 0x0112 of the first directory of Exif data (CIPA DC-008 §4.6.4); undefined when there is none that makes sense. */
function exifOrientation(segment: Buffer): number | undefined {
  if (segment.length < 16 || segment.toString('latin1', 0, 6) !== 'Exif\0\0') return undefined
  const tiff = segment.subarray(6)
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (directory + 2 > tiff.length) return undefined
  const entries = Math.min(u16(directory), Math.floor((tiff.length - directory - 2) / 12))
  for (let it = 0; it < entries; it++) {
    const at = directory + 2 + it * 12
    if (u16(at) !== 0x0112) continue
    const value = u16(at + 8)
    return value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}
