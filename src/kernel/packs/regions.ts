import { join } from 'node:path'
import { packageRoot } from '../../lib/package-root.ts'
import { Problem } from '../../lib/problem.ts'
import type { PackKind } from './kind.ts'
import { unknownName } from './nearest.ts'
import { type PackRead, readPack } from './pack.ts'
import { regionsIn } from './pack-files.ts'

/** The folder of the packs that come with the program. */
export function regionsFolder(): string {
  return join(packageRoot(), 'regions')
}

/**
 * Reads the pack of a region that comes with the program (or stands in `folder`), with the regions above it. Throws `not-found`
 * for a code that no folder has.
 */
export async function readRegion(
  code: string,
  { kinds, folder = regionsFolder() }: { kinds: readonly PackKind[]; folder?: string },
): Promise<PackRead> {
  const known = await regionsIn(folder)
  if (known.includes(code)) return readPack(join(folder, code), kinds)
  throw new Problem('not-found', unknownName(code, known, { en: 'region', zh: '区域' }))
}
