import { Problem } from '../../lib/problem.ts'

/** Everything in a tar file comes in blocks of 512 octets (POSIX.1-2017, pax, “ustar Interchange Format”). */
export const TAR_BLOCK_BYTES = 512
/** Two blocks of zeros end the file. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK_BYTES)

const NAME_BYTES_MAX = 100
/** The size field holds eleven octal digits. */
const PLAIN_SIZE_BYTES_MAX = 8 ** 11 - 1
const PAX_BYTES_MAX = 64 * 1024

export type TarEntry = {
  readonly name: string
  readonly sizeBytes: number
  /** Milliseconds since 1970; whole seconds are kept. */
  readonly modifiedAt: number
}

/** The header of a regular file: one block, or three and more where name or size need a pax header before it. */
export function writeTarHeader(entry: TarEntry): Uint8Array {
  const needed: [string, string][] = []
  if (Buffer.byteLength(entry.name) > NAME_BYTES_MAX || !isAscii(entry.name)) {
    needed.push(['path', entry.name])
  }
  if (entry.sizeBytes > PLAIN_SIZE_BYTES_MAX) needed.push(['size', `${entry.sizeBytes}`])
  if (needed.length === 0) return block(entry, '0')
  const records = Buffer.from(needed.map(([key, value]) => paxRecord(key, value)).join(''))
  const pax = { name: 'PaxHeader', sizeBytes: records.length, modifiedAt: entry.modifiedAt }
  const plain = {
    ...entry,
    name: needed.some(([key]) => key === 'path') ? 'see-pax-header' : entry.name,
    sizeBytes: Math.min(entry.sizeBytes, PLAIN_SIZE_BYTES_MAX),
  }
  return Buffer.concat([block(pax, 'x'), records, padding(records.length), block(plain, '0')])
}

/** Zeros from the end of a content to the end of its last block. */
export function padding(sizeBytes: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES)
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + `${rest}`.length
  if (`${length}`.length > `${rest}`.length) length = rest + `${length}`.length
  return `${length} ${key}=${value}\n`
}

function block({ name, sizeBytes, modifiedAt }: TarEntry, type: '0' | 'x'): Buffer {
  const header = Buffer.alloc(TAR_BLOCK_BYTES)
  header.write(name, 0, NAME_BYTES_MAX, 'latin1')
  header.write('0000600\0', 100, 'latin1') // mode: a backup is for its owner's eyes
  header.write('0000000\0', 108, 'latin1') // owner
  header.write('0000000\0', 116, 'latin1') // group
  header.write(`${octal(sizeBytes, 11)}\0`, 124, 'latin1')
  header.write(`${octal(Math.max(0, Math.floor(modifiedAt / 1000)), 11)}\0`, 136, 'latin1')
  header.write('        ', 148, 'latin1') // the checksum counts itself as spaces
  header.write(type, 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(`${octal(checksum(header), 6)}\0 `, 148, 'latin1')
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function checksum(header: Uint8Array): number {
  return header.reduce((sum, it, at) => sum + (at >= 148 && at < 156 ? 0x20 : it), 0)
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** What one block says: a file that follows, a pax header that follows, or the end. */
export type TarHeader =
  | { readonly kind: 'file' | 'pax'; readonly entry: TarEntry }
  | { readonly kind: 'end' }

/** Throws `unreadable-input` for what `writeTarHeader` does not write. */
export function readTarHeader(bytes: Uint8Array): TarHeader {
  const header = Buffer.from(bytes)
  if (header.every((it) => it === 0)) return { kind: 'end' }
  const isOurs = header.toString('latin1', 257, 265) === 'ustar\x0000'
  if (!isOurs || octalAt(header, 148, 6) !== checksum(header)) throw damaged('a header')
  const type = header.toString('latin1', 156, 157)
  if (type !== '0' && type !== 'x') throw damaged('the type of an entry')
  const entry = {
    name: header.toString('latin1', 0, NAME_BYTES_MAX).replace(/\0.*$/s, ''),
    sizeBytes: octalAt(header, 124, 11),
    modifiedAt: octalAt(header, 136, 11) * 1000,
  }
  if (type === 'x' && entry.sizeBytes > PAX_BYTES_MAX) throw damaged('a pax header')
  return { kind: type === 'x' ? 'pax' : 'file', entry }
}

/** An entry with what its pax header says of it. */
export function withPax(entry: TarEntry, records: Uint8Array): TarEntry {
  let { name, sizeBytes } = entry
  let rest = Buffer.from(records)
  while (rest.length > 0) {
    const [, length = ''] = /^(\d{1,6}) /.exec(rest.toString('latin1', 0, 8)) ?? []
    const record = rest.toString('utf8', length.length + 1, Number(length))
    const [, key, value = ''] = /^(path|size)=([^\n]*)\n$/s.exec(record) ?? []
    if (key === undefined) throw damaged('a pax header')
    if (key === 'path') name = value
    else sizeBytes = Number(value)
    rest = rest.subarray(Number(length))
  }
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw damaged('a size')
  return { ...entry, name, sizeBytes }
}

function octalAt(header: Buffer, at: number, digits: number): number {
  const text = header.toString('latin1', at, at + digits)
  if (!/^[0-7]+$/.test(text)) throw damaged('a number')
  return Number.parseInt(text, 8)
}

/** The archive is not as it was written; `what` says where, in English for the operator. */
export function damaged(what: string, cause?: unknown): Problem {
  return new Problem(
    'unreadable-input',
    {
      en: `This is not a whole backup: ${what} is damaged or missing`,
      zh: `备份文件不完整或已损坏（${what}）`,
    },
    { cause },
  )
}
