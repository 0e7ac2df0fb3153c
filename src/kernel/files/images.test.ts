import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import type { ProblemCode } from '../../lib/problem.ts'
import { IMAGE_BYTES_MAX, readImageHeader } from './image-header.ts'
import { Images } from './images.ts'
import { decodePixels, reencode, turned } from './reencode.ts'

/** Every pixel another colour. */
function pixels(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let at = 0; at < width * height; at++) {
    data.set([(at * 37) % 256, (at * 11) % 256, (at * 5) % 256], at * 4)
  }
  return data
}

function png(width: number, height: number): Buffer {
  const made = new PNG({ width, height })
  made.data = pixels(width, height)
  return PNG.sync.write(made)
}

function jpg(width: number, height: number): Buffer {
  return Buffer.from(jpeg.encode({ width, height, data: pixels(width, height) }, 90).data)
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  crc.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, crc])
}

function ihdr(width: number, height: number, interlaced = 0): Buffer {
  const content = Buffer.alloc(13)
  content.writeUInt32BE(width, 0)
  content.writeUInt32BE(height, 4)
  content.set([8, 6, 0, 0, interlaced], 8)
  return chunk('IHDR', content)
}

const SIGNATURE = png(1, 1).subarray(0, 8)
const END = chunk('IEND', Buffer.alloc(0))

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}

function refused(bytes: Buffer, code: ProblemCode): void {
  assert.throws(() => reencode(bytes), { name: 'Problem', code })
}

test('a PNG keeps its pixels and loses everything else', () => {
  const clean = png(7, 5)
  const text = chunk('tEXt', Buffer.from('Comment\0<script>secret</script>', 'latin1'))
  const dirty = Buffer.concat([
    clean.subarray(0, 33),
    text,
    clean.subarray(33),
    Buffer.from('PK\x03\x04zip'),
  ])
  const made = reencode(dirty)
  assert.deepEqual([made.mediaType, made.width, made.height], ['image/png', 7, 5])
  assert.deepEqual(PNG.sync.read(made.bytes).data, pixels(7, 5))
  assert.equal(made.bytes.includes('secret'), false)
  assert.equal(made.bytes.includes('PK\x03\x04'), false)
})

test('a JPEG keeps its picture and loses comments, places and what is hidden behind it', () => {
  const clean = jpg(16, 8)
  const comment = segment(0xfe, Buffer.from('secret place'))
  const dirty = Buffer.concat([
    clean.subarray(0, 2),
    comment,
    clean.subarray(2),
    Buffer.from('<?php secret'),
  ])
  const made = reencode(dirty)
  assert.deepEqual([made.mediaType, made.width, made.height], ['image/jpeg', 16, 8])
  assert.equal(made.bytes.includes('secret'), false)
  const [before, after] = [jpeg.decode(clean).data, jpeg.decode(made.bytes).data]
  const total = before.reduce((sum, it, at) => sum + Math.abs(it - (after[at] ?? 0)), 0)
  assert.ok(total / before.length < 20, `differs by ${total / before.length} on average`)
})

test('a picture that a camera took lying is put upright before its metadata goes', () => {
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0', 'latin1'),
    Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]),
  ])
  const clean = jpg(16, 8)
  const made = reencode(
    Buffer.concat([clean.subarray(0, 2), segment(0xe1, exif), clean.subarray(2)]),
  )
  assert.deepEqual([made.width, made.height], [8, 16])
})

test('each of the eight orientations puts the pixels where Exif says', () => {
  // A is where the 0th row and the 0th column meet; the picture upright is AB over CD.
  const stored: Readonly<Record<number, string>> = {
    1: 'AB/CD',
    2: 'BA/DC',
    3: 'DC/BA',
    4: 'CD/AB',
    5: 'AC/BD',
    6: 'BD/AC',
    7: 'DB/CA',
    8: 'CA/DB',
  }
  for (const [orientation, rows] of Object.entries(stored)) {
    const letters = rows.replace('/', '')
    const data = Buffer.concat([...letters].map((it) => Buffer.alloc(4, it)))
    const upright = turned({ width: 2, height: 2, data }, Number(orientation))
    const read = [0, 4, 8, 12].map((at) => String.fromCharCode(upright.data[at] ?? 0)).join('')
    assert.equal(read, 'ABCD', `orientation ${orientation}`)
  }
})

test('what is no PNG or JPEG is refused whatever it calls itself', () => {
  for (const text of [
    '',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    'GIF89a\x01\0\x01\0',
    'RIFF\0\0\0\0WEBP',
    '%PDF-1.7',
    'BM',
    'x\x89PNG\r\n\x1a\n',
  ]) {
    refused(Buffer.from(text, 'latin1'), 'unreadable-input')
  }
})

test('a small file that would become a huge picture is refused before it is decoded', () => {
  const bomb = Buffer.concat([
    SIGNATURE,
    ihdr(50_000, 50_000),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    END,
  ])
  refused(bomb, 'too-large')
  const wide = jpg(16, 8)
  const frame = wide.indexOf(Buffer.from([0xff, 0xc0]))
  wide.writeUInt16BE(65_000, frame + 5)
  wide.writeUInt16BE(65_000, frame + 7)
  refused(wide, 'too-large')
  refused(Buffer.concat([SIGNATURE, Buffer.alloc(IMAGE_BYTES_MAX)]), 'too-large')
})

test('a JPEG that takes more memory than there is for it is refused as too large', () => {
  const large = jpg(16, 8)
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]))
  large.writeUInt16BE(6000, frame + 5)
  large.writeUInt16BE(6000, frame + 7)
  refused(large, 'too-large')
})

test('pixels that inflate to more than the header says are refused, interlaced or not', () => {
  const flood = deflateSync(Buffer.alloc(50_000_000))
  for (const interlaced of [0, 1]) {
    const bomb = Buffer.concat([SIGNATURE, ihdr(10, 10, interlaced), chunk('IDAT', flood), END])
    const before = process.memoryUsage().arrayBuffers
    refused(bomb, 'unreadable-input')
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000)
  }
})

test('a picture cut off anywhere, or with any byte of a PNG changed, is refused', () => {
  for (const whole of [png(6, 4), jpg(16, 8)]) {
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => reencode(whole.subarray(0, length)), { name: 'Problem' }, `${length}`)
    }
  }
  const whole = png(6, 4)
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    assert.throws(() => reencode(damaged), { name: 'Problem' }, `byte ${at}`)
  }
})

test('a JPEG with any byte changed is a picture or is refused, and never anything else', () => {
  const whole = jpg(16, 8)
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x2a
    try {
      const header = readImageHeader(damaged)
      // Larger ones are no different, only slower.
      if (header.width * header.height < 100_000) decodePixels(damaged, header)
    } catch (error) {
      assert.equal((error as Error).name, 'Problem', `byte ${at}: ${error}`)
    }
  }
})

test('pictures are made anew in a thread, one after the other', async () => {
  const images = new Images()
  const made = await Promise.all([images.reencode(png(9, 9)), images.reencode(jpg(16, 16))])
  assert.deepEqual(
    made.map((it) => it.mediaType),
    ['image/png', 'image/jpeg'],
  )
  const damaged = png(9, 9).subarray(0, 60)
  await assert.rejects(images.reencode(damaged), { code: 'unreadable-input' })
})

test('a picture that takes too long is refused, and the next one is read', async () => {
  const slow = new Images({ decodeMsMax: 1 })
  await assert.rejects(slow.reencode(jpg(16, 16)), /too long/)
  const images = new Images()
  assert.equal((await images.reencode(png(3, 3))).width, 3)
})
