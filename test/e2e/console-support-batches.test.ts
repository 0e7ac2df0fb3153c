import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { call, must, sessionOf } from '../support/api-client.ts'
import { findings, type Look, skipBrowser, untranslated } from '../support/console-browser.ts'
import { consoleWorld, withPage } from '../support/console-world.ts'
import { PASSWORD } from '../support/node-process.ts'

let official: Readonly<Record<string, string>> = {}
const world = consoleWorld({
  fill: async ({ url, tenants }) => {
    const headers = { ...tenants.operator }
    const { token } = await must(
      call(url, 'POST', '/api/v1/invitations', { headers, body: { nodeRole: 'official' } }),
    )
    const body = { token, name: 'otto', displayName: 'OTTO', password: PASSWORD }
    official = sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', { body }))
  },
})

const WORDS = {
  zh: {
    ...{ start: '启动批量测算', kind: '虚构企业', count: '企业数', done: '已完成' },
    ...{ show: '查看合计', sums: '各措施合计', result: '下载结果' },
    ...{ open: '打开该行', why: /的依据$/ },
  },
  en: {
    ...{ start: 'Start a batch', kind: 'Made-up enterprises', count: 'How many', done: 'Done' },
    ...{ show: 'Show the sums', sums: 'Sums by measure', result: 'Download the result' },
    ...{ open: 'Open the line', why: /^Why .+ answers so$/ },
  },
} as const

const LOOKS: readonly Look[] = [
  { width: 1440, language: 'zh' },
  { width: 390, language: 'en' },
]
const CASES = 40

const clean = async (page: Page, { language }: Look) =>
  assert.deepEqual([...(await findings(page)), ...(await untranslated(page, language))], [])

for (const look of LOOKS) {
  const words = WORDS[look.language]

  test(`a batch is started, comes to its end, shows its sums and gives its result, ${look.width} px, ${look.language}`, {
    skip: skipBrowser,
  }, async () => {
    await withPage(world, { look, session: official }, async (page) => {
      await page.goto('/console/support/batches')
      await page.getByRole('button', { name: words.start }).waitFor()
      await clean(page, look)
      await page.getByRole('button', { name: words.start }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('radio', { name: words.kind }).check()
      await dialog.getByLabel(words.count).fill(String(CASES))
      await clean(page, look)
      await dialog.getByRole('button', { name: words.start }).click()
      await dialog.waitFor({ state: 'hidden' })
      await page.getByText(words.done, { exact: true }).last().waitFor()
      await page.getByRole('button', { name: words.show }).first().click()
      await page.getByRole('heading', { name: words.sums }).waitFor()
      await clean(page, look)
      const link = page.getByRole('link', { name: words.result }).first()
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      let text = ''
      for await (const chunk of await download.createReadStream()) text += String(chunk)
      const lines = text.trimEnd().split('\n')
      assert.equal(lines.length, CASES + 1)
      const at = lines.findIndex((it) => (JSON.parse(it).awards ?? []).length > 0)
      await page.getByRole('spinbutton').fill(String(at))
      await page.getByRole('button', { name: words.open }).click()
      await page.getByRole('heading', { level: 1 }).getByText(String(at)).waitFor()
      await page.getByRole('button', { name: words.why }).first().click()
      await page.locator('.support-tree').first().waitFor()
      await clean(page, look)
    })
  })
}
