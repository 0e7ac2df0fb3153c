import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { type ConsoleWorld, consoleWorld, withPage } from '../support/console-world.ts'
import { CALL } from '../support/support-world.ts'

const DAY_MS = 86_400_000
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

const WORDS = {
  zh: {
    ...{ title: '应用项目试点申报', apply: '填写申报', project: '项目或事项名称' },
    ...{
      kind: '申请人类型',
      industrial: '工业企业',
      investment: '申报投资（元）',
      add: '添加一项',
    },
    ...{ number: '编号', date: '日期', net: '不含税金额（元）', open: '待定', send: '提交申报' },
    ...{ ask: '要求补正', where: '位置', why: '原因', answer: '提交补正', accept: '受理' },
    ...{ toAudit: '转专项审计', recommend: '建议支持', found: '认定与审计' },
    ...{ line: '审计第 25442000000012345678 行', reject: '剔除：凭证完整' },
    ...{ document: '依据的文件', record: '记录 1 行审计结果', rejected: '剔除：凭证完整' },
    ...{ mine: '我的申请', correct: '金额与发票不符', thread: '办理记录', asked: '要求补正' },
    ...{ checks: '核查', none: '没有发现重复或关联。', wrongNumber: '至多 2 位小数' },
  },
  en: {
    ...{ title: 'Application projects, pilot', apply: 'Apply', kind: 'Kind of applicant' },
    ...{ project: 'Name of the project or matter', industrial: 'industrial enterprise' },
    ...{
      investment: 'declared investment (yuan)',
      add: 'Add an item',
      number: 'Number',
      date: 'Date',
    },
    ...{ net: 'Net amount (yuan)', open: 'Open', send: 'Send the application' },
    ...{ ask: 'Ask for a correction', where: 'Where', why: 'Reason', accept: 'Accept' },
    ...{ answer: 'Send the correction', toAudit: 'To the special audit' },
    ...{ recommend: 'Recommend', found: 'Found out', document: 'Document it stands in' },
    ...{ line: 'Audit of line 25442000000012345678', reject: 'Reject: Documents complete' },
    ...{ record: 'Record the audit of 1 line', rejected: 'rejected: Documents complete' },
    ...{ mine: 'My applications', correct: 'differs from the invoice', thread: 'Thread' },
    ...{ asked: 'Correction asked for', checks: 'Checks', wrongNumber: 'of at most 2 decimals' },
    ...{ none: 'Nothing is there twice, and nobody is related.' },
  },
} as const

const world = consoleWorld({ fill: openCalls })
const calls = new Map<string, string>()

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, tenant: () => world.tenants.a },
  { look: { width: 390, language: 'en' } as Look, tenant: () => world.tenants.b },
]

/** A call for each look, with a calendar that knows the days of now. */
async function openCalls({ url, tenants }: ConsoleWorld): Promise<void> {
  const { operator } = tenants
  const calendar = {
    id: 'cn',
    utcOffsetMinutes: 480,
    from: '2021-01-01', // what comes along begins later: a calendar is only added to
    to: dayIn(400),
    weekend: [6, 7],
    holidays: [],
    workdays: [],
    source: 'made up for tests',
    version: 0,
  }
  const headers = { ...operator }
  await must(call(url, 'PUT', '/api/v1/policy/calendars/cn', { headers, body: calendar }))
  const window = {
    opensAt: new Date(Date.now() - DAY_MS).toISOString(),
    closesAt: new Date(Date.now() + DAY_MS).toISOString(),
  }
  for (const { look } of STORIES) {
    const { id } = await must(
      call(url, 'POST', '/api/v1/policy/calls', {
        headers: { ...operator, 'idempotency-key': look.language },
        body: { ...CALL, ...window },
      }),
    )
    calls.set(look.language, id)
  }
}

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

const press = (page: Page, name: string) =>
  page.locator('main').getByRole('button', { name, exact: true }).click()
const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click()

