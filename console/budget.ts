import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** First load of a page opened directly, gzip, in kB of 1,000 bytes: what the browser must have before it can draw it. */
const SIGN_IN_KB_MAX = 280
const PAGE_KB_MAX = 420
const SIGN_IN = 'src/rooms/access/sign-in-page.tsx'
const SHELL = 'src/frame/shell.tsx'

type Chunk = {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}
type Manifest = Readonly<Record<string, Chunk>>

/** Fails the build where a page of `folder` (a build with its manifest and packed copies) is heavier than it may be. */
export function checkBudget(folder: string): void {
  const heavy = pageSizes(folder).filter(({ bytes, bytesMax }) => bytes > bytesMax)
  if (heavy.length === 0) return
  const lines = heavy.map((it) => `  ${it.page}: ${it.bytes} bytes, at most ${it.bytesMax}`)
  throw new Error(`pages heavier than they may be at first load (gzip):\n${lines.join('\n')}`)
}

export type PageSize = {
  readonly page: string
  readonly bytes: number
  readonly bytesMax: number
}

/** First load of each page in gzip bytes: the entry and the page's own chunk with all they import, scripts and styles. */
export function pageSizes(folder: string): readonly PageSize[] {
  const manifest = JSON.parse(
    readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'),
  ) as Manifest
  const entry = Object.keys(manifest).find((it) => manifest[it]?.isEntry === true)
  if (entry === undefined) throw new Error('the build has no entry')
  const pages = Object.keys(manifest).filter((it) => it.endsWith('-page.tsx'))
  return pages.map((page) => {
    const files = new Set<string>()
    collect(manifest, entry, files)
    collect(manifest, page, files)
    if (page !== SIGN_IN) collect(manifest, SHELL, files)
    const bytes = [...files].reduce((sum, file) => sum + packedBytes(folder, file), 0)
    return { page, bytes, bytesMax: (page === SIGN_IN ? SIGN_IN_KB_MAX : PAGE_KB_MAX) * 1000 }
  })
}

function collect(manifest: Manifest, name: string, files: Set<string>): void {
  const chunk = manifest[name]
  if (chunk === undefined || files.has(chunk.file)) return
  files.add(chunk.file)
  for (const file of chunk.css ?? []) files.add(file)
  for (const imported of chunk.imports ?? []) collect(manifest, imported, files)
}

function packedBytes(folder: string, file: string): number {
  const path = join(folder, file)
  return statSync(`${path}.gz`, { throwIfNoEntry: false })?.size ?? statSync(path).size
}
