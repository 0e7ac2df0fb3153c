import { readFile } from 'node:fs/promises'
import { Problem } from '../lib/problem.ts'

const FILE_BYTES_MAX = 100_000_000

/** A file that was named on the command line, as UTF-8. Throws `unreadable-input`. */
export async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8')
  } catch (cause) {
    throw new Problem(
      'unreadable-input',
      { en: `${path} cannot be read`, zh: `无法读取 ${path}` },
      { cause },
    )
  }
  throw new Problem('unreadable-input', {
    en: `${path} has more than ${FILE_BYTES_MAX} bytes`,
    zh: `${path} 超过 ${FILE_BYTES_MAX} 字节`,
  })
}
