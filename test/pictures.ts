/**
 * `npm run pictures`: every page of the console at a desk and in a hand, in both languages, light and dark, into
 * `.screenshots/`; with `--keep` the main ones into `docs/pictures/` and nothing else, with `--only=REGEXP` those whose role and
 * address (`desk/console/support`) fit. The nodes are the test suite's own: one of two enterprises, a policy desk, an empty one.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { CAST, usccOf } from '../src/cli/demo-cast.ts'
import { call, must } from './support/api-client.ts'
import { openChromium } from './support/chromium.ts'
import { drawn, type Look, openWindow } from './support/console-browser.ts'
import { PASSWORD, scratchFolder, startNodeProcess } from './support/node-process.ts'
import { openPicturedDesk, type Pages } from './support/pictured-desk.ts'
import { ROOT } from './support/shell.ts'
import { makeTenants } from './support/tenants.ts'

const FOLDER = join(ROOT, '.screenshots')
const KEPT = join(ROOT, 'docs', 'pictures')
const APPLICANTS = [2, 3, 4, 5]
/** Pages of the desk that its guides show, by the ends of their pictures' names. */
const OF_THE_DESK = ['case-corrected', 'plan-in-notice', 'support-payments', 'support-editor']
/** What a picture holds of a page without end. */
const HEIGHT_PX_MAX = 4_000

type Job = {
  readonly role: string
  readonly session: Readonly<Record<string, string>>
  readonly paths: readonly string[]
  /** Pages that are pictured by these names. */
  readonly named?: Pages
  /** Of the node that is shown. */
  readonly url: string
  /** By its clock, where that is not the machine's. */
  readonly now?: number
}

const isKeeping = process.argv.includes('--keep')
const only = new RegExp(process.argv.find((it) => it.startsWith('--only='))?.slice(7) ?? '')
await using folder = await scratchFolder()
await using node = await startNodeProcess(join(folder.path, 'filled'))
await using bare = await startNodeProcess(join(folder.path, 'bare'))
await using desk = await openPicturedDesk()
const { a, operator } = await makeTenants(node.url, node.setupCode)
const asked: string[] = []
for (const at of APPLICANTS) asked.push(await apply(at))
const headers = operator
await must(
  call(node.url, 'POST', `/api/v1/prefixes/${a.names.prefix}/handle-keys`, {
    headers,
    body: { kind: 'secret' },
  }),
)
const invitation = await must(
  call(node.url, 'POST', '/api/v1/invitations', { headers, body: { nodeRole: 'auditor' } }),
)
await mkdir(isKeeping ? KEPT : FOLDER, { recursive: true })
await using stack = new AsyncDisposableStack()
const browser = stack.adopt(await openChromium(), (it) => it.close())
const more = ['/console/account', '/console/prefixes/requests', '/console/templates/new']
const search = (it: Readonly<Record<string, string>>) => `?${new URLSearchParams(it)}`
const identifier = (id: string, tab?: string) =>
  `/console/identifier${search({ id, ...(tab !== undefined && { tab }) })}`
