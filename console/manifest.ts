import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Around every page but those before sign-in. */
export const SHELL = 'src/frame/shell.tsx'

type Chunk = {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

export type Manifest = {
  /** What a page is made of, by the names of their sources. */
  readonly pages: readonly string[]
  /** Scripts and styles that `index.html` names. */
  readonly atFirst: ReadonlySet<string>
  /** Those of the sources that are called so, with all that they import. */
  readonly filesOf: (sources: readonly string[]) => ReadonlySet<string>
}

/** Of the build in `folder`, as Vite writes it. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, '.vite', 'manifest.json')
  const chunks = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Chunk>>
  const entry = Object.keys(chunks).find((it) => chunks[it]?.isEntry === true)
  if (entry === undefined) throw new Error('the build has no entry')
  const filesOf = (sources: readonly string[]) => {
    const files = new Set<string>()
    for (const it of sources) collect(chunks, it, files)
    return files
  }
  return {
    pages: Object.keys(chunks).filter((it) => it.endsWith('-page.tsx')),
    atFirst: filesOf([entry]),
    filesOf,
  }
}

function collect(chunks: Readonly<Record<string, Chunk>>, name: string, files: Set<string>): void {
  const chunk = chunks[name]
  if (chunk === undefined || files.has(chunk.file)) return
  files.add(chunk.file)
  for (const file of chunk.css ?? []) files.add(file)
  for (const imported of chunk.imports ?? []) collect(chunks, imported, files)
}
