import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { call, must, sessionOf } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  untranslated,
  watchPage,
} from '../support/console-browser.ts'
import { type ConsoleWorld, consoleWorld } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

/**
 * Every page as every role in every look in the long run; otherwise every role's pages in Chinese at a desk, and each page
 * once more in English in a hand.
 */
const isLong = process.env.WAYMARK_TEST_LONG === '1'
/** Pages of one kind: the same form about another thing. */
const KIND_MAX = isLong ? 3 : 1
/** Of one role in one look: a page that leads to ever new ones is found out. */
const PAGES_MAX = 300
/** Opened at once in one window. */
const TABS = 3
const START = ['/console/']
const PLAIN = ['/console/sign-in', '/console/support']
const DESK: Look = { width: 1440, language: 'zh' }
const HAND: Look = { width: 390, language: 'en' }

const STAFF = ['reviewer', 'auditor', 'official', 'approver', 'treasurer', 'expert'] as const
const ROLES = ['operator', ...STAFF, 'administrator', 'member'] as const
type Role = (typeof ROLES)[number]

const sessions = new Map<Role, Readonly<Record<string, string>>>()
/** What was visited at a desk: the same pages are there in a hand. */
const reached = new Map<Role, readonly string[]>()

const world = consoleWorld({ fill: makeStaff })

async function makeStaff({ url, tenants: { a, operator } }: ConsoleWorld): Promise<void> {
  sessions.set('operator', operator).set('administrator', a.administrator).set('member', a.member)
  const keys = `/api/v1/prefixes/${a.names.prefix}/handle-keys`
  await must(call(url, 'POST', keys, { headers: operator, body: { kind: 'secret' } }))
  for (const role of STAFF) {
    const asked = { headers: operator, body: { nodeRole: role } }
    const { token } = await must(call(url, 'POST', '/api/v1/invitations', asked))
    const name = `${role}-1`
    const body = { token, name, displayName: name, password: PASSWORD }
    sessions.set(role, sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body })))
  }
}

const LOOKS: readonly Look[] = isLong
  ? [1440, 390].flatMap((width) =>
      (['zh', 'en'] as const).flatMap((language) =>
        [false, true].map((isDark) => ({ width, language, isDark })),
      ),
    )
  : [DESK]

for (const role of ROLES) {
  for (const look of LOOKS) {
    test(`${role}: every page stands, ${nameOf(look)}`, { skip: skipBrowser }, async () => {
      // in a hand the menu is folded away, and leads to the same pages
      const isDesk = look.width === DESK.width
      const from = isDesk ? START : (reached.get(role) ?? START)
      const { seen, wrong } = await crawl({ look, from, role })
      assert.deepEqual(wrong, [])
      assert.ok(seen.length > 5, `only ${seen.join(' ')} was reached`)
      if (isDesk) reached.set(role, seen)
    })
  }
}

test(`each page stands, whoever it is shown to, ${nameOf(HAND)}`, {
  skip: isLong ? 'every role visits every page so' : skipBrowser,
}, async () => {
  const kinds = new Map<string, number>()
  const wrong: string[] = []
  for (const role of ROLES) {
    const from = reached.get(role) ?? START
    wrong.push(...(await crawl({ look: HAND, from, role, kinds })).wrong)
  }
  assert.deepEqual(wrong, [])
  assert.ok(kinds.size > 25, `only ${[...kinds.keys()].join(' ')} was reached`)
})

for (const look of isLong ? LOOKS : [DESK, HAND]) {
  test(`the pages before sign-in stand, ${nameOf(look)}`, { skip: skipBrowser }, async () => {
    const { seen, wrong } = await crawl({ look, from: PLAIN })
    assert.deepEqual(wrong, [])
    assert.ok(seen.length > 2, `only ${seen.join(' ')} was reached`)
  })
}

test('a page that may not be opened answers like one that is not there, and says so once', {
  skip: skipBrowser,
}, async () => {
  const { browser, url, tenants } = world
  const context = await openWindow(browser, url, { ...DESK, language: 'en' }, tenants.a.member)
  const textOf = async (path: string) => {
    const page = await context.newPage()
    await page.goto(path)
    await drawn(page)
    const text = await page.locator('main').innerText()
    await page.close()
    return text
  }
  const absent = await textOf('/console/no-such-page')
  assert.equal(await textOf('/console/enterprises/queue'), absent)
  assert.equal(absent.split('There is nothing here').length, 2, 'its title stands there once')
  await context.close()
})

type Crawl = {
  readonly look: Look
  readonly from: readonly string[]
  readonly role?: Role
  /** How often each kind of page was visited, also by others. */
  readonly kinds?: Map<string, number>
}

/** Visits every page that links lead to, and tells all that is wrong at once. */
async function crawl({ look, from, role, kinds = new Map() }: Crawl) {
  const session = role && sessions.get(role)
  const context = await openWindow(world.browser, world.url, look, session)
  // a tab goes from page to page: a new one for each takes a process more
  const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(context)))
  const seen = new Set<string>()
  const wrong: string[] = []
  const isNew = (path: string) => {
    const kind = kindOf(path)
    const times = kinds.get(kind) ?? 0
    if (seen.has(path) || times >= KIND_MAX) return false
    kinds.set(kind, times + 1)
    seen.add(path)
    return true
  }
  let open = [...from]
  while (open.length > 0 && seen.size < PAGES_MAX) {
    const paths = open.filter(isNew)
    open = []
    const visits = tabs.map(async (tab) => {
      for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
        const { said, links } = await visit(tab, path, look)
        wrong.push(...said.map((it) => `${role ?? 'nobody'} ${path}: ${it}`))
        open.push(...links)
      }
    })
    await Promise.all(visits)
  }
  await context.close()
  return { seen: [...seen], wrong }
}

/** Kinds of pages that were judged, each with the look. */
const judged = new Set<string>()

/**
 * Whether somebody's page of this kind was judged for how it can be used, which takes most of a visit: but in the long run
 * once is enough in each look.
 */
function isJudged(path: string, look: Look): boolean {
  const name = `${nameOf(look)} ${kindOf(path)}`
  if (isLong || !judged.has(name)) {
    judged.add(name)
    return false
  }
  return true
}

type Tab = { readonly page: Page; readonly said: string[] }

async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage()
  return { page, said: watchPage(page, world.url) }
}

async function visit({ page, said: heard }: Tab, path: string, look: Look) {
  const said: string[] = []
  try {
    await page.goto(path)
    await drawn(page)
    said.push(...(isJudged(path, look) ? [] : await findings(page)))
    said.push(...(await untranslated(page, look.language)))
    const hrefs = (await page.evaluate(
      `[...document.querySelectorAll('a[href]')].map((it) => it.getAttribute('href'))`,
    )) as string[]
    said.push(...heard.splice(0))
    return { said, links: hrefs.filter((it) => it.startsWith('/console/')) }
  } catch (error) {
    return { said: [...said, ...heard.splice(0), String(error)], links: [] as string[] }
  }
}

/** Pages that differ only in which thing they show are of one kind; its tabs are not. */
function kindOf(path: string): string {
  return path
    .replace(/\?.*$/, (it) => it.replaceAll(/(?<!tab)=[^&]*/g, ''))
    .replaceAll(/\/[^/?]*(?:\d|alpha|bravo)[^/?]*/g, '/…')
}

function nameOf({ width, language, isDark }: Look): string {
  return `${width} px, ${language}${isDark === true ? ', dark' : ''}`
}
