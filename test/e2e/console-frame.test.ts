import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { drawn, type Look, openWindow, skipBrowser } from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

const world = consoleWorld()
const DESK: Look = { width: 1440, language: 'zh' }
const skip = skipBrowser

test('what a person types into the address stays as it was typed, whatever it looks like', {
  skip,
}, async () => {
  await withPage(world, { look: DESK, session: world.tenants.operator }, async (page) => {
    for (const typed of ['88.100', '007', '1e3', 'true', 'null', '"88.100"', '[1]', '{}', '88+1']) {
      const address = `/console/prefixes?q=${encodeURIComponent(typed)}`
      const asked = page.waitForRequest((it) => it.url().includes('/api/v1/prefixes?'))
      await page.goto(address)
      assert.equal(new URL((await asked).url()).searchParams.get('q'), typed)
      await drawn(page)
      assert.equal(await page.getByLabel('按前缀查找').first().inputValue(), typed)
      assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, address)
    }
  })
})

test('links and filters write addresses that a person can read', { skip }, async () => {
  await withPage(world, { look: DESK, session: world.tenants.operator }, async (page) => {
    await page.goto('/console/prefixes/88.100')
    await drawn(page)
    const hrefs = (await page.evaluate(
      `[...document.querySelectorAll('main a[href*="?"]')].map((it) => it.getAttribute('href'))`,
    )) as string[]
    assert.ok(hrefs.includes('/console/identifiers?prefix=88.100'), hrefs.join(' '))
    await page.locator('a[href="/console/identifiers?prefix=88.100"]').click()
    await page.waitForURL('**/console/identifiers?prefix=88.100')
    await drawn(page)
    await page.goto('/console/?days=90')
    await drawn(page)
    assert.equal(await page.getByRole('radio', { name: '90' }).isChecked(), true)
  })
})

test('who has to sign in first comes to the address that was asked for', { skip }, async () => {
  await withPage(world, { look: DESK, session: {} }, async (page) => {
    await page.goto('/console/prefixes?q=88.100&state=active')
    await page.waitForURL(/\/console\/sign-in\?next=/)
    await page.getByLabel('登录名').fill('alpha-admin')
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.waitForURL('**/console/prefixes?q=88.100&state=active')
    await drawn(page)
  })
})

/** What this console was built with is gone from the node, as after another release; told by what becomes of the requests. */
async function renew(page: Page): Promise<void> {
  await page.route(/\/console\/assets\/.*-page-.*\.js$/, (it) =>
    it.fulfill({ status: 404, contentType: 'text/plain', body: '' }),
  )
  await page.route(/\/console\/$/, async (it) => {
    const reply = await it.fetch()
    const body = (await reply.text()).replace('/assets/index-', '/assets/index-of-another-')
    await it.fulfill({ response: reply, body })
  })
}

test('a console that was renewed meanwhile says so and is loaded anew, once, at the address that was wanted', {
  skip,
}, async () => {
  const { browser, url, tenants } = world
  const context = await openWindow(browser, url, DESK, tenants.operator)
  const page = await context.newPage()
  await page.goto('/console/')
  await drawn(page)
  await renew(page)
  let loads = 0
  page.on('framenavigated', (it) => {
    if (it === page.mainFrame()) loads++
  })
  await page.getByRole('link', { name: '存证日志' }).click()
  await page.getByText('控制台已更新').waitFor()
  assert.equal(new URL(page.url()).pathname, '/console/evidence')
  // its parts are still not there: it is not loaded anew for ever
  await page.locator('main').getByRole('button', { name: '重试' }).waitFor()
  assert.ok(loads <= 2, `${loads} loads`)
  await page.unrouteAll({ behavior: 'wait' })
  await page.locator('main').getByRole('button', { name: '重试' }).click()
  await page.getByRole('heading', { level: 1, name: '存证日志' }).waitFor()
  await context.close()
})

test('a page that cannot be fetched without a connection waits for one', { skip }, async () => {
  const { browser, url, tenants } = world
  const context = await openWindow(browser, url, DESK, tenants.operator)
  const page = await context.newPage()
  await page.goto('/console/')
  await drawn(page)
  await context.setOffline(true)
  await page.getByRole('link', { name: '存证日志' }).click()
  await page.locator('main').getByRole('button', { name: '重试' }).waitFor()
  await page.getByText('无法连接节点').waitFor()
  // it asks again by itself
  await context.setOffline(false)
  await page.getByRole('heading', { level: 1, name: '存证日志' }).waitFor()
  await context.close()
})
