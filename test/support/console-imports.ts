import type { Page } from 'playwright-core'
import { drawn, type Look, openWindow, watchPage } from './console-browser.ts'
import type { ConsoleWorld } from './console-world.ts'

/** An upload of some 900 kB is not over before a test has looked at it. */
const SLOW_BYTES_PER_S = 8000

/** What the import's pages say. */
export const IMPORT_WORDS = {
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
    undone: '已撤销：注销 1 个，保持不变 0 个',
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

export type Picked = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }
export const csv = (name: string, text: string): Picked => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
})

export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: option }).last().click()
}

/** The page of a new import with a file, a prefix and a template chosen. */
export async function begin(
  world: ConsoleWorld,
  page: Page,
  language: Look['language'],
  file: Picked | string,
): Promise<void> {
  const words = IMPORT_WORDS[language]
  await page.goto('/console/imports/new')
  await drawn(page)
  await page.locator('input[type=file]').setInputFiles(file)
  const { prefix } = world.tenants.a.names
  await page.getByRole('combobox', { name: words.prefix, exact: true }).click()
  await page.locator(`.ant-select-item-option[title="${prefix}"]`).click()
  const template = page.getByRole('combobox', { name: words.template, exact: true })
  await template.waitFor()
}

/** A window of the administrator, and what its page complains of. */
export async function windowOf(
  world: ConsoleWorld,
  look: Look,
): Promise<{ page: Page; said: string[] }> {
  const context = await openWindow(world.browser, world.url, look, world.tenants.a.administrator)
  const page = await context.newPage()
  page.on('dialog', (it) => void it.accept())
  return { page, said: watchPage(page, world.url) }
}

/** Starts the import that the page has prepared; what it sends creeps until it is sped up. */
export async function startSlowly(page: Page, language: Look['language']) {
  const words = IMPORT_WORDS[language]
  await page.getByText(words.unreadable).waitFor()
  const line = await slowDown(page)
  await page.getByRole('button', { name: words.start }).click()
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
  return line
}

/** An upload that creeps, and another window that sees it in the list of imports. */
export async function uploadSeenTwice(
  world: ConsoleWorld,
  page: Page,
  language: Look['language'],
  file: Picked | string,
): Promise<{ readonly line: Line; readonly other: Page }> {
  const { uploading } = IMPORT_WORDS[language]
  await begin(world, page, language, file)
  const line = await startSlowly(page, language)
  await page.getByText(uploading, { exact: true }).waitFor()
  const other = await page.context().newPage()
  await other.goto('/console/imports')
  await other.getByText(uploading, { exact: true }).first().waitFor()
  return { line, other }
}

type Line = { readonly speedUp: () => Promise<void> }

async function slowDown(page: Page): Promise<Line> {
  const line = await page.context().newCDPSession(page)
  await line.send('Network.enable')
  const send = async (uploadThroughput: number) => {
    const others = { offline: false, latency: 0, downloadThroughput: -1 }
    await line.send('Network.emulateNetworkConditions', { ...others, uploadThroughput })
  }
  await send(SLOW_BYTES_PER_S)
  return { speedUp: () => send(-1) }
}
