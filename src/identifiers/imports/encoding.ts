import { isAscii, isUtf8 } from 'node:buffer'
import type { FieldProblem } from '../../lib/problem.ts'
import { type Encoding, refusal } from './lines.ts'

const gb18030 = new TextDecoder('gb18030', { fatal: true })
/** Bytes in the pattern of UTF-8, forbidden ones (overlong, surrogates) included: they are broken UTF-8, not GB 18030. */
const UTF8_SHAPE =
  /^(?:[^\x80-\xff]|[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3})*$/
const CJK = /[\u4e00-\u9fff]/

/** The encoding a byte order mark names, and how many bytes the mark takes. */
export function readByteOrderMark(
  head: Uint8Array,
): { readonly encoding: Encoding; readonly bytes: number } | undefined {
  const [a, b, c] = head
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', bytes: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bytes: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bytes: 2 }
  return undefined
}

/**
 * UTF-8 or GB 18030, by the majority of the lines that are not ASCII; undefined where all is ASCII. Chinese text in
 * GB 18030 is next to never valid UTF-8, while most UTF-8 could be read as GB 18030 nonsense: so UTF-8 is asked first.
 * `isWhole`: the sample does not end inside a line.
 */
export function judgeEncoding(sample: Buffer, isWhole: boolean): 'utf-8' | 'gb18030' | undefined {
  if (isAscii(sample)) return undefined
  let utf8 = 0
  let gb = 0
  for (let from = 0; from < sample.length; ) {
    const newline = sample.indexOf(0x0a, from)
    const end = newline === -1 ? sample.length : newline
    const line = sample.subarray(from, end)
    from = end + 1
    if (isAscii(line)) continue
    if (UTF8_SHAPE.test(line.toString('latin1'))) utf8++
    else if ((isWhole || newline !== -1) && decodeGb18030(line) !== undefined) gb++
  }
  if (gb === 0 && utf8 === 0 && !isWhole) return undefined
  return gb > utf8 ? 'gb18030' : 'utf-8'
}

/** The text of the bytes, or why they are none. */
export function decodeBytes(
  bytes: Buffer,
  encoding: 'utf-8' | 'gb18030',
): string | { readonly problem: FieldProblem } {
  if (encoding === 'utf-8')
    return isUtf8(bytes) ? bytes.toString('utf8') : { problem: notUtf8(bytes) }
  const text = decodeGb18030(bytes)
  if (text === undefined) return { problem: NOT_GB18030 }
  // Chinese that is valid UTF-8 is UTF-8: read as GB 18030 it would turn into other, wrong characters.
  return isUtf8(bytes) && CJK.test(bytes.toString('utf8')) ? { problem: UTF8_AMID_GB18030 } : text
}

export function decodeGb18030(bytes: Uint8Array): string | undefined {
  try {
    return gb18030.decode(bytes)
  } catch {
    return undefined
  }
}

function notUtf8(bytes: Buffer): FieldProblem {
  return decodeGb18030(bytes) === undefined ? NOT_UTF8 : GB18030_AMID_UTF8
}

const ONE_ENCODING = { en: 'One encoding for the whole file', zh: '整个文件使用同一种编码' }
const NOT_UTF8 = refusal(
  { en: 'The line is not valid UTF-8', zh: '该行不是有效的 UTF-8' },
  ONE_ENCODING,
)
const NOT_GB18030 = refusal(
  { en: 'The line is not valid GB 18030', zh: '该行不是有效的 GB 18030' },
  ONE_ENCODING,
)
const GB18030_AMID_UTF8 = refusal(
  {
    en: 'The line is not valid UTF-8; it may be GB 18030 in a UTF-8 file',
    zh: '该行不是有效的 UTF-8，可能是混在 UTF-8 文件里的 GB 18030',
  },
  ONE_ENCODING,
)
const UTF8_AMID_GB18030 = refusal(
  {
    en: 'The line is UTF-8 in a file whose other lines are GB 18030',
    zh: '该行是 UTF-8，而文件其余部分是 GB 18030',
  },
  ONE_ENCODING,
)
