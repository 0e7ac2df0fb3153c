/**
 * `npm run pictures`: every page of the console at a desk and in a hand, in both languages, light and dark, into
 * `.screenshots/`; with `--keep` the main ones into `docs/pictures/` and nothing else. The node is one of the test suite's own.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { CAST, usccOf } from '../src/cli/demo-cast.ts'
import { call, must } from './support/api-client.ts'
import { drawn, type Look, openBrowser, openWindow } from './support/console-browser.ts'
import { PASSWORD, scratchFolder, startNodeProcess } from './support/node-process.ts'
import { ROOT } from './support/shell.ts'
import { makeTenants } from './support/tenants.ts'

const FOLDER = join(ROOT, '.screenshots')
const KEPT = join(ROOT, 'docs', 'pictures')
const APPLICANTS = [2, 3, 4, 5]

type Job = {
  readonly role: string
  readonly session: Readonly<Record<string, string>>
  readonly paths: readonly string[]
}

const isKeeping = process.argv.includes('--keep')
await using folder = await scratchFolder()
await using node = await startNodeProcess(folder.path)
const { a, operator } = await makeTenants(node.url, node.setupCode)
for (const at of APPLICANTS) await apply(at)
const keys = `/api/v1/prefixes/${a.names.prefix}/handle-keys`
await must(call(node.url, 'POST', keys, { headers: operator, body: { kind: 'secret' } }))
await mkdir(isKeeping ? KEPT : FOLDER, { recursive: true })
await using stack = new AsyncDisposableStack()
const browser = stack.adopt(await openBrowser(), (it) => it.close())
const more = ['/console/account', '/console/prefixes/requests', '/console/templates/new']
const things = [
  ...more,
  '/console/imports/new',
  `/console/users/${a.names.user}`,
  `/console/templates/${a.names.prefix}/${a.names.draft}`,
  `/console/identifier?id=${encodeURIComponent(a.names.held)}&tab=history`,
  `/console/identifier?id=${encodeURIComponent(a.names.handle)}`,
  `/console/prefixes/${a.names.prefix}`,
  `/console/prefixes/${a.names.prefix}/keys`,
  `/console/prefixes/${a.names.derived}/keys`,
  `/console/templates/${a.names.prefix}/${a.names.template}`,
  `/console/imports/${a.names.import}`,
]
const jobs: readonly Job[] = [
  {
    role: 'nobody',
    session: {},
    paths: ['/console/sign-in', '/console/apply', '/console/forgotten'],
  },
  {
    role: 'operator',
    session: operator,
    paths: [
      ...(await menuOf(operator)),
      ...more,
      `/console/prefixes/${a.names.prefix}`,
      `/console/enterprises/${a.names.enterprise}`,
      '/console/evidence/2',
    ],
  },
  {
    role: 'administrator',
    session: { ...a.administrator },
    paths: [...(await menuOf({ ...a.administrator })), ...things],
  },
]
let taken = 0
for (const width of [1440, 390]) {
  for (const language of ['zh', 'en'] as const) {
    for (const isDark of [false, true]) {
      await Promise.all(jobs.map((job) => take(browser, { width, language, isDark }, job)))
    }
  }
}
process.stderr.write(`${taken} pictures in ${isKeeping ? KEPT : FOLDER}\n`)

async function apply(at: number): Promise<void> {
  const cast = CAST[at]
  if (cast === undefined) return
  const body = {
    uscc: usccOf(cast),
    name: cast.name,
    legalPerson: { name: cast.person },
    region: cast.region,
    sector: cast.sector,
    contact: { name: cast.person, phone: `0755-2600123${at}`, email: `person${at}@mail.example` },
    account: { name: `person-${at}`, password: PASSWORD, displayName: cast.person },
  }
  await must(call(node.url, 'POST', '/api/v1/applications', { body }))
}

async function menuOf(session: Readonly<Record<string, string>>): Promise<string[]> {
  const context = await openWindow(browser, node.url, { width: 1440, language: 'zh' }, session)
  const page = await context.newPage()
  await page.goto('/console/')
  await drawn(page)
  const links = (await page.evaluate(
    `[...new Set([...document.querySelectorAll('nav a[href^="/console/"]')].map((it) => it.getAttribute('href')))]`,
  )) as string[]
  await context.close()
  return links
}

async function take(browser: Browser, look: Look, { role, session, paths }: Job): Promise<void> {
  const context = await openWindow(browser, node.url, look, session)
  for (const path of paths) {
    if (isKeeping && !isMain(role, path, look)) continue
    const page = await context.newPage()
    await page.goto(path)
    await drawn(page)
    const name = `${role}${path.replace(/\?.*/, '').replaceAll('/', '-').replace(/-$/, '')}-${look.width}-${look.language}`
    if (isKeeping) {
      await writeFile(join(KEPT, `${name}.png`), packed(await page.screenshot()))
    } else {
      const theme = look.isDark === true ? 'dark' : 'light'
      const picture = await page.screenshot({ fullPage: true })
      await writeFile(join(FOLDER, `${name}-${theme}.png`), picture)
    }
    taken++
    await page.close()
  }
  await context.close()
}

/** The few that the guides show. */
function isMain(role: string, path: string, { width, isDark }: Look): boolean {
  if (isDark === true) return false
  if (role === 'nobody') return width === 390 && path.endsWith('/apply')
  return role === 'operator' && width === 1440 && /\/console\/(?:enterprises\/queue)?$/.test(path)
}

/** As small as a PNG of it can be: without the layer of transparency. */
function packed(picture: Buffer): Buffer {
  return PNG.sync.write(PNG.sync.read(picture), { deflateLevel: 9, colorType: 2 })
}
