import { execFile } from 'node:child_process'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Asks the system to keep nothing of the folder's files in memory; nobody may have them open. False where it cannot be
 * asked: the `dd` of GNU coreutils can.
 */
export async function forgetFiles(folder: string): Promise<boolean> {
  try {
    for await (const file of glob(join(folder, '**', '*.mdb'))) {
      await run('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'])
    }
    return true
  } catch {
    return false
  }
}
