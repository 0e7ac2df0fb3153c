import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type PackFolder = AsyncDisposable & {
  /** The folder in which the regions’ folders stand. */
  readonly path: string
  readonly of: (code: string) => string
}

/** Region packs in a scratch folder, from texts by path, e.g. `here/targets/plan.yaml`. */
export async function packFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<PackFolder> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'packs-'))
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder.path, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return {
    path: folder.path,
    of: (code) => join(folder.path, code),
    [Symbol.asyncDispose]: () => folder.remove(),
  }
}