const things = [
  ...more,
  '/console/imports/new',
  `/console/users/${a.names.user}`,
  `/console/templates/${a.names.prefix}/${a.names.draft}`,
  identifier(a.names.handle),
  identifier(a.names.handle, 'values'),
  identifier(a.names.held, 'history'),
  identifier(a.names.handle, 'public'),
  `/console/identifiers/register${search({ prefix: a.names.prefix, template: a.names.template })}`,
  `/console/resolve${search({ id: a.names.handle })}`,
  `/console/prefixes/${a.names.prefix}`,
  `/console/prefixes/${a.names.prefix}/keys`,
  `/console/prefixes/${a.names.derived}/keys`,
  `/console/templates/${a.names.prefix}/${a.names.template}`,
  `/console/imports/${a.names.import}`,
]
const ofFilled = { url: node.url }
const ofDesk = { url: desk.url, now: desk.clock() }
const jobs: readonly Job[] = [
  { ...ofFilled, role: 'nobody', session: {}, paths: beforeSignIn() },
  { role: 'first', session: {}, url: bare.url, paths: [`/console/setup#${bare.setupCode}`] },
  {
    ...ofFilled,
    role: 'operator',
    session: operator,
    paths: [
      ...(await menuOf(node.url, operator)),
      ...more,
      `/console/prefixes/${a.names.prefix}`,
      `/console/enterprises/${a.names.enterprise}`,
      `/console/audit/entry${search({ collection: 'enterprises', id: a.names.enterprise, version: '2' })}`,
      '/console/evidence/2',
      '/console/no-such-page',
    ],
  },
  {
    ...ofFilled,
    role: 'administrator',
    session: a.administrator,
    paths: [...(await menuOf(node.url, a.administrator)), ...things],
  },
  {
    ...ofDesk,
    ...{ role: 'desk', session: desk.operator, named: desk.pages.desk },
    paths: (await menuOf(desk.url, desk.operator)).filter((it) =>
      /support|papers|letters/.test(it),
    ),
  },
  {
    ...ofDesk,
    ...{ role: 'applicant', session: desk.applicant, named: desk.pages.applicant },
    paths: ['applications', 'results', 'payments', 'vouchers', 'aftercare'].map(
      (it) => `/console/support/${it}`,
    ),
  },
  {
    ...ofDesk,
    ...{ role: 'nobody', session: {} },
    paths: ['support/calls', 'support/awards', 'papers/drafts', 'papers/proposals'].map(
      (it) => `/console/${it}`,
    ),
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

function beforeSignIn(): readonly string[] {
  return [
    ...['sign-in', 'apply', 'forgotten', 'setup', 'reset', 'address', 'second-factor'],
    ...['support/fits?mode=as_if_in_force', 'support/measures', 'papers', 'letters'],
    ...[`application#${asked[0]}`, `invitation#${invitation.token}`],
  ].map((it) => `/console/${it}`)
}

/** Answers the token of the link by which the applicant follows it. */
async function apply(at: number): Promise<string> {
  const cast = CAST[at]
  if (cast === undefined) throw new RangeError('no such enterprise in the cast')
  const body = {
    uscc: usccOf(cast),
    name: cast.name,
    legalPerson: { name: cast.person },
    region: cast.region,
    sector: cast.sector,
    contact: { name: cast.person, phone: `0755-2600123${at}`, email: `person${at}@mail.example` },
    account: { name: `person-${at}`, password: PASSWORD, displayName: cast.person },
  }
  const { statusToken } = await must(call(node.url, 'POST', '/api/v1/applications', { body }))
  return statusToken
}

async function menuOf(url: string, session: Readonly<Record<string, string>>): Promise<string[]> {
  const context = await openWindow(browser, url, { width: 1440, language: 'zh' }, session)
  const page = await context.newPage()
  await page.goto('/console/')
  await drawn(page)
  const links = (await page.evaluate(
    `[...new Set([...document.querySelectorAll('nav a[href^="/console/"]')].map((it) => it.getAttribute('href')))]`,
  )) as string[]
  await context.close()
  return links
}

async function take(
  browser: Browser,
  look: Look,
  { role, session, paths, named = {}, url, now }: Job,
): Promise<void> {
  const context = await openWindow(browser, url, look, session)
  if (now !== undefined) await context.clock.setFixedTime(now)
  const names = new Map([
    ...paths.map((it) => [it, nameOf(it)] as const),
    ...Object.entries(named).map(([name, path]) => [path, `-${name}`] as const),
  ])
  for (const [path, pageName] of names) {
    if (!only.test(`${role}${path}`) || (isKeeping && !isMain(`${role}${pageName}`, path, look)))
      continue
    const page = await context.newPage()
    await page.goto(path)
    await drawn(page)
    await page.waitForFunction('[...document.images].every((it) => it.complete)')
    await page.waitForFunction(
      '[...document.querySelectorAll("figure [role=img]")].every((it) => it.childElementCount > 0)',
    )
    const name = `${role}${pageName}-${look.width}-${look.language}`
    if (isKeeping) {
      await writeFile(join(KEPT, `${name}.png`), packed(await page.screenshot()))
    } else {
      const theme = look.isDark === true ? 'dark' : 'light'
      // as high as the page, so that what keeps to the lower edge stands below it and not in its midst
      const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
      await page.setViewportSize({ width: look.width, height: Math.min(height, HEIGHT_PX_MAX) })
      await drawn(page)
      const picture = await page.screenshot()
      await writeFile(join(FOLDER, `${name}-${theme}.png`), picture)
    }
    taken++
    await page.close()
  }
  await context.close()
}

/** A page's name among the pictures: by its tab and what it was asked, and the same in every run. */
function nameOf(path: string): string {
  const { pathname, searchParams } = new URL(path, node.url)
  const parts = [pathname, searchParams.get('tab') ?? (searchParams.size > 0 ? 'one' : '')]
  return parts
    .map((it) => it.replace(/\/(?=[^/]*\d)[0-9a-z-]{12,}$/, '/one').replace(/\/$/, ''))
    .filter((it) => it !== '')
    .join('-')
    .replaceAll('/', '-')
}

/** The few that the guides show. */
function isMain(name: string, path: string, { width, isDark }: Look): boolean {
  if (isDark === true) return false
  const role = name.split('-')[0]
  if (role === 'desk') return width === 1440 && OF_THE_DESK.some((it) => name.endsWith(`-${it}`))
  if (role === 'nobody' && width === 390) return /\/(?:apply|support\/fits\?.*)$/.test(path)
  if (role === 'nobody') return /\/(?:support\/measures|papers)$/.test(path)
  const isOperators = /\/console\/(?:enterprises\/queue)?$/.test(path)
  return role === 'operator' && width === 1440 && isOperators
}

/** As small as a PNG of it can be: without the layer of transparency. */
function packed(picture: Buffer): Buffer {
  return PNG.sync.write(PNG.sync.read(picture), { deflateLevel: 9, colorType: 2 })
}
