import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  drawn,
  findings,
  type Look,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'

const world = consoleWorld()

const WORDS = {
  zh: {
    ...{
      fits: '我符合哪些措施',
      measures: '措施目录',
      signIn: '登录',
      simulate: '按假设全部有效计算',
    },
    ...{ answer: '回答', skip: '跳过', type: '平台企业', place: '宝安区', choose: '请选择' },
    ...{
      refused: '不符合',
      why: '为什么',
      passed: '申请人类型',
      nearest: '最近的改变',
      remove: '全部清除',
    },
    ...{
      conditions: '条件',
      readings: '采用的解释',
      find: '名称、条文或编号',
      none: '没有符合条件的措施',
    },
    ...{ back: '返回目录', known: '节点已知，无须填写', proposals: '免申即享', nobody: '企业' },
    ...{ menu: '支持政策', suppose: '假设如此', answers: '已回答', professional: '专业型平台' },
  },
  en: {
    ...{ fits: 'What fits me', measures: 'All measures', signIn: 'Sign in' },
    ...{ simulate: 'Reckon as if all were in force', answer: 'Answer', skip: 'Skip' },
    ...{ type: 'platform operator', place: "Bao'an District", choose: 'Choose' },
    ...{
      refused: 'Does not fit',
      why: 'Why',
      passed: 'kind of applicant',
      nearest: 'Nearest change',
    },
    ...{ remove: 'Start over', conditions: 'Conditions', readings: 'Readings adopted' },
    ...{ find: 'Name, clause or number', none: 'No measure is like this', back: 'All measures' },
    ...{ known: 'Known to the node: not asked', proposals: 'Yours without an application' },
    ...{ nobody: 'Enterprise', menu: 'Support measures', suppose: 'Suppose so' },
    ...{ answers: 'Your answers', professional: 'Professional platforms' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, tenant: () => world.tenants.a },
  { look: { width: 390, language: 'en' } as Look, tenant: () => world.tenants.b },
]

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

for (const { look, tenant } of STORIES) {
  const words = WORDS[look.language]
  const name = `${look.width} px, ${look.language}`
  const button = (page: Page, name: string) =>
    page.locator('main').getByRole('button', { name, exact: true })
  const question = (page: Page) => page.locator('.support-question').innerText()
  const isAskedElse = (page: Page, asked: string) =>
    page.waitForFunction(
      `![${JSON.stringify(asked)}, undefined].includes(document.querySelector('.support-question')?.innerText)`,
    )
  const choose = async (page: Page, option: string) => {
    const asked = await question(page)
    const field = page.locator('.support-side form').getByRole('combobox')
    await field.focus()
    await field.press('ArrowDown')
    await page.locator('.ant-select-item-option').filter({ hasText: option }).first().click()
    await button(page, words.answer).click()
    await isAskedElse(page, asked)
  }

  test(`a stranger finds what fits, why, and what would alter it, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    await withPage(world, { look, session: {} }, async (page) => {
      await page.goto('/console/support')
      await drawn(page)
      await page.getByRole('link', { name: words.signIn, exact: true }).waitFor()
      await clean(page, look)
      await page.locator('main').getByRole('link', { name: words.fits, exact: true }).click()
      await button(page, words.simulate).waitFor()
      await drawn(page)
      await clean(page, look)
      await button(page, words.simulate).click()
      const field = page.locator('.support-side form')
      await field.getByRole('combobox').waitFor()
      await choose(page, words.type)
      await page.getByRole('heading', { name: words.answers }).waitFor()
      await choose(page, words.place)
      await page.locator('.support-answers li').nth(1).waitFor()
      await drawn(page)
      await clean(page, look)
      const asked = await question(page)
      await button(page, words.skip).click()
      await isAskedElse(page, asked)
      // what was answered stays on this device
      await page.reload()
      await page.locator('.support-answers li').nth(1).waitFor()
      assert.notEqual(await question(page), asked)

      await page.locator('.support-verdicts button').nth(2).click()
      const refused = page
        .locator('.support-results .cards > li')
        .filter({ hasText: words.nearest })
        .first()
      await refused.getByRole('button', { name: words.why }).click()
      await refused.getByText(words.passed).first().waitFor()
      await drawn(page)
      await clean(page, look)
      const before = await page.locator('.support-answers li').count()
      await page
        .locator('.support-results')
        .getByRole('button', { name: words.suppose })
        .first()
        .click()
      await page.waitForFunction(
        `document.querySelector('.support-verdicts') !== null && document.querySelectorAll('.support-answers li').length >= ${before}`,
      )
      await button(page, words.remove).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: words.remove, exact: true })
        .click()
      await page.locator('.support-answers').waitFor({ state: 'detached' })
    })
  })

  test(`a measure is found and read whole, ${name}`, { skip: skipBrowser }, async () => {
    await withPage(world, { look, session: {} }, async (page) => {
      await page.goto('/console/support/measures?region=baoan')
      await drawn(page)
      await page.getByRole('link', { name: words.professional }).waitFor()
      await clean(page, look)
      await page.getByRole('link', { name: words.professional }).click()
      await page.getByRole('heading', { name: words.readings }).waitFor()
      await drawn(page)
      await clean(page, look)
      await page
        .locator('main')
        .getByRole('link', { name: words.back, exact: true })
        .first()
        .click()
      await page.getByRole('searchbox', { name: words.find }).fill('zzzz')
      await page.getByRole('searchbox', { name: words.find }).press('Enter')
      await page.getByText(words.none).waitFor()
      await page.goto('/console/support/measures/none')
      await drawn(page)
      await clean(page, look)
    })
  })

  test(`an enterprise begins with what the node knows of it, ${name}`, {
    skip: skipBrowser,
  }, async () => {
    const { names, administrator } = tenant()
    await withPage(world, { look, session: { ...administrator } }, async (page) => {
      await page.goto(`/console/support/fits?mode=as_if_in_force&enterprise=${names.enterprise}`)
      await page.getByRole('heading', { name: words.known }).waitFor()
      await page.getByRole('heading', { name: words.proposals }).waitFor()
      await drawn(page)
      await clean(page, look)
    })
  })
}
