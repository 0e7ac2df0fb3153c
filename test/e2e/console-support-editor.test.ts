import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must, sessionOf } from '../support/api-client.ts'
import { findings, type Look, skipBrowser, untranslated } from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

type Headers = Readonly<Record<string, string>>

let official: Headers = {}
let approver: Headers = {}
const world = consoleWorld({
  fill: async ({ url, tenants }) => {
    const staff = async (name: string, nodeRole: string) => {
      const headers = { ...tenants.operator }
      const { token } = await must(
        call(url, 'POST', '/api/v1/invitations', { headers, body: { nodeRole } }),
      )
      const body = { token, name, displayName: name.toUpperCase(), password: PASSWORD }
      return sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body }))
    }
    official = await staff('otto', 'official')
    approver = await staff('anna', 'approver')
  },
})

const WORDS = {
  zh: {
    ...{ revise: '修订', cap: '上限 1（元）', from: '起', to: '止', sound: '没有错误' },
    ...{
      falls: '每项目上限由300万元降至100万元',
      save: '保存',
      propose: '提交批准',
      adopt: '批准',
    },
    ...{ proposed: '已提交', adopted: '已批准', wrong: '1 处需要改正', ratio: '比例（如 30/100）' },
    ...{ fail: '不通过', vectors: '用例（JSON）', back: '第 1 版', own: '文件原文' },
    ...{
      count: '数量',
      run: '开始模拟',
      winners: '得益',
      reckon: '计算',
      net: '净投入',
      of: '措施',
    },
    ...{ whom: '企业', register: '登记册中的企业' },
    ...{ conclusion: '评估结论', conclude: '发布评估', stated: '已发布' },
  },
  en: {
    ...{ revise: 'Revise', cap: 'Cap 1 in yuan', from: 'From', to: 'To' },
    ...{ sound: 'Nothing is wrong', save: 'Save', propose: 'Propose', adopt: 'Adopt' },
    ...{ falls: 'cap per project falls from 3,000,000 yuan to 1,000,000 yuan' },
    ...{ proposed: 'Proposed; somebody else', adopted: 'Adopted as', wrong: '1 thing to correct' },
    ...{ ratio: 'Ratio, e.g. 30/100', fail: 'FAIL', vectors: 'Vectors as JSON' },
    ...{ back: 'Version 1', own: 'The paper’s own words', count: 'How many', run: 'Simulate' },
    ...{ winners: 'Winners', reckon: 'Reckon', net: 'Net', of: 'Measure', stated: 'Stated' },
    ...{ whom: 'Enterprises', register: 'enterprises of the register' },
    ...{ conclusion: 'Conclusion', conclude: 'State the evaluation' },
  },
} as const

const STORIES = [
  { look: { width: 1440, language: 'zh' } as Look, id: 'D1-M18-2a' },
  { look: { width: 390, language: 'en' } as Look, id: 'D1-M18-1a' },
] as const

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

/** One case of 100 million, of which `fen` come out. */
function vectorOf(measure: string, fen: number): string {
  const facts = {
    application_date: '2026-06-01',
    applicant: { id: 'a', type: 'enterprise', location: 'shenzhen' },
    audited_investment_yuan: 100_000_000,
    total_investment_yuan: 100_000_000,
  }
  const expected = {
    ...{ eligible: true, amount_fen: fen, amount_basis: 'ceiling', reasons: ['CONDITIONS_MET'] },
    ...{ cap_applied: true, limited_by: 'cap_project' },
  }
  return JSON.stringify({ vectors: [{ id: 'N-1', measure, mode: 'live', facts, expected }] })
}

