import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readManifest, SHELL } from './manifest.ts'

const ROOMS = join(import.meta.dirname, 'src', 'rooms')
const ROUTE = /path: '([^']+)'([^{}]*?)import\('\.\/([\w-]+\.tsx)'\)/g

/**
 * What each page's address needs, what runs first before the rest, as the value of a `Link` header for the node to send with
 * it. Without that a browser learns of a page's files when the first ones are there and run: a second later on a slow machine.
 */
export function writePreloads(folder: string): void {
  const { pages, atFirst, filesOf } = readManifest(folder)
  const routes = routesOfRooms()
  const untold = new Set(pages).difference(new Set(routes.map((it) => it.page)))
  if (untold.size > 0)
    throw new Error(`no routes.ts tells the address of ${[...untold].join(', ')}`)
  const links = routes.map(({ path, page, isPlain }) => {
    const files = new Set([...atFirst, ...filesOf(isPlain ? [page] : [SHELL, page])])
    return [path, [...files].map(linkOf).join(', ')] as const
  })
  writeFileSync(join(folder, '.vite', 'preloads.json'), JSON.stringify(Object.fromEntries(links)))
}

function routesOfRooms() {
  return globSync('*/routes.ts', { cwd: ROOMS }).flatMap((file) => {
    const room = basename(dirname(file))
    return [...readFileSync(join(ROOMS, file), 'utf8').matchAll(ROUTE)].map(
      ([, path = '', between = '', page = '']) => ({
        path,
        page: `src/rooms/${room}/${page}`,
        isPlain: between.includes("frame: 'plain'"),
      }),
    )
  })
}

function linkOf(file: string): string {
  const kind = file.endsWith('.css') ? 'rel=preload; as=style' : 'rel=modulepreload'
  return `</console/${file}>; ${kind}; crossorigin`
}
