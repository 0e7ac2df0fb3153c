import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

let known: string | undefined

/**
 * The folder of this package: where `spec/` and `examples/` stand, whether the program runs from a checkout (`src/…`) or
 * from a packed copy (`dist/server/…`).
 */
export function packageRoot(): string {
  known ??= rootAbove(import.meta.dirname)
  return known
}

function rootAbove(folder: string): string {
  for (let here = folder; ; here = dirname(here)) {
    if (nameIn(here) === 'waymark') return here
    if (dirname(here) === here) throw new Error(`no package.json of waymark above ${folder}`)
  }
}

function nameIn(folder: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return (manifest as { name?: string }).name
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