for (const { look, id } of STORIES) {
  const words = WORDS[look.language]
  const of = `${look.width} px, ${look.language}`

  test(`a measure is revised, checked, proposed, adopted by somebody else and in force, ${of}`, {
    skip: skipBrowser,
  }, async () => {
    let address = ''
    await withPage(world, { look, session: official }, async (page) => {
      await page.goto('/console/support/editor')
      await page.getByRole('button', { name: `${words.revise} ${id}` }).waitFor()
      await clean(page, look)
      await page.getByRole('button', { name: `${words.revise} ${id}` }).click()
      const field = (name: string) => page.getByLabel(name, { exact: true })
      await field(words.cap).fill('1000000')
      await field(words.from).fill('2026-01-01')
      await field(words.to).fill('2027-12-31')
      await field(words.ratio).fill('31/30')
      await page.getByText(words.wrong).waitFor()
      await field(words.ratio).fill('30/100')
      await page.getByText(words.sound, { exact: true }).waitFor()
      await page.getByText(words.falls).waitFor()
      await field(words.vectors).fill(vectorOf(id, 5))
      await page.getByText(words.fail, { exact: true }).first().waitFor()
      await field(words.vectors).fill(vectorOf(id, 100_000_000))
      await page.getByText(words.fail, { exact: true }).first().waitFor({ state: 'detached' })
      await field(words.own).fill('第十八条 ……')
      await page.getByText(words.sound, { exact: true }).waitFor()
      await clean(page, look)
      const propose = page.getByRole('button', { name: words.propose, exact: true })
      await propose.click()
      await page.getByText(words.proposed).first().waitFor()
      assert.equal(await page.getByRole('button', { name: words.adopt, exact: true }).count(), 0)
      address = new URL(page.url()).pathname
    })
    await withPage(world, { look, session: approver }, async (page) => {
      await page.goto(address)
      await page.getByRole('button', { name: words.adopt, exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: words.adopt, exact: true }).click()
      await page.getByText(words.adopted).first().waitFor()
      await page.goto(`/console/support/rules/${id}`)
      await page.getByText(words.back, { exact: true }).waitFor()
      await page.getByText(words.falls).waitFor()
      await clean(page, look)
    })
    const rules = await must(call(world.url, 'GET', '/api/v1/policy/rules'))
    const row = rules.items.find((it: { id: string }) => it.id === id)
    assert.deepEqual([row.from, row.versions], ['2026-01-01', 2])
  })
  test(`rules are simulated before they change and evaluated afterwards, ${of}`, {
    skip: skipBrowser,
  }, async () => {
    await withPage(world, { look, session: official }, async (page) => {
      await page.goto('/console/support/simulate')
      await page.getByLabel(words.count, { exact: true }).fill('300')
      await page.getByRole('button', { name: words.run, exact: true }).click()
      await page.getByText(words.winners, { exact: true }).first().waitFor()
      await clean(page, look)
      await page.getByLabel(words.whom, { exact: true }).click()
      await page.getByTitle(words.register, { exact: true }).click()
      const [reply] = await Promise.all([
        page.waitForResponse((it) => it.url().endsWith('/policy/simulate')),
        page.getByRole('button', { name: words.run, exact: true }).click(),
      ])
      assert.equal((await reply.json()).cases, 2)
      await clean(page, look)
      await page.goto('/console/support/evaluation')
      await page.getByLabel(words.of, { exact: true }).click()
      await page.keyboard.type(id)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: words.reckon, exact: true }).click()
      await page.getByText(words.net, { exact: true }).first().waitFor()
      // the address that stands there now says the same
      await page.waitForURL(`**/support/evaluation?measure=${id}`)
      await page.reload()
      await page.getByText(words.net, { exact: true }).first().waitFor()
      await page.getByLabel(words.conclusion, { exact: true }).fill(`金额偏高 / too much: ${id}`)
      await page.getByRole('button', { name: words.conclude, exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: words.conclude, exact: true }).click()
      await page.getByText(words.stated, { exact: true }).first().waitFor()
      await page.getByText(`金额偏高 / too much: ${id}`).waitFor()
      assert.deepEqual([...(await findings(page))], [])
    })
    const stated = await must(call(world.url, 'GET', `/api/v1/policy/evaluations?measure=${id}`))
    assert.equal(stated.items.length, 1)
  })
}
