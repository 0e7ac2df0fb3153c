import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext } from 'playwright-core'
import { call, must, sessionOf } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openBrowser,
  openWindow,
  skipBrowser,
  untranslated,
  watchPage,
} from '../support/console-browser.ts'
import { PASSWORD, scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { makeTenants } from '../support/tenants.ts'

/** Every page as every role in every look in the long run; otherwise the reviewer's in Chinese at a desk. */
const isLong = process.env.WAYMARK_TEST_LONG === '1'
/** Of one role in one look; pages of one kind differ only in what they show. */
const PAGES_MAX = isLong ? 400 : 60
/** Pages of one kind: the same form about another thing. */
const KIND_MAX = isLong ? 3 : 1
const PLAIN = ['/console/sign-in']

type Role = 'operator' | 'reviewer' | 'auditor' | 'administrator' | 'member'

const roles = new Map<Role, Record<string, string>>()
let browser: Browser | undefined
let url = ''
const stack = new AsyncDisposableStack()

before(async () => {
  if (skipBrowser !== false) return
  const folder = stack.use(await scratchFolder())
  const node = stack.use(await startNodeProcess(folder.path))
  url = node.url
  const { a, operator } = await makeTenants(url, node.setupCode)
  roles.set('operator', operator)
  roles.set('administrator', { ...a.administrator })
  roles.set('member', { ...a.member })
  for (const role of ['reviewer', 'auditor'] as const) {
    const invitation = await must(
      call(url, 'POST', '/api/v1/invitations', { headers: operator, body: { nodeRole: role } }),
    )
    const body = {
      token: invitation.token,
      name: `${role}-1`,
      displayName: `${role}-1`,
      password: PASSWORD,
    }
    roles.set(role, sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body })))
  }
  browser = stack.adopt(await openBrowser(), (it) => it.close())
})
after(() => stack.disposeAsync())

const LOOKS: readonly Look[] = isLong
  ? [1440, 390].flatMap((width) =>
      (['zh', 'en'] as const).flatMap((language) =>
        [false, true].map((isDark) => ({ width, language, isDark })),
      ),
    )
  : [{ width: 1440, language: 'zh' }]

/** The others take minutes each and run with the long tests. */
const ROLES = isLong
  ? (['operator', 'reviewer', 'auditor', 'administrator', 'member'] as const)
  : (['reviewer'] as const)

for (const role of ROLES) {
  for (const look of LOOKS) {
    test(`${role}: every page stands, ${nameOf(look)}`, { skip: skipBrowser }, async () => {
      const seen = await crawl(look, ['/console/'], roles.get(role))
      assert.ok(seen.length > 1, `only ${seen.join(' ')} was reached`)
    })
  }
}

for (const look of isLong ? LOOKS : [...LOOKS, { width: 390, language: 'en' } as const]) {
  test(`the pages before sign-in stand, ${nameOf(look)}`, { skip: skipBrowser }, async () => {
    await crawl(look, PLAIN, undefined)
  })
}

test('a page that may not be opened answers like one that is not there', {
  skip: skipBrowser,
}, async () => {
  assert.ok(browser)
  const context = await openWindow(
    browser,
    url,
    { width: 1440, language: 'en' },
    roles.get('member'),
  )
  const textOf = async (path: string) => {
    const page = await context.newPage()
    await page.goto(path)
    await drawn(page)
    const text = await page.locator('main').innerText()
    await page.close()
    return text
  }
  assert.equal(await textOf('/console/enterprises/queue'), await textOf('/console/no-such-page'))
  await context.close()
})

/** Visits every page that links lead to, and reports all that is wrong at once. */
async function crawl(
  look: Look,
  from: readonly string[],
  session: Readonly<Record<string, string>> | undefined,
): Promise<string[]> {
  assert.ok(browser)
  const context = await openWindow(browser, url, look, session)
  const seen = new Set<string>()
  const kinds = new Map<string, number>()
  const open = [...from]
  const wrong: string[] = []
  for (let path = open.shift(); path !== undefined && seen.size < PAGES_MAX; path = open.shift()) {
    const kind = kindOf(path)
    if (seen.has(path) || (kinds.get(kind) ?? 0) >= KIND_MAX) continue
    seen.add(path)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    const { said, links } = await visit(context, path, look)
    wrong.push(...said.map((it) => `${path}: ${it}`))
    open.push(...links)
  }
  await context.close()
  assert.deepEqual(wrong, [], nameOf(look))
  return [...seen]
}

async function visit(context: BrowserContext, path: string, look: Look) {
  const page = await context.newPage()
  const said = watchPage(page, url)
  try {
    await page.goto(path)
    await drawn(page)
    said.push(...(await findings(page)), ...(await untranslated(page, look.language)))
    const hrefs = (await page.evaluate(
      `[...document.querySelectorAll('a[href]')].map((it) => it.getAttribute('href'))`,
    )) as string[]
    return { said, links: hrefs.filter((it) => it.startsWith('/console/')) }
  } catch (error) {
    return { said: [...said, String(error)], links: [] as string[] }
  } finally {
    await page.close()
  }
}

/** Pages that differ only in which thing they show are of one kind. */
function kindOf(path: string): string {
  return path
    .replace(/\?.*$/, (it) => it.replaceAll(/=[^&]*/g, ''))
    .replaceAll(/\/[^/]*\d[^/]*/g, '/…')
}

function nameOf({ width, language, isDark }: Look): string {
  return `${width} px, ${language}${isDark === true ? ', dark' : ''}`
}
