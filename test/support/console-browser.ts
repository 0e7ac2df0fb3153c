import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { NO_CHROMIUM } from './chromium.ts'
import { ROOT } from './shell.ts'

/** Why tests in a browser cannot run here, or false. */
export const skipBrowser = skipReason()

function skipReason(): string | false {
  if (NO_CHROMIUM !== undefined) return NO_CHROMIUM
  if (existsSync(join(ROOT, 'dist', 'console', 'index.html'))) return false
  return 'the console is not built: npm run console'
}
if (skipBrowser !== false && process.env.WAYMARK_TEST_STRICT === '1') throw new Error(skipBrowser)

/** On a machine that does much else a page is slow; a test waits for what it shows, not for a time. */
const WAIT_MS_MAX = 120_000

export type Look = {
  readonly width: number
  readonly language: 'zh' | 'en'
  readonly isDark?: boolean
}

/** A browser window in which `session` (headers of `signIn`, or none) is signed in. */
export async function openWindow(
  browser: Browser,
  url: string,
  look: Look,
  session: Readonly<Record<string, string>> = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: look.width, height: 900 },
    locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: look.isDark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
    // the checker is put into the page, which the page's own policy would forbid
    bypassCSP: true,
  })
  context.setDefaultTimeout(WAIT_MS_MAX)
  rememberAtClose(context)
  const cookies = (session.cookie ?? '').split('; ').filter((it) => it !== '')
  await context.addCookies(
    cookies.map((it) => {
      const at = it.indexOf('=')
      return { name: it.slice(0, at), value: it.slice(at + 1), url, httpOnly: true }
    }),
  )
  if (cookies.length > 0) {
    await context.addInitScript("localStorage['waymark.session'] ??= '1'")
  }
  return context
}

/** What the pages that were closed last showed. */
let shownLast: readonly string[] = []

function rememberAtClose(context: BrowserContext): void {
  const close = context.close.bind(context)
  context.close = async (options) => {
    shownLast = await shownIn(context)
    await close(options)
  }
}

async function shownIn(context: BrowserContext): Promise<string[]> {
  const textOf = async (page: Page) => {
    const text = await page.locator('body').innerText({ timeout: 1_000 })
    return `${page.url()}\n${text.slice(0, SHOWN_CHARS_MAX)}`
  }
  return Promise.all(context.pages().map((it) => textOf(it).catch(String)))
}

const SHOWN_CHARS_MAX = 4_000

/** What the pages of a browser show, or those that were closed last: told of a story that failed. */
export async function shownBy(browser: Browser): Promise<string> {
  const open = await Promise.all(browser.contexts().map(shownIn))
  return [...open.flat(), ...shownLast].join('\n\n')
}

/** What a page complained of in the browser: errors, failed and foreign requests. */
export function watchPage(page: Page, url: string): string[] {
  const said: string[] = []
  page.on('console', (it) => {
    if (it.type() === 'error' || it.type() === 'warning') said.push(`${it.type()}: ${it.text()}`)
  })
  page.on('pageerror', (it) => said.push(`error: ${it.message}`))
  page.on('requestfailed', (it) => {
    // a page that is left ends what it was asking
    if (it.failure()?.errorText !== 'net::ERR_ABORTED') said.push(`request failed: ${it.url()}`)
  })
  page.on('request', (it) => {
    if (!/^(data|blob):/.test(it.url()) && !it.url().startsWith(url)) {
      said.push(`request elsewhere: ${it.url()}`)
    }
  })
  return said
}

