import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/lib/package-root.ts'

type Files<Entry, Target> = {
  readonly vectors: readonly Entry[]
  readonly target_vectors?: readonly Target[]
}

/** The vectors of every pack that comes with the program, as one file of their form. */
export function packVectors<Entry, Target = unknown>() {
  const files = globSync('regions/*/vectors/*.json', { cwd: packageRoot() })
    .sort()
    .map((it) => readFileSync(join(packageRoot(), it), 'utf8'))
  const parsed = files.map((it) => JSON.parse(it) as Files<Entry, Target>)
  return {
    texts: files,
    vectors: parsed.flatMap((it) => it.vectors),
    target_vectors: parsed.flatMap((it) => it.target_vectors ?? []),
  }
}
