import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { CAST, usccOf } from '../../src/cli/demo-cast.ts'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  watchPage,
} from '../support/console-browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

const HOSTILE = '<script>window.ran = 1</script><img src=x onerror="window.ran=1">'
const STRANGE = `${HOSTILE} \u0645\u0636\u062e\u0629 👩🏽‍🔧`

const world = consoleWorld()

const skip = skipBrowser
const DESK: Look = { width: 1440, language: 'zh' }
const HAND: Look = { width: 360, language: 'en' }

function applicationOf(at: number) {
  const cast = CAST[at]
  assert.ok(cast)
  return {
    uscc: usccOf(cast),
    name: cast.name,
    legalPerson: { name: cast.person },
    region: cast.region,
    sector: cast.sector,
    contact: { name: cast.person, phone: '0755-26001234', email: `robust${at}@mail.example` },
    account: { name: `robust-${at}`, password: PASSWORD, displayName: cast.person },
  }
}

async function choose(page: Page, label: string, typed: string, option: RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true })
  await (typed === '' ? field.click() : field.fill(typed))
  await page.locator('.ant-select-item-option', { hasText: option }).first().click()
}

/** Fills the application as a person does, in English. */
async function fillApplication(page: Page, at: number): Promise<void> {
  const it = applicationOf(at)
  await page.getByLabel('Unified social credit code').fill(it.uscc)
  await page.getByLabel('Name', { exact: true }).fill(it.name)
  await page.getByLabel('Legal representative').fill(it.legalPerson.name)
  await choose(page, 'Region', it.region, new RegExp(it.region))
  await choose(page, 'Sector', it.sector, new RegExp(it.sector))
  await page.getByLabel('Contact name').fill(it.contact.name)
  await page.getByLabel('Telephone').fill(it.contact.phone)
  await page.getByLabel('E-mail').fill(it.contact.email)
  await page.getByLabel('Sign-in name').fill(it.account.name)
  await page.getByLabel('Password', { exact: true }).fill(it.account.password)
}

test('the console sets a policy without inline scripts and keeps nothing of the page but what has a digest', {
  skip,
}, async () => {
  const page = await call(world.url, 'GET', '/console/sign-in')
  const policy = String(page.headers.get('content-security-policy'))
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self'(;|$)/)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page.text) ?? []
  const asset = await call(world.url, 'GET', script, { headers: { 'accept-encoding': 'gzip' } })
  assert.match(String(asset.headers.get('cache-control')), /immutable/)
  assert.equal((await call(world.url, 'GET', '/console/assets/none.js')).status, 404)
  const manifest = await call(world.url, 'GET', '/console/.vite/manifest.json')
  assert.ok(!manifest.text.includes('"isEntry"'), 'the manifest of the build is not served')
})

test('an application on a phone: a wrong check digit is told while typing, a lost line loses nothing, two clicks send once', {
  skip,
}, async () => {
  const context = await openWindow(world.browser, world.url, HAND)
  const page = await context.newPage()
  const sent: string[] = []
  page.on('request', (it) => {
    if (it.method() === 'POST' && it.url().endsWith('/api/v1/applications')) sent.push(it.url())
  })
  await page.goto('/console/apply')
  await drawn(page)
  const right = applicationOf(5).uscc
  const wrong = `${right.slice(0, -1)}${right.endsWith('1') ? '2' : '1'}`
  await page.getByLabel('Unified social credit code').fill(wrong)
  await page.getByText(/check character/).waitFor()
  await fillApplication(page, 5)
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Send the application' }).click()
  await page.getByText('The node cannot be reached').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), applicationOf(5).name)
  assert.deepEqual(await findings(page), [])
  await context.setOffline(false)
  sent.length = 0
  await page.getByRole('button', { name: 'Send the application' }).dblclick()
  await page.getByRole('heading', { level: 1, name: 'Your application was sent' }).waitFor()
  assert.equal(sent.length, 1)
  await page.getByRole('link', { name: 'See the status' }).click()
  await page.getByText('Waiting for review').waitFor()
  await context.close()
})

test('what was typed and not sent is brought back, but never the password', { skip }, async () => {
  const context = await openWindow(world.browser, world.url, HAND)
  const page = await context.newPage()
  await page.goto('/console/apply')
  await page.getByLabel('Name', { exact: true }).fill('North Wind Works')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.reload()
  await page.getByText('What you had not sent yet was brought back').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'North Wind Works')
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')
  const kept = String(await page.evaluate('JSON.stringify(localStorage)'))
  assert.ok(!kept.includes(PASSWORD))
  await page.getByRole('button', { name: 'Discard the draft' }).click()
  await page.reload()
  await drawn(page)
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), '')
  await context.close()
})

