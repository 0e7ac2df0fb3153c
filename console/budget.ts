import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest, SHELL } from './manifest.ts'

/** First load of a page opened directly, gzip, in kB of 1,000 bytes: what the browser must have before it can draw it. */
const SIGN_IN_KB_MAX = 280
const PAGE_KB_MAX = 420
const SIGN_IN = 'src/rooms/access/sign-in-page.tsx'

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
  const { pages, atFirst, filesOf } = readManifest(folder)
  return pages.map((page) => {
    const own = filesOf(page === SIGN_IN ? [page] : [SHELL, page])
    const bytes = [...new Set([...atFirst, ...own])].reduce(
      (sum, file) => sum + packedBytes(folder, file),
      0,
    )
    return { page, bytes, bytesMax: (page === SIGN_IN ? SIGN_IN_KB_MAX : PAGE_KB_MAX) * 1000 }
  })
}

function packedBytes(folder: string, file: string): number {
  const path = join(folder, file)
  return statSync(`${path}.gz`, { throwIfNoEntry: false })?.size ?? statSync(path).size
}
