import { inflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { Problem } from '../../lib/problem.ts'
import { IMAGE_PIXELS_MAX, type ImageHeader, readImageHeader, unreadable } from './image-header.ts'

const JPEG_QUALITY = 88
/**
 * What jpeg-js may take for one picture by its own count; the process grows by half as much again. It is enough for 26
 * megapixels with halved colours, as cameras make them, or 16 with full ones.
 */
const JPEG_MEMORY_MIB_MAX = 400

export type Picture = {
  readonly mediaType: 'image/png' | 'image/jpeg'
  readonly width: number
  readonly height: number
  readonly bytes: Buffer
}

type Pixels = { readonly width: number; readonly height: number; readonly data: Buffer }

/**
 * The same picture made anew from its pixels: no metadata, nothing before, between or behind survives. Takes seconds for
 * large pictures, so it runs in a thread of its own (`Images`).
 * @throws Problem `too-large`, `unreadable-input`
 */
export function reencode(bytes: Buffer): Picture {
  const header = readImageHeader(bytes)
  const { mediaType } = header
  const upright = turned(decodePixels(bytes, header), header.orientation)
  const { width, height } = upright
  return { mediaType, width, height, bytes: encoded(upright, mediaType) }
}

/** Four bytes a pixel: red, green, blue, opacity. @throws Problem `unreadable-input` */
export function decodePixels(bytes: Buffer, header: ImageHeader): Pixels {
  const { width, height } = header
  const pixels = header.mediaType === 'image/png' ? readPng(bytes, header) : readJpeg(bytes)
  if (pixels.width !== width || pixels.height !== height) throw unreadable('it has two sizes')
  if (pixels.data.length !== width * height * 4) throw unreadable('pixels are missing')
  return pixels
}

/** What the pixels are made from; a decoder need not look at anything else. */
const PNG_PARTS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])

function readPng(bytes: Buffer, { inflatedBytesMax }: ImageHeader): Pixels {
  const chunks = pngChunks(bytes).filter(({ type }) => PNG_PARTS.has(type))
  const streams = chunks.flatMap(({ type, whole }) =>
    type === 'IDAT' ? [whole.subarray(8, -4)] : [],
  )
  try {
    // The decoder bounds what it inflates only where nothing is interlaced.
    if (isInterlaced(bytes))
      inflateSync(Buffer.concat(streams), { maxOutputLength: inflatedBytesMax })
    const bare = [bytes.subarray(0, 8), ...chunks.map(({ whole }) => whole)]
    const { width, height, data } = PNG.sync.read(Buffer.concat(bare))
    return { width, height, data }
  } catch (cause) {
    throw unreadable('its pixels are damaged', { cause })
  }
}

/** ISO/IEC 15948 §11.2.2: the last byte of the header. */
function isInterlaced(bytes: Buffer): boolean {
  return bytes[28] !== 0
}

/** Up to IEND. The header was read, so the chunks are whole. */
function pngChunks(bytes: Buffer): readonly { readonly type: string; readonly whole: Buffer }[] {
  const chunks: { type: string; whole: Buffer }[] = []
  for (let at = 8, type = ''; type !== 'IEND'; ) {
    const whole = bytes.subarray(at, at + 12 + bytes.readUInt32BE(at))
    type = whole.toString('latin1', 4, 8)
    chunks.push({ type, whole })
    at += whole.length
  }
  return chunks
}

function readJpeg(bytes: Buffer): Pixels {
  try {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: false,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: IMAGE_PIXELS_MAX / 1e6,
      maxMemoryUsageInMB: JPEG_MEMORY_MIB_MAX,
    })
    // Comments it found stay behind: its encoder would write them again.
    return { width, height, data }
  } catch (cause) {
    if (String(cause).includes('maxMemoryUsageInMB')) throw tooMuchMemory(cause)
    throw unreadable('its pixels are damaged', { cause })
  }
}

function tooMuchMemory(cause: unknown): Problem {
  return new Problem(
    'too-large',
    {
      en: 'The JPEG takes too much memory to be read; make it smaller, at most 16 megapixels',
      zh: '该 JPEG 图片解码所需内存过大，请缩小至 1600 万像素以内',
    },
    { cause },
  )
}

function encoded(pixels: Pixels, mediaType: Picture['mediaType']): Buffer {
  if (mediaType === 'image/jpeg') return Buffer.from(jpeg.encode(pixels, JPEG_QUALITY).data)
  const png = new PNG({ width: pixels.width, height: pixels.height })
  png.data = pixels.data
  return PNG.sync.write(png)
}

/** Applies an Exif orientation, which goes with the metadata: 2 mirrored, 3 upside down, … 8 lying on its right side. */
export function turned(pixels: Pixels, orientation: number): Pixels {
  if (orientation === 1) return pixels
  const { width, height, data } = pixels
  const lying = orientation >= 5
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBelow = [3, 4, 6, 7].includes(orientation)
  const source = new Uint32Array(Uint8Array.from(data).buffer)
  const target = new Uint32Array(source.length)
  let at = 0
  for (let row = 0; row < height; row++) {
    const y = fromBelow ? height - 1 - row : row
    for (let column = 0; column < width; column++) {
      const x = fromRight ? width - 1 - column : column
      target[lying ? x * height + y : y * width + x] = source[at++] ?? 0
    }
  }
  const [across, down] = lying ? [height, width] : [width, height]
  return { width: across, height: down, data: Buffer.from(target.buffer) }
}
