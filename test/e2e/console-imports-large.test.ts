import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { type XlsxCell, xlsxFile } from '../../src/identifiers/imports/xlsx-writer.ts'
import { rssAnonBytes } from '../support/api-client.ts'
import { drawn, type Look, skipBrowser } from '../support/console-browser.ts'
import {
  begin,
  csv,
  IMPORT_WORDS,
  type Picked,
  uploadSeenTwice,
  windowOf,
} from '../support/console-imports.ts'
import { consoleWorld } from '../support/console-world.ts'
import { type NodeProcess, scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { makeTenants } from '../support/tenants.ts'

const IS_LONG = process.env.WAYMARK_TEST_LONG === '1'
const onlyLong = skipBrowser === false && !IS_LONG ? 'only with WAYMARK_TEST_LONG=1' : skipBrowser
const world = consoleWorld()

const LOOKS: readonly (Look & { readonly own: string })[] = [
  { width: 1440, language: 'zh', own: 'desk' },
  { width: 390, language: 'en', own: 'phone' },
]

/** Names that do not pack, so that the file is some 25 bytes a row. */
async function workbook(name: string, rows: number): Promise<Picked> {
  async function* pages() {
    yield [['suffix', 'name']] as XlsxCell[][]
    for (let at = 0; at < rows; at += 1000) {
      const count = Math.min(1000, rows - at)
      yield Array.from({ length: count }, (_, i): XlsxCell[] => [
        `${name}-${at + i}`,
        randomBytes(8).toString('hex'),
      ])
    }
  }
  const chunks: Buffer[] = []
  for await (const chunk of xlsxFile(pages())) chunks.push(chunk)
  return { ...csv(`${name}.xlsx`, ''), buffer: Buffer.concat(chunks) }
}

async function jobOf(page: Page) {
  const id = new URL(page.url()).pathname.split('/').at(-1)
  return await (await page.request.get(`/api/v1/imports/${id}`)).json()
}

for (const look of LOOKS) {
  const words = IMPORT_WORDS[look.language]

  test(`a workbook whose upload broke off is sent again, and each row is there once: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page } = await windowOf(world, look)
    const rows = 40_000
    const file = await workbook(`book-${look.own}`, rows)
    const { line, other } = await uploadSeenTwice(world, page, look.language, file)
    await page.reload()
    await page.getByText(words.broken, { exact: true }).waitFor()
    await line.speedUp()
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText(words.done, { exact: true }).waitFor()
    const { lines, created, refused } = await jobOf(page)
    assert.deepEqual([lines, created, refused], [rows, rows, 0])
    await other.getByText(words.done, { exact: true }).first().waitFor()
    await page.context().close()
  })
}

/** What the first progress bar of a page says at last: somewhere between, or over before it was seen so. */
async function progressOf(page: Page): Promise<unknown> {
  const found = await page.waitForFunction(
    `(() => {
      const bar = document.querySelector('[role=progressbar]')
      const value = Number(bar?.getAttribute('aria-valuenow'))
      if (value > 0) return value < 100 ? 'midway' : 'over'
      return bar === null && document.body.innerText.includes('${IMPORT_WORDS.zh.done}') && 'over'
    })()`,
  )
  return await found.jsonValue()
}

const ROWS_FEW = 50_000
const ROWS_MANY = 800_000

test('how far a workbook has been read is shown, after a reload and in another window too', {
  skip: skipBrowser,
}, async () => {
  const words = IMPORT_WORDS.zh
  // a quick machine has read a small one before it is looked at twice
  for (let rows = ROWS_FEW; ; rows *= 2) {
    assert.ok(rows <= ROWS_MANY, 'no workbook was seen midway')
    const { page } = await windowOf(world, { width: 1440, language: 'zh' })
    await begin(world, page, 'zh', await workbook(`read-${rows}`, rows))
    await page.getByText(words.unreadable).waitFor()
    await page.getByRole('button', { name: words.start }).click()
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
    const seen = [await progressOf(page)]
    const other = await page.context().newPage()
    await other.goto('/console/imports')
    seen.push(await progressOf(other))
    await page.reload()
    seen.push(await progressOf(page))
    await page.getByText(words.done, { exact: true }).waitFor()
    const { lines, created, bytes, bytesTotal } = await jobOf(page)
    assert.deepEqual([lines, created, bytes], [rows, rows, bytesTotal])
    await page.context().close()
    if (seen.every((it) => it === 'midway')) return
  }
})

/** Rows of 10 kB, most of it in a column that is left out. */
const BIG_ROWS = 205_000
const BIG_BYTES_MIN = 2 * 1024 ** 3
/** What a browser that reads the file whole would need many times over. */
const GROWTH_BYTES_MAX = 150_000_000
/** A node that takes less. */
const SMALL_BYTES_MAX = 100_000_000
const BIG_WAIT_MS_MAX = 1_800_000

async function writeBigFile(path: string): Promise<number> {
  const cell = 'x'.repeat(10_500)
  const rows = function* () {
    yield 'suffix,name,junk\n'
    for (let at = 0; at < BIG_ROWS; at += 100) {
      yield Array.from({ length: 100 }, (_, i) => `big-${at + i},pump,${cell}\n`).join('')
    }
  }
  await writeFile(path, rows())
  return (await stat(path)).size
}

/** Memory of the browser's own and of its pages' processes. */
async function browserBytes(): Promise<number> {
  const session = await world.browser.newBrowserCDPSession()
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: readonly { readonly type: string; readonly id: number }[]
  }
  await session.detach()
  const own = processInfo.filter((it) => it.type === 'browser' || it.type === 'renderer')
  const bytes = await Promise.all(own.map((it) => rssAnonBytes(it.id)))
  return bytes.reduce<number>((sum, it) => sum + (it ?? 0), 0)
}

/** Looks at the memory of browser and node until `over`; the most that each had. */
async function watchMemory(node: NodeProcess, over: Promise<unknown>) {
  const most = { browser: 0, node: 0 }
  let isOver = false
  const end = () => {
    isOver = true
  }
  over.then(end, end)
  while (!isOver) {
    most.browser = Math.max(most.browser, await browserBytes())
    most.node = Math.max(most.node, (await rssAnonBytes(node.child.pid)) ?? 0)
    await Promise.race([over.catch(() => {}), sleep(500)])
  }
  await over
  return most
}

test('a file of 2 GB goes to the node without being held in the browser or in the node', {
  skip: onlyLong,
}, async () => {
  await using folder = await scratchFolder()
  const path = join(folder.path, 'big.csv')
  const bytes = await writeBigFile(path)
  assert.ok(bytes > BIG_BYTES_MIN, String(bytes))
  const words = IMPORT_WORDS.zh
  const { page, said } = await windowOf(world, { width: 1440, language: 'zh' })
  await page.goto('/console/imports/new')
  await drawn(page)
  const before = {
    browser: await browserBytes(),
    node: (await rssAnonBytes(world.node.child.pid)) ?? 0,
  }
  await begin(world, page, 'zh', path)
  await page.getByText(words.unreadable).waitFor()
  await page.getByRole('button', { name: words.start }).click()
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
  const done = page.getByText(words.done, { exact: true }).first()
  const most = await watchMemory(world.node, done.waitFor({ timeout: BIG_WAIT_MS_MAX }))
  const grown = JSON.stringify({ before, most })
  assert.ok(most.browser < before.browser + GROWTH_BYTES_MAX, grown)
  assert.ok(most.node < before.node + 2 * GROWTH_BYTES_MAX, grown)
  const job = await jobOf(page)
  assert.deepEqual([job.lines, job.created, job.bytes], [BIG_ROWS, BIG_ROWS, bytes])
  assert.deepEqual(said, [])
  await page.context().close()
})

test('a file of 2 GB that is more than the node takes is refused with the limit, and the page lives', {
  skip: onlyLong,
}, async () => {
  await using folder = await scratchFolder()
  const path = join(folder.path, 'big.csv')
  await writeBigFile(path)
  await using node = await startNodeProcess(join(folder.path, 'data'), {
    WAYMARK_UPLOAD_BYTES_MAX: String(SMALL_BYTES_MAX),
  })
  const tenants = await makeTenants(node.url, node.setupCode)
  const small = { url: node.url, browser: world.browser, tenants, node, folder: folder.path }
  const words = IMPORT_WORDS.en
  const { page } = await windowOf(small, { width: 390, language: 'en' })
  for (const name of ['big.csv', 'big.xlsx']) {
    const named = join(folder.path, name)
    if (named !== path) await rename(path, named)
    await begin(small, page, 'en', named)
    const start = page.getByRole('button', { name: words.start })
    await start.click()
    const refusal = page.getByRole('alert').filter({ hasText: /bytes/ })
    const most = await watchMemory(node, refusal.first().waitFor({ timeout: BIG_WAIT_MS_MAX }))
    assert.ok(most.browser < 1_000_000_000, JSON.stringify(most))
    assert.match(await refusal.first().innerText(), new RegExp(String(SMALL_BYTES_MAX)))
  }
  // another file is taken from the same page
  await begin(small, page, 'en', csv('little.csv', 'suffix,name\nl-1,Pump\n'))
  await page.getByRole('button', { name: words.start }).click()
  await page.getByText(words.done, { exact: true }).waitFor()
  await page.context().close()
})