test('a reviewer returns an application field by field, by the keyboard', {
  skip,
}, async () => {
  const { enterprise } = await must(
    call(world.url, 'POST', '/api/v1/applications', { body: applicationOf(6) }),
  )
  const context = await openWindow(world.browser, world.url, DESK, world.tenants.operator)
  const page = await context.newPage()
  const said = watchPage(page, world.url)
  await page.goto(`/console/enterprises/queue?id=${enterprise}`)
  await page.getByRole('button', { name: '退回修改', exact: true }).waitFor()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('字段').click()
  await page.locator('.ant-select-item-option', { hasText: '企业名称' }).first().click()
  await dialog.getByLabel('理由', { exact: true }).fill('与执照不符')
  await dialog.getByRole('button', { name: '退回修改' }).click()
  await page.getByText(`已处理：${applicationOf(6).name}`).waitFor()
  const thread = await must(
    call(world.url, 'GET', `/api/v1/enterprises/${enterprise}/thread`, {
      headers: world.tenants.operator,
    }),
  )
  assert.deepEqual(thread.items.at(-1).reasons, [{ path: '/name', reason: '与执照不符' }])
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(said, [])
  await context.close()
})

test('what is hostile in a text runs nothing and breaks nothing', { skip }, async () => {
  const body = { ...applicationOf(7), introduction: STRANGE.repeat(20), address: STRANGE }
  const { enterprise } = await must(
    call(world.url, 'POST', '/api/v1/applications', { body: { ...body, name: STRANGE } }),
  )
  for (const look of [DESK, HAND]) {
    const context = await openWindow(world.browser, world.url, look, world.tenants.operator)
    for (const path of [
      '/console/enterprises',
      `/console/enterprises/${enterprise}`,
      `/console/enterprises/queue?id=${enterprise}`,
    ]) {
      const page = await context.newPage()
      const said = watchPage(page, world.url)
      await page.goto(path)
      await drawn(page)
      await page.getByText('window.ran = 1').first().waitFor()
      assert.equal(await page.evaluate('window.ran'), undefined)
      assert.deepEqual([...said, ...(await findings(page))], [], `${path} ${look.width}`)
      await page.close()
    }
    await context.close()
  }
})

test('language and colours change at once, without a reload, and stay', { skip }, async () => {
  const context = await openWindow(world.browser, world.url, DESK, world.tenants.operator)
  const page = await context.newPage()
  await page.goto('/console/enterprises')
  await drawn(page)
  await page.evaluate('window.isSamePage = true')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Enterprises' }).waitFor()
  assert.equal(await page.evaluate('document.documentElement.lang'), 'en')
  await page.getByRole('button', { name: 'Dark appearance' }).click()
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  assert.equal(await page.evaluate('window.isSamePage'), true)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Enterprises' }).waitFor()
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  await context.close()
})

/** A list, and what its rows are read from. */
const LISTS = [
  { path: '/console/audit', api: '/api/v1/audit?' },
  { path: '/console/users', api: '/api/v1/users?' },
  { path: '/console/enterprises', api: '/api/v1/enterprises?' },
  { path: '/console/evidence', api: '/api/v1/evidence?' },
] as const
const ROWS = 1

test('rows stand where the next page does not come, and the same button tries again', {
  skip,
}, async () => {
  const context = await openWindow(world.browser, world.url, DESK, world.tenants.operator)
  let isBroken = true
  for (const { path, api } of LISTS) {
    const page = await context.newPage()
    await page.route(
      (it) => `${it.pathname}?` === api,
      async (route) => {
        const url = new URL(route.request().url())
        url.searchParams.set('limit', String(ROWS))
        if (isBroken && url.searchParams.has('after')) await route.fulfill({ status: 503 })
        else await route.continue({ url: url.href })
      },
    )
    isBroken = true
    await page.goto(path)
    await drawn(page)
    const rows = page.locator('.plain-table').first().locator('tbody tr')
    const more = page.getByRole('button', { name: '加载更多' })
    const again = page.getByRole('button', { name: '重试' })
    await more.focus()
    await page.keyboard.press('Enter')
    await again.waitFor()
    assert.equal(await rows.count(), ROWS, path)
    assert.deepEqual(await findings(page), [], path)
    isBroken = false
    // the focus was not lost with what failed
    await page.keyboard.press('Enter')
    await rows.nth(ROWS).waitFor()
    assert.equal(await again.count(), 0, path)
    await page.close()
  }
  await context.close()
})

test('rows stand where they cannot be asked for again', { skip }, async () => {
  const { operator } = world.tenants
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const body = { label: 'a key that is revoked', scopes: ['audit.read'], expiresAt }
  await must(call(world.url, 'POST', '/api/v1/keys', { body, headers: operator }))
  const context = await openWindow(world.browser, world.url, DESK, operator)
  const page = await context.newPage()
  await page.goto('/console/keys')
  const row = page.getByRole('row').filter({ hasText: body.label })
  await row.waitFor()
  await page.route(
    (it) => it.pathname === '/api/v1/keys',
    (route) => route.fulfill({ status: 503 }),
  )
  await row.getByRole('button').click()
  await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click()
  const again = page.getByRole('button', { name: '重试' })
  await again.waitFor()
  assert.ok(await row.isVisible())
  await page.unrouteAll()
  await again.click()
  await row.waitFor({ state: 'detached' })
  await context.close()
})