for (const { look, tenant } of STORIES) {
  const words = WORDS[look.language]

  test(`an application is filled in, tried, sent, corrected, audited and recommended, ${look.width} px, ${look.language}`, {
    skip: skipBrowser,
  }, async () => {
    const { administrator } = tenant()
    const { operator } = world.tenants
    const at = { path: '' }

    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      const main = page.locator('main')
      await page.goto('/console/support/calls?state=open')
      await drawn(page)
      await main.getByRole('link', { name: words.title }).first().waitFor()
      await clean(page, look)
      await page.goto(`/console/support/calls/${calls.get(look.language)}`)
      await drawn(page)
      await clean(page, look)
      await main.getByRole('link', { name: words.apply, exact: true }).click()
      await main.getByLabel(words.project).waitFor()
      await drawn(page)
      await clean(page, look)
      await main.getByLabel(words.project).fill(`智能产线 ${look.language}`)
      await main.getByRole('combobox', { name: words.kind }).fill(words.industrial)
      await page.keyboard.press('Enter')
      await main.getByLabel(words.investment, { exact: true }).fill('1234567.005')
      await main.getByText(words.wrongNumber).waitFor()
      // digits stand in groups meanwhile, and what is typed takes their place
      for (const key of ['Tab', 'Shift+Tab']) await page.keyboard.press(key)
      await page.keyboard.type('1000000.50')
      await main.getByRole('button', { name: words.add }).last().click()
      await main.getByLabel(words.number, { exact: true }).fill('25442000000012345678')
      await main.getByLabel(words.date, { exact: true }).fill('2025-03-01')
      await main.getByLabel(words.net, { exact: true }).fill('600000')
      await main.getByText(words.open, { exact: true }).first().waitFor()
      await clean(page, look)
      // what was typed is there again
      await page.reload()
      await main.getByLabel(words.project).waitFor()
      await drawn(page)
      assert.equal(await main.getByLabel(words.net, { exact: true }).inputValue(), '600,000')
      await press(page, words.send)
      await confirm(page, words.send)
      await page.waitForURL('**/support/cases/*')
      await drawn(page)
      await clean(page, look)
      at.path = new URL(page.url()).pathname
    })

    await withPage(world, { look, session: { ...operator } }, async (page) => {
      const main = page.locator('main')
      await page.goto('/console/support/cases')
      await drawn(page)
      await clean(page, look)
      await main.getByRole('link', { name: `智能产线 ${look.language}` }).click()
      await main.getByRole('heading', { name: `智能产线 ${look.language}` }).waitFor()
      await press(page, words.ask)
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(words.where).fill(words.net)
      await dialog.getByLabel(words.why).fill(words.correct)
      await clean(page, look)
      await confirm(page, words.ask)
      await main.getByText(words.correct).waitFor()
    })

    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      const main = page.locator('main')
      await page.goto('/console/support/applications')
      await drawn(page)
      await clean(page, look)
      await main.getByRole('link', { name: `智能产线 ${look.language}` }).click()
      await main.getByLabel(`${words.net}: ${words.correct}`).fill('A7')
      await main.getByLabel(words.net, { exact: true }).fill('500000')
      await drawn(page)
      await clean(page, look)
      await press(page, words.answer)
      await main.getByRole('link', { name: words.thread }).click()
      await main.getByText(words.asked, { exact: true }).waitFor()
      await clean(page, look)
    })

    await withPage(world, { look, session: { ...operator } }, async (page) => {
      const main = page.locator('main')
      await page.goto(at.path)
      await drawn(page)
      for (const name of [words.accept, words.toAudit]) {
        await press(page, name)
        await confirm(page, name)
        await page.getByRole('dialog').waitFor({ state: 'hidden' })
      }
      await main.getByRole('link', { name: words.checks }).click()
      await main
        .getByText(look.language === 'zh' ? '重复与关联' : 'There twice, or related')
        .waitFor()
      await drawn(page)
      await clean(page, look)
      await main.getByRole('link', { name: words.found, exact: true }).click()
      await main.getByRole('combobox', { name: words.line }).click()
      await page.getByTitle(words.reject, { exact: true }).click()
      await main.getByLabel(words.document).fill('专项审计报告 1')
      await main.getByLabel(words.why).fill('x')
      await press(page, words.record)
      await main.getByText(words.rejected, { exact: true }).waitFor()
      await drawn(page)
      await clean(page, look)
      await press(page, words.recommend)
      await confirm(page, words.recommend)
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    })

    const headers = { ...administrator }
    const { ended } = await must(
      call(world.url, 'GET', `/api/v1/policy/cases/${at.path.split('/').at(-1)}`, { headers }),
    )
    assert.equal(ended, 'recommended')
  })
}
