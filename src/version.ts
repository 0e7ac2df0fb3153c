import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './lib/package-root.ts'

/** The program's version, from its package. */
export const VERSION: string = readVersion()

function readVersion(): string {
  const path = join(packageRoot(), 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
