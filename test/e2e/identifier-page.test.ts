import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { pathOf } from '../../src/protocols/page/names.ts'
import { NO_CHROMIUM, openChromium } from '../support/chromium.ts'
import { ODD, openPageWorld } from '../support/page-world.ts'

const skip = NO_CHROMIUM ?? false
if (skip !== false && process.env.WAYMARK_TEST_STRICT === '1') throw new Error(skip)

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const world = await openPageWorld()
let browser: Browser | undefined
let base = ''

before(async () => {
  await world.app.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`
  if (skip !== false) return
  browser = await openChromium()
})
after(async () => {
  await browser?.close()
  await world.app.close()
})

const PAGES = [
  '/',
  '/?id=',
  '/88.100.7/PUMP-1?show',
  '/88.100.7/FTP?show',
  pathOf(`88.100.7/${'LONG-'.repeat(60)}`),
  '/88.100.7%20SX-2019',
  `${pathOf(ODD)}?show`,
  '/88.100.7/MANY',
  '/88.100.7/UPDATED?show',
  '/88.100.99/x',
  '/88.100.7/GONE',
  '/88.100.7/HELD',
  '/88.100.8/x',
  '/88.100.9/x',
  '/88.100.7',
]

async function open(path: string, width: number, locale: string, dark: boolean): Promise<Page> {
  assert.ok(browser)
  const colorScheme = dark ? 'dark' : 'light'
  // The checker is put into the page, which the page's own policy would forbid.
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    locale,
    colorScheme,
    bypassCSP: true,
  })
  await page.goto(base + path)
  await page.locator('main h1').waitFor()
  await page.evaluate('document.fonts.ready')
  return page
}

type Finding = { id: string; nodes: { target: unknown }[] }

async function check(path: string, width: number, locale: string, dark: boolean): Promise<void> {
  const page = await open(path, width, locale, dark)
  try {
    assert.ok(await page.locator('main h1').isVisible())
    const scroll = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    assert.ok(Number(scroll) <= 0, `${path} is ${scroll} px too wide`)
    await page.evaluate(axe)
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const options = JSON.stringify({ runOnly: { type: 'tag', values: tags } })
    const found = (await page.evaluate(`axe.run(document, ${options})`)) as {
      violations: Finding[]
      passes: unknown[]
    }
    assert.ok(found.passes.length > 10, 'the checker saw the page')
    const wrong = found.violations.map(
      ({ id, nodes }) => `${id}: ${JSON.stringify(nodes[0]?.target)}`,
    )
    assert.deepEqual(wrong, [], `${path} ${width} ${locale} ${dark ? 'dark' : 'light'}`)
  } finally {
    await page.close()
  }
}

for (const path of PAGES) {
  const name = path.length > 40 ? `${path.slice(0, 40)}…` : path
  test(`${name} can be read by everybody, on a phone and on a desk`, { skip }, async () => {
    await check(path, 390, 'zh-CN', false)
    await check(path, 1440, 'en-GB', true)
    if (!path.includes('PUMP')) return
    await check(path, 390, 'en-GB', true)
    await check(path, 1440, 'zh-CN', false)
    await check(path, 320, 'en-GB', false)
  })
}

test('a page runs no script, loads nothing from elsewhere and reports no error', {
  skip,
}, async () => {
  assert.ok(browser)
  const page = await browser.newPage()
  const asked: string[] = []
  const said: string[] = []
  page.on('request', (it) => asked.push(it.url()))
  page.on('console', (it) => said.push(it.text()))
  page.on('pageerror', (it) => said.push(String(it)))
  page.on('dialog', () => said.push('a dialog'))
  await page.goto(`${base}/88.100.7/PUMP-1?show`)
  await page.locator('main h1').waitFor()
  assert.ok(asked.length >= 2)
  for (const url of asked) assert.ok(url.startsWith(base), url)
  assert.deepEqual(said, [])
  assert.equal(await page.locator('script').count(), 0)
  const hasStyle = await page.evaluate(
    'getComputedStyle(document.querySelector(".card")).borderRadius',
  )
  assert.equal(hasStyle, '14px', 'the policy lets the style sheet in')
  await page.close()
})

test('an identifier is found from the start page by keyboard alone', { skip }, async () => {
  assert.ok(browser)
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en' })
  const page = await context.newPage()
  await page.goto(`${base}/?lang=en`)
  await page.getByLabel('Look up an identifier').fill('88.100.7 sx-2019')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: '88.100.7/SX-2019' }).click()
  await page.getByRole('heading', { level: 1, name: /CDLF/ }).waitFor()
  await page.getByRole('link', { name: '中文' }).click()
  await page.getByText('额定流量').waitFor()
  await context.close()
})
