import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { call, rssAnonBytes } from '../support/api-client.ts'
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
import { scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { makeTenants, type Tenant } from '../support/tenants.ts'

const IS_LONG = process.env.WAYMARK_TEST_LONG === '1'
/** On a machine that does much else. */
const WAIT_MS_MAX = 120_000
/** An upload of some 900 kB is not over before the test has looked at it. */
const SLOW_BYTES_PER_S = 8000

let browser: Browser
let url = ''
let tenant: Tenant
const stack = new AsyncDisposableStack()

before(async () => {
  if (skipBrowser !== false) return
  const folder = stack.use(await scratchFolder())
  const node = stack.use(await startNodeProcess(folder.path))
  url = node.url
  tenant = (await makeTenants(url, node.setupCode)).a
  browser = stack.adopt(await openBrowser(), (it) => it.close())
})
after(() => stack.disposeAsync())

const LOOKS: readonly (Look & { readonly own: string })[] = [
  { width: 1440, language: 'zh', own: 'desk' },
  { width: 390, language: 'en', own: 'phone' },
]
const WORDS = {
  zh: {
    newImport: '导入文件',
    prefix: '前缀',
    template: '模板',
    suffix: '标识后缀',
    dryRun: '试运行',
    start: '开始导入',
    importNow: '正式导入',
    importsNow: '试运行结束，没有写入任何内容。',
    done: '已完成',
    noIdentifier: '没有标识列',
    wrong: '预览的 2 行中有 1 行会被拒绝。其余行不受影响。',
    undo: '撤销导入',
    undone: '已撤销：停用 1 个，保持不变 0 个',
    uploading: '正在上传',
    broken: '已中断',
    cancel: '取消导入',
    cancelled: '已取消',
    otherFile: '这不是同一个文件',
    oldExcel: '这是旧版 Excel 文件',
    empty: '文件是空的',
    unreadable: '预览的各行没有错误。',
  },
  en: {
    newImport: 'Import a file',
    prefix: 'Prefix',
    template: 'Template',
    suffix: 'Suffix of the identifier',
    dryRun: 'Dry run',
    start: 'Start the import',
    importNow: 'Import it now',
    importsNow: 'The dry run is over; nothing was written.',
    done: 'Done',
    noIdentifier: 'No column names the identifier',
    wrong: '1 of the 2 rows shown would be refused. The others are not affected.',
    undo: 'Undo the import',
    undone: 'Undone: 1 retired, 0 left as they are',
    uploading: 'Uploading',
    broken: 'Broken off',
    cancel: 'Cancel the import',
    cancelled: 'Cancelled',
    otherFile: 'This is not the same file',
    oldExcel: 'This is a file of an old Excel',
    empty: 'The file is empty',
    unreadable: 'The rows shown hold no errors.',
  },
} as const

type Picked = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }
const csv = (name: string, text: string): Picked => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
})

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: option }).last().click()
}

/** The page of a new import with a file, a prefix and a template chosen. */
async function begin(page: Page, language: Look['language'], file: Picked | string): Promise<void> {
  const words = WORDS[language]
  await page.goto('/console/imports/new')
  await drawn(page)
  await page.locator('input[type=file]').setInputFiles(file)
  const { prefix } = tenant.names
  await page.getByRole('combobox', { name: words.prefix, exact: true }).click()
  await page.locator(`.ant-select-item-option[title="${prefix}"]`).click()
  const template = page.getByRole('combobox', { name: words.template, exact: true })
  await template.waitFor()
}

async function windowOf(look: Look): Promise<{ page: Page; said: string[] }> {
  const context = await openWindow(browser, url, look, tenant.administrator)
  const page = await context.newPage()
  page.setDefaultTimeout(WAIT_MS_MAX)
  page.on('dialog', (it) => void it.accept())
  return { page, said: watchPage(page, url) }
}