/** Resolves when the page is drawn whole: its heading stands, nothing loads or moves any more. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page.evaluate('document.fonts.ready')
  await page.waitForFunction(
    `document.querySelector('main .ant-spin-spinning, main .ant-skeleton-active, main [role=status] .ant-spin, main [aria-busy=true]') === null`,
  )
  await page.waitForFunction(
    'document.getAnimations().every((it) => it.playState !== "running" || it.effect?.getTiming().iterations === Infinity)',
  )
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds on the page as it stands, and whether it is wider than its window. */
export async function findings(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe)
  // what happens to lie half under the header can be scrolled to
  await page.evaluate('scrollTo(0, 0)')
  // of what is right only the number is wanted: the lists are longer than the page
  const wish = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] }
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(wish)})
      .then(({ violations, passes }) => ({ violations, passes: passes.length }))`,
  )) as {
    violations: { id: string; nodes: { target: unknown; html: string; failureSummary: string }[] }[]
    passes: number
  }
  assert.ok(found.passes > 5, 'the checker saw the page')
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
  return [
    ...found.violations.map(
      ({ id, nodes }) =>
        `axe ${id}: ${JSON.stringify(nodes[0]?.target)} ${nodes[0]?.html} ${nodes[0]?.failureSummary.split('\n').slice(1, 3).join(' ')}`,
    ),
    ...(wide > 0 ? [`${wide} px too wide: ${await widest(page)}`] : []),
  ]
}

/** What reaches beyond the window furthest in. */
async function widest(page: Page): Promise<string> {
  return String(
    await page.evaluate(`[...document.querySelectorAll('main *')]
      .filter((it) => it.getBoundingClientRect().right > innerWidth)
      .map((it) => it.tagName + '.' + it.className)
      .slice(0, 12).join(' > ')`),
  )
}

const phrases = new Map<'zh' | 'en', ReadonlySet<string>>()

/** The texts of the console in one language that are not also of the other, for telling what was left untranslated. */
export function phrasesOnlyIn(language: 'zh' | 'en'): ReadonlySet<string> {
  const known = phrases.get(language) ?? readPhrases(language)
  phrases.set(language, known)
  return known
}

function readPhrases(language: 'zh' | 'en'): ReadonlySet<string> {
  const texts = globSync('console/src/**/*texts.ts', { cwd: ROOT }).map((it) =>
    readFileSync(join(ROOT, it), 'utf8'),
  )
  const of = (name: 'zh' | 'en') =>
    new Set(
      texts.flatMap((it) =>
        [...it.matchAll(new RegExp(`\\b${name}: (?:'((?:[^'\\\\]|\\\\.)*)'|"([^"]*)")`, 'g'))].map(
          ([, a, b]) => (a ?? b ?? '').replaceAll("\\'", "'"),
        ),
      ),
    )
  const own = of(language)
  const other = of(language === 'zh' ? 'en' : 'zh')
  return new Set([...own].filter((it) => !other.has(it) && !it.includes('{{')))
}

/** A key of a room that has no text stands for itself. */
const NO_TEXT = new RegExp(
  `^(?:${readdirSync(join(ROOT, 'console/src/rooms')).join('|')})\\.\\w[\\w-]*$`,
)

/** Visible words of the page that stand in the wrong language, and pictures that are named in it. */
export async function untranslated(page: Page, language: 'zh' | 'en'): Promise<string[]> {
  const pictures = (await page.evaluate(
    `[...document.querySelectorAll('[role=img][aria-label]')]
      .filter((it) => !it.closest('[aria-hidden=true]'))
      .map((it) => it.getAttribute('aria-label'))`,
  )) as string[]
  const named = language === 'zh' ? pictures.filter((it) => !/\p{Script=Han}/u.test(it)) : []
  const words = (await page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) {
      const { textContent, parentElement } = walker.currentNode
      const hidden = parentElement?.closest('[lang]:not(html), script, style, noscript')
      if (!hidden && textContent.trim() !== '') found.push(textContent.trim())
    }
    for (const it of document.querySelectorAll('[aria-label], [placeholder], [title]'))
      if (!it.closest('[lang]:not(html), [aria-hidden=true]'))
        for (const name of ['aria-label', 'placeholder', 'title'])
          if (it.getAttribute(name)) found.push(it.getAttribute(name))
    return found
  })()`)) as string[]
  const wrong = phrasesOnlyIn(language === 'zh' ? 'en' : 'zh')
  return [
    ...words.filter((it) => NO_TEXT.test(it)).map((it) => `no text for: ${it}`),
    ...words.filter((it) => wrong.has(it)).map((it) => `not in ${language}: ${it}`),
    ...named.map((it) => `a picture is named in another language: ${it}`),
  ]
}
