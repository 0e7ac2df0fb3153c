import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { App } from '../lib/http.ts'
import { packageRoot } from '../lib/package-root.ts'
import { consoleNotice } from './console-notice.ts'

/**
 * Scripts of our own only and nothing from elsewhere: the console works in a network without an internet. Styles may stand
 * inline, because Ant Design writes its own into the page; pictures may be made in the page (QR codes, a camera's image).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const YEAR_S = 31_536_000

type ConsoleOptions = {
  readonly root?: string
  /** Told of each page that went out, by its address below `/console`. */
  readonly onPage?: (page: string) => void
}

/** The web console under `/console/`, as it was built; where it was not, what to do instead. */
export function consoleRoutes(app: App, options: ConsoleOptions = {}): void {
  const { root = join(packageRoot(), 'dist', 'console'), onPage } = options
  if (!existsSync(join(root, 'index.html'))) {
    consoleNotice(app)
    return
  }
  app.get('/console', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/'))
  void app.register(
    (scope, _options, done) => {
      consolePages(scope as unknown as App, root)
      if (onPage !== undefined) {
        scope.addHook('onResponse', async (request) => {
          if (isPage(request)) onPage(request.url.replace(/^\/console/, ''))
        })
      }
      done()
    },
    { prefix: '/console' },
  )
}

function consolePages(scope: App, root: string): void {
  const preloadsOf = readPreloads(root)
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', POLICY)
    reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=()')
    const preloads = isPage(request) ? preloadsOf(request.url) : undefined
    if (preloads !== undefined) reply.header('link', preloads)
  })
  void scope.register(fastifyStatic, {
    root,
    preCompressed: true,
    cacheControl: false,
    // the manifest of the build is for the build
    dotfiles: 'ignore',
    schemaHide: true,
    setHeaders(reply, path) {
      // what stands under `assets/` has a digest in its name; the rest is asked for anew
      const isNamedByContent = path.includes('/assets/')
      reply.header(
        'cache-control',
        isNamedByContent ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      )
    },
  })
  // every address of the console is one page; which, the page itself reads from its address
  scope.setNotFoundHandler((request, reply) => {
    if (isPage(request)) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return reply.code(404).send()
  })
}

function isPage({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return method === 'GET' && !url.includes('/assets/')
}

/** Of an address of the console, what its page is made of beside what all pages are; written by `console/preloads.ts`. */
function readPreloads(root: string): (url: string) => string | undefined {
  const path = join(root, '.vite', 'preloads.json')
  if (!existsSync(path)) return () => undefined
  const links = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>
  const routes = Object.entries(links).map(([path, link]) => ({ parts: partsOf(path), link }))
  return (url) => {
    const parts = partsOf((url.split('?')[0] ?? '').replace(/^\/console/, ''))
    const fits = routes.filter((it) => isAddressOf(parts, it.parts))
    // one that says its last part itself is meant before one that leaves it open
    return (fits.find((it) => it.parts.at(-1) === parts.at(-1)) ?? fits[0])?.link
  }
}

/** Of a path below `/console`, with a slash at its end or without. */
function partsOf(path: string): readonly string[] {
  return path.replace(/\/$/, '').split('/')
}

function isAddressOf(parts: readonly string[], route: readonly string[]): boolean {
  return (
    parts.length === route.length &&
    route.every((it, at) => it === parts[at] || (it.startsWith('$') && parts[at] !== ''))
  )
}
