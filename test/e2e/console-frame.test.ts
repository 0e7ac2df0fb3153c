import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawn, type Look, skipBrowser } from '../support/console-browser.ts'
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
