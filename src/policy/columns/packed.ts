import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** Lines of text as one small text. */
export async function packLines(lines: readonly string[]): Promise<string> {
  return (await pack(lines.join('\n'))).toString('base64')
}

export async function unpackLines(packed: string): Promise<string[]> {
  return (await unpack(Buffer.from(packed, 'base64'))).toString('utf8').split('\n')
}