for (const look of LOOKS) {
  const words = WORDS[look.language]

  test(`a file is mapped, looked at, tried, imported and undone: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page, said } = await windowOf(look)
    await page.goto('/console/imports')
    await drawn(page)
    await page.getByRole('button', { name: words.newImport }).first().click()
    await page.waitForURL('**/imports/new')
    const input = page.locator('input[type=file]')
    await input.setInputFiles(csv('old.xls', 'x'))
    await page.getByText(words.oldExcel).waitFor()
    await input.setInputFiles(csv('empty.csv', ''))
    await page.getByText(words.empty).waitFor()
    const rows = `工件号,name,附注栏\n${look.own}-1,泵 💧 مضخة,<script>alert(1)</script>\n${look.own}-2,,y\n`
    await begin(page, look.language, csv(`${look.own}.csv`, rows))
    // without a column that names the identifier nothing can be imported, but the file is shown
    await page.getByText(words.noIdentifier).first().waitFor()
    assert.ok(await page.getByRole('button', { name: words.start }).isDisabled())
    await choose(
      page,
      look.language === 'zh' ? '“工件号”列对应' : 'Column “工件号” is',
      words.suffix,
    )
    await page.getByText(words.wrong).waitFor()
    assert.equal(await page.locator('td.wrong').count(), 1)
    assert.deepEqual(await findings(page), [])
    assert.deepEqual(await untranslated(page, look.language), [])
    await page.getByRole('button', { name: words.dryRun }).click()
    await page.getByText(words.importsNow).waitFor()
    await page.getByRole('button', { name: words.importNow }).click()
    await page.getByRole('button', { name: words.undo }).waitFor()
    await page.getByText(words.done, { exact: true }).waitFor()
    await drawn(page)
    const text = await page.locator('main').innerText()
    assert.match(text, look.language === 'zh' ? /行 3/ : /Line 3/)
    assert.deepEqual(await findings(page), [])
    assert.deepEqual(await untranslated(page, look.language), [])
    const href = await page.locator('a[download]').first().getAttribute('href')
    const result = await (await page.request.get(href ?? '')).text()
    assert.match(result, new RegExp(`created,${tenant.names.prefix}/${look.own}-1`))
    await page.getByRole('button', { name: words.undo }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.undo }).click()
    await page.getByText(words.undone).waitFor()
    assert.deepEqual(said, [])
    await page.context().close()
  })

  test(`an upload survives a reload, is seen elsewhere and goes on where it broke off: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page } = await windowOf(look)
    const lines = 40_000
    const rows = Array.from({ length: lines }, (_, i) => `r-${look.own}-${i},Pump ${i}\n`)
    const file = csv(`large-${look.own}.csv`, `suffix,Name\n${rows.join('')}`)
    await begin(page, look.language, file)
    await page.getByText(words.unreadable).waitFor()
    const line = await page.context().newCDPSession(page)
    await line.send('Network.enable')
    const slow = {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: SLOW_BYTES_PER_S,
    }
    await line.send('Network.emulateNetworkConditions', slow)
    await page.getByRole('button', { name: words.start }).click()
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
    await page.getByText(words.uploading, { exact: true }).waitFor()
    const other = await page.context().newPage()
    await other.goto('/console/imports')
    await other.getByText(words.uploading, { exact: true }).first().waitFor()
    await other.getByRole('progressbar').first().waitFor()
    // some of it has been settled before the window goes
    await page.waitForFunction(
      `[...document.querySelectorAll('[role=progressbar]')].some((it) => Number(it.getAttribute('aria-valuenow')) > 5)`,
    )
    await page.reload()
    await page.getByText(words.broken, { exact: true }).waitFor()
    await line.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ ...file, name: 'another.csv' })
    await page.getByText(words.otherFile).waitFor()
    await input.setInputFiles(file)
    await page.getByText(words.done, { exact: true }).waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const job = await (await page.request.get(`/api/v1/imports/${id}`)).json()
    assert.deepEqual(
      [job.lines, job.created + job.unchanged, job.refused],
      [lines, lines, 0],
      'every line once, none lost',
    )
    await other.getByText(words.done, { exact: true }).first().waitFor()
    await page.context().close()
  })

  test(`an upload is cancelled with what that means: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page } = await windowOf(look)
    const rows = Array.from({ length: 30_000 }, (_, i) => `c-${look.own}-${i},Pump ${i}\n`)
    await begin(page, look.language, csv('cancel.csv', `suffix,Name\n${rows.join('')}`))
    await page.getByText(words.unreadable).waitFor()
    const line = await page.context().newCDPSession(page)
    await line.send('Network.enable')
    const slow = {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: SLOW_BYTES_PER_S,
    }
    await line.send('Network.emulateNetworkConditions', slow)
    await page.getByRole('button', { name: words.start }).click()
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
    await page.getByRole('button', { name: words.cancel }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.cancel }).click()
    await page.getByText(words.cancelled, { exact: true }).waitFor()
    await page.context().close()
  })
}

test('JSON lines and a workbook are looked at like a table', { skip: skipBrowser }, async () => {
  const { page } = await windowOf({ width: 1440, language: 'en' })
  const line = '{"suffix":"n-1","name":"Pump"}\n'
  await begin(page, 'en', { ...csv('lines.ndjson', line), mimeType: 'application/x-ndjson' })
  await choose(page, 'Template', 'Kind')
  await page.getByText(WORDS.en.unreadable).waitFor()
  await begin(page, 'en', csv('no-workbook.xlsx', 'this is no workbook'))
  await page.getByRole('alert').first().waitFor()
  assert.ok(await page.getByRole('button', { name: WORDS.en.start }).isDisabled())
  await page.context().close()
})

const BIG_ROWS = 30_000
const BIG_CELL = 'x'.repeat(10_000)
/** What a browser that reads the file whole would need several times over. */
const GROWTH_BYTES_MAX = 150_000_000

/** Some 300 MB, most of it in a column that is left out. */
async function writeBigFile(path: string): Promise<void> {
  const rows = function* () {
    yield 'suffix,name,junk\n'
    for (let at = 0; at < BIG_ROWS; at++) yield `big-${at},pump,${BIG_CELL}\n`
  }
  await writeFile(path, rows())
}

/** Memory of the browser's own and of its pages' processes; undefined where the system does not say. */
async function browserBytes(): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: readonly { readonly type: string; readonly id: number }[]
  }
  await session.detach()
  const own = processInfo.filter((it) => it.type === 'browser' || it.type === 'renderer')
  const bytes = await Promise.all(own.map((it) => rssAnonBytes(it.id)))
  return bytes.reduce<number | undefined>(
    (sum, it) => (it === undefined ? sum : (sum ?? 0) + it),
    undefined,
  )
}

test('a file of 300 MB goes to the node without being held in the browser', {
  skip: skipBrowser === false && !IS_LONG ? 'only with WAYMARK_TEST_LONG=1' : skipBrowser,
}, async () => {
  await using folder = await scratchFolder()
  const path = join(folder.path, 'big.csv')
  await writeBigFile(path)
  const context = await openWindow(browser, url, LOOKS[0] as Look, tenant.administrator)
  context.setDefaultTimeout(WAIT_MS_MAX)
  const page = await context.newPage()
  const words = WORDS.zh
  await page.goto('/console/imports/new')
  await drawn(page)
  const before = await browserBytes()
  await begin(page, 'zh', path)
  await page.getByRole('button', { name: words.start }).click()
  await page.waitForURL(/\/imports\/[^/]+$/)
  let most = 0
  const done = page.getByText(words.done, { exact: true }).first()
  while (!(await done.isVisible())) {
    most = Math.max(most, (await browserBytes()) ?? 0)
    await Promise.race([done.waitFor(), sleep(500)])
  }
  assert.ok(most < (before ?? 0) + GROWTH_BYTES_MAX, `${before} → ${most}`)
  const { prefix } = tenant.names
  const last = await call(url, 'GET', `/api/v1/identifiers/${prefix}/big-${BIG_ROWS - 1}`, {
    headers: tenant.administrator,
  })
  assert.equal(last.status, 200)
  await context.close()
})
